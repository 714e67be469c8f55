// generation, labels, revision, day, day_end, limit, comps → head, rows [[links columns]] by row
UNWIND $p.comps AS comp
MATCH (c:Component_N {comp: comp})-[l:LINK_N]-()
USING INDEX SEEK c:Component_N(comp)
WITH DISTINCT l
WHERE l.label IN $p.labels AND l.since <= $p.revision AND (l.until IS NULL OR l.until > $p.revision)
  AND ($p.day IS NULL OR ((l.valid_from IS NULL OR l.valid_from <= $p.day_end)
    AND (l.valid_to IS NULL OR l.valid_to >= $p.day)))
WITH l ORDER BY l.row LIMIT $p.limit
WITH collect([l.row, l.kind, l.role, l.from_comp, l.to_comp, l.from_grp, l.to_grp, l.from_mid, l.to_mid,
  l.from_kind, l.to_kind, l.from_anchor, l.to_anchor, l.label, l.valid_from, l.valid_to, l.props]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
