"""Transposed convolution: the hidden checks of `transposed_conv.py`, and what they are made of."""
