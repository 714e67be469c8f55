// generation, labels, revision, columns, after, limit → head, rows [[row, …columns]] by row
MATCH (n:Mention_N)
USING INDEX n:Mention_N(row)
WHERE n.row > $p.after
  AND n.label IN $p.labels AND n.since <= $p.revision AND (n.until IS NULL OR n.until > $p.revision)
WITH n ORDER BY n.row LIMIT $p.limit
WITH collect([n.row] + [name IN $p.columns | n[name]]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
