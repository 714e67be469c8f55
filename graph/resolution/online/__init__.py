"""The models for one record at a time, without a database: the same text as the bulk run's, executed in Python."""
