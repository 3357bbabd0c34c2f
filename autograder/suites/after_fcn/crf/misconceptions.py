"""Small wrong implementations of the functions of `crf.py`, with names."""
