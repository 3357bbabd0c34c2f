def check_scale(scale):
    if not scale >= 1:
        raise ValueError(f"scale은 자연수여야 합니다 ({scale})")


def check_indices(x, indices, output_size):
    if indices.shape != x.shape:
        raise ValueError("indices와 x의 shape이 같아야 합니다")
    cells = output_size[0] * output_size[1]
    bad = (indices < 0) | (indices >= cells)
    if bad.sum().item() > 0:
        raise ValueError(f"indices는 0 이상 {cells} 미만이어야 합니다")
