// () → (): ends find their rows
CREATE RANGE INDEX index_link_row_N IF NOT EXISTS FOR ()-[l:LINK_N]-() ON (l.row)
