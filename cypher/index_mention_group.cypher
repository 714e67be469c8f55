// () → (): mentions of a group, paged by id
CREATE RANGE INDEX index_mention_group_N IF NOT EXISTS FOR (n:Mention_N) ON (n.grp, n.mid)
