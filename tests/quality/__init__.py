"""How good the models are, on data with truth: pairwise precision and recall beside plain Splink in the same run."""
