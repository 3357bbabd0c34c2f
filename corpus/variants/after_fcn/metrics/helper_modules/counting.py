import torch


class Confusion:
    """Counts of (true, given) pairs."""

    def __init__(self, counts):
        self.n = counts.to(torch.float64)
        self.hit, self.true = self.n.diagonal(), self.n.sum(1)
        self.union = self.true + self.n.sum(0) - self.hit

    @classmethod
    def of_maps(cls, prediction, target, num_classes, ignore_index):
        if prediction.shape != target.shape:
            raise ValueError("shapes of prediction and target differ")
        counts = torch.zeros(num_classes, num_classes, dtype=torch.int64, device=target.device)
        kept = [x.long()[target.long() != ignore_index] for x in (target, prediction)]
        for name, labels in zip(("target", "prediction"), kept):
            bad = labels[(labels < 0) | (labels >= num_classes)]
            if len(bad):
                raise ValueError(f"{name} holds {bad[0].item()}, there are {num_classes} classes")
        for c in range(num_classes):
            counts[c] = torch.bincount(kept[1][kept[0] == c], minlength=num_classes)
        return cls(counts)
