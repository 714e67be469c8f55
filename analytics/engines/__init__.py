"""The engines: local (NetworKit and SciPy, in process) and gds (a Neo4j server with Graph Data Science)."""
