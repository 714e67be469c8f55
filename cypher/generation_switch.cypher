// old, new → switched: the one write after which the new generation is opened
MATCH (c:Clew)-[current:CURRENT]->(old:Generation {number: $p.old})
MATCH (new:Generation {number: $p.new})
DELETE current
DETACH DELETE old
CREATE (c)-[:CURRENT]->(new)
RETURN count(*) AS switched
