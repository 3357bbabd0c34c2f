from collections import Counter


def as_list(labels):
    return labels.flatten().tolist()


class PairCounter:
    def __init__(self, num_classes, ignore_index):
        self.num_classes = num_classes
        self.ignore_index = ignore_index
        self.pairs = Counter()

    def add(self, target, prediction):
        for t, p in zip(target, prediction):
            if t == self.ignore_index:
                continue
            if t not in range(self.num_classes):
                raise ValueError(f"target {t}")
            if p not in range(self.num_classes):
                raise ValueError(f"prediction {p}")
            self.pairs[t, p] += 1

    def table(self):
        K = range(self.num_classes)
        return [[self.pairs[i, j] for j in K] for i in K]
