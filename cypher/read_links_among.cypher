// generation, labels, revision, day, day_end, comps, others, known (both) → head, rows [one list a column of tables.AMONG] by row
CALL () {
  UNWIND $p.comps AS comp
  MATCH (c:Component_N {comp: comp})-[l:LINK_N]->()
  USING INDEX SEEK c:Component_N(comp)
  WHERE l.to_comp IN $p.known
  RETURN l
  UNION ALL
  UNWIND $p.comps AS comp
  MATCH (c:Component_N {comp: comp})<-[l:LINK_N]-()
  USING INDEX SEEK c:Component_N(comp)
  WHERE l.from_comp IN $p.others
  RETURN l
}
WITH l
WHERE l.label IN $p.labels AND l.since <= $p.revision AND (l.until IS NULL OR l.until > $p.revision)
  AND ($p.day IS NULL OR ((l.valid_from IS NULL OR l.valid_from <= $p.day_end)
    AND (l.valid_to IS NULL OR l.valid_to >= $p.day)))
WITH l ORDER BY l.row
WITH [collect(l.kind), collect(l.from_comp), collect(l.to_comp), collect(l.from_grp), collect(l.to_grp)] AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
