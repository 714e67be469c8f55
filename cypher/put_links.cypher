// revision, rows [[row, kind, role, from_comp, to_comp, from_grp, to_grp, from_mid, to_mid, from_kind, to_kind,
// from_anchor, to_anchor, label, valid_from, valid_to, props]] → n
// *_mixed marks the ends whose entity is worked out per reader: they are not in the indexes by anchor.
UNWIND $p.rows AS r
MATCH (a:Component_N {comp: r[3]})
USING INDEX SEEK a:Component_N(comp)
MATCH (b:Component_N {comp: r[4]})
USING INDEX SEEK b:Component_N(comp)
CREATE (a)-[:LINK_N {since: $p.revision, row: r[0], kind: r[1], role: r[2], from_comp: r[3], to_comp: r[4],
  from_grp: r[5], to_grp: r[6], from_mid: r[7], to_mid: r[8], from_kind: r[9], to_kind: r[10],
  from_anchor: r[11], to_anchor: r[12], label: r[13], valid_from: r[14], valid_to: r[15], props: r[16],
  from_mixed: CASE WHEN r[11] IS NULL THEN true END, to_mixed: CASE WHEN r[12] IS NULL THEN true END}]->(b)
RETURN count(*) AS n
