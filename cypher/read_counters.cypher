// generation, labels, revision, comps → head, rows [[comp, out, kind, nkind, n]] by comp, out, kind, nkind
UNWIND $p.comps AS comp
MATCH (c:Counter_N {comp: comp})
USING INDEX SEEK c:Counter_N(comp)
WHERE c.label IN $p.labels AND c.since <= $p.revision AND (c.until IS NULL OR c.until > $p.revision)
WITH c.comp AS comp, c.out AS out, c.kind AS kind, c.nkind AS nkind, sum(c.n) AS n
ORDER BY comp, out, kind, nkind
WITH collect([comp, out, kind, nkind, n]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
