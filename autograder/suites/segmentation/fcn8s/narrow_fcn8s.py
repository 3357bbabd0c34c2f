"""A student's FCN8s with known weights, and what is not held against it twice.

A mistake that one check is about would spoil most numbers of the network. So a check says
what it is not about ("rounding" of the poolings, the place of the "cut"), and scores that are
right but for that pass it. The check of all scores together forgives nothing of this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property

import torch
from torch import Tensor

from autograder.authoring.expect import (
    CheckFailed,
    expect_close,
    expect_form,
    expect_gradient,
    fail,
    matches,
)
from autograder.authoring.follow_through import credits, through
from autograder.document.text import Text
from autograder.sandbox.grader.student import Module, Student
from autograder.sandbox.protocol.errors import Raised, StudentFault
from autograder.sandbox.protocol.messages import ChildInfo
from autograder.suites.segmentation.fcn8s import oracle
from autograder.suites.segmentation.fcn8s.oracle import Fuse, Trunk, Weights
from autograder.suites.segmentation.fcn8s.strategies import Network, even

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
        """What another student's network gives for the same case."""
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


def expect_scores(student: Student, case: Network, *, forgive: Sequence[str] = ()) -> None:
    """The scores of a case are right, or right but for what another check is about.

    Numbers are compared in float64. A network that cannot do without float32 has lost the
    points for that in another check, and is compared in float32.
    """
    _in_either_dtype(case, lambda each: _expect_scores(student, each, forgive))


def expect_gradients(student: Student, case: Network, cotangent: Tensor) -> None:
    """Gradients reach the image and every parameter, and are right where the scores are.

    Scores that are wrong have lost their points elsewhere; their gradients need only arrive.
    """
    _in_either_dtype(case, lambda each: _expect_gradients(student, each, cotangent))


def _in_either_dtype(case: Network, judge: Callable[[Network], None]) -> None:
    try:
        judge(case)
    except (CheckFailed, Raised) as first:
        got = first.got if isinstance(first, CheckFailed) else None
        if got is not None and not is_single(got):
            raise
        try:
            judge(case.to(torch.float32))
        except (CheckFailed, StudentFault):
            raise first from None


def is_single(scores: Tensor) -> bool:
    """Whether float32 holds these values exactly, as it does not hold those of float64."""
    return bool((scores == scores.float()).all())


def _expect_scores(student: Student, case: Network, forgive: Sequence[str]) -> None:
    built = Built(student, case)
    got = built.net(case.image)
    expected = built.expected()
    scale = built.scale(expected)
    try:
        expect_close(student, got, expected, scale=scale)
    except CheckFailed:
        for other, own in _forgiven(built, forgive):
            functions = ["fuse_skip"] if own else []
            if matches(got, other, scale) and credits(student, functions, built.again, got):
                return
        raise


def _expect_gradients(student: Student, case: Network, cotangent: Tensor) -> None:
    built = Built(student, case)
    cotangent = cotangent.to(case.image.dtype)
    names = [(name, index) for name, known in built.known.items() for index in range(len(known))]
    wrt: list[int | str] = [0, *(f"{name}.{index}" for name, index in names)]
    try:
        value, got = built.net.vjp(cotangent, case.image, wrt=wrt)
    except Raised as error:
        if "does not require grad" not in error.text:
            raise
        fail(
            student,
            Text(
                "A parameter of the network does not require a gradient: nothing is frozen.",
                "gradient를 요구하지 않는(requires_grad=False) 파라미터가 있습니다. "
                "고정된 파라미터는 없어야 합니다.",
            ),
        )
    expect_form(student, value, cotangent)
    expected = _gradients(built, oracle.fuse_skip, cotangent)
    # Sums over maps of 200 x 200 that partly cancel: the largest gradient sets the scale.
    scale = max(float(each.abs().max()) for each in expected if each is not None)
    if _agree(got, expected, scale):
        return
    judged = student.calls[-1]
    if all(each is not None for each in got):
        right = built.expected()
        wrong = not matches(value, right, built.scale(right))
        if wrong and matches(built.net(case.image), value):
            return
    try:
        own = _gradients(built, built.own_fuse, cotangent)
        followed = _agree(got, own, scale, silent=True)
        if followed and credits(student, ["fuse_skip"], built.again, value):
            return
    except (RuntimeError, StudentFault):
        pass
    student.calls.append(judged)
    labels = ["x", *(f"{name} ({index + 1})" for name, index in names)]
    # Where nothing arrives says more than where something wrong does.
    for found in sorted(
        zip(labels, got, expected, strict=True), key=lambda each: each[1] is not None
    ):
        label, theirs, mine = found
        assert mine is not None
        expect_gradient(student, label, theirs, mine, scale=scale)


def _agree(
    got: Sequence[Tensor | None],
    expected: Sequence[Tensor | None],
    scale: float,
    *,
    silent: bool = False,
) -> bool:
    """Whether all gradients are right; with `silent` one that is zero need not arrive."""
    for theirs, mine in zip(got, expected, strict=True):
        if theirs is None:
            if not silent or (mine is not None and bool(mine.any())):
                return False
        elif not matches(theirs, torch.zeros_like(theirs) if mine is None else mine, scale):
            return False
    return True


def _gradients(built: Built, fuse: Fuse, cotangent: Tensor) -> tuple[Tensor | None, ...]:
    """Of the image and of the parameters that the student's network has, in their order."""
    image = built.case.image.clone().requires_grad_()
    weights = {
        name: tuple(value.clone().requires_grad_() for value in values)
        for name, values in built.weights.items()
    }
    of = oracle.trunk(image, oracle.given(weights))
    maps = oracle.head(of, weights, fuse)
    wanted = [weights[name][index] for name, known in built.known.items() for index in known]
    scores = oracle.cut(maps, *image.shape[2:])
    return torch.autograd.grad(scores, [image, *wanted], cotangent, allow_unused=True)


def _forgiven(built: Built, forgive: Sequence[str]) -> Iterator[tuple[Tensor, bool]]:
    """Scores that are right but for what is forgiven; with each, as in `Built.uncuts`."""
    size = built.case.image.shape[2:]
    found = []
    for maps, own in built.uncuts(rounding="rounding" in forgive):
        yield oracle.cut(maps, *size), own
        found.append((maps, own))
    # Where else the student may cut takes many comparisons: it is looked for last.
    for top, left in _own_cuts(built) if "cut" in forgive else []:
        for maps, own in found:
            yield oracle.window(maps, top, left, *size), own


def _own_cuts(built: Built) -> list[tuple[int, int]]:
    """Where the student's network cuts, seen where only the cut and the sizes matter.

    Looked for are the same row as column, and the centre rounded up or down.
    """
    case = even(built.case.image, built.case.arguments, 0)
    own = Built(built.student, case)
    got, size = own.net(case.image), case.image.shape[2:]
    found = []
    for maps, _ in own.uncuts(rounding=True):
        down, right = (maps.shape[axis + 2] - size[axis] for axis in range(2))
        same = [(place, place) for place in range(min(down, right) + 1)]
        centre = [(down // 2, right // 2), ((down + 1) // 2, (right + 1) // 2)]
        scale = own.scale(maps)
        for place in (*same, *centre):
            if matches(got, oracle.window(maps, *place, *size), scale):
                found.append(place)
    return found


def _shapes(child: ChildInfo) -> Shapes:
    return tuple(parameter.shape for parameter in child.parameters)


def _listed(shapes: Shapes) -> str:
    return ", ".join(str(shape) for shape in shapes) or "-"
