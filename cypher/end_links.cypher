// revision, rows [[row]] → n
UNWIND $p.rows AS r
MATCH ()-[l:LINK_N {row: r[0]}]->()
SET l.until = $p.revision
RETURN count(*) AS n
