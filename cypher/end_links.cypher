// revision, rows [[row]] → n
UNWIND $p.rows AS r
MATCH ()-[l:LINK_N {row: r[0]}]->()
USING INDEX SEEK l:LINK_N(row)
SET l.until = $p.revision
RETURN count(*) AS n
