// () → (): holders of an identifier
CREATE RANGE INDEX index_key_start_N IF NOT EXISTS FOR (n:Key_N) ON (n.start)
