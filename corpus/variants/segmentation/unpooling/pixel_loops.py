"""언풀링 세 가지. 전부 for문으로."""

import torch


def nearest_unpool2d(x, scale):
    # scale이 1보다 작으면 에러
    if scale < 1:
        raise ValueError(f"scale은 1 이상이어야 합니다. 입력: {scale}")
    n, c, h, w = x.shape
    out = torch.zeros((n, c, h * scale, w * scale), dtype=x.dtype, device=x.device)
    for i in range(h):
        for j in range(w):
            for a in range(scale):
                for b in range(scale):
                    out[:, :, i * scale + a, j * scale + b] = x[:, :, i, j]
    return out


def bed_of_nails_unpool2d(x, scale):
    if scale < 1:
        raise ValueError(f"scale은 1 이상이어야 합니다. 입력: {scale}")
    n, c, h, w = x.shape
    out = torch.zeros((n, c, h * scale, w * scale), dtype=x.dtype, device=x.device)
    for i in range(h):
        for j in range(w):
            out[:, :, i * scale, j * scale] = x[:, :, i, j]
    return out


def max_unpool2d(x, indices, output_size):
    if list(x.shape) != list(indices.shape):
        raise ValueError(f"indices의 shape {tuple(indices.shape)}이 x {tuple(x.shape)}와 다릅니다")
    n, c, h, w = x.shape
    H_out, W_out = output_size[0], output_size[1]
    out = torch.zeros((n, c, H_out, W_out), dtype=x.dtype, device=x.device)
    for s in range(n):
        for ch in range(c):
            for i in range(h):
                for j in range(w):
                    index = int(indices[s, ch, i, j])
                    if index < 0 or index > H_out * W_out - 1:
                        raise ValueError(f"indices에 평면 밖의 번호 {index}가 있습니다")
                    # 번호 = 행 * 너비 + 열
                    row = index // W_out
                    col = index % W_out
                    out[s, ch, row, col] = x[s, ch, i, j]
    print("max_unpool2d 완료", out.shape)
    return out


if __name__ == "__main__":
    import torch.nn.functional as F

    a = torch.arange(16.0).reshape(1, 1, 4, 4)
    p, idx = F.max_pool2d(a, 2, return_indices=True)
    print(max_unpool2d(p, idx, (4, 4)))
    print(F.max_unpool2d(p, idx, 2))
