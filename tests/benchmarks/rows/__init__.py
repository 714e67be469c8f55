"""The benchmarks: one subject a file, found by tests.benchmarks.bench.benchmarks."""
