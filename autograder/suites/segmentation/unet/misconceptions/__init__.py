"""Small wrong implementations of the functions of `unet.py`, with names."""
