"""A GPU that does not exist: its tensors lie in ordinary memory and hold their values.

PyTorch computes with them as with any other, gradients, views and all. Two modes make them look
as if they lay on a GPU: one for what Python asks for (`x.device`, `x.cpu()`, `device=`), one for
what is computed, where an operation that mixes devices raises what it would raise there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import BackwardCFunction
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.sandbox.worker.device_functions import (
    ANSWERS,
    Called,
    expect_generator,
    made_on,
    with_numbers_moved,
)
from autograder.sandbox.worker.devices import (
    ANYWHERE,
    ON_GPU,
    note_of,
    refuse_mixed,
    tensors_in,
    write_note,
)


class FakeGpu:
    """The one fake GPU of a worker."""

    def __init__(self) -> None:
        self._computing = _Computing()
        self._asking = _Asking(self._computing)

    @contextmanager
    def around(self) -> Iterator[None]:
        """Inside, tensors show where they lie, and devices do not mix."""
        with _backward_of_functions(self), self._computing, self._asking:
            yield

    def copy(self, value: Tensor) -> Tensor:
        """A tensor of the same values on this GPU."""
        copied = value.clone()
        write_note(copied, ON_GPU)
        return copied

    def run_backward(self, value: Tensor, wrt: Sequence[Tensor]) -> None:
        """Run backward from `value`. Raises what a GPU would where devices are mixed."""
        if not (wrt and value.requires_grad):
            return
        with self.around():
            found = torch.autograd.grad(value.sum(), wrt, allow_unused=True)
        for gradient, of in zip(found, wrt, strict=True):
            if gradient is not None and note_of(gradient) is None and note_of(of) is not None:
                raise RuntimeError(
                    "The backward pass returned an invalid gradient - "
                    "expected device cuda:0 but got cpu"
                )


class _Computing(TorchDispatchMode):
    """Sees every operation, below autograd, and says where its results lie."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0  # of PyTorch's own functions that are running
        self.made_anywhere = False

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # or PyTorch would import its compiler to keep it from this class

    def __torch_dispatch__(
        self,
        func: torch._ops.OpOverload,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        kwargs = kwargs or {}
        with torch._C.DisableTorchFunction():
            tensors = [*tensors_in(args), *tensors_in(kwargs.values())]
            notes = [note_of(each) for each in tensors]
            on_gpu = ON_GPU in notes
            cpu = [each for each, note in zip(tensors, notes, strict=True) if note is None]
            if on_gpu and cpu:
                refuse_mixed(func, args, kwargs, cpu)
            result = func(*args, **kwargs)
            if on_gpu:
                note = ON_GPU
                for each, was in zip(tensors, notes, strict=True):
                    if was == ANYWHERE:
                        write_note(each, ON_GPU)
            elif cpu or (not self.depth and func is torch.ops.aten.empty.memory_format):
                return result  # the latter is how `torch.Tensor(2, 3)` begins
            else:
                note, self.made_anywhere = ANYWHERE, True
            old = {each.untyped_storage()._cdata for each in cpu} if cpu else ()
            for each in tensors_in((result,)):
                if note_of(each) is None and not (old and each.untyped_storage()._cdata in old):
                    write_note(each, note)
            return result


class _Asking(TorchFunctionMode):
    """Sees every function of PyTorch that Python calls, and answers what concerns devices."""

    def __init__(self, computing: _Computing) -> None:
        self._computing = computing

    def __torch_function__(
        self,
        func: Called,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        kwargs = dict(kwargs) if kwargs else {}
        computing = self._computing
        computing.depth += 1
        before, computing.made_anywhere = computing.made_anywhere, False
        try:
            special = ANSWERS.get(func)
            if special is not None:
                return special(func, *args, **kwargs)
            if "generator" in kwargs:
                expect_generator(args, kwargs)
            if any(isinstance(a, Tensor) and a.requires_grad and a.dim() == 0 for a in args):
                args = with_numbers_moved(args)
            place = kwargs.pop("device", None)
            result = func(*args, **kwargs) if place is None else made_on(func, place, args, kwargs)
            if computing.made_anywhere:
                _settle(result, args, kwargs)
            return result
        finally:
            computing.depth -= 1
            computing.made_anywhere = before


def _settle(result: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Place results that PyTorch made on the way where the arguments lie."""
    given = [*tensors_in(args), *tensors_in(kwargs.values())]
    note = ON_GPU if any(note_of(each) is not None for each in given) else None
    for each in tensors_in((result,)):
        if note_of(each) == ANYWHERE:
            write_note(each, note)


@contextmanager
def _backward_of_functions(gpu: FakeGpu) -> Iterator[None]:
    """Treat the backward of a student's autograd.Function as the student's code, not PyTorch's."""
    inherited, computing, asking = BackwardCFunction.apply, gpu._computing, gpu._asking

    def apply(self: Any, *args: Any) -> object:
        depth, computing.depth = computing.depth, 0
        try:
            with asking:
                return inherited(self, *args)
        finally:
            computing.depth = depth

    BackwardCFunction.apply = apply  # type: ignore[method-assign]
    try:
        yield
    finally:
        BackwardCFunction.apply = inherited  # type: ignore[method-assign]
