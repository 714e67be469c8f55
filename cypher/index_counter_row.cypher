// () → (): ends find their rows
CREATE RANGE INDEX index_counter_row_N IF NOT EXISTS FOR (n:Counter_N) ON (n.row)
