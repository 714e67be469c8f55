// () → (): ends find their rows
CREATE RANGE INDEX index_mention_row_N IF NOT EXISTS FOR (n:Mention_N) ON (n.row)
