// generation, labels, revision, day, day_end, kinds, columns, after, limit → head, rows [[row, …columns]] by row
MATCH ()-[l:LINK_N]->()
USING INDEX l:LINK_N(row)
WHERE l.row > $p.after
  AND l.label IN $p.labels AND l.since <= $p.revision AND (l.until IS NULL OR l.until > $p.revision)
  AND (size($p.kinds) = 0 OR l.kind IN $p.kinds)
  AND ($p.day IS NULL OR ((l.valid_from IS NULL OR l.valid_from <= $p.day_end)
    AND (l.valid_to IS NULL OR l.valid_to >= $p.day)))
WITH l ORDER BY l.row LIMIT $p.limit
WITH collect([l.row] + [name IN $p.columns | l[name]]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
