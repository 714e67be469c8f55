// rows [[comp]] → n
UNWIND $p.rows AS r
MERGE (:Component_N {comp: r[0]})
RETURN count(*) AS n
