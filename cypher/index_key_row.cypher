// () → (): ends find their rows
CREATE RANGE INDEX index_key_row_N IF NOT EXISTS FOR (n:Key_N) ON (n.row)
