// generation, labels, revision, keys → head, rows [[key, comp]] by key, comp
UNWIND $p.keys AS key
MATCH (n:Key_N {key: key})
WHERE n.label IN $p.labels AND n.since <= $p.revision AND (n.until IS NULL OR n.until > $p.revision)
WITH DISTINCT n.key AS key, n.comp AS comp ORDER BY key, comp
WITH collect([key, comp]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
