"""Any table of people or organisations resolved without its truth, and then held to it: `clew evaluate`.

truth_file.py says what a set is, reading.py reads it, cleaning.py makes the columns compared, models.py the model for
the columns there are, learning.py its parameters, run.py all of it in order; peer.py is plain Splink beside it."""
