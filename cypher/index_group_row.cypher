// () → (): ends find their rows
CREATE RANGE INDEX index_group_row_N IF NOT EXISTS FOR (n:Group_N) ON (n.row)
