// () → (): pairs by their first end
CREATE RANGE INDEX index_pair_comp_N IF NOT EXISTS FOR (n:Pair_N) ON (n.comp)
