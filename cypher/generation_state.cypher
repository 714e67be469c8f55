// generation → head, cursor, indexed, version; no row when the generation was replaced
MATCH (g:Generation {number: $p.generation})
RETURN g.head AS head, g.cursor AS cursor, g.indexed AS indexed, coalesce(g.version, 1) AS version
