// generation, labels, revision, day, day_end, comp, kind, nkind, after, limit → head, rows [[anchor, comp]] by anchor
// One index seek a label, read no further than `limit` distinct ones: ordered by all that the index is on, since
// Neo4j takes the order of an index only so, however constant the first columns are.
CALL () {
  UNWIND $p.labels AS label
  CALL (label) {
    MATCH ()-[l:LINK_N]->()
    USING INDEX SEEK l:LINK_N(to_comp, kind, from_kind, label, from_anchor)
    WHERE l.to_comp = $p.comp AND l.kind = $p.kind AND l.from_kind = $p.nkind AND l.label = label
      AND l.from_anchor > $p.after
      AND l.since <= $p.revision AND (l.until IS NULL OR l.until > $p.revision)
      AND ($p.day IS NULL OR ((l.valid_from IS NULL OR l.valid_from <= $p.day_end)
        AND (l.valid_to IS NULL OR l.valid_to >= $p.day)))
    WITH DISTINCT l.to_comp AS near, l.kind AS kind, l.from_kind AS nkind, l.label AS tag, l.from_anchor AS anchor,
      l.from_comp AS comp
    RETURN anchor, comp ORDER BY near, kind, nkind, tag, anchor, comp LIMIT $p.limit
  }
  RETURN DISTINCT anchor, comp
}
WITH anchor, comp ORDER BY anchor, comp LIMIT $p.limit
WITH collect([anchor, comp]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
