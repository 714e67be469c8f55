// () → number, slot: the generation that the server's URL opens; no row on an empty server
MATCH (:Clew)-[:CURRENT]->(g:Generation)
RETURN g.number AS number, g.slot AS slot
