// revision, rows [[row, mid, comp, grp, label, born, source, rec_key, slot, kind, caption, authority,
// props, derived_by, valid_from, valid_to, observed_at, revision, locator]] → n
UNWIND $p.rows AS r
CREATE (:Mention_N {since: $p.revision, row: r[0], mid: r[1], comp: r[2], grp: r[3], label: r[4],
  born: r[5], source: r[6], rec_key: r[7], slot: r[8], kind: r[9], caption: r[10], authority: r[11],
  props: r[12], derived_by: r[13], valid_from: r[14], valid_to: r[15], observed_at: r[16],
  revision: r[17], locator: r[18]})
RETURN count(*) AS n
