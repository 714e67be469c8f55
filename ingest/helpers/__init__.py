"""What several formats share; a helper sees no format and no store."""
