import torch


def center_crop(x, size):
    h, w = size
    if h < 1 or w < 1 or h > x.shape[-2] or w > x.shape[-1]:
        raise ValueError(f"size {h} x {w}는 {tuple(x.shape)}에 들어가지 않습니다")
    top = (x.shape[-2] - h) // 2
    left = (x.shape[-1] - w) // 2
    # 뒤에서부터 세면 남는 쪽(아래, 오른쪽)이 헷갈리므로 앞에서부터
    return x[:, :, top:, left:][:, :, :h, :w]


def concat_skip(skip, upsampled):
    if skip.shape[0] != upsampled.shape[0]:
        raise ValueError("skip, upsampled: N")
    h, w = upsampled.shape[2], upsampled.shape[3]
    if h > skip.shape[2] or w > skip.shape[3]:
        raise ValueError("skip, upsampled: 크기")
    return torch.concat((center_crop(skip, (h, w)), upsampled), dim=1)
