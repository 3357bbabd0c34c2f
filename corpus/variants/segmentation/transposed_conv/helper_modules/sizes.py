def as_pair(value):
    if isinstance(value, int):
        return value, value
    return tuple(value)


def output_size(x, weight, stride, padding, output_padding):
    H, W = x.shape[2:]
    kH, kW = weight.shape[2:]
    return (
        (H - 1) * stride[0] - 2 * padding[0] + kH + output_padding[0],
        (W - 1) * stride[1] - 2 * padding[1] + kW + output_padding[1],
    )


def triangle(k):
    f = (k + 1) // 2
    c = f - 1 if k % 2 == 1 else f - 0.5
    return [1 - abs(i - c) / f for i in range(k)]
