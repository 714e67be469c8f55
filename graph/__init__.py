"""What is true: evidence, decisions, the ledger, and the graph projected from them."""
