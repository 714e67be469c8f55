// () → (): pairs by their second end
CREATE RANGE INDEX index_pair_other_N IF NOT EXISTS FOR (n:Pair_N) ON (n.other)
