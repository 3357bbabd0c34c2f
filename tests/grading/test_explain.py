"""What is said of how a call ended is true, and says what should have been."""

from __future__ import annotations

import re

import pytest
import torch

from autograder.authoring.expect import CheckFailed, expect_value_error
from autograder.authoring.manifest import Assignment, Function, Task
from autograder.document.text import Text
from autograder.grading.assignments import load_assignment
from autograder.grading.explain import counterexample, message
from autograder.grading.kinds import right_dtype
from autograder.sandbox.protocol.errors import Call, Frame, MissingFile, Raised, WrongKind
from tests.support.loading import Load

X = torch.ones(1, 2, 3, 4)
INDICES = torch.zeros(1, 2, 3, 4, dtype=torch.int64)
STUDENT, IOU = Task("student", 1, ()), Task("iou", 1, ())


@pytest.mark.parametrize(
    ("call", "right"),
    [
        (Call("transposed_conv2d", (X, X), {"stride": 2}), "float32"),
        (Call("UNet", (X.double(),), {}), "float64"),
        (Call("nearest_unpool2d", (INDICES, 2), {}), "int64"),
        (Call("max_unpool2d", (), {"indices": INDICES, "x": X.double()}), "float64"),
        (Call("max_unpool2d", (INDICES.int(), INDICES, (6, 8)), {}), None),
        (Call("fuse_skip", (X, X.double(), 0), {}), None),
        (Call("predict_labels", (X,), {}), "int64"),
        (Call("confusion_matrix", (INDICES.int(), INDICES.int(), 2), {}), "int64"),
        (Call("mean_iou", (INDICES,), {}), "float64"),
        (Call("bilinear_kernel", (2, 4), {}), "float32"),
        (Call("f", (2,), {}), None),
        (None, None),
    ],
    ids=lambda value: getattr(value, "function", str(value)),
)
def test_the_right_dtype_is_known_where_inputs_or_contract_tell(
    assignment: Assignment, call: Call | None, right: str | None
) -> None:
    tasks = {name: task for task in assignment.tasks for name in task.function_names}
    task = tasks.get(call.function, STUDENT) if call else STUDENT
    assert right_dtype(call, task) == right


def test_each_of_several_tensors_has_a_dtype_of_its_own() -> None:
    tasks = {task.name: task for task in load_assignment("after_fcn").tasks}
    for item, right in enumerate(("float64", "int64")):
        call = Call("max_pool_with_switches", (X.double(), 2), {}, item=item)
        assert right_dtype(call, tasks["deconvnet"]) == right


@pytest.mark.parametrize(
    ("returned", "en", "ko"),
    [
        ("(x, x, x)", "a tuple of length 3, not a tuple of 2 tensors", "길이가 3인 tuple."),
        ("[None, x]", "a list that holds a NoneType, not a tuple of 2", "NoneType이(가) 들어"),
        ("x", "a Tensor, not a tuple of 2 tensors", "텐서 2개의 tuple이(가) 아닙니다: Tensor."),
    ],
)
def test_how_many_tensors_are_wanted_is_told(load: Load, returned: str, en: str, ko: str) -> None:
    with pytest.raises(WrongKind) as caught:
        load(f"def f(x): return {returned}").f.item(0, of=2)(X)
    text = message(caught.value, "f", STUDENT)
    assert en in text.en
    assert ko in text.ko


@pytest.mark.parametrize(
    ("returned", "en", "ko"),
    [
        ("[[1, 2], [3]]", "a list of rows of different lengths", "행의 길이가 서로 다른 list."),
        ("[0] * 10001", "a list of more than 10000 numbers", "수가 10000개보다 많은 list."),
        ("['7']", "a list of something else than numbers", "수가 아닌 것이 들어 있는 list."),
        ("[2**80, 0.5]", "a list that holds an int, far too large", "지나치게 큰 int가 들어"),
        ("2**80", "an int, far too large", ": 지나치게 큰 int."),
    ],
)
def test_what_is_no_table_of_numbers_is_told(load: Load, returned: str, en: str, ko: str) -> None:
    with pytest.raises(WrongKind) as caught:
        load(f"def f(): return {returned}").f.numbers()
    text = message(caught.value, "f", STUDENT)
    assert text.en == f"The call returned {en}, not numbers."
    assert ko in text.ko


def told(load: Load, expression: str, x: torch.Tensor = X) -> tuple[str, str]:
    """Both sentences about a function that returns `expression`."""
    with pytest.raises(WrongKind) as caught:
        load(f"import torch\ndef f(x): return {expression}").f(x)
    text = message(caught.value, "f", STUDENT)
    return text.en, text.ko


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "complex64", "bool"])
def test_a_wrong_dtype_is_told_with_the_right_one(load: Load, dtype: str) -> None:
    en, ko = told(load, f"x.to(torch.{dtype})", X.double())
    assert en == f"The call returned a tensor of {dtype}; the dtype should be float64."
    assert ko == f"함수가 dtype이 {dtype}인 텐서를 반환했습니다. dtype은 float64이어야 합니다."


@pytest.mark.parametrize(
    ("expression", "en", "ko"),
    [
        ("[x]", "The call returned a list, not a tensor.", "텐서이(가) 아닙니다: list."),
        ("x.sum().item()", "The call returned a float, not a tensor.", "아닙니다: float."),
        ("x.to_sparse()", "not dense; it should be an ordinary one.", "sparse"),
        ("x.to('meta')", "on the device meta, where its inputs are not.", "장치 meta"),
        ("torch.zeros(1).expand(10**12)", "shape (1000000000000,), far too large.", "지나치게"),
        ("torch.nn.ReLU()", "The call returned an nn.Module, not a tensor.", ": nn.Module."),
    ],
)
def test_what_is_no_tensor_is_told_in_both_languages(
    load: Load, expression: str, en: str, ko: str
) -> None:
    said, told_in_korean = told(load, expression)
    assert en in said
    assert "dtype" not in said
    assert ko in told_in_korean
    assert not re.search("returned|tensor", told_in_korean)


@pytest.mark.parametrize("expression", ["None", "x.half()"])
def test_where_an_error_is_due_nothing_else_is_asked_of_what_came_back(
    load: Load, expression: str
) -> None:
    student = load(f"def f(x): return {expression}")
    with pytest.raises(CheckFailed) as caught:
        expect_value_error(student, lambda: student.f(X), naming=["scale"])
    assert "a ValueError that names scale is expected" in caught.value.message.en


def test_what_is_no_module_is_told_in_both_languages(load: Load) -> None:
    with pytest.raises(WrongKind) as caught:
        load("def f(): return [1]").f.make()
    text = message(caught.value, "f", STUDENT)
    assert text.en == "The call returned a list, not an nn.Module."
    assert text.ko == "함수의 반환값이 nn.Module이(가) 아닙니다: list."


def test_a_parameter_that_cannot_be_read_is_told_as_such(load: Load) -> None:
    source = """
    import torch
    def f():
        return torch.nn.ModuleDict({"head": torch.nn.Conv2d(1, 1, 1).half()})
    """
    with pytest.raises(WrongKind) as caught:
        load(source).f.make().parameter("head", 0)
    text = message(caught.value, "f", STUDENT)
    assert text.en == "A parameter of head is a tensor of float16."
    assert text.ko == "head의 파라미터가 올바르지 않습니다: dtype이 float16인 텐서."


def test_a_missing_file_is_told_with_what_is_there_instead() -> None:
    text = message(MissingFile("iou.py", ("iou-1.py",)), "mean_iou", IOU)
    assert text.en.startswith("iou.py was not found, but iou-1.py.")
    assert "iou-1.py이(가) 있습니다" in text.ko
    assert message(MissingFile("iou.py"), "mean_iou", IOU).en == "iou.py was not found."


def test_an_exception_with_a_line_of_the_students_is_their_codes() -> None:
    frames = (Frame("iou.py", 1, "f", "1 / 0"),)
    text = message(Raised("ZeroDivisionError", "by zero", frames=frames), "f", IOU)
    assert text.en == "Your code raised ZeroDivisionError: by zero"


def test_an_exception_without_such_a_line_is_how_the_call_ended(load: Load) -> None:
    with pytest.raises(Raised) as caught:
        load("def f(x): return x").f(X, 1, 2)
    text = message(caught.value, "f", STUDENT)
    assert text.en.startswith("The call ended with TypeError: f() takes 1 positional argument")
    assert text.ko.startswith("호출이 예외로 끝났습니다: TypeError")


F = Function("f", ("x", "of"), labels=("of", "got", "expected"), drawing="stamps")
M = Function("M", ("width",), forward=("x", "skip"))
DRAWN = Task("student", 1, (F, M))


def test_arguments_bear_the_names_of_the_contract() -> None:
    call = Call("f", (X, X), {"stride": 2})
    shown = counterexample(CheckFailed(Text("", ""), call=call), DRAWN)
    assert shown is not None
    assert shown.call == "f(x, of, stride=2)"
    assert [grid.name for grid in shown.inputs] == ["x", "of"]


def test_arguments_of_a_module_s_call_bear_those_of_its_forward() -> None:
    call = Call("M", (X, X, X), {}, made_by=Call("M", (3,), {}))
    shown = counterexample(CheckFailed(Text("", ""), call=call), DRAWN)
    assert shown is not None
    assert shown.call == "M(x, skip, argument 3)"
    assert shown.drawing is None


def test_whole_numbers_that_the_assignment_calls_labels_are_labels() -> None:
    call = Call("f", (INDICES, INDICES), {})
    ending = CheckFailed(Text("", ""), call=call, got=INDICES.float(), expected=INDICES)
    shown = counterexample(ending, DRAWN)
    assert shown is not None
    assert shown.drawing == "stamps"
    assert [grid.kind for grid in shown.inputs] == [None, "labels"]
    assert shown.got is not None
    assert shown.got.kind is None
    assert shown.expected is not None
    assert shown.expected.kind == "labels"
