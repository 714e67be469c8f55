// generation → (): its indexes are online
MATCH (g:Generation {number: $p.generation})
SET g.indexed = true
