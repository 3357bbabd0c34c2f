"""U-Net: the hidden checks of `unet.py`, and what they are made of."""
