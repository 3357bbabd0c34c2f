"""Describe a module to the grader: children, layer families, parameter shapes."""

from __future__ import annotations

from torch import nn

from autograder.sandbox.protocol.messages import ChildInfo, ParameterInfo

# Collected before any submission is imported, and by identity: nothing of a student's class, its
# names, its hash or its metaclass, is asked.
NAMED_BY_THE_CONTRACT: dict[int, str] = {
    id(kind): kind.__name__ for kind in (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
}
FAMILIES: dict[int, str] = {
    id(kind): kind.__name__
    for kind in vars(nn).values()
    if isinstance(kind, type) and issubclass(kind, nn.Module)
}
CHILD_CAP = 256


def family(module: nn.Module) -> str:
    """The torch.nn class a module is, or is derived from: the nearest one.

    One that the contract names goes before a nearer one (a LazyConv2d is a Conv2d).
    """
    ancestors = [id(kind) for kind in type.__dict__["__mro__"].__get__(type(module))]
    for names in (NAMED_BY_THE_CONTRACT, FAMILIES):
        for ancestor in ancestors:
            if ancestor in names:
                return names[ancestor]
    return "Module"


def describe(name: str, module: nn.Module) -> ChildInfo:
    """A module as the grader sees it. Layers without parameters of their own are left out."""
    layers = tuple(
        family(layer)
        for layer in module.modules()
        if next(layer.parameters(recurse=False), None) is not None
    )
    parameters = tuple(
        ParameterInfo(tuple(p.shape), str(p.dtype).removeprefix("torch."), p.device.type)
        for p in module.parameters()
    )
    # nn.Module gives every subclass a __call__; without a forward of its own it only raises.
    is_callable = type(module).forward is not nn.Module.forward
    return ChildInfo(name, layers, parameters, is_callable)


def describe_children(module: nn.Module) -> tuple[ChildInfo, ...]:
    """The named children, at most CHILD_CAP of them."""
    # Not named_children(), which gives a layer that bears two names only the first of them.
    named = [(name, child) for name, child in module._modules.items() if child is not None]
    return tuple(describe(name, child) for name, child in named[:CHILD_CAP])
