"""Benchmarks: what Clew costs, beside its peers in the same run (design.md 8). Never timed tests.

    python -m tests.benchmarks [ROW …] [--size small|full]

Each file of rows/ has one subject and ends with `BENCHMARK = Benchmark(name, run)`; `run` takes the workshop (sizes,
folders, a graph and a Neo4j server that benchmarks share) and yields the rows of the one table.
"""
