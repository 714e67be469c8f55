// revision, rows [[row]] → n
UNWIND $p.rows AS r
MATCH (n:Counter_N {row: r[0]})
SET n.until = $p.revision
RETURN count(*) AS n
