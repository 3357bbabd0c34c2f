from blocks import fold_blocks, split_axes
from checks import check_indices, check_scale


def nearest_unpool2d(x, scale):
    check_scale(scale)
    return fold_blocks(split_axes(x).expand(-1, -1, -1, scale, -1, scale))


def bed_of_nails_unpool2d(x, scale):
    check_scale(scale)
    n, c, h, w = x.shape
    blocks = x.new_zeros(n, c, h, scale, w, scale)
    blocks[:, :, :, 0, :, 0] = x
    return fold_blocks(blocks)


def max_unpool2d(x, indices, output_size):
    check_indices(x, indices, output_size)
    h, w = output_size
    # 모든 평면을 한 줄로 이어 놓고, 평면마다 시작 위치를 더한다
    planes = x.shape[0] * x.shape[1]
    start = (h * w) * indices.new_tensor(range(planes)).view(x.shape[0], x.shape[1], 1, 1)
    line = x.new_zeros(planes * h * w)
    line[(indices + start).flatten()] = x.flatten()
    return line.view(x.shape[0], x.shape[1], h, w)
