"""Label map, confusion matrix, IoU, mean IoU."""

import torch


def predict_labels(scores):
    return scores.argmax(dim=1)


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    if prediction.shape != target.shape:
        raise ValueError(
            f"prediction is {tuple(prediction.shape)}, target is {tuple(target.shape)}"
        )
    prediction = prediction.flatten().long()
    target = target.flatten().long()
    keep = target != ignore_index
    prediction, target = prediction[keep], target[keep]
    for name, labels in (("prediction", prediction), ("target", target)):
        if ((labels < 0) | (labels >= num_classes)).any():
            raise ValueError(f"{name} has a label outside 0 ... {num_classes - 1}")
    pairs = target * num_classes + prediction
    return torch.bincount(pairs, minlength=num_classes**2).view(num_classes, num_classes)


def iou_per_class(confusion):
    intersection = confusion.diagonal().double()
    union = confusion.sum(dim=0) + confusion.sum(dim=1)
    return intersection / union


def mean_iou(confusion):
    iou = iou_per_class(confusion)
    return torch.nan_to_num(iou, nan=0.0).mean()


if __name__ == "__main__":
    target = torch.tensor([0, 0, 1, 255])
    prediction = torch.tensor([0, 1, 1, 7])
    print(confusion_matrix(prediction, target, 2))
    print(mean_iou(confusion_matrix(prediction, target, 2)))
