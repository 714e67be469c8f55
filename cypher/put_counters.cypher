// revision, rows [[row, comp, label, out, kind, nkind, n]] → n
UNWIND $p.rows AS r
CREATE (:Counter_N {since: $p.revision, row: r[0], comp: r[1], label: r[2], out: r[3], kind: r[4],
  nkind: r[5], n: r[6]})
RETURN count(*) AS n
