"""One Cypher statement a file; parameters only."""
