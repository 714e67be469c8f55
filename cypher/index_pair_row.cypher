// () → (): ends find their rows
CREATE RANGE INDEX index_pair_row_N IF NOT EXISTS FOR (n:Pair_N) ON (n.row)
