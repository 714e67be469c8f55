// name, alone, sources, targets, weights, undirected → nodes, links
// A graph in GDS's catalogue from numbers alone: edges as three lists, and the entities that have none.
CALL () {
  UNWIND $alone AS source
  RETURN source, NULL AS target, NULL AS weight
  UNION ALL
  UNWIND range(0, size($sources) - 1) AS i
  RETURN $sources[i] AS source, $targets[i] AS target, $weights[i] AS weight
}
WITH gds.graph.project($name, source, target,
  {relationshipProperties: CASE WHEN target IS NULL THEN NULL ELSE {weight: weight} END, relationshipType: 'LINK'},
  {undirectedRelationshipTypes: $undirected, readConcurrency: 1}) AS g
RETURN g.nodeCount AS nodes, g.relationshipCount AS links
