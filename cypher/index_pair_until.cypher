// () → (): rows ended after a revision, paged
CREATE RANGE INDEX index_pair_until_N IF NOT EXISTS FOR (n:Pair_N) ON (n.until, n.row)
