"""Small wrong implementations of the functions of `deconvnet.py`, with names."""
