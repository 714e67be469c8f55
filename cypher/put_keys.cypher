// revision, rows [[row, key, comp, grp, label]] → n
// start: what is indexed, as an index takes no text above 8 kB; key: the whole, when it is longer than that.
UNWIND $p.rows AS r
CREATE (:Key_N {since: $p.revision, row: r[0], start: left(r[1], 1000),
  key: CASE WHEN size(r[1]) > 1000 THEN r[1] END, comp: r[2], grp: r[3], label: r[4]})
RETURN count(*) AS n
