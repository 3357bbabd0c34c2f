"""Excluded dilation: the roads to it, what stays allowed without it, and the ways around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch.nn import functional as F

from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Raised, UsedForbidden
from autograder.sandbox.protocol.messages import DILATED_CONVOLUTION, TRANSPOSED_CONVOLUTION
from autograder.sandbox.worker.forbidden import SPECIAL, _matching

Load = Callable[..., Student]
FORBIDDEN = (DILATED_CONVOLUTION,)
HEAD = """\
import torch, torch._decomp, torch.nn.utils._expanded_weights.conv_utils
from torch import nn
from torch.nn import functional as F
aten, ops, decompositions = torch.ops.aten, torch.ops, torch._decomp.decompositions
one, none, two = [1, 1], [0, 0], [2, 2]
"""
X = torch.arange(2 * 2 * 7 * 9.0, dtype=torch.float64).reshape(2, 2, 7, 9).sin()
W = torch.arange(3 * 2 * 3 * 2.0, dtype=torch.float64).reshape(3, 2, 3, 2).cos()

# x is (2, 2, 7, 9), w is (3, 2, 3, 2), and g a gradient of what an atrous convolution returns.
ROADS = (
    "F.conv2d(x, w, dilation=2)",
    "F.conv2d(x, w, dilation=(1, 2), padding='same')",
    "F.conv1d(x[0], w[..., 0], dilation=3)",
    "F.conv3d(x[None], w[None].transpose(1, 2), dilation=(1, 2, 1), padding=1)",
    "nn.Conv2d(2, 3, 3, dilation=2, dtype=x.dtype)(x)",
    "torch.convolution(x, w, None, one, none, two, False, none, 1)",
    "torch._convolution(x, w, None, one, none, two, False, none, 1, *[False] * 4)",
    "aten.convolution.out(x, w, None, one, none, two, False, none, 1, out=x.new_empty(0))",
    "F.conv_transpose2d(x, w.transpose(0, 1), dilation=2)",
    "torch.nn.grad.conv2d_input((2, 2, 9, 11), w, torch.ones(2, 3, 5, 9).to(x), dilation=2)",
    "torch.nn.grad.conv2d_weight(x, w.shape, torch.ones(2, 3, 3, 7).to(x), dilation=2)",
    "aten.convolution_backward(g, x, w, None, one, none, two, False, none, 1, [True] * 3)[0]",
    "aten.convolution_backward(x, g, w, None, one, none, two, True, none, 1, [True] * 3)[0]",
    "aten._convolution_double_backward(x, None, None, g, w, x, one, none, two, False, none, 1,"
    " [True] * 3)[0]",
    "aten.slow_conv_dilated2d(x, w, [3, 2], None, one, none, two)",
    "aten.slow_conv_dilated3d(x[None], w[None], [3, 3, 2], None, [1], [0], [2])",
    "aten.slow_conv_transpose2d(x, w, [3, 2], None, one, none, none, two)",
    "aten.mkldnn_convolution(x.float(), w.float(), None, none, one, two, 1)",
    "aten._conv_depthwise2d(x, w, [3, 2], None, one, none, two)",
    "ops.mkldnn._convolution_pointwise(x.float(), w.float(), None, none, one, two, 1, 'none',"
    " [], '')",
    "ops.mkldnn_prepacked.conv2d_prepack(w.float(), None, one, none, two, 1, [2, 2, 7, 9], 'none')",
    "ops.prim.mkldnn_convolution(x.float(), w.float(), None, one, none, two, 1)",
    "torch.jit.optimize_for_inference(torch.jit.script(nn.Conv2d(2, 3, 3, dilation=2).eval()))"
    "(x.float())",
    "F.unfold(x, (3, 2), dilation=2)",
    "nn.Unfold(3, dilation=(1, 2))(x)",
    "aten.im2col.out(x, [3, 2], two, none, one, out=x.new_empty(0))",
    "F.fold(torch.ones(2, 12, 21).to(x), (7, 9), (3, 2), dilation=2)",
    "decompositions.im2col(x, [3, 2], two, none, one)",
    "decompositions.col2im(torch.ones(2, 12, 21).to(x), [7, 9], [3, 2], two, none, one)",
    "torch.func.vmap(lambda x: F.conv2d(x, w, dilation=2))(x[None])[0]",
    "torch.func.functionalize(lambda x: F.conv2d(x, w, dilation=2))(x)",
    "torch.func.vjp(lambda x: F.unfold(x, 3, dilation=2), x)[0]",
    "torch.jit.script(nn.Conv2d(2, 3, 3, dilation=2).double())(x)",
)
GRAPH = """
def f(x, w):
    part = torch._C.parse_ir('''graph(
    %x : Float(2, 2, 7, 9, strides=[126, 63, 9, 1], requires_grad=0, device=cpu),
    %w : Float(3, 2, 3, 2, strides=[12, 6, 2, 1], requires_grad=0, device=cpu)):
      %n : NoneType = prim::Constant()
      %d : int[] = prim::Constant[value=[2, 2]]()
      %p : int[] = prim::Constant[value=[0, 0]]()
      %s : int[] = prim::Constant[value=[1, 1]]()
      %g : int = prim::Constant[value=1]()
      %y : Float(2, 3, 3, 7, strides=[63, 21, 7, 1], requires_grad=0, device=cpu) =
        aten::conv2d(%x, %w, %n, %s, %p, %d, %g)
      return (%y)'''.replace("=\\n", "= "))
    graph = torch._C.Graph()
    node = graph.create("prim::oneDNNFusionGroup", [graph.addInput("x"), graph.addInput("w")], 1)
    node.g_("Subgraph", part).is_("input_layouts", [0, 0]).is_("output_layouts", [0])
    graph.appendNode(node)
    node.output().setType(next(part.outputs()).type())
    graph.registerOutput(node.output())
    return torch._C._create_function_from_graph("f", graph)(x.float(), w.float())
"""


@pytest.mark.parametrize("road", ROADS)
def test_a_dilated_call_is_refused_by_any_road(load: Load, road: str) -> None:
    source = f"{HEAD}g = torch.ones(2, 3, 3, 7).double()\ndef f(x, w): return {road}"
    student = load(source, forbidden=FORBIDDEN)
    with pytest.raises(UsedForbidden) as caught:
        student.f(X, W)
    assert "dilated" in str(caught.value) or "decompositions" in road


def test_a_graph_of_another_compiler_does_not_dilate(load: Load) -> None:
    with pytest.raises(Raised, match="oneDNNFusionGroup has a special case"):
        load(HEAD + GRAPH, forbidden=FORBIDDEN).f(X, W)


def test_the_graph_of_another_compiler_would_dilate(load: Load) -> None:
    expected = F.conv2d(X, W, dilation=2).float()
    torch.testing.assert_close(load(HEAD + GRAPH).f(X, W), expected, atol=1e-5, rtol=1e-5)


BELOW = {
    "the kernels of other backends": """
    for key in ("CompositeExplicitAutograd", "XPU", "MPS", "PrivateUse1"):
        try:
            kernel = torch.library.get_kernel("aten::convolution", key)
            keys = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
            return kernel.call_boxed(keys, x, w, None, one, none, two, False, none, 1)
        except RuntimeError:
            continue
    """,
    "a dispatch to other backends": """
    for key in ("XPU", "MPS", "HPU", "PrivateUse1", "XLA", "MkldnnCPU", "QuantizedCPU"):
        keys = torch._C.DispatchKeySet(getattr(torch._C.DispatchKey, key))
        try:
            return aten.convolution.default.redispatch(
                keys, x, w, None, one, none, two, False, none, 1)
        except RuntimeError:
            continue
    """,
    "the guard without its flags": """
    import gc
    for guard in [each for each in gc.get_objects() if type(each).__name__ == "Guard"]:
        guard._permanent = guard._watching = False
    return F.conv2d(x, w, dilation=2)
    """,
    "a catch": """
    try:
        return F.unfold(x, (3, 2), dilation=2)
    except RuntimeError:
        return x
    """,
}


@pytest.mark.parametrize("way", BELOW)
def test_what_lies_below_the_override_does_not_dilate(load: Load, way: str) -> None:
    student = load(f"{HEAD}def f(x, w):{BELOW[way]}", forbidden=FORBIDDEN)
    with pytest.raises(UsedForbidden, match="dilated"):
        student.f(X, W)


def test_every_operation_that_takes_a_dilation_is_in_the_table() -> None:
    special = SPECIAL[DILATED_CONVOLUTION]
    known = {*special.calls, *_matching(special.names)}
    for operation in torch._C._dispatch_get_all_op_names():
        name, _, overload = operation.partition(".")
        arguments = torch._C._get_schema(name, overload).arguments
        composite = torch._C._dispatch_has_kernel_for_dispatch_key(
            operation, "CompositeImplicitAutograd"
        )
        if any(each.name == "dilation" for each in arguments) and not composite:
            writes = operation.removesuffix(".out") in special.calls  # and calls the other one
            assert operation in known or writes or "max_pool" in operation, operation


RIGHT_WAYS = {
    "zeros in the kernel": """
        wide = w.new_zeros(*w.shape[:2], (w.shape[2] - 1) * 2 + 1, (w.shape[3] - 1) * 3 + 1)
        wide[:, :, ::2, ::3] = w
        return F.conv2d(x, wide)
    """,
    "shifted products": """
        h, v = x.shape[2] - (w.shape[2] - 1) * 2, x.shape[3] - (w.shape[3] - 1) * 3
        return sum(
            F.conv2d(x[:, :, i * 2 : i * 2 + h, j * 3 : j * 3 + v], w[:, :, i : i + 1, j : j + 1])
            for i in range(w.shape[2]) for j in range(w.shape[3])
        )
    """,
    "space to batch": """
        h, v = x.shape[2] - (w.shape[2] - 1) * 2, x.shape[3] - (w.shape[3] - 1) * 3
        y = x.new_zeros(x.shape[0], w.shape[0], h, v)
        for i in range(2):
            for j in range(3):
                phase = x[:, :, i::2, j::3]
                a, b = phase.shape[2] - w.shape[2] + 1, phase.shape[3] - w.shape[3] + 1
                columns = F.unfold(phase, tuple(w.shape[2:]))
                y[:, :, i::2, j::3] = (w.flatten(1) @ columns).unflatten(2, (a, b))
        return y
    """,
    "Fourier transform": """
        wide = w.new_zeros(*w.shape[:2], *x.shape[2:])
        wide[:, :, : (w.shape[2] - 1) * 2 + 1 : 2, : (w.shape[3] - 1) * 3 + 1 : 3] = w
        product = torch.einsum("nchw,ochw->nohw", torch.fft.rfft2(x), torch.fft.rfft2(wide).conj())
        y = torch.fft.irfft2(product, s=x.shape[2:])
        return y[:, :, : x.shape[2] - (w.shape[2] - 1) * 2, : x.shape[3] - (w.shape[3] - 1) * 3]
    """,
    "windows of a view": """
        windows = x.unfold(2, 2 * w.shape[2] - 1, 1).unfold(3, 3 * w.shape[3] - 2, 1)
        return torch.einsum("nchwij,ocij->nohw", windows[..., ::2, ::3], w)
    """,
    "the gradient of a strided convolution": """
        # in its weight: what flows back lies on the map with gaps of the stride
        return torch.nn.grad.conv2d_weight(
            x.transpose(0, 1), (w.shape[0], x.shape[0], 3, 6), w.transpose(0, 1), stride=(2, 3)
        ).transpose(0, 1)
    """,
}


@pytest.mark.parametrize("patterns", [FORBIDDEN, (*FORBIDDEN, TRANSPOSED_CONVOLUTION)])
@pytest.mark.parametrize("way", RIGHT_WAYS)
def test_a_right_way_to_write_it_is_let_through(
    load: Load, way: str, patterns: tuple[str, ...]
) -> None:
    student = load(f"{HEAD}def f(x, w):{RIGHT_WAYS[way]}", forbidden=patterns)
    x, w = X.clone().requires_grad_(), W.clone().requires_grad_()
    expected = F.conv2d(x, w, dilation=(2, 3))
    cotangent = torch.arange(float(expected.numel())).to(X).reshape(expected.shape).sin()
    value, gradients = student.f.vjp(cotangent, X, W, wrt=(0, 1))
    torch.testing.assert_close(value, expected.detach())
    for got, want in zip(gradients, torch.autograd.grad(expected, [x, w], cotangent), strict=True):
        torch.testing.assert_close(got, want)


def test_a_comparison_with_a_dilated_one_at_import_costs_nothing(load: Load) -> None:
    source = "assert F.conv2d(torch.ones(1, 1, 5, 6), torch.ones(1, 1, 3, 3), dilation=2).sum() > 0"
    student = load(f"{HEAD}{source}\ndef f(x): return x * 2", forbidden=FORBIDDEN)
    assert torch.equal(student.f(X), X * 2)


def test_a_transposed_convolution_excluded_alone_lets_dilation_be(load: Load) -> None:
    student = load(
        f"{HEAD}def f(x, w): return F.conv2d(x, w, dilation=2) + F.unfold(x, 3, dilation=2).sum()",
        forbidden=(TRANSPOSED_CONVOLUTION,),
    )
    expected = F.conv2d(X, W, dilation=2) + F.unfold(X, 3, dilation=2).sum()
    torch.testing.assert_close(student.f(X, W), expected)


@pytest.mark.parametrize("call", ["F.conv2d(x, w, dilation=2)", "F.conv_transpose2d(x, w[:2])"])
def test_both_patterns_exclude_both(load: Load, call: str) -> None:
    student = load(
        f"{HEAD}def f(x, w): return {call}", forbidden=(TRANSPOSED_CONVOLUTION, *FORBIDDEN)
    )
    with pytest.raises(UsedForbidden, match="dilated" if "dilation" in call else "transposed"):
        student.f(X, W)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("F.conv2d(x[:, :1], w)", "to have 2 channels, but got 1 channels"),
        ("F.conv2d(x.float(), w)", "should be the same"),
        ("F.conv2d(x, w, x[0, 0, 0])", "bias to be 1-dimensional with 3 elements"),
        ("F.conv2d(x, w, w[:, 0, 0, 0].float())", "bias type"),
        ("F.conv2d(x, w, padding=-1)", "negative padding"),
        ("torch.convolution(x[0], w, None, one, none, one, False, none, 1)", "4-dimensional"),
        ("F.conv2d(x[:, :, :2], w)", "can't be greater than actual input size"),
        ("F.unfold(x, (8, 2))", r"No window of kernel_size=\[8, 2\]"),
        ("F.unfold(x[:, 0, 0], 2)", "3D or 4D"),
        ("F.unfold(x, 2, stride=0)", "greater than zero"),
        ("F.fold(x[0], (7, 9), 2)", "Expected 48 columns"),
        ("F.fold(x[0, :, :, :1].reshape(2, 7, 1), (2, 2), 2)", "divisible by the product"),
    ],
)
def test_shapes_that_do_not_fit_are_told_in_one_line(load: Load, call: str, words: str) -> None:
    student = load(f"{HEAD}def f(x, w): return {call}", forbidden=FORBIDDEN)
    with pytest.raises(Raised, match=words):
        student.f(X, W)


def test_a_map_on_the_fake_gpu_is_convolved_there(load: Load) -> None:
    student = load(
        f"{HEAD}def f(x, w): return F.conv2d(x, w, padding=1) + F.unfold(x, 3, stride=2).sum()\n"
        "def g(x, w): return F.conv2d(x, w, dilation=2)",
        forbidden=FORBIDDEN,
    )
    found = student.f.on_fake_cuda(X, W, wrt=(0, 1))
    assert (found.device, found.mismatch) == ("cuda", None)
    with pytest.raises(UsedForbidden):
        student.g.on_fake_cuda(X, W)
