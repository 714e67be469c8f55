// generation, labels, revision, day, day_end, comps, others → head, rows [row and one list a column of tables.AMONG]
// Links that leave comps, then those that reach comps from others: from the others' side when few links leave them.
// More come than have both ends among comps and others, and some of them twice: a list in a map is no set to Neo4j,
// which would go through 7,000 components for each of 29,000 links.
CALL () {
  UNWIND $p.others AS comp
  MATCH (c:Component_N {comp: comp})
  USING INDEX SEEK c:Component_N(comp)
  RETURN sum(COUNT { (c)-[:LINK_N]->() }) AS leave
}
CALL (leave) {
  UNWIND $p.comps + CASE WHEN leave <= size($p.comps) THEN $p.others ELSE [] END AS comp
  MATCH (c:Component_N {comp: comp})-[l:LINK_N]->()
  USING INDEX SEEK c:Component_N(comp)
  RETURN l
  UNION ALL
  UNWIND CASE WHEN leave <= size($p.comps) THEN [] ELSE $p.comps END AS comp
  MATCH (c:Component_N {comp: comp})<-[l:LINK_N]-()
  USING INDEX SEEK c:Component_N(comp)
  RETURN l
}
WITH l
WHERE l.label IN $p.labels AND l.since <= $p.revision AND (l.until IS NULL OR l.until > $p.revision)
  AND ($p.day IS NULL OR ((l.valid_from IS NULL OR l.valid_from <= $p.day_end)
    AND (l.valid_to IS NULL OR l.valid_to >= $p.day)))
WITH [collect(l.row), collect(l.kind), collect(l.from_comp), collect(l.to_comp), collect(l.from_grp), collect(l.to_grp)]
  AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
