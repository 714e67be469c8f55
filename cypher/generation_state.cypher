// generation → head, cursor, indexed; no row when the generation was replaced
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, g.cursor AS cursor, g.indexed AS indexed
