"""The vocabulary of the wire: what a grader may ask and what a worker may answer.

Requests come from the trusted side and may nest; replies come from a process nobody
trusts, so they are flat, and nothing in them names something to look up.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from autograder.sandbox.protocol import layers as lock_down
from autograder.sandbox.protocol.errors import Frame
from autograder.sandbox.protocol.stand_ins import StandIn

DtypeName = Literal["float32", "float64", "int8", "int16", "int32", "int64", "uint8"]

# Among the patterns of excluded operations: a convolution with that flag, and no other convolution;
# a convolution or an unfolding with holes in its kernel, and none without.
TRANSPOSED_CONVOLUTION: Final = "convolution(transposed=True)"
DILATED_CONVOLUTION: Final = "convolution(dilation>1)"
MAX_DIMENSIONS: Final = 8
# Capped where it is decoded: whoever multiplies a million lengths is busy for minutes.
Shape = Annotated[tuple[int, ...], msgspec.Meta(max_length=MAX_DIMENSIONS)]

Refusal = Literal["memory", "disk", "open files", "processes", "package", "encoding", "refused"]
Device = Literal["cpu", "cuda", "meta", "fake-cuda"]
# What no honest file reaches, which costs nothing by itself: for the course staff.
Touched = Literal[
    "excluded operation at import",
    "decompositions",
    "ctypes",
    "native code",
    "guard",
]


class TensorHeader(msgspec.Struct, tag="tensor", frozen=True):
    """A tensor whose bytes stand at `start : start + size` of the frame's payload.

    With `stride` the bytes are a storage to be viewed with that stride and `offset`
    (in elements); without it they are the values in row-major order.
    """

    dtype: DtypeName
    shape: Shape
    start: int
    size: int
    stride: Shape | None = None
    offset: int = 0


class ObjectRef(msgspec.Struct, tag="object", frozen=True):
    """An object that lives in the worker."""

    handle: int


class Items(msgspec.Struct, tag="items", frozen=True):
    items: tuple[Value, ...]
    kind: Literal["tuple", "list"] = "tuple"


Value = None | bool | int | float | str | TensorHeader | ObjectRef | Items


class Load(msgspec.Struct, tag="load", frozen=True):
    """Import one file of the submission."""

    id: int
    module: str
    stand_ins: tuple[StandIn, ...] = ()
    forbidden: tuple[str, ...] = ()


class Item(msgspec.Struct, frozen=True):
    """The tensor at `index` of a tuple or list of so many tensors."""

    index: int
    of: int


class Invoke(msgspec.Struct, tag="invoke", frozen=True):
    """Call a name of the loaded file, or an object made before.

    With `cotangent` the reply carries the vector-Jacobian products with respect to the
    arguments in `wrt`: positions, keywords, or `child.3` for the fourth parameter of a
    child of the module that is called. `takes` says what of the result is the tensor that
    comes back.
    """

    id: int
    target: str | ObjectRef
    args: tuple[Value, ...] = ()
    kwargs: dict[str, Value] = {}
    device: Device = "cpu"
    grad: bool = True
    default_dtype: DtypeName = "float32"
    cotangent: TensorHeader | None = None
    wrt: tuple[int | str, ...] = ()
    takes: Literal["tensor", "numbers"] | Item = "tensor"


class BuildLinear(msgspec.Struct, tag="linear", frozen=True):
    """Make an `nn.Linear` with these parameters in the worker."""

    id: int
    weight: TensorHeader
    bias: TensorHeader | None
    device: Device = "cpu"


class SetParameters(msgspec.Struct, tag="set", frozen=True):
    """Copy values into the parameters of each named child ("" is the module), in order."""

    id: int
    target: ObjectRef
    children: dict[str, tuple[TensorHeader, ...]]


class FetchParameter(msgspec.Struct, tag="fetch", frozen=True):
    id: int
    target: ObjectRef
    child: str
    index: int


class SetMode(msgspec.Struct, tag="mode", frozen=True):
    id: int
    target: ObjectRef
    training: bool


Request = Load | Invoke | BuildLinear | SetParameters | FetchParameter | SetMode


class ParameterInfo(msgspec.Struct, frozen=True):
    shape: Shape
    dtype: str
    device: str


class ChildInfo(msgspec.Struct, frozen=True):
    """One named child: the families of its layers in order, and its parameters in order."""

    name: str
    layers: tuple[str, ...]
    parameters: tuple[ParameterInfo, ...]
    is_callable: bool

    @property
    def count(self) -> int:
        """The number of scalars in all parameters."""
        total = 0
        for parameter in self.parameters:
            size = 1
            for length in parameter.shape:
                size *= length
            total += size
        return total


class Ready(msgspec.Struct, tag="ready", frozen=True):
    """The worker is locked down by these layers."""

    layers: tuple[lock_down.Layer, ...]


class Broken(msgspec.Struct, tag="broken", frozen=True):
    """The worker could not be locked down and refuses to go on."""

    reason: str


class NoGpu(msgspec.Struct, tag="no_gpu", frozen=True):
    """The worker was locked down, and CUDA did not start in it."""

    reason: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a request; `touched` is what the file reached since the last one."""

    touched: tuple[Touched, ...] = ()


class Loaded(Answer, tag="loaded", frozen=True):
    """The file is imported; `settings` of the process are those that it changed."""

    id: int
    settings: tuple[str, ...] = ()


class Returned(Answer, tag="returned", frozen=True):
    """A tensor came back. `gradients` follow `wrt`; None where nothing flows."""

    id: int
    value: TensorHeader
    device: str
    modified: tuple[str, ...] = ()
    gradients: tuple[TensorHeader | None, ...] = ()
    settings: tuple[str, ...] = ()


class Made(Answer, tag="made", frozen=True):
    """A module came back: it stays in the worker and is described here."""

    id: int
    handle: int
    family: str
    children: tuple[ChildInfo, ...]
    own: ChildInfo
    modified: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


class Other(Answer, tag="other", frozen=True):
    """Something came back that is neither; `kind` says what, in words."""

    id: int
    kind: str
    device: str = ""


class Done(Answer, tag="done", frozen=True):
    id: int


class Threw(Answer, tag="threw", frozen=True):
    """The student's code raised; `refused` is the limit or rule that the exception tells of.

    `stub`: the student's own `raise` did, and nothing that it called.
    """

    id: int
    kind: str
    kinds: tuple[str, ...]
    text: str
    frames: tuple[Frame, ...]
    phase: Literal["import", "call", "backward"]
    refused: Refusal | None = None
    stub: bool = False


class NoSuchName(Answer, tag="missing", frozen=True):
    id: int
    name: str


class Forbade(Answer, tag="forbidden", frozen=True):
    id: int
    operation: str
    frames: tuple[Frame, ...]


Reply = (
    Ready | Broken | NoGpu | Loaded | Returned | Made | Other | Done | Threw | NoSuchName | Forbade
)
