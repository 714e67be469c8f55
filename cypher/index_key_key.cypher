// () → (): holders of an identifier
CREATE RANGE INDEX index_key_key_N IF NOT EXISTS FOR (n:Key_N) ON (n.key)
