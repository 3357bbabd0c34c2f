"""What a submission does to the settings of its process, at its import and in its calls."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.grader.inprocess import InProcess
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Raised
from autograder.sandbox.worker import precision
from autograder.sandbox.worker.patches import LIBRARY, USUAL, Namespace
from tests.support.loading import Load

X = torch.arange(6.0).reshape(1, 1, 2, 3)

MODE = """
from torch.overrides import TorchFunctionMode
class Mode(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        return function(*args, **(kwargs or {}))
Mode().__enter__()
"""
HARMFUL = [
    ("torch.set_default_dtype(torch.float64)", "default dtype"),
    ("torch.set_default_device('meta')", "default device"),
    ("torch.device('meta').__enter__()", "default device"),
    ("torch.set_grad_enabled(False)", "gradient mode"),
    ("torch.no_grad().__enter__()", "gradient mode"),
    ("global mode; mode = torch.inference_mode(); mode.__enter__()", "inference mode"),
    ("torch.autocast('cpu').__enter__()", "autocast"),
    (MODE, "torch function mode"),
    ("torch.nn.functional.relu = torch.sigmoid", "torch.nn.functional.relu"),
    ("torch.zeros = torch.ones", "torch.zeros"),
    ("torch.Tensor.clone = torch.Tensor.detach", "torch.Tensor.clone"),
    ("torch.nn.Module.__call__ = print", "torch.nn.Module.__call__"),
    ("import builtins; builtins.sum = max", "builtins.sum"),
    ("del torch.relu", "torch.relu"),
]
PRECISION = [
    "torch.set_float32_matmul_precision('high')",
    "torch.set_float32_matmul_precision('medium')",
    "torch.backends.cudnn.allow_tf32 = True",
    "torch.backends.cuda.matmul.allow_tf32 = True",
    "torch.backends.fp32_precision = 'tf32'",
    "torch.backends.cuda.matmul.fp32_precision = 'tf32'",
    "torch.backends.cudnn.fp32_precision = 'tf32'",
    "torch.backends.cudnn.conv.fp32_precision = 'tf32'",
    "torch.backends.cudnn.rnn.fp32_precision = 'tf32'",
    "torch.backends.mkldnn.fp32_precision = 'bf16'",
    "torch.backends.mkldnn.matmul.fp32_precision = 'bf16'",
    "torch.backends.mkldnn.conv.fp32_precision = 'tf32'",
    "torch.backends.mkldnn.rnn.fp32_precision = 'tf32'",
    "torch.set_float32_matmul_precision('high'); torch.backends.fp32_precision = 'ieee'",
]
HARMLESS = [
    "torch.manual_seed(0)",
    "import random, numpy; random.seed(0); numpy.random.seed(0)",
    "import warnings; warnings.simplefilter('ignore')",
    "import sys; sys.setrecursionlimit(10**5)",
    "import locale; locale.setlocale(locale.LC_ALL, 'C.UTF-8')",
    "import sys; sys.path.append('/nowhere')",
    "torch.use_deterministic_algorithms(True); torch.backends.cudnn.deterministic = True",
    "torch.set_num_threads(4)",
    "torch.set_default_device('cpu')",
    *PRECISION,
    "import numpy; numpy.seterr(all='ignore'); numpy.set_printoptions(precision=2)",
    "torch.set_printoptions(precision=2)",
    "torch.autograd.set_detect_anomaly(True)",
    "torch.Tensor.of_mine = abs; torch.of_mine = abs",
    "import torch._dynamo",
]


def at_import(statement: str) -> str:
    return f"import torch\n{statement}\ndef f(x): return x * 2\n"


def in_a_call(statement: str) -> str:
    lines = "\n    ".join(statement.strip().splitlines())
    return f"import torch\ndef f(x):\n    {lines}\n    return x * 2\ndef g(x): return x * 2\n"


@pytest.fixture(scope="module")
def sandbox(prepared: Sandbox) -> Sandbox:
    """With the limits of grading: a call that imports PyTorch's compiler takes seconds."""
    return prepared


@pytest.mark.parametrize(("statement", "name"), HARMFUL)
def test_what_an_import_changes_is_told(load: Load, statement: str, name: str) -> None:
    assert name in load(at_import(statement)).settings


@pytest.mark.parametrize(("statement", "name"), HARMFUL)
def test_what_a_call_changes_is_told_of_that_call(load: Load, statement: str, name: str) -> None:
    student = load(in_a_call(statement))
    assert name in student.f.call(X).settings


@pytest.mark.parametrize("statement", [statement for statement, _ in HARMFUL] + HARMLESS)
def test_what_a_call_changes_reaches_no_other_call(load: Load, statement: str) -> None:
    student = load(in_a_call(statement))
    assert torch.equal(student.f(X), X * 2)
    assert student.g.call(X).leaves_all
    _, (gradient,) = student.g.vjp(torch.ones_like(X), X, wrt=(0,))
    assert gradient is not None
    assert torch.equal(gradient, torch.full_like(X, 2.0))


@pytest.mark.parametrize("statement", HARMLESS)
@pytest.mark.parametrize("place", [at_import, in_a_call])
def test_what_harms_nobody_is_not_told(
    load: Load, place: Callable[[str], str], statement: str
) -> None:
    student = load(place(statement))
    assert student.settings == ()
    assert student.f.call(X).settings == ()


@pytest.mark.parametrize(
    ("statement", "body"),
    [
        ("torch.set_default_dtype(torch.float64)", "torch.zeros(1).dtype == torch.float64"),
        ("torch.set_default_device('meta')", "torch.zeros(1).is_meta"),
        ("torch.nn.functional.relu = torch.neg", "(torch.nn.functional.relu(x) <= 0).all()"),
        ("import sys; sys.setrecursionlimit(500)", "sys.getrecursionlimit() == 500"),
        ("import numpy; numpy.seterr(divide='raise')", "numpy.geterr()['divide'] == 'raise'"),
    ],
)
def test_what_an_import_changes_is_in_force_in_calls(load: Load, statement: str, body: str) -> None:
    student = load(f"import torch\n{statement}\ndef f(x): return x * (2 if {body} else 3)")
    for _ in range(2):
        assert torch.equal(student.f(X), X * 2)


@pytest.mark.parametrize(
    "statement", ["torch.set_grad_enabled(False)", "m = torch.inference_mode(); m.__enter__()"]
)
def test_gradients_switched_off_at_import_stay_off(load: Load, statement: str) -> None:
    _, gradients = load(at_import(statement)).f.vjp(torch.ones_like(X), X, wrt=(0,))
    assert gradients == (None,)


def test_a_model_is_made_with_the_dtype_that_the_import_left(load: Load) -> None:
    source = "import torch\ntorch.set_default_dtype(torch.float64)\n"
    net = load(f"{source}class Net(torch.nn.Linear): pass").Net.make(2, 3)
    assert {each.dtype for each in net.own.parameters} == {"float64"}


def test_a_default_device_of_the_cpu_does_not_fill_a_model_without_values(load: Load) -> None:
    source = "import torch\ntorch.set_default_device('cpu')\nNet = torch.nn.Linear"
    assert load(source).Net.make_on_meta(10**6, 10**6).own.parameters[0].device == "meta"


def test_what_a_constructor_changes_is_told_of_the_models_calls(load: Load) -> None:
    student = load(
        """
        import torch
        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                torch.set_default_dtype(torch.float64)
            def forward(self, x): return x
        """
    )
    call = student.Net.make().call(X)
    assert call.made_by is not None
    assert (call.made_by.settings, call.settings) == (("default dtype",), ())


def test_a_neighbours_import_counts_as_the_files(load: Load) -> None:
    student = load(
        "import helper\ndef f(x): return x",
        helper="import torch\ntorch.set_grad_enabled(False)\n",
    )
    assert student.settings == ("gradient mode",)


def test_a_call_under_no_grad_or_another_dtype_changed_nothing(load: Load) -> None:
    student = load(
        "import torch\ndef f(x): return x + torch.zeros(())\ndef g(): return torch.ones(1)"
    )
    assert student.f.no_grad(X).dtype == torch.float32
    assert student.g.under_float64().dtype == torch.float64
    assert all(call.leaves_all for call in student.calls)


@pytest.mark.parametrize("statement", [statement for statement, _ in HARMFUL])
def test_without_a_sandbox_the_process_stays_as_it_was(tmp_path: Path, statement: str) -> None:
    (tmp_path / "unlikely_name.py").write_text(at_import(statement) + in_a_call(statement))
    channel = InProcess(tmp_path)
    student = Student(channel)
    student.load("unlikely_name")
    with suppress(Raised):  # what is gone since the import cannot be deleted again
        student.f(X)
    channel.close()
    assert torch.get_default_dtype() == torch.float32
    assert torch.get_default_device() == torch.device("cpu")
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()
    assert not torch.is_autocast_enabled("cpu")
    assert torch.relu(-torch.ones(1)).clone().sum() == torch.zeros(1).sum() == 0


PRECISIONS = """
import torch
def precisions(x):
    scopes = [(library, "all") for library in ("generic", "cuda", "mkldnn")]
    scopes += [(l, what) for l in ("cuda", "mkldnn") for what in ("matmul", "conv", "rnn")]
    found = [torch._C._get_fp32_precision_getter(*scope) for scope in scopes]
    older = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    exact = older == ("highest", False) and not {"tf32", "bf16"} & set(found)
    return x * exact
"""


@pytest.mark.parametrize("statement", PRECISION)
@pytest.mark.parametrize("place", [at_import, in_a_call])
def test_a_precision_that_was_set_is_put_back(
    load: Load, place: Callable[[str], str], statement: str
) -> None:
    student = load(PRECISIONS + place(statement))
    assert torch.equal(student.f(X), X * 2)
    assert torch.equal(student.precisions(X), X)


@pytest.mark.usefixtures("settable_flags")
@pytest.mark.parametrize("statement", PRECISION)
def test_a_process_has_the_precision_again_that_it_had(statement: str) -> None:
    before = precision.read()
    assert before.products == "highest"
    try:
        exec(statement, {"torch": torch})
    finally:
        precision.write(before)
    assert precision.read() == before


def test_every_usual_name_is_there() -> None:
    owners = dict(LIBRARY)
    names = [(owner, name) for owner, known in USUAL.items() for name in known]
    assert [each for each in names if not callable(getattr(owners[each[0]], each[1], None))] == []


def test_every_namespace_is_whole_as_torch_leaves_it() -> None:
    namespaces = [
        Namespace(name, owner, usual=usual) for name, owner in LIBRARY for usual in (False, True)
    ]
    torch.set_default_dtype(torch.float64)
    try:
        assert [space.name for space in namespaces if not space.is_whole()] == []
    finally:
        torch.set_default_dtype(torch.float32)
