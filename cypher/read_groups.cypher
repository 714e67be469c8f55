// generation, labels, revision, comps → head, rows [[groups columns]] by comp, born, anchor
UNWIND $p.comps AS comp
MATCH (n:Group_N {comp: comp})
USING INDEX SEEK n:Group_N(comp)
WHERE n.label IN $p.labels AND n.since <= $p.revision AND (n.until IS NULL OR n.until > $p.revision)
WITH n ORDER BY n.comp, n.born, n.anchor
WITH collect([n.comp, n.grp, n.label, n.anchor, n.born, n.n, n.kind, n.caption, n.authority, n.keys]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
