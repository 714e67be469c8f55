// () → (): mentions by id
CREATE RANGE INDEX index_mention_mid_N IF NOT EXISTS FOR (n:Mention_N) ON (n.mid)
