// generation, labels, revision, since, page {mention_put, mention_end, link_put, link_end, pair_put, pair_end: row},
// limit → head, rows [[revision, 0 mention | 1 link | 2 pair, row, put, mids]] by revision, table, row, put before end
// `since` is the first revision read, above the row that `page` names for each kind of change; later ones whole.
CALL () {
  MATCH (x:Mention_N)
  USING INDEX SEEK x:Mention_N(since, row)
  WHERE x.since = $p.since AND x.row > $p.page.mention_put AND x.label IN $p.labels
  RETURN x.since AS revision, 0 AS tab, x.row AS row, true AS put, [x.mid] AS mids
  ORDER BY revision, row LIMIT $p.limit
  UNION ALL
  MATCH (x:Mention_N)
  USING INDEX SEEK x:Mention_N(since, row)
  WHERE x.since > $p.since AND x.since <= $p.revision AND x.row IS NOT NULL AND x.label IN $p.labels
  RETURN x.since AS revision, 0 AS tab, x.row AS row, true AS put, [x.mid] AS mids
  ORDER BY revision, row LIMIT $p.limit
  UNION ALL
  MATCH (x:Mention_N)
  USING INDEX SEEK x:Mention_N(until, row)
  WHERE x.until = $p.since AND x.row > $p.page.mention_end AND x.label IN $p.labels
  RETURN x.until AS revision, 0 AS tab, x.row AS row, false AS put, [x.mid] AS mids
  ORDER BY revision, row LIMIT $p.limit
  UNION ALL
  MATCH (x:Mention_N)
  USING INDEX SEEK x:Mention_N(until, row)
  WHERE x.until > $p.since AND x.until <= $p.revision AND x.row IS NOT NULL AND x.label IN $p.labels
  RETURN x.until AS revision, 0 AS tab, x.row AS row, false AS put, [x.mid] AS mids
  ORDER BY revision, row LIMIT $p.limit
  UNION ALL
  MATCH ()-[x:LINK_N]->()
  USING INDEX SEEK x:LINK_N(since, row)
  WHERE x.since = $p.since AND x.row > $p.page.link_put AND x.label IN $p.labels
  RETURN x.since AS revision, 1 AS tab, x.row AS row, true AS put, [x.from_mid, x.to_mid] AS mids
  ORDER BY revision, row LIMIT $p.limit
  UNION ALL
  MATCH ()-[x:LINK_N]->()
  USING INDEX SEEK x:LINK_N(since, row)
  WHERE x.since > $p.since AND x.since <= $p.revision AND x.row IS NOT NULL AND x.label IN $p.labels
  RETURN x.since AS revision, 1 AS tab, x.row AS row, true AS put, [x.from_mid, x.to_mid] AS mids
  ORDER BY revision, row LIMIT $p.limit
  UNION ALL
  MATCH ()-[x:LINK_N]->()
  USING INDEX SEEK x:LINK_N(until, row)
  WHERE x.until = $p.since AND x.row > $p.page.link_end AND x.label IN $p.labels
  RETURN x.until AS revision, 1 AS tab, x.row AS row, false AS put, [x.from_mid, x.to_mid] AS mids
  ORDER BY revision, row LIMIT $p.limit
  UNION ALL
  MATCH ()-[x:LINK_N]->()
  USING INDEX SEEK x:LINK_N(until, row)
  WHERE x.until > $p.since AND x.until <= $p.revision AND x.row IS NOT NULL AND x.label IN $p.labels
  RETURN x.until AS revision, 1 AS tab, x.row AS row, false AS put, [x.from_mid, x.to_mid] AS mids
  ORDER BY revision, row LIMIT $p.limit
  UNION ALL
  MATCH (x:Pair_N)
  USING INDEX SEEK x:Pair_N(since, row)
  WHERE x.since = $p.since AND x.row > $p.page.pair_put
    AND x.label IN $p.labels AND x.label_a IN $p.labels AND x.label_b IN $p.labels
  RETURN x.since AS revision, 2 AS tab, x.row AS row, true AS put, [x.a, x.b] AS mids
  ORDER BY revision, row LIMIT $p.limit
  UNION ALL
  MATCH (x:Pair_N)
  USING INDEX SEEK x:Pair_N(since, row)
  WHERE x.since > $p.since AND x.since <= $p.revision AND x.row IS NOT NULL
    AND x.label IN $p.labels AND x.label_a IN $p.labels AND x.label_b IN $p.labels
  RETURN x.since AS revision, 2 AS tab, x.row AS row, true AS put, [x.a, x.b] AS mids
  ORDER BY revision, row LIMIT $p.limit
  UNION ALL
  MATCH (x:Pair_N)
  USING INDEX SEEK x:Pair_N(until, row)
  WHERE x.until = $p.since AND x.row > $p.page.pair_end
    AND x.label IN $p.labels AND x.label_a IN $p.labels AND x.label_b IN $p.labels
  RETURN x.until AS revision, 2 AS tab, x.row AS row, false AS put, [x.a, x.b] AS mids
  ORDER BY revision, row LIMIT $p.limit
  UNION ALL
  MATCH (x:Pair_N)
  USING INDEX SEEK x:Pair_N(until, row)
  WHERE x.until > $p.since AND x.until <= $p.revision AND x.row IS NOT NULL
    AND x.label IN $p.labels AND x.label_a IN $p.labels AND x.label_b IN $p.labels
  RETURN x.until AS revision, 2 AS tab, x.row AS row, false AS put, [x.a, x.b] AS mids
  ORDER BY revision, row LIMIT $p.limit
}
WITH revision, tab, row, put, mids ORDER BY revision, tab, row, put DESC LIMIT $p.limit
WITH collect([revision, tab, row, put, mids]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
