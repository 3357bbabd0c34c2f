"""How calls end: each ending has the verdict that says so."""

from __future__ import annotations

import pytest
import torch

from autograder.sandbox.protocol.errors import (
    Crashed,
    ImportFailed,
    MissingName,
    NotWritten,
    OutOfMemory,
    Raised,
    TimedOut,
    UsedForbidden,
    WrongKind,
)
from autograder.sandbox.protocol.messages import TRANSPOSED_CONVOLUTION
from tests.support.loading import Load

X = torch.arange(6.0).reshape(1, 1, 2, 3)


def test_a_tensor_comes_back_with_its_values_and_dtype(load: Load) -> None:
    student = load("def f(x): return x * 2")
    assert torch.equal(student.f(X.double()), X.double() * 2)
    assert student.f(X.double()).dtype == torch.float64


def test_a_view_arrives_as_the_same_view(load: Load) -> None:
    student = load(
        """
        import torch
        def f(x): return torch.tensor(x.stride())
        """
    )
    view = torch.arange(24.0).reshape(2, 3, 4).transpose(1, 2)[:, ::2]
    assert student.f(view).tolist() == list(view.stride())


def test_an_exception_carries_the_students_own_lines(load: Load) -> None:
    student = load(
        """
        def f(x):
            return helper(x)

        def helper(x):
            raise ValueError("scale이 잘못됨")
        """
    )
    with pytest.raises(Raised) as caught:
        student.f(X)
    assert caught.value.kinds[0] == "ValueError"
    assert caught.value.text == "scale이 잘못됨"
    assert [(frame.function, frame.line) for frame in caught.value.frames] == [
        ("f", 3),
        ("helper", 6),
    ]
    assert caught.value.frames[0].source == "return helper(x)"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("def f(x): return sum(1 / each for each in [0])\n", [1]),
        ("def f(x):\n    return f(x)\n", [2]),
        ("def f(x):\n    parts = (1 / each for each in [0])\n    return sum(parts)\n", [3, 2]),
    ],
    ids=["a generator in its line", "a recursion", "a generator in another line"],
)
def test_a_line_that_calls_itself_is_told_once(source: str, lines: list[int], load: Load) -> None:
    with pytest.raises(Raised) as caught:
        load(source).f(X)
    assert [frame.line for frame in caught.value.frames] == lines


@pytest.mark.parametrize(
    "text", ["\\x1b[2J\\x1b]0;owned\\x07", "a\\n::error::forged", "\\ud800", "\\x00\\r100 of 100"]
)
def test_what_a_terminal_would_obey_does_not_come_through(load: Load, text: str) -> None:
    with pytest.raises(Raised) as caught:
        load(f"def f(x): raise ValueError('{text}')").f(X)
    assert caught.value.text.isprintable()
    assert caught.value.detail.isprintable()


def test_a_stub_is_not_implemented_and_not_an_error(load: Load) -> None:
    with pytest.raises(NotWritten):
        load("def f(x): raise NotImplementedError").f(X)


def test_a_function_that_is_not_there_is_missing(load: Load) -> None:
    with pytest.raises(MissingName, match="f"):
        load("def g(x): return x").f(X)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f(x)\n    return x", "SyntaxError"),
        ("import tensorflow_that_is_not_there", "ModuleNotFoundError"),
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; sys.exit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise BaseException('all')", "BaseException"),
        ("x = '\ud800'.encode('utf-8', 'surrogatepass')\nraise ValueError(x)", "ValueError"),
    ],
)
def test_a_file_that_does_not_import_says_why(load: Load, source: str, said: str) -> None:
    with pytest.raises(ImportFailed, match=said):
        load(source.encode("utf-8", "replace").decode())


def test_an_import_error_names_the_neighbours_line(load: Load) -> None:
    with pytest.raises(ImportFailed) as caught:
        load("from neighbour import g", neighbour="g = undefined_name")
    assert caught.value.frames[-1].file == "neighbour.py"


def test_a_loop_that_never_ends_is_stopped_and_the_next_call_works(load: Load) -> None:
    student = load(
        """
        def f(x):
            while True: pass
        def g(x): return x
        """
    )
    with pytest.raises(TimedOut, match="2 seconds"):
        student.f(X)
    assert torch.equal(student.g(X), X)


def test_sleeping_is_stopped_too(load: Load) -> None:
    with pytest.raises(TimedOut):
        load("import time\ndef f(x): time.sleep(1000)").f(X)


def test_a_loop_that_holds_the_interpreter_is_stopped(load: Load) -> None:
    # A single C call: no signal handler of Python's would ever run.
    with pytest.raises(TimedOut):
        load("def f(x): return sum(range(10**14))").f(X)


def test_ten_gigabytes_are_a_memory_verdict(load: Load) -> None:
    student = load(
        """
        import torch
        def f(x): return torch.ones(10 * 1024**3 // 4)
        def g(x): return [0] * (10 * 1024**3 // 8)
        """
    )
    for function in (student.f, student.g):
        with pytest.raises(OutOfMemory):
            function(X)


def test_a_convolution_that_gets_no_memory_is_a_memory_verdict(load: Load) -> None:
    student = load(
        """
        import torch
        def f(x):
            image, weight, kept = torch.ones(1, 3, 64, 64), torch.ones(8, 3, 3, 3), []
            try:
                while True: kept.append(torch.ones(2**14))
            except RuntimeError:
                return torch.nn.functional.conv2d(image, weight)
        """
    )
    with pytest.raises(OutOfMemory):
        student.f(X)


@pytest.mark.parametrize("said", ["std::bad_alloc", "could not create a primitive"])
def test_what_libraries_say_without_memory_is_a_memory_verdict(load: Load, said: str) -> None:
    with pytest.raises(OutOfMemory):
        load(f"def f(x): raise RuntimeError({said!r})").f(X)


def test_a_convolution_that_cannot_be_is_no_memory_verdict(load: Load) -> None:
    said = "could not create a primitive descriptor for a convolution"
    with pytest.raises(Raised):
        load(f"def f(x): raise RuntimeError({said!r})").f(X)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import os; os._exit(0)", "exit code 0"),
        ("import os; os._exit(7)", "exit code 7"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        # The first process of a namespace ignores its own SIGABRT; abort() then faults.
        ("import os; os.abort()", "SIG(ABRT|SEGV)"),
        ("import os; os.close(4)", "exit code 1"),
        ("import os; os.write(4, bytes(100))", "not understood"),
        ("import os; os.write(4, b'forged' * 100)", "not understood"),
    ],
)
def test_a_process_that_dies_or_breaks_the_protocol_is_a_crash(
    load: Load, body: str, said: str
) -> None:
    student = load(f"def f(x):\n    {body}\n    return x\ndef g(x): return x")
    with pytest.raises(Crashed, match=said):
        student.f(X)
    assert torch.equal(student.g(X), X)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("None", "a NoneType"),
        ("[1.0]", "a list"),
        ("3.0", "a float"),
        ("x.numpy()", "a ndarray"),
        ("x.half()", "a tensor of float16"),
        ("x.to(torch.complex64)", "a tensor of complex64"),
        ("x > 0", "a tensor of bool"),
        ("x.to('meta')", "a tensor on the device meta"),
        ("x.to_sparse()", "a tensor that is not dense"),
        ("torch.zeros(1).expand(10**12)", "far too large"),
        ("torch.nn.Linear(1, 1)", "an nn.Module"),
    ],
)
def test_what_is_no_plain_tensor_is_named(load: Load, expression: str, said: str) -> None:
    with pytest.raises(WrongKind, match=said):
        load(f"import torch\ndef f(x): return {expression}").f(X)


def test_a_tensor_subclass_crosses_as_its_values(load: Load) -> None:
    student = load(
        """
        import torch
        class Liar(torch.Tensor):
            def __eq__(self, other): return True
            @classmethod
            def __torch_function__(cls, *args, **kwargs): raise RuntimeError("touched")
        def f(x): return x.as_subclass(Liar)
        """
    )
    assert type(student.f(X)) is torch.Tensor
    assert torch.equal(student.f(X), X)


def test_changed_inputs_are_reported(load: Load) -> None:
    student = load("def f(x, y): x += 1; return x + y")
    assert student.f.call(X, X).modified == ("0",)
    assert student.f.call(X, y=X).modified == ("0",)


def test_an_input_that_holds_nan_is_not_taken_for_a_changed_one(load: Load) -> None:
    student = load("def double(x): return 2 * x\ndef zero(x): return x.nan_to_num_()")
    holding = torch.tensor([1.0, float("nan")])
    assert student.double.call(holding).modified == ()
    assert student.zero.call(holding).modified == ("0",)


@pytest.mark.parametrize(
    "change", ["x.data = x.data.double()", "x.data = x.data[None]", "x.zero_()"]
)
def test_what_else_is_changed_in_an_input_is_reported(load: Load, change: str) -> None:
    student = load(f"def f(x):\n    y = 2 * x\n    {change}\n    return y")
    assert student.f.call(X).modified == ("0",)


@pytest.mark.parametrize(
    ("change", "modified"),
    [("pass", ()), ("xs[0] += 1", ("0",)), ("xs.pop()", ("0",)), ("xs[1][0] = 7", ("0",))],
)
def test_changes_of_a_list_that_was_handed_over_are_reported(
    load: Load, change: str, modified: tuple[str, ...]
) -> None:
    student = load(f"def f(xs):\n    y = 2 * xs[0]\n    {change}\n    return y")
    assert student.f.call([X, [3, 2.5, "word", None]]).modified == modified


def test_gradients_come_back_in_the_order_asked_for(load: Load) -> None:
    student = load("def f(x, w): return x * w")
    w = torch.full_like(X, 3.0)
    value, (dw, dx) = student.f.vjp(torch.ones_like(X), X, w, wrt=(1, 0))
    assert dw is not None
    assert dx is not None
    assert torch.equal(value, X * 3)
    assert torch.equal(dw, X)
    assert torch.equal(dx, w)


def test_a_detached_result_has_no_gradient(load: Load) -> None:
    _, gradients = load("def f(x): return x.detach() * 2").f.vjp(torch.ones_like(X), X, wrt=(0,))
    assert gradients == (None,)


def test_every_call_starts_from_the_same_seeds(load: Load) -> None:
    student = load(
        """
        import random, numpy, torch
        def f(x): return x + torch.rand(1) + random.random() + numpy.random.rand()
        """
    )
    assert torch.equal(student.f(X), student.f(X))


def test_a_call_can_be_made_under_another_default_dtype(load: Load) -> None:
    student = load("import torch\ndef f(): return torch.zeros(2)")
    assert student.f.under_float64().dtype == torch.float64
    assert student.f().dtype == torch.float32


FORBIDDEN = (TRANSPOSED_CONVOLUTION, "*conv_transpose?d", "upsample_*[0-9]d")


@pytest.mark.parametrize(
    "body",
    [
        "return F.conv_transpose2d(x, x)",
        "return torch.nn.ConvTranspose2d(1, 1, 2)(x)",
        "return torch.ops.aten.convolution(x, x, None, [1, 1], [0, 0], [1, 1], True, [0, 0], 1)",
        "return getattr(F, 'inter' + 'polate')(x, scale_factor=2.0)",
        "return torch.nn.UpsamplingBilinear2d(scale_factor=2)(x)",
        "\n    try: F.conv_transpose2d(x, x)\n    except Exception: pass\n    return x",
        "\n    with torch.no_grad(): F.conv_transpose2d(x, x)\n    return x",
        "\n    with torch.inference_mode(): F.conv_transpose2d(x.clone(), x)\n    return x",
        "\n    from torch.utils._python_dispatch import _disable_current_modes\n"
        "    with _disable_current_modes(): F.conv_transpose2d(x, x)\n    return x",
    ],
)
def test_reaching_a_forbidden_operation_is_noticed_under_any_name(load: Load, body: str) -> None:
    source = f"import torch, torch.nn.functional as F\ndef f(x): {body}\ndef g(x): return x"
    student = load(source, forbidden=FORBIDDEN)
    with pytest.raises(UsedForbidden):
        student.f(X)
    assert torch.equal(student.g(X), X)


@pytest.mark.parametrize(
    "body",
    [
        "'conv_transpose2d'; return x",
        "return conv_transpose2d(x)",
        "return F.conv2d(x, x[:, :, :1, :2])",
        "return F.conv2d(x.expand(1, 4, 2, 3), x[:, :, :1, :2].expand(4, 2, 1, 2), groups=2)",
        "return F.conv1d(x[0], x[0][:, :, :2])",
        "return torch.nn.grad.conv2d_input((1, 1, 3, 5), x, x)",
        "return F.fold(x.reshape(1, 2, 3), (1, 4), (1, 2))",
    ],
)
def test_what_is_allowed_is_not_taken_for_forbidden(load: Load, body: str) -> None:
    lines = [
        "import torch, torch.nn.functional as F",
        "F.conv_transpose2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2))  # not graded here",
        "def conv_transpose2d(x): return x",
        f"def f(x): {body}",
    ]
    assert load("\n".join(lines), forbidden=FORBIDDEN).f(X).numel() > 0


def test_convolutions_stay_right_beside_a_forbidden_one(load: Load) -> None:
    student = load(
        "import torch.nn.functional as F\n"
        "def f(x, w, b): return F.conv2d(x, w, b, stride=(2, 1), padding=(1, 2), groups=2)",
        forbidden=FORBIDDEN,
    )
    generator = torch.Generator().manual_seed(0)
    x, w, b = (
        torch.randn(shape, generator=generator, dtype=torch.float64)
        for shape in ((3, 4, 5, 6), (6, 2, 3, 2), (6,))
    )
    leaves = [t.clone().requires_grad_() for t in (x, w, b)]
    expected = torch.nn.functional.conv2d(
        leaves[0], leaves[1], leaves[2], stride=(2, 1), padding=(1, 2), groups=2
    )
    cotangent = torch.ones_like(expected)
    value, gradients = student.f.vjp(cotangent, x, w, b, wrt=(0, 1, 2))
    torch.testing.assert_close(value, expected.detach())
    for got, want in zip(gradients, torch.autograd.grad(expected, leaves, cotangent), strict=True):
        torch.testing.assert_close(got, want)


def test_a_tensor_made_on_the_wrong_device_is_noticed_without_a_gpu(load: Load) -> None:
    student = load(
        """
        import torch
        def wrong(x): return x + torch.zeros(x.shape)
        def left(x): return torch.zeros(x.shape)
        def right(x): return x + torch.zeros(x.shape, device=x.device)
        def looks(x): return x * x.sum().item()
        """
    )
    assert student.wrong.on_fake_cuda(X).mismatch is not None
    assert student.left.on_fake_cuda(X).device == "cpu"
    assert student.right.on_fake_cuda(X).device == "cuda"
    assert student.looks.on_fake_cuda(X).mismatch is None
    _, (gradient,) = student.right.vjp(torch.ones_like(X), X, wrt=(0,))
    assert gradient is not None
    assert torch.equal(gradient, torch.ones_like(X))
