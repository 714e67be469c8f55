// generation, labels, revision, groups, after, limit → head, rows [[mentions columns]] by mid
UNWIND $p.groups AS grp
CALL (grp) {
  MATCH (m:Mention_N)
  USING INDEX SEEK m:Mention_N(grp, mid)
  WHERE m.grp = grp AND m.mid > $p.after
    AND m.label IN $p.labels AND m.since <= $p.revision AND (m.until IS NULL OR m.until > $p.revision)
  RETURN m ORDER BY m.grp, m.mid LIMIT $p.limit
}
WITH m ORDER BY m.mid LIMIT $p.limit
WITH collect([m.mid, m.comp, m.grp, m.label, m.born, m.source, m.rec_key, m.slot, m.kind, m.caption, m.authority,
  m.props, m.derived_by, m.valid_from, m.valid_to, m.observed_at, m.revision, m.locator]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
