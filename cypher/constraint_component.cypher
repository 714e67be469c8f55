// () → (): what links hang on; needed while loading
CREATE CONSTRAINT constraint_component_N IF NOT EXISTS FOR (c:Component_N) REQUIRE c.comp IS UNIQUE
