// seconds → (): when all indexes are online; an error when one failed
CALL db.awaitIndexes($seconds)
