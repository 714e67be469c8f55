// generation, labels, revision, day, day_end, limit, both [comp], out [comp], in [comp], out_kinds, in_kinds
// [[comp, after kind, before kind]], out_nkinds, in_nkinds [[comp, kind, after nkind, before nkind]], out_mixed,
// in_mixed [comp], skip_out, skip_in [[comp, kind, nkind]] → head, rows [[links columns]] by row
// both, out, in: all links of a component. The others are what stays of a hub's links when some (kind, neighbour
// kind) are skipped: ranges around those, seeked in the indexes of plain neighbours, and the mixed neighbours.
CALL () {
  UNWIND $p.both AS comp
  MATCH (c:Component_N {comp: comp})-[l:LINK_N]-()
  USING INDEX SEEK c:Component_N(comp)
  RETURN l
  UNION
  UNWIND $p.out AS comp
  MATCH (c:Component_N {comp: comp})-[l:LINK_N]->()
  USING INDEX SEEK c:Component_N(comp)
  RETURN l
  UNION
  UNWIND $p.in AS comp
  MATCH (c:Component_N {comp: comp})<-[l:LINK_N]-()
  USING INDEX SEEK c:Component_N(comp)
  RETURN l
  UNION
  UNWIND $p.out_kinds AS r
  MATCH ()-[l:LINK_N]->()
  USING INDEX SEEK l:LINK_N(from_comp, kind, to_kind, label, to_anchor)
  WHERE l.from_comp = r[0] AND l.kind > r[1] AND l.kind < r[2]
    AND l.to_kind IS NOT NULL AND l.label IS NOT NULL AND l.to_anchor IS NOT NULL
  RETURN l
  UNION
  UNWIND $p.in_kinds AS r
  MATCH ()-[l:LINK_N]->()
  USING INDEX SEEK l:LINK_N(to_comp, kind, from_kind, label, from_anchor)
  WHERE l.to_comp = r[0] AND l.kind > r[1] AND l.kind < r[2]
    AND l.from_kind IS NOT NULL AND l.label IS NOT NULL AND l.from_anchor IS NOT NULL
  RETURN l
  UNION
  UNWIND $p.out_nkinds AS r
  MATCH ()-[l:LINK_N]->()
  USING INDEX SEEK l:LINK_N(from_comp, kind, to_kind, label, to_anchor)
  WHERE l.from_comp = r[0] AND l.kind = r[1] AND l.to_kind > r[2] AND l.to_kind < r[3]
    AND l.label IS NOT NULL AND l.to_anchor IS NOT NULL
  RETURN l
  UNION
  UNWIND $p.in_nkinds AS r
  MATCH ()-[l:LINK_N]->()
  USING INDEX SEEK l:LINK_N(to_comp, kind, from_kind, label, from_anchor)
  WHERE l.to_comp = r[0] AND l.kind = r[1] AND l.from_kind > r[2] AND l.from_kind < r[3]
    AND l.label IS NOT NULL AND l.from_anchor IS NOT NULL
  RETURN l
  UNION
  UNWIND $p.out_mixed AS comp
  MATCH ()-[l:LINK_N {from_comp: comp, to_mixed: true}]->()
  USING INDEX SEEK l:LINK_N(from_comp, to_mixed)
  RETURN l
  UNION
  UNWIND $p.in_mixed AS comp
  MATCH ()-[l:LINK_N {to_comp: comp, from_mixed: true}]->()
  USING INDEX SEEK l:LINK_N(to_comp, from_mixed)
  RETURN l
}
WITH l
WHERE l.label IN $p.labels AND l.since <= $p.revision AND (l.until IS NULL OR l.until > $p.revision)
  AND ($p.day IS NULL OR ((l.valid_from IS NULL OR l.valid_from <= $p.day_end)
    AND (l.valid_to IS NULL OR l.valid_to >= $p.day)))
  AND NOT (l.to_anchor IS NOT NULL AND [l.from_comp, l.kind, l.to_kind] IN $p.skip_out)
  AND NOT (l.from_anchor IS NOT NULL AND [l.to_comp, l.kind, l.from_kind] IN $p.skip_in)
WITH l ORDER BY l.row LIMIT $p.limit
WITH collect([l.row, l.kind, l.role, l.from_comp, l.to_comp, l.from_grp, l.to_grp, l.from_mid, l.to_mid,
  l.from_kind, l.to_kind, l.from_anchor, l.to_anchor, l.label, l.valid_from, l.valid_to, l.props]) AS rows
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, rows
