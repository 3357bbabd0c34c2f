"""What the notebook does with whole networks: count, take apart, fill with weights.

노트북이 네트워크 전체를 다루는 도구입니다. 매개변수를 세고, 가지를 나누고, 가중치를 채웁니다.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from training import IGNORE, Pairs

STAGES = ("features1", "features2", "features3", "features4", "features5")


def summary(model: nn.Module) -> str:
    """The table of a model's children: name, type, parameters; and what float32 weights weigh."""
    rows = [
        (name, type(child).__name__, f"{sum(p.numel() for p in child.parameters()):,}")
        for name, child in model.named_children()
    ]
    titles = ("Name", "Type", "Params")
    widths = [max(len(row[i]) for row in [titles, *rows]) for i in range(3)]
    lines = [
        f"{number:>2} | {name:<{widths[0]}} | {kind:<{widths[1]}} | {count:>{widths[2]}}"
        for number, (name, kind, count) in enumerate(rows)
    ]
    head = f"   | {titles[0]:<{widths[0]}} | {titles[1]:<{widths[1]}} | {titles[2]:>{widths[2]}}"
    rule = "-" * len(head)
    total = sum(p.numel() for p in model.parameters())
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    feet = [
        f"{_rounded(trained):<10}Trainable params",
        f"{_rounded(total - trained):<10}Non-trainable params",
        f"{_rounded(total):<10}Total params ({total:,})",
        f"{total * 4 / 1e6:<10,.3f}Total estimated model params size (MB)",
    ]
    return "\n".join([head, rule, *lines, rule, *feet])


def _rounded(count: int) -> str:
    """Three figures: 134 M."""
    for unit, name in ((10**6, " M"), (10**3, " K")):
        if count >= unit:
            return f"{count / unit:.3g}{name}"
    return str(count)


def output_sizes(model: nn.Module, image: torch.Tensor) -> dict[str, tuple[int, ...]]:
    """The shape of what each child puts out, in the order in which they were last called."""
    sizes = {"image": tuple(image.shape)}

    def note(name: str) -> Callable[[nn.Module, object, torch.Tensor], None]:
        def hook(_child: nn.Module, _inputs: object, output: torch.Tensor) -> None:
            sizes.pop(name, None)  # a child that is called again moves to the end
            sizes[name] = tuple(output.shape)

        return hook

    handles = [child.register_forward_hook(note(name)) for name, child in model.named_children()]
    try:
        model(image)
    finally:
        for handle in handles:
            handle.remove()
    return sizes


def scales_apart(model: nn.Module) -> dict[str, nn.Module]:
    """Three copies of an FCN-8s, each of which scores with one of its three depths alone.

    Above its score layers the network is linear, so the three add up to the whole.
    """
    last = [layer for layer in model.classifier.modules() if isinstance(layer, nn.Conv2d)][-1]
    names = {layer: name for name, layer in model.named_modules()}
    layers = {"pool5": names[last], "pool4": "score_pool4", "pool3": "score_pool3"}
    copies = {}
    for scale in layers:
        copies[scale] = copy.deepcopy(model)
        for other in layers.keys() - {scale}:
            silent = copies[scale].get_submodule(layers[other])
            nn.init.zeros_(silent.weight)
            nn.init.zeros_(silent.bias)
    return copies


def fit_window_classifier(data: Pairs, size: int, shrink: int) -> nn.Linear:
    """A fully connected layer that tells whether the middle of a size × size window is class 1.

    It reads windows of the images shrunk `shrink` times, and is fitted by least squares: +1 for
    class 1, −1 for others.
    """
    windows, answers = [], []
    for image, label in data:
        small = F.avg_pool2d(image[None], shrink)
        height, width = small.shape[2:]
        middle = label[shrink // 2 :: shrink, shrink // 2 :: shrink][:height, :width]
        inside = slice(size // 2, -(size // 2) or None)
        middle = middle[inside, inside].flatten()
        counted = middle != IGNORE
        windows.append(F.unfold(small, size)[0].T[counted])
        answers.append(middle[counted].float() * 2 - 1)
    x = torch.cat(windows)
    x = torch.cat([x, torch.ones(len(x), 1)], dim=1)  # the last weight is the bias
    solved = torch.linalg.lstsq(x, torch.cat(answers)[:, None]).solution[:, 0]
    linear = nn.Linear(x.shape[1] - 1, 1)
    with torch.no_grad():
        linear.weight.copy_(solved[None, :-1])
        linear.bias.copy_(solved[-1:])
    return linear


def load_vgg16(model: nn.Module) -> nn.Module:
    """Fill your full-size FCN-8s with VGG-16's weights, trained on ImageNet.

    전체 크기의 FCN-8s를 ImageNet으로 학습한 VGG-16의 가중치로 채웁니다.

    Needs `FCN8s(num_classes)` with its default widths, your `convolutionalize`, 528 MB to
    download once, and about 3 GB of memory; to train it in reasonable time, a GPU.
    """
    from fcn8s import convolutionalize

    vgg = _pretrained_vgg16()
    convolutions = [layer for layer in vgg.features if isinstance(layer, nn.Conv2d)]
    for linear, channels, size in ((vgg.classifier[0], 512, 7), (vgg.classifier[3], 4096, 1)):
        convolutions.append(convolutionalize(linear, channels, size))
    own: Sequence[nn.Conv2d] = [
        layer
        for name in (*STAGES, "classifier")
        for layer in getattr(model, name).modules()
        if isinstance(layer, nn.Conv2d)
    ]
    # The last of the classifier gives class scores of its own and stays as it is.
    for layer, pretrained in zip(own[:-1], convolutions, strict=True):
        if layer.weight.shape != pretrained.weight.shape:
            raise ValueError("VGG-16's weights fit FCN8s with its default widths only")
        layer.load_state_dict(pretrained.state_dict())
    return model


def _pretrained_vgg16() -> nn.Module:
    from torchvision.models import VGG16_Weights, vgg16

    weights = VGG16_Weights.IMAGENET1K_V1
    try:
        return vgg16(weights=weights)
    except OSError as error:  # no network, or no such file there
        file = Path(torch.hub.get_dir(), "checkpoints", Path(weights.url).name)
        raise FileNotFoundError(
            f"VGG-16's weights could not be downloaded ({error}): put {file.name} into "
            f"{file.parent}"
        ) from None
