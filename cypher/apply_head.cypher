// generation, revision → (): the write that makes a delta visible
MATCH (g:Generation {number: $p.generation})
SET g.head = $p.revision
