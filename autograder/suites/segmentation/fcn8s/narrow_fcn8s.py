"""A student's FCN8s with known weights, and what it may be made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property

import torch
from torch import Tensor

from autograder.authoring.expect import fail
from autograder.authoring.follow_through import through
from autograder.document.text import Text
from autograder.sandbox.grader.functions import Module
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Raised, StudentFault
from autograder.sandbox.protocol.messages import ChildInfo
from autograder.suites.segmentation.fcn8s import oracle
from autograder.suites.segmentation.fcn8s.networks import Network
from autograder.suites.segmentation.fcn8s.oracle import Fuse, Trunk, Weights

Shapes = tuple[tuple[int, ...], ...]


def make_without_values(student: Student, *args: object, **kwargs: object) -> Module:
    """The full-size model without its 537 MB, or for real where it looks at its weights."""
    try:
        return student.FCN8s.make_on_meta(*args, **kwargs)
    except Raised:
        return student.FCN8s.make(*args, **kwargs)


def child_of(student: Student, net: Module, name: str) -> ChildInfo:
    """A child that the contract names."""
    if name not in net.children:
        have = ", ".join(net.children) or "-"
        fail(
            student,
            Text(
                f"There is no child called {name}; there are: {have}.",
                f"이름이 {name}인 child가 없습니다. 있는 것: {have}.",
            ),
        )
    return net.children[name]


def expect_shapes(student: Student, net: Module, name: str, expected: Shapes) -> None:
    """The parameters of a child have these shapes, in this order."""
    shapes = _shapes(child_of(student, net, name))
    if shapes != expected:
        fail(
            student,
            Text(
                f"The parameters of {name} have the shapes {_listed(shapes)}; "
                f"they should have {_listed(expected)}.",
                f"{name}의 파라미터 shape이 {_listed(shapes)}입니다. "
                f"{_listed(expected)}이어야 합니다.",
            ),
        )


class Built:
    """The student's network with a case's weights, in eval mode.

    A bias too many or too few, and transposed convolutions that keep classes apart, are the
    business of the checks that count parameters: here what a child has not is zero in
    `weights`, which the oracle uses, and what it has besides is set to zero.
    """

    def __init__(self, student: Student, case: Network) -> None:
        self.student, self.case = student, case
        self.net = student.FCN8s.make(*case.arguments)
        self.weights: dict[str, tuple[Tensor, ...]] = dict(case.weights)
        self.known: dict[str, range] = {}  # which of `weights` a child's parameters are
        self.set(case.weights)
        self.net.eval()
        self.trunk = case.trunk
        if any(self.weights[name] is not case.weights[name] for name in self.weights):
            self.trunk = oracle.trunk(case.image, oracle.given(self.weights))

    def set(self, weights: Weights) -> None:
        """Set the parameters of these children."""
        self.net.set_parameters(
            {name: self._fit(name, values) for name, values in weights.items() if values}
        )

    def _fit(self, name: str, values: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        expected = tuple(tuple(value.shape) for value in values)
        shapes = _shapes(child_of(self.student, self.net, name))
        self.known[name] = range(len(values))
        if name.startswith("upscore") and shapes == (*expected, expected[0][:1]):
            return (*values, values[0].new_zeros(shapes[1]))
        if name.startswith("upscore") and shapes == ((expected[0][0], 1, *expected[0][2:]),):
            self.known[name] = range(0)
            diagonal = values[0].diagonal().permute(2, 0, 1)
            self.weights[name] = (torch.diag_embed(diagonal.permute(1, 2, 0)).permute(2, 3, 0, 1),)
            return (diagonal[:, None],)
        if shapes == expected[::2] != expected:
            self.known[name] = range(0, len(values), 2)
            self.weights[name] = tuple(
                torch.zeros_like(value) if index % 2 else value
                for index, value in enumerate(values)
            )
            return values[::2]
        expect_shapes(self.student, self.net, name, expected)
        return values

    def again(self, student: Student) -> Tensor:
        """The result of another student's network for the same case."""
        return Built(student, self.case).net(self.case.image)

    def uncut(self, fuse: Fuse = oracle.fuse_skip, *, of: Trunk | None = None) -> Tensor:
        return oracle.head(of or self.trunk, self.weights, fuse)

    def expected(self, fuse: Fuse = oracle.fuse_skip) -> Tensor:
        return oracle.cut(self.uncut(fuse), *self.case.image.shape[2:])

    def scale(self, scores: Tensor) -> float:
        """The largest magnitude on the way; times 10 in float32, for 19 layers of rounding."""
        layers = 10 if scores.dtype == torch.float32 else 1
        return layers * max(float(scores.abs().max()), self._trunk_scale)

    @cached_property
    def _trunk_scale(self) -> float:
        maps = self.trunk.pool3, self.trunk.pool4, self.trunk.hidden
        return max(float(each.abs().max()) for each in maps)

    def own_fuse(self, coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
        return through(self.student.fuse_skip, coarse, skip, extra=(offset,))

    def rounded_down(self) -> Trunk:
        """The trunk of a network whose poolings drop an odd last row. Raises RuntimeError."""
        return oracle.trunk(self.case.image, oracle.given(self.weights), ceil=False)

    def uncuts(self, *, rounding: bool) -> Iterator[tuple[Tensor, bool]]:
        """Scores before the cut: right, with the student's fuse_skip, rounding up or down.

        With each, whether it is the student's fuse_skip's doing.
        """
        trunks = [self.trunk]
        if rounding:
            with suppress(RuntimeError):  # the 7 x 7 window does not fit any more
                trunks.append(self.rounded_down())
        for of in trunks:
            yield self.uncut(of=of), False
            with suppress(RuntimeError, StudentFault):
                yield self.uncut(self.own_fuse, of=of), True


def is_single(scores: Tensor) -> bool:
    """Whether float32 holds these values exactly, as it does not hold those of float64."""
    return bool((scores == scores.float()).all())


def _shapes(child: ChildInfo) -> Shapes:
    return tuple(parameter.shape for parameter in child.parameters)


def _listed(shapes: Shapes) -> str:
    return ", ".join(str(shape) for shape in shapes) or "-"
