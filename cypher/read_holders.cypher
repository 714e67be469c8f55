// generation, labels, revision, keys → head, rows [[key, comp]] by key, comp
UNWIND $p.keys AS key
MATCH (n:Key_N {start: left(key, 1000)})
USING INDEX SEEK n:Key_N(start)
WHERE coalesce(n.key, n.start) = key
  AND n.label IN $p.labels AND n.since <= $p.revision AND (n.until IS NULL OR n.until > $p.revision)
WITH DISTINCT key, n.comp AS comp ORDER BY key, comp
WITH collect([key, comp]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
