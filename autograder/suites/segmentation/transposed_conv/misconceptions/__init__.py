"""Small wrong implementations of the functions of `transposed_conv.py`, with names."""
