"""Risk: a score of 0 to 100 whose reasons add up to it (model.yml says what counts; one file a factor)."""
