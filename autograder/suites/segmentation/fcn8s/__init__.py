"""FCN-8s: the hidden checks of `fcn8s.py`, and what they are made of."""
