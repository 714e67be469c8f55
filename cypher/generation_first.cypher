// version → (): an empty first generation where there is none
MERGE (c:Clew {name: 'clew'})
SET c.name = 'clew' // a write lock: a second opening waits here and then sees the first one's generation
WITH c
WHERE NOT (c)-[:CURRENT]->(:Generation)
SET c.generations = 1
CREATE (c)-[:CURRENT]->(:Generation {number: 1, slot: 1, head: 0, cursor: [0, 0, 0], indexed: false,
  version: $p.version})
