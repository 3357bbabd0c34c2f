"""Small wrong implementations of the functions of `atrous.py`, with names."""
