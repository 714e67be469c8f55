// revision, rows [[row, comp, grp, label, anchor, born, n, kind, caption, authority, keys]] → n
UNWIND $p.rows AS r
CREATE (:Group_N {since: $p.revision, row: r[0], comp: r[1], grp: r[2], label: r[3], anchor: r[4],
  born: r[5], n: r[6], kind: r[7], caption: r[8], authority: r[9], keys: r[10]})
RETURN count(*) AS n
