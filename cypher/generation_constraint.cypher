// () → (): two openings of one empty server must not make two graphs
CREATE CONSTRAINT clew IF NOT EXISTS FOR (c:Clew) REQUIRE c.name IS UNIQUE
