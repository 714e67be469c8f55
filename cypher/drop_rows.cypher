// () → (): links first (drop_links)
MATCH (n:Component_N|Mention_N|Group_N|Key_N|Pair_N|Counter_N)
CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS
