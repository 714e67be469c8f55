// generation, labels, revision, ids, limit → head, rows [[mentions columns]] by mid: of each id the row that
// stands, else the one that stood last
UNWIND $p.ids AS id
CALL (id) {
  MATCH (m:Mention_N {mid: id})
  USING INDEX SEEK m:Mention_N(mid)
  WHERE m.label IN $p.labels AND m.since <= $p.revision
  RETURN m ORDER BY m.since DESC, m.row DESC LIMIT 1
}
WITH m ORDER BY m.mid LIMIT $p.limit
WITH collect([m.mid, m.comp, m.grp, m.label, m.born, m.source, m.rec_key, m.slot, m.kind, m.caption, m.authority,
  m.props, m.derived_by, m.valid_from, m.valid_to, m.observed_at, m.revision, m.locator]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
