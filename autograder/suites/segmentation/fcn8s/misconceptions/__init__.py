"""Small wrong implementations of the functions of `fcn8s.py`, with names."""
