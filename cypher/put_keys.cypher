// revision, rows [[row, key, comp, grp, label]] → n
UNWIND $p.rows AS r
CREATE (:Key_N {since: $p.revision, row: r[0], key: r[1], comp: r[2], grp: r[3], label: r[4]})
RETURN count(*) AS n
