"""Unpooling: the hidden checks of `unpooling.py`, and what they are made of."""
