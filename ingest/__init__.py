"""HOW IT COMES IN: from a file, an export or an API to records, mentions and texts."""
