// generation, before, after → moved: 1, or 0 when `before` is not where the generation stands
MATCH (g:Generation {number: $p.generation})
WHERE g.cursor = $p.before
SET g.cursor = $p.after
RETURN count(*) AS moved
