"""Small wrong implementations of the functions of `iou.py`, with names."""
