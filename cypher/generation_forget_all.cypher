// () → ()
MATCH (n:Clew|Generation)
DETACH DELETE n
