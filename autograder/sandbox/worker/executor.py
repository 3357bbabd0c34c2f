"""Carrying out requests against one file of a submission.

This runs in the worker, next to the student's code. It holds no expected value and no
score, and whatever it answers is checked again on the grader's side.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeVar

from msgspec.structs import replace
from torch import Tensor, nn

from autograder.sandbox.protocol.errors import Frame
from autograder.sandbox.protocol.messages import (
    Answer,
    BuildLinear,
    FetchParameter,
    Forbade,
    Invoke,
    Load,
    Loaded,
    NoSuchName,
    ObjectRef,
    Other,
    Reply,
    Request,
    Returned,
    SetMode,
    SetParameters,
    TensorHeader,
    Touched,
    Value,
)
from autograder.sandbox.protocol.wire import DTYPES, Buffer, Payload, read_tensor, unpack_value
from autograder.sandbox.worker import chance, stand_in
from autograder.sandbox.worker.devices import device_of
from autograder.sandbox.worker.exceptions import Phase, describe_exception, student_frames
from autograder.sandbox.worker.forbidden import Guard
from autograder.sandbox.worker.imports import Imports
from autograder.sandbox.worker.loading import Files
from autograder.sandbox.worker.native import arm
from autograder.sandbox.worker.objects import Devices, Objects
from autograder.sandbox.worker.outgoing import changed, plain, snapshot, unfit, vector_jacobian
from autograder.sandbox.worker.results import taken
from autograder.sandbox.worker.settings import Settings
from autograder.sandbox.worker.source import demand_text

NO_SURROUNDINGS: Final = nullcontext()
Found = TypeVar("Found")


class Executor:
    """One file of one submission, loaded once, then called any number of times.

    With `permanent` the process does nothing else: what the file may not use is gone from it.
    """

    def __init__(self, folder: Path, reply_bytes: int, *, permanent: bool = False) -> None:
        self._permanent = permanent
        self._folder = folder
        self._reply_bytes = reply_bytes
        self._module: ModuleType | None = None
        self._guard = Guard(())
        self._files = Files(folder, self._guard)
        self._imports = Imports(folder)
        self._touched: set[Touched] = set()
        self._settings = Settings(library=())
        self._found = frozenset(sys.modules), list(sys.path), sys.dont_write_bytecode
        self._devices = Devices()
        self._objects = Objects(self._devices, reply_bytes)
        self._phase: Phase = "import"

    @classmethod
    def of(cls, **names: object) -> Executor:
        """An executor of functions and classes that are here already, for trusted code."""
        executor = cls(Path("/"), 1 << 30)
        executor._module = ModuleType("given")
        vars(executor._module).update(names)
        return executor

    def close(self) -> None:
        """Leave this process as it was before the file was loaded."""
        self._guard.remove()
        self._files.end()
        self._imports.end()
        modules, sys.path[:], sys.dont_write_bytecode = self._found
        for name in sys.modules.keys() - modules:
            file = getattr(sys.modules[name], "__file__", None)
            if isinstance(file, str) and Path(file).parent == self._folder:
                del sys.modules[name]

    @property
    def objects(self) -> int:
        """The number of objects made; handles count from 0."""
        return self._objects.count

    def handle(self, request: Request, data: Buffer) -> tuple[Reply, Payload]:
        """Answer one request; an exception of the student's code becomes a reply."""
        out = Payload()
        try:
            reply = self._dispatch(request, data, out)
        except BaseException as error:  # SystemExit and KeyboardInterrupt are answers too
            reply = describe_exception(request.id, error, self._folder, self._phase)
            out = Payload()
        if self._touched and isinstance(reply, Answer):
            reply = replace(reply, touched=tuple(sorted(self._touched)))
            self._touched.clear()
        return reply, out

    def _dispatch(self, request: Request, data: Buffer, out: Payload) -> Reply:
        match request:
            case Load():
                return self._load(request)
            case Invoke():
                return self._invoke(request, data, out)
            case BuildLinear():
                return self._objects.build_linear(request, data)
            case SetParameters():
                return self._objects.set_parameters(request, data)
            case FetchParameter():
                return self._objects.fetch_parameter(request, out)
            case SetMode():
                return self._objects.set_mode(request)

    # --- loading

    def _load(self, request: Load) -> Reply:
        self._phase = "import"
        sys.path.insert(0, str(self._folder))
        sys.dont_write_bytecode = True
        inside = [each for each in request.stand_ins if each.module == request.module]
        beside = {each.module for each in request.stand_ins}
        self._imports = Imports(self._folder, beside, self._touched.add)
        self._imports.begin()
        self._settings = Settings()
        self._guard = Guard(request.forbidden, permanent=self._permanent)
        self._files = Files(self._folder, self._guard)
        self._files.begin()
        if self._permanent and request.forbidden:
            arm(self._touched.add)
        with self._guard.watch(), self._settings.of_import():
            for replacement in request.stand_ins:
                if replacement not in inside:
                    stand_in.install(replacement, self._import)
            self._module = module = self._import(request.module)
        if self._guard.reached is not None:
            self._touched.add("excluded operation at import")
        self._imports.graded = True
        for replacement in inside:
            stand_in.install(replacement, lambda name: module)
        return Loaded(request.id, self._settings.changed)

    def _import(self, name: str) -> ModuleType:
        path = self._folder / f"{name}.py"
        spec = self._files.spec(name)
        if spec is None or spec.loader is None:
            raise ImportError(f"{path.name} is not a Python file")
        demand_text(path)
        module = module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    # --- calling

    def _invoke(self, request: Invoke, data: Buffer, out: Payload) -> Reply:
        target: Any
        if isinstance(request.target, ObjectRef):
            target = self._objects.resolve(request.target.handle)
        else:
            target = getattr(self._module, request.target, None)
            if target is None:
                return NoSuchName(request.id, request.target)
        arguments = self._arguments(request, data)
        watched = request.device in ("cpu", "cuda")
        before = {name: snapshot(value) for name, value in arguments.items() if watched}
        args = [arguments[index] for index in range(len(request.args))]
        kwargs = {name: arguments[name] for name in request.kwargs}
        wrt = self._differentiable(request, target, arguments)

        chance.begin()
        self._phase = "call"
        surroundings = self._devices.around(request.device)
        # What the import left is in force: a default dtype is set only where another is asked for.
        dtype = None if request.default_dtype == "float32" else DTYPES[request.default_dtype]
        own = self._settings.of_call(grad=request.grad, dtype=dtype)
        result = self._guarded(request, lambda: target(*args, **kwargs), own, surroundings)
        if isinstance(result, Forbade):
            return result
        modified = tuple(
            str(name) for name, value in before.items() if changed(value, arguments[name])
        )
        if isinstance(result, nn.Module):
            constructed = isinstance(target, type)
            made = self._objects.keep(request.id, result, request.device, constructed)
            return replace(made, modified=modified, settings=self._settings.changed)
        tensor = taken(result, request.takes)
        if not isinstance(tensor, Tensor):
            return Other(request.id, tensor)
        return self._returned(request, data, out, tensor, wrt, modified)

    def _returned(
        self,
        request: Invoke,
        data: Buffer,
        out: Payload,
        result: Tensor,
        wrt: Sequence[Tensor],
        modified: tuple[str, ...],
    ) -> Reply:
        if request.device == "meta":
            return Other(request.id, "a tensor", result.device.type)
        value = plain(result)
        if request.device == "fake-cuda":
            self._phase = "backward"
            run = partial(self._devices.fake_gpu.run_backward, value, wrt)
            forbade = self._guarded(request, run, self._settings.of_call())
            return (
                forbade
                if isinstance(forbade, Forbade)
                else Other(request.id, "a tensor", device_of(value).type)
            )
        device = value.device.type
        reason = unfit(value, self._reply_bytes)
        if reason:
            return Other(request.id, reason, device)
        left = self._settings.changed
        gradients: tuple[TensorHeader | None, ...] = ()
        if request.cotangent is not None:
            cotangent = read_tensor(request.cotangent, data).to(value.device)
            if cotangent.shape == value.shape and cotangent.dtype == value.dtype:
                self._phase = "backward"
                work = partial(vector_jacobian, value, wrt, cotangent)
                found = self._guarded(request, work, self._settings.of_call())
                if isinstance(found, Forbade):
                    return found
                left += self._settings.changed
                gradients = tuple(None if each is None else out.add(plain(each)) for each in found)
        return Returned(request.id, out.add(value), device, modified, gradients, left)

    def _guarded(
        self,
        request: Invoke,
        work: Callable[[], Found],
        own: AbstractContextManager[object],
        surroundings: AbstractContextManager[object] = NO_SURROUNDINGS,
    ) -> Found | Forbade:
        """What `work` gives, in which the student's code may run; raises what it raises."""
        frames: tuple[Frame, ...] = ()
        failure: BaseException | None = None
        with self._guard.watch(), self._settings.of_file(), surroundings, own:
            try:
                result = work()
            except BaseException as error:
                failure = error
                frames = student_frames(error, self._folder)
        if self._guard.reached is not None:
            return Forbade(request.id, self._guard.reached, frames)
        if failure is not None:
            raise failure
        return result

    def _arguments(self, request: Invoke, data: Buffer) -> dict[int | str, object]:
        resolve = self._objects.resolve
        values: list[tuple[int | str, Value]] = [*enumerate(request.args), *request.kwargs.items()]
        return {
            name: self._devices.place(unpack_value(value, data, resolve), request.device)
            for name, value in values
        }

    def _differentiable(
        self, request: Invoke, target: object, arguments: dict[int | str, object]
    ) -> list[Tensor]:
        """The tensors of `wrt`, made leaves that require a gradient."""
        tensors: list[Tensor] = []
        for name in request.wrt:
            if isinstance(name, str) and "." in name:
                child, _, index = name.rpartition(".")
                assert isinstance(target, nn.Module)
                tensors.append(list(target.get_submodule(child).parameters())[int(index)])
                continue
            value = arguments[name]
            assert isinstance(value, Tensor)
            arguments[name] = value.requires_grad_()
            tensors.append(value)
        if tensors and request.device == "fake-cuda" and isinstance(target, nn.Module):
            tensors.extend(each for each in target.parameters() if each.requires_grad)
        return tensors
