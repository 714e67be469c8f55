// slot, version → number: an empty generation beside the current one, under a number not used before
MATCH (c:Clew)
SET c.generations = c.generations + 1
CREATE (g:Generation {number: c.generations, slot: $p.slot, head: 0, cursor: [0, 0, 0], indexed: false,
  version: $p.version})
RETURN g.number AS number
