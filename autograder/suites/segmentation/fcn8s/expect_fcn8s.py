"""Scores and gradients of a student's FCN8s, and what is not held against them twice.

A mistake that one check is about would spoil most numbers of the network. So a check says
what it is not about ("rounding" of the poolings, the place of the "cut"), and scores that are
right but for that pass it. The check of all scores together forgives nothing of this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

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
from autograder.authoring.follow_through import credits
from autograder.authoring.gradients import along
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Raised, StudentFault
from autograder.suites.segmentation.fcn8s import oracle
from autograder.suites.segmentation.fcn8s.narrow_fcn8s import Built, is_single
from autograder.suites.segmentation.fcn8s.networks import Network, even
from autograder.suites.segmentation.fcn8s.oracle import Fuse


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
    """Gradients of the image and of the student's parameters, in their order."""
    image = built.case.image.clone().requires_grad_()
    weights = {
        name: tuple(value.clone().requires_grad_() for value in values)
        for name, values in built.weights.items()
    }
    of = oracle.trunk(image, oracle.given(weights))
    maps = oracle.head(of, weights, fuse)
    wanted = [weights[name][index] for name, known in built.known.items() for index in known]
    scores = oracle.cut(maps, *image.shape[2:])
    return torch.autograd.grad(along(scores, cotangent), [image, *wanted], allow_unused=True)


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
    """The student's cut, seen where only the cut and the sizes matter.

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
