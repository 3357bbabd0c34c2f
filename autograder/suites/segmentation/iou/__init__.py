"""IoU: the hidden checks of `iou.py`, and what they are made of."""
