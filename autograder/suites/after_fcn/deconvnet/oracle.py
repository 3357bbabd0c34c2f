"""DeconvNet as a function of its parameters, parameters that suit it, and the student's steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from autograder.authoring.called_module import Built, Parameters, Shapes
from autograder.authoring.declared import Arguments
from autograder.authoring.follow_through import through
from autograder.sandbox.grader.student import Student
from autograder.suites.after_fcn.deconvnet.right_deconvnet import RightDeconvNet

Functions = Callable[..., Any]


def children(**made_with: int) -> dict[str, Shapes]:
    with torch.device("meta"):
        net = RightDeconvNet(**made_with)
    return {name: [tuple(p.shape) for p in of.parameters()] for name, of in net.named_children()}


def _network(made_with: Arguments, functions: dict[str, Functions]) -> nn.Module:
    net = RightDeconvNet(**made_with).double()  # type: ignore[arg-type]
    for name, function in functions.items():
        setattr(net, "pool" if name.startswith("max") else "unpool", function)
    return net


def _run(net: nn.Module, parameters: Parameters, x: Tensor) -> Tensor:
    values = [each for child in parameters.values() for each in child]
    names = (name for name, _ in net.named_parameters())
    result: Tensor = functional_call(net, dict(zip(names, values, strict=True)), (x,))
    return result


def scores(parameters: Parameters, made_with: Arguments, x: Tensor, **own: Functions) -> Tensor:
    return _run(_network(made_with, own).eval(), parameters, x)


def in_training(
    parameters: Parameters, made_with: Arguments, x: Tensor, **own: Functions
) -> Tensor:
    return _run(_network(made_with, own).train(), parameters, x)


def after_training(
    parameters: Parameters, made_with: Arguments, x: Tensor, **own: Functions
) -> Tensor:
    """The scores in eval mode after one call in training mode with the images mirrored.

    Others than those that are scored: what a network keeps of them beside its statistics shows.
    """
    net = _network(made_with, own).train()
    _run(net, parameters, x.flip(3))
    return _run(net.eval(), parameters, x)


def suited(case: Built) -> Parameters:
    """Parameters with which every map is alive in either mode and no switch is up to rounding.

    Each layer is scaled as the case's image reaches it: without normalisation its values have
    mean m, |m| < 0.4, and deviation 1; normalisation makes γ z + β of them, 0.5 < |γ| < 1.5.
    Behind conv5 β = 0.9 |γ|, and ReLU cuts off a fifth. Before, β = 2 |γ|: where it cut off whole
    neighbourhoods the next map would be flat there, and hold its largest values twice. What is
    measured is rounded, so that a sum in another order gives the same parameters.
    """
    net, generator = _network(case.made_with, {}).eval(), torch.Generator().manual_seed(case.seed)

    def between(low: float, high: float, like: Tensor) -> Tensor:
        return low + (high - low) * torch.rand(like.shape, generator=generator, dtype=like.dtype)

    def suit(layer: nn.Conv2d, _: object, y: Tensor) -> Tensor:
        weight, bias = layer.weight, layer.bias
        assert bias is not None
        y = y - bias[:, None, None]
        single = y.numel() == y.shape[1]  # one value a channel has no deviation
        scale = _rounded(y.abs().amax((0, 2, 3)) if single else y.std((0, 2, 3)))
        outputs = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
        weight /= scale.reshape([-1 if axis == outputs else 1 for axis in range(4)])
        y = y / scale[:, None, None]
        bias.copy_(between(-0.4, 0.4, bias) - _rounded(y.mean((0, 2, 3))))
        return y + bias[:, None, None]

    with torch.no_grad():
        for name, layer in net.named_modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                layer.weight.normal_(generator=generator)
                layer.register_forward_hook(suit)
            elif isinstance(layer, nn.BatchNorm2d):
                sign = between(-1, 1, layer.weight).sign()
                layer.weight.copy_(between(0.5, 1.5, layer.weight) * sign)
                layer.bias.copy_((2 if name.startswith("conv") else 0.9) * layer.weight.abs())
        net(case.inputs["x"])
    return {name: [p.detach() for p in of.parameters()] for name, of in net.named_children()}


def _rounded(values: Tensor) -> Tensor:
    return values.bfloat16().double()


def own_pool(student: Student) -> Functions:
    def pool(x: Tensor, size: int) -> tuple[Tensor, Tensor]:
        function = student.max_pool_with_switches
        values = through(function.item(0, of=2), x, extra=(size,))
        return values, function.item(1, of=2)(x.detach(), size)

    return pool


def own_unpool(student: Student) -> Functions:
    def unpool(x: Tensor, switches: Tensor, size: tuple[int, int]) -> Tensor:
        return through(student.unpool_with_switches, x, extra=(switches, size))

    return unpool
