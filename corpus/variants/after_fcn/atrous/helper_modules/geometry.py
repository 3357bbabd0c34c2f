from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    kernel: int
    stride: int
    rate: int

    def __post_init__(self):
        for name, value in vars(self).items():
            if value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")

    @property
    def span(self):
        return (self.kernel - 1) * self.rate

    def triple(self):
        return self.kernel, self.stride, self.rate


def as_pair(value):
    try:
        first, second = value
    except TypeError:
        return value, value
    return first, second


def out_size(size, kernel, rate, padding):
    return size + 2 * padding - (kernel - 1) * rate
