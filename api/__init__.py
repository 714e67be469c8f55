"""WHO ASKS: GraphQL, the command line, workers and the viewer."""
