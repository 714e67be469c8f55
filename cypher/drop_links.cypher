// () → (): deletes in transactions of 10,000 so that a slot of any size fits the heap
MATCH ()-[l:LINK_N]->()
CALL (l) { DELETE l } IN TRANSACTIONS OF 10000 ROWS
