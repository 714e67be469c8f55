// generation, labels, revision, day, day_end, limit, between [[from, to]] → head, rows [[links columns]] by row
UNWIND $p.between AS pair
MATCH (a:Component_N {comp: pair[0]})-[l:LINK_N]->(b:Component_N {comp: pair[1]})
USING INDEX SEEK a:Component_N(comp)
USING INDEX SEEK b:Component_N(comp)
WITH l
WHERE l.label IN $p.labels AND l.since <= $p.revision AND (l.until IS NULL OR l.until > $p.revision)
  AND ($p.day IS NULL OR ((l.valid_from IS NULL OR l.valid_from <= $p.day_end)
    AND (l.valid_to IS NULL OR l.valid_to >= $p.day)))
WITH l ORDER BY l.row LIMIT $p.limit
WITH collect([l.row, l.kind, l.role, l.from_comp, l.to_comp, l.from_grp, l.to_grp, l.from_mid, l.to_mid,
  l.from_kind, l.to_kind, l.from_anchor, l.to_anchor, l.label, l.valid_from, l.valid_to, l.props]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
