# (base_channels의 몇 배, padding)
VGG = (
    ((1, 100), (1, 1)),
    ((2, 1), (2, 1)),
    ((4, 1), (4, 1), (4, 1)),
    ((8, 1), (8, 1), (8, 1)),
    ((8, 1), (8, 1), (8, 1)),
)
# (kernel, stride)
UP = {"upscore2": (4, 2), "upscore4": (4, 2), "upscore8": (16, 8)}


def crop(x, offset, h, w):
    """(offset, offset)에서 h x w 창. 들어가지 않으면 None."""
    if offset < 0 or x.shape[2] < offset + h or x.shape[3] < offset + w:
        return None
    return x[:, :, offset : offset + h, offset : offset + w]
