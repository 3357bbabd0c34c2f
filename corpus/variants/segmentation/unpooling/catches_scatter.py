import torch


def nearest_unpool2d(x, scale):
    if scale < 1:
        raise ValueError("scale < 1")
    n, c, h, w = x.shape
    ones = x.new_ones(scale, scale)
    # Kronecker product of every map with a block of ones
    return (x[:, :, :, None, :, None] * ones[:, None, :]).reshape(n, c, h * scale, w * scale)


def bed_of_nails_unpool2d(x, scale):
    if scale < 1:
        raise ValueError("scale < 1")
    nail = x.new_zeros(scale, scale)
    nail[0, 0] = 1
    return torch.cat(
        [
            torch.cat([v.unsqueeze(-1).unsqueeze(-1) * nail for v in row.unbind(-1)], -1)
            for row in x.unbind(-2)
        ],
        -2,
    )


def max_unpool2d(x, indices, output_size):
    size = tuple(output_size)
    if any(a != b for a, b in zip(x.size(), indices.size(), strict=True)):
        raise ValueError("each value of x needs one index in indices")
    out = x.new_zeros(*x.shape[:2], size[0] * size[1])
    if (indices < 0).any():  # newer versions may count these from the end
        raise ValueError("negative numbers in indices")
    try:
        out = out.scatter(-1, indices.flatten(-2), x.flatten(-2))
    except (IndexError, RuntimeError) as error:
        raise ValueError(f"indices do not fit into an output_size of {size}") from error
    return out.unflatten(-1, size)
