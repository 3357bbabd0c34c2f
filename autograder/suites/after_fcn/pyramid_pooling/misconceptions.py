"""Small wrong implementations of the functions of `pyramid_pooling.py`, with names."""
