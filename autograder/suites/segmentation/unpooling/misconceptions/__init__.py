"""Small wrong implementations of the functions of `unpooling.py`, with names."""
