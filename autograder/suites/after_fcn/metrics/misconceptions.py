"""Small wrong implementations of the functions of `metrics.py`, with names."""
