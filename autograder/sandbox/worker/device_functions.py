"""The functions of PyTorch that concern devices, as they answer where there is a fake GPU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.sandbox.worker.devices import (
    CPU,
    GPU,
    ON_GPU,
    device_of,
    note_of,
    tensors_in,
    write_note,
)

Called = Callable[..., Any]


def made_on(func: Called, place: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
    """Call `func`, which makes a tensor on the device `place`."""
    device = _device(place)
    if device.type not in ("cpu", "cuda"):
        return func(*args, device=place, **kwargs)
    result = func(*args, device=CPU, **kwargs)
    for each in tensors_in((result,)):
        write_note(each, _note(device))
    return result


def _device(place: Any) -> torch.device:
    return GPU if isinstance(place, int) else torch.device(place)


def _note(device: torch.device) -> str | None:
    return ON_GPU if device.type == "cuda" else None


def expect_generator(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    generator, place = kwargs["generator"], kwargs.get("device")
    if generator is None:
        return
    given = next(iter(tensors_in(args)), None)
    device = CPU if given is None else device_of(given)
    wanted = (device if place is None else _device(place)).type
    if wanted != generator.device.type:
        raise RuntimeError(
            f"Expected a '{wanted}' device type for generator but found '{generator.device.type}'"
        )


class _Move(torch.autograd.Function):
    """A copy on another device; its gradient is copied back."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor, place: str | None) -> Tensor:
        return _noted(x.clone(), place)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, str | None], output: Tensor) -> None:
        ctx.home = note_of(inputs[0])

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return _noted(gradients[0].clone(), ctx.home), None


def _noted(tensor: Tensor, note: str | None) -> Tensor:
    write_note(tensor, note)
    return tensor


def _moved(x: Tensor, place: Any) -> Tensor:
    device = _device(place)
    if device.type == device_of(x).type:
        return x
    if device.type not in ("cpu", "cuda"):
        return x.to(device)
    moved: Tensor = _Move.apply(x, _note(device))
    return moved


def _to(func: Called, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    rest, place = list(args), kwargs.pop("device", None)
    other = rest.pop(0) if rest and isinstance(rest[0], Tensor) else kwargs.pop("other", None)
    if other is not None:
        place, kwargs["dtype"] = device_of(other), other.dtype
    elif rest and not isinstance(rest[0], torch.dtype | bool):
        place = rest.pop(0)
    kwargs.update(zip(("dtype", "non_blocking", "copy"), rest, strict=False))
    if kwargs.get("dtype") is None:
        kwargs.pop("dtype", None)
    moved = x if place is None else _moved(x, place)
    if moved is not x:
        kwargs.pop("copy", None)
    kwargs.pop("non_blocking", None)
    return func(moved, **kwargs) if kwargs else moved


def _parse_to(func: Called, *args: Any, **kwargs: Any) -> object:
    """The device among the arguments of `nn.Module.to`, or of the tensor to follow."""
    other = args[0] if args and isinstance(args[0], Tensor) else kwargs.pop("tensor", None)
    if other is not None:
        args = (device_of(other), other.dtype, *args[1:])
    return func(*args, **kwargs)


def _cpu(func: Called, x: Tensor, memory_format: Any = torch.preserve_format) -> Tensor:
    return _moved(x, CPU)


def _cuda(func: Called, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    return _moved(x, GPU)


def _numpy(func: Called, x: Tensor, *args: Any, **kwargs: Any) -> object:
    if device_of(x).type == "cuda":
        if not kwargs.get("force"):
            raise TypeError(
                "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the "
                "tensor to host memory first."
            )
        x = _moved(x, CPU)
    return func(x, *args, **kwargs)


def _tensor(func: Called, data: Any, *args: Any, device: Any = None, **kwargs: Any) -> Tensor:
    """A copy, which lies where its only tensor did; one made of many numbers lies on the CPU."""
    if device is None:
        device = device_of(data) if isinstance(data, Tensor) else CPU
    made: Tensor = func(data, *args, **kwargs)
    return _noted(made, _note(_device(device)))


def _as_tensor(
    func: Called, data: Any, dtype: Any = None, device: Any = None, **kwargs: Any
) -> Tensor:
    """Return a tensor that lies there already as it is."""
    if isinstance(data, Tensor):
        made: Tensor = func(data if device is None else _moved(data, device), dtype=dtype, **kwargs)
        return made
    return _noted(
        func(data, dtype=dtype, **kwargs), None if device is None else _note(_device(device))
    )


def _like_self(func: Called, x: Tensor, *args: Any, device: Any = None, **kwargs: Any) -> Tensor:
    made: Tensor = func(x, *args, **kwargs)
    return _noted(made, _note(device_of(x) if device is None else _device(device)))


def _copy(func: Called, x: Tensor, source: Tensor, *args: Any, **kwargs: Any) -> object:
    """A copy crosses from one device to the other, and its gradient comes back."""
    return func(x, _moved(source, device_of(x)), *args, **kwargs)


def _fill(func: Called, x: Tensor, value: Any) -> object:
    return func(x, _moved(value, device_of(x)) if isinstance(value, Tensor) else value)


def _assign(func: Called, x: Tensor, key: Any, value: Any) -> None:
    """Copy a value to the tensor's device when it goes to a slice or is a 0-dimensional tensor."""
    if isinstance(value, Tensor) and (value.dim() == 0 or _is_slice(key)):
        value = _moved(value, device_of(x))
    func(x, key, value)


def _is_slice(key: Any) -> bool:
    if isinstance(key, tuple):
        return all(map(_is_slice, key))
    if isinstance(key, Tensor):
        return key.dim() == 0 and key.dtype is not torch.bool
    return key is None or key is Ellipsis or isinstance(key, int | slice)


def with_numbers_moved(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of a function on a GPU, with numbers that are differentiated moved there.

    A GPU reads numbers without an axis from the CPU, and their gradients return to it.
    """
    if not any(isinstance(each, Tensor) and note_of(each) == ON_GPU for each in args):
        return args
    return tuple(
        _moved(each, GPU)
        if isinstance(each, Tensor) and each.dim() == 0 and each.requires_grad
        else each
        for each in args
    )


def _type(func: Called, x: Tensor, kind: Any = None, *args: Any, **kwargs: Any) -> object:
    """`x.type()` says the kind, `x.type("torch.FloatTensor")` makes one of it."""
    kind = kwargs.pop("dtype", kind)
    if kind is None:
        name = str(func(x))
        return name.replace("torch.", "torch.cuda.") if device_of(x).type == "cuda" else name
    if isinstance(kind, type):
        kind = f"{kind.__module__}.{kind.__name__}"
    if isinstance(kind, str):
        x = _moved(x, GPU if kind.startswith("torch.cuda.") else CPU)
        kind = kind.replace("torch.cuda.", "torch.")
    return func(x, kind)


def _type_as(func: Called, x: Tensor, other: Tensor) -> Tensor:
    made: Tensor = func(_moved(x, device_of(other)), other)
    return made


ANSWERS: dict[Called, Called] = {
    Tensor.device.__get__: lambda func, x, *_: device_of(x),
    Tensor.is_cuda.__get__: lambda func, x, *_: device_of(x) == GPU,  # type: ignore[attr-defined]
    Tensor.is_cpu.__get__: lambda func, x, *_: device_of(x) == CPU,  # type: ignore[attr-defined]
    Tensor.get_device: lambda func, x: 0 if device_of(x).type == "cuda" else func(x),
    Tensor.to: _to,
    torch._C._nn._parse_to: _parse_to,
    Tensor.cpu: _cpu,
    Tensor.cuda: _cuda,
    Tensor.numpy: _numpy,
    Tensor.__array__: _numpy,
    Tensor.type: _type,
    Tensor.type_as: _type_as,
    Tensor.copy_: _copy,
    Tensor.fill_: _fill,
    Tensor.__setitem__: _assign,
    Tensor.new_tensor: _like_self,
    Tensor.new: _like_self,
    Tensor.__deepcopy__: _like_self,
    torch.tensor: _tensor,
    torch.as_tensor: _as_tensor,
    torch.asarray: _as_tensor,
}
