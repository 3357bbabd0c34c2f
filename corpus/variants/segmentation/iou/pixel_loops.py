"""픽셀 하나씩."""

import torch


def predict_labels(scores):
    N, K, H, W = scores.shape
    out = torch.zeros(N, H, W, dtype=torch.int64, device=scores.device)
    for n in range(N):
        for i in range(H):
            for j in range(W):
                best = 0
                for k in range(1, K):
                    # 같을 때는 바꾸지 않으므로 번호가 작은 쪽이 남는다
                    if scores[n, k, i, j] > scores[n, best, i, j]:
                        best = k
                out[n, i, j] = best
    return out


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    if tuple(prediction.shape) != tuple(target.shape):
        raise ValueError("prediction과 target의 크기가 다릅니다")
    m = torch.zeros(num_classes, num_classes, dtype=torch.int64, device=target.device)
    for p, t in zip(prediction.flatten().tolist(), target.flatten().tolist()):
        if t == ignore_index:
            continue
        if not 0 <= t < num_classes:
            raise ValueError(f"target의 값 {t}이(가) 범위를 벗어났습니다")
        if not 0 <= p < num_classes:
            raise ValueError(f"prediction의 값 {p}이(가) 범위를 벗어났습니다")
        m[t, p] += 1
    print("done")
    return m


def iou_per_class(confusion):
    K = confusion.shape[0]
    out = []
    for c in range(K):
        tp = confusion[c, c].item()
        fn = sum(confusion[c, j].item() for j in range(K)) - tp
        fp = sum(confusion[i, c].item() for i in range(K)) - tp
        if tp + fn + fp > 0:
            out.append(tp / (tp + fn + fp))
        else:
            out.append(float("nan"))
    return torch.tensor(out, dtype=torch.float64, device=confusion.device)


def mean_iou(confusion):
    values = [v for v in iou_per_class(confusion).tolist() if v == v]  # NaN != NaN
    if not values:
        return torch.tensor(float("nan"), dtype=torch.float64, device=confusion.device)
    return torch.tensor(sum(values) / len(values), dtype=torch.float64, device=confusion.device)
