"""WHAT IT MEANS: communities, centrality, paths, risk and alerts: numbers with their reasons."""
