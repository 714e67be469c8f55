"""Routes beside GraphQL, one file a subject."""
