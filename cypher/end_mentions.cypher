// revision, rows [[row]] → n
UNWIND $p.rows AS r
MATCH (n:Mention_N {row: r[0]})
USING INDEX SEEK n:Mention_N(row)
SET n.until = $p.revision
RETURN count(*) AS n
