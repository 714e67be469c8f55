// generation, labels, revision, comps → head, rows [[pairs columns]] by id
CALL () {
  UNWIND $p.comps AS comp
  MATCH (p:Pair_N {comp: comp})
  USING INDEX SEEK p:Pair_N(comp)
  RETURN p
  UNION
  UNWIND $p.comps AS comp
  MATCH (p:Pair_N {other: comp})
  USING INDEX SEEK p:Pair_N(other)
  RETURN p
}
WITH p
WHERE p.label IN $p.labels AND p.since <= $p.revision AND (p.until IS NULL OR p.until > $p.revision)
  AND p.label_a IN $p.labels AND p.label_b IN $p.labels
WITH p ORDER BY p.id, p.row
WITH collect([p.comp, p.other, p.a, p.b, p.grp_a, p.grp_b, p.verdict, p.by, p.strength, p.id, p.label,
  p.reason]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
