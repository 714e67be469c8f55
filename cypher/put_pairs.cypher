// revision, rows [[row, comp, other, a, b, grp_a, grp_b, verdict, by, strength, id, label, label_a,
// label_b, reason]] → n
UNWIND $p.rows AS r
CREATE (:Pair_N {since: $p.revision, row: r[0], comp: r[1], other: r[2], a: r[3], b: r[4], grp_a: r[5],
  grp_b: r[6], verdict: r[7], by: r[8], strength: r[9], id: r[10], label: r[11], label_a: r[12],
  label_b: r[13], reason: r[14]})
RETURN count(*) AS n
