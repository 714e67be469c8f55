// () → (): rebuilds that were begun and left; their rows are dropped by slot
MATCH (g:Generation)
WHERE NOT (:Clew)-[:CURRENT]->(g)
DETACH DELETE g
