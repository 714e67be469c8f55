// () → (): rows put after a revision, paged
CREATE RANGE INDEX index_pair_since_N IF NOT EXISTS FOR (n:Pair_N) ON (n.since, n.row)
