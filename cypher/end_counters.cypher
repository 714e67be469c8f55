// revision, rows [[row]] → n
UNWIND $p.rows AS r
MATCH (n:Counter_N {row: r[0]})
USING INDEX SEEK n:Counter_N(row)
SET n.until = $p.revision
RETURN count(*) AS n
