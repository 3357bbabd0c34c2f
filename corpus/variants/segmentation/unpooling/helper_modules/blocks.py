"""(N, C, H, W) <-> (N, C, H, s, W, s)"""


def split_axes(x):
    return x[:, :, :, None, :, None]


def fold_blocks(blocks):
    n, c, h, s, w, t = blocks.shape
    return blocks.reshape(n, c, h * s, w * t)
