// revision, rows [[row]] → n
UNWIND $p.rows AS r
MATCH (n:Group_N {row: r[0]})
USING INDEX SEEK n:Group_N(row)
SET n.until = $p.revision
RETURN count(*) AS n
