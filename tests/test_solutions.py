"""The reference solution, held against the contract and against torch's own functions."""

from __future__ import annotations

import itertools
import math
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from autograder.authoring.manifest import Assignment
from corpus.paths import RELEASE, ROOT, SOLUTIONS, release_of
from corpus.solved import lay_out
from tests.support.flat_modules import flat_modules

MODULES = ("unpooling", "transposed_conv", "fcn8s", "unet", "iou")


@pytest.fixture(scope="module")
def solution() -> Iterator[dict[str, ModuleType]]:
    """The solution's modules, imported under their flat names and forgotten afterwards."""
    with flat_modules(SOLUTIONS, MODULES) as modules:
        yield modules


@pytest.fixture
def unpooling(solution: dict[str, ModuleType]) -> Any:
    return solution["unpooling"]


@pytest.fixture
def transposed_conv(solution: dict[str, ModuleType]) -> Any:
    return solution["transposed_conv"]


@pytest.fixture
def fcn8s(solution: dict[str, ModuleType]) -> Any:
    return solution["fcn8s"]


@pytest.fixture
def unet(solution: dict[str, ModuleType]) -> Any:
    return solution["unet"]


@pytest.fixture
def iou(solution: dict[str, ModuleType]) -> Any:
    return solution["iou"]


@pytest.fixture(autouse=True)
def _same_numbers_every_time() -> None:
    torch.manual_seed(0)


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def scattered(*shape: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    """Random numbers of a shape, of which no two neighbours are neighbours in memory."""
    wide = torch.randn(*shape[:-1], 2 * shape[-1], dtype=dtype)
    return wide[..., ::2].transpose(-1, -2).contiguous().transpose(-1, -2)


# The public tests


def run_public_tests(arguments: list[str], cwd: Path, report: Path) -> list[ElementTree.Element]:
    """Run the public tests in a process of their own; every test case of the report."""
    options = ["-p", "no:cacheprovider", f"--junitxml={report}"]
    subprocess.run(
        [sys.executable, "-m", "pytest", *options, *arguments],
        cwd=cwd,
        capture_output=True,
        check=False,
    )
    return list(ElementTree.parse(report).iter("testcase"))


def test_the_solution_passes_the_public_tests_run_in_its_folder(
    any_assignment: Assignment, tmp_path: Path
) -> None:
    folder = lay_out(tmp_path / "solved", any_assignment.name)
    cases = run_public_tests([], folder, tmp_path / "report.xml")
    assert len(cases) >= sum(len(task.functions) for task in any_assignment.tasks)
    assert [case.get("name") for case in cases if len(case)] == []


def test_from_the_root_every_public_test_names_the_stub_not_written_yet(
    any_assignment: Assignment, tmp_path: Path
) -> None:
    release = release_of(any_assignment.name).relative_to(ROOT)
    cases = run_public_tests([str(release)], ROOT, tmp_path / "report.xml")
    assert len(cases) >= sum(len(task.functions) for task in any_assignment.tasks)
    for case in cases:
        failure = case.find("failure")
        assert failure is not None, case.get("name")
        assert "is not written yet" in (failure.get("message") or ""), case.get("name")


def test_the_slides_number_is_answered_with_the_erratum(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    for name in ("assignment.py", "conftest.py", "expectations.py", "standing.py"):
        shutil.copy(RELEASE / name, tmp_path)
    shutil.copy(SOLUTIONS / "tests" / "test_transposed_conv.py", tmp_path / "tests")
    (tmp_path / "transposed_conv.py").write_text(
        "import torch\n"
        "def bilinear_kernel(channels, kernel_size): ...\n"
        "def transposed_conv2d(x, weight, *others, **more):\n"
        "    y = torch.nn.functional.conv_transpose2d(x, weight)\n"
        "    y[0, 0, 2, 2] -= 1\n"
        "    return y\n",
        encoding="utf-8",
    )
    cases = run_public_tests([], tmp_path, tmp_path / "report.xml")
    worked = next(case for case in cases if "worked_example" in (case.get("name") or ""))
    failure = worked.find("failure")
    assert failure is not None
    message = failure.get("message") or ""
    assert "the slide is wrong" in message
    assert "170" in message


# All files


def test_results_stay_on_the_device_of_the_inputs(solution: dict[str, ModuleType]) -> None:
    # The meta device stands in for a GPU: a tensor made on the CPU on the way would not mix.
    x, y = torch.zeros(2, 4, 5, 6, device="meta"), torch.zeros(2, 4, 3, 3, device="meta")
    weight, bias = torch.zeros(4, 3, 3, 2, device="meta"), torch.zeros(3, device="meta")
    results = [
        solution["unpooling"].nearest_unpool2d(x, 2),
        solution["unpooling"].bed_of_nails_unpool2d(x, 2),
        solution["transposed_conv"].transposed_conv2d(x, weight, bias, 2, 1, 1),
        solution["fcn8s"].fuse_skip(y, x, 1),
        solution["unet"].center_crop(x, (3, 3)),
        solution["unet"].concat_skip(x, y),
        solution["iou"].predict_labels(x),
        solution["iou"].iou_per_class(torch.zeros(3, 3, dtype=torch.int64, device="meta")),
        solution["iou"].mean_iou(torch.zeros(3, 3, dtype=torch.int64, device="meta")),
    ]
    assert {result.device.type for result in results} == {"meta"}


# unpooling.py


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.uint8])
def test_nearest_unpooling_is_the_librarys_nearest_upsampling(
    unpooling: Any, dtype: torch.dtype
) -> None:
    x = (10 * scattered(2, 3, 4, 5)).abs().to(dtype)
    y = unpooling.nearest_unpool2d(x, 3)
    assert y.dtype == dtype
    assert torch.equal(y.double(), F.interpolate(x.double(), scale_factor=3, mode="nearest"))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.uint8])
def test_bed_of_nails_is_a_transposed_convolution_with_one_nail(
    unpooling: Any, dtype: torch.dtype
) -> None:
    x = (10 * scattered(2, 3, 4, 5)).abs().to(dtype)
    nail = torch.zeros(3, 1, 2, 2, dtype=torch.float64)
    nail[:, :, 0, 0] = 1
    y = unpooling.bed_of_nails_unpool2d(x, scale=2)
    assert y.dtype == dtype
    assert torch.equal(y.double(), F.conv_transpose2d(x.double(), nail, stride=2, groups=3))


@pytest.mark.parametrize("output_size", [(7, 9), [7, 9]], ids=["tuple", "list"])
def test_max_unpooling_is_the_librarys(unpooling: Any, output_size: Any) -> None:
    pooled, indices = F.max_pool2d(scattered(2, 3, 7, 9), 2, return_indices=True)
    expected = F.max_unpool2d(pooled, indices, (2, 2), output_size=(7, 9))
    assert torch.equal(unpooling.max_unpool2d(pooled, indices, output_size), expected)


def test_max_unpooling_takes_an_index_twice_with_the_same_value(unpooling: Any) -> None:
    image = torch.zeros(1, 1, 3, 3)
    image[0, 0, 1, 1] = 5
    pooled, indices = F.max_pool2d(image, 2, stride=1, return_indices=True)
    assert torch.equal(unpooling.max_unpool2d(pooled, indices, (3, 3)), image)


def test_max_unpooling_takes_integers_and_nothing_at_all(unpooling: Any) -> None:
    x = torch.tensor([[[[7, 8]]]], dtype=torch.int16)
    y = unpooling.max_unpool2d(x, torch.tensor([[[[4, 2]]]]), (2, 3))
    assert (y.dtype, y.tolist()) == (torch.int16, [[[[0, 0, 8], [0, 7, 0]]]])
    empty = torch.zeros(0, 2, 3, 3)
    assert unpooling.max_unpool2d(empty, empty.long(), (4, 4)).shape == (0, 2, 4, 4)


def test_unpooling_hands_gradients_back_and_leaves_its_input_alone(unpooling: Any) -> None:
    x = scattered(2, 2, 2, 3).requires_grad_()
    before = x.detach().clone()
    _, indices = F.max_pool2d(torch.randn(2, 2, 4, 6), 2, return_indices=True)
    assert torch.autograd.gradcheck(lambda x: unpooling.nearest_unpool2d(x, 2), x)
    assert torch.autograd.gradcheck(lambda x: unpooling.bed_of_nails_unpool2d(x, 3), x)
    assert torch.autograd.gradcheck(lambda x: unpooling.max_unpool2d(x, indices, (4, 6)), x)
    assert torch.equal(x, before)


@pytest.mark.parametrize("scale", [0, -2])
def test_a_scale_below_1_is_refused(unpooling: Any, scale: int) -> None:
    with pytest.raises(ValueError, match="scale"):
        unpooling.nearest_unpool2d(torch.zeros(1, 1, 2, 2), scale)
    with pytest.raises(ValueError, match="scale"):
        unpooling.bed_of_nails_unpool2d(torch.zeros(1, 1, 2, 2), scale)


@pytest.mark.parametrize(
    ("indices", "output_size"),
    [
        (torch.zeros(1, 1, 2, 1, dtype=torch.int64), (2, 3)),
        (torch.zeros(2, 1, 1, 2, dtype=torch.int64), (2, 3)),
        (torch.tensor([[[[0, 6]]]]), (2, 3)),
        (torch.tensor([[[[-1, 2]]]]), (2, 3)),
        (torch.tensor([[[[0, 2]]]]), (-2, -3)),
    ],
    ids=["swapped axes", "another batch", "beyond the plane", "before it", "no plane"],
)
def test_indices_that_cannot_be_are_refused(
    unpooling: Any, indices: torch.Tensor, output_size: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match=r"indices|output_size"):
        unpooling.max_unpool2d(torch.ones(1, 1, 1, 2), indices, output_size)


# transposed_conv.py

GEOMETRIES = [
    # kernel, stride, padding, output_padding
    ((3, 3), 1, 0, 0),
    ((2, 2), 2, 0, 0),
    ((4, 4), 2, 1, 0),
    ((16, 16), 8, 4, 0),
    ((1, 1), 1, 0, 0),
    ((3, 2), (1, 2), 0, 0),
    ((2, 5), (3, 2), (0, 1), (2, 1)),
    ((5, 3), (2, 3), (2, 1), (1, 2)),
    ((1, 2), (3, 4), 0, (2, 3)),
    ((4, 1), [4, 3], [1, 0], [3, 2]),
    ((3, 3), 2, 1, 1),
    ((2, 3), (5, 4), (1, 0), (4, 0)),
    ((7, 6), (3, 5), (3, 2), (0, 4)),
]


def as_pair(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("with_bias", [False, True], ids=["no bias", "bias"])
@pytest.mark.parametrize(("kernel", "stride", "padding", "output_padding"), GEOMETRIES)
def test_transposed_convolution_and_its_gradients_are_the_librarys(
    transposed_conv: Any,
    kernel: tuple[int, int],
    stride: Any,
    padding: Any,
    output_padding: Any,
    with_bias: bool,
) -> None:
    x = scattered(2, 3, 4, 5).requires_grad_()
    weight = scattered(3, 2, *kernel).requires_grad_()
    bias = torch.randn(2, dtype=torch.float64, requires_grad=True) if with_bias else None
    inputs = [x, weight] + ([] if bias is None else [bias])

    y = transposed_conv.transposed_conv2d(x, weight, bias, stride, padding, output_padding)
    expected = F.conv_transpose2d(
        x, weight, bias, as_pair(stride), as_pair(padding), as_pair(output_padding)
    )
    torch.testing.assert_close(y, expected, rtol=1e-12, atol=1e-12)

    direction = torch.randn_like(expected)
    gradients = torch.autograd.grad((y * direction).sum(), inputs)
    wanted = torch.autograd.grad((expected * direction).sum(), inputs)
    for gradient, want in zip(gradients, wanted, strict=True):
        torch.testing.assert_close(gradient, want, rtol=1e-11, atol=1e-11)


def test_every_small_geometry_agrees_with_the_library(transposed_conv: Any) -> None:
    x, numbers = torch.randn(2, 2, 3, 2, dtype=torch.float64), range(1, 5)
    checked = 0
    for kernel, stride, padding in itertools.product(numbers, numbers, range(3)):
        weight = torch.randn(2, 3, kernel, kernel + 1, dtype=torch.float64)
        for output_padding in range(stride):
            if (2 - 1) * stride - 2 * padding + kernel + output_padding < 1:
                continue  # the narrower axis vanishes: refused, see below
            geometry = (stride, padding, output_padding)
            torch.testing.assert_close(
                transposed_conv.transposed_conv2d(x, weight, None, *geometry),
                F.conv_transpose2d(x, weight, None, *geometry),
                rtol=1e-12,
                atol=1e-12,
            )
            checked += 1
    assert checked > 90


def test_transposed_convolution_passes_gradcheck(transposed_conv: Any) -> None:
    inputs = [
        tensor.requires_grad_()
        for tensor in (scattered(2, 2, 2, 3), scattered(2, 3, 3, 2), torch.randn(3).double())
    ]
    assert torch.autograd.gradcheck(
        lambda *tensors: transposed_conv.transposed_conv2d(*tensors, (2, 1), 1, (1, 0)), inputs
    )


def test_the_worked_example_has_16_and_sums_to_170(transposed_conv: Any) -> None:
    x = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    kernel = torch.tensor([[[[1.0, 2.0, 3.0], [2.0, 2.0, 1.0], [3.0, 2.0, 1.0]]]])
    y = transposed_conv.transposed_conv2d(x, kernel)
    assert y[0, 0].tolist() == [[1, 4, 7, 6], [5, 16, 22, 14], [9, 22, 16, 6], [9, 18, 11, 4]]
    assert y.sum() == x.sum() * kernel.sum() == 170


def test_float32_in_is_float32_out_and_no_grad_works(transposed_conv: Any) -> None:
    x, weight = scattered(1, 3, 4, 5, dtype=torch.float32), torch.randn(3, 2, 4, 4)
    with torch.no_grad():
        y = transposed_conv.transposed_conv2d(x=x, weight=weight, stride=2)
    assert y.dtype == torch.float32
    torch.testing.assert_close(y, F.conv_transpose2d(x, weight, stride=2), rtol=1e-5, atol=1e-5)


def test_transposed_convolution_leaves_its_inputs_alone(transposed_conv: Any) -> None:
    x, weight, bias = scattered(1, 1, 2, 3), scattered(1, 2, 3, 3), torch.ones(2).double()
    before = [tensor.clone() for tensor in (x, weight, bias)]
    transposed_conv.transposed_conv2d(x, weight, bias, 3, 1, 2)
    for tensor, copy in zip((x, weight, bias), before, strict=True):
        assert torch.equal(tensor, copy)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"weight": torch.zeros(2, 3, 3, 3)}, r"x|weight"),
        ({"bias": torch.zeros(3)}, r"bias"),
        ({"bias": torch.zeros(2, 1)}, r"bias"),
        ({"bias": torch.zeros(())}, r"bias"),
        ({"stride": 0}, r"stride"),
        ({"stride": (1, -1)}, r"stride"),
        ({"padding": -1}, r"padding"),
        ({"padding": [0, -1]}, r"padding"),
        ({"output_padding": -1, "stride": 2}, r"output_padding"),
        ({"output_padding": 1}, r"output_padding|stride"),
        ({"output_padding": (1, 2), "stride": 2}, r"output_padding|stride"),
        ({"padding": 3}, r"padding"),
        ({"padding": (0, 4)}, r"padding"),
    ],
)
def test_what_transposed_convolution_refuses(
    transposed_conv: Any, arguments: dict[str, Any], names: str
) -> None:
    valid = {"x": torch.zeros(1, 3, 4, 5), "weight": torch.zeros(3, 2, 3, 3)}
    with pytest.raises(ValueError, match=names):
        transposed_conv.transposed_conv2d(**{**valid, **arguments})


@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5, 8, 16])
def test_the_bilinear_kernel_follows_its_formula(transposed_conv: Any, kernel_size: int) -> None:
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 else f - 0.5
    t = [1 - abs(i - c) / f for i in range(kernel_size)]
    kernel = transposed_conv.bilinear_kernel(3, kernel_size)
    assert (kernel.shape, kernel.dtype) == ((3, 3, kernel_size, kernel_size), torch.float32)
    for i, j, a, b in itertools.product(range(3), range(3), *[range(kernel_size)] * 2):
        expected = t[a] * t[b] if i == j else 0
        assert kernel[i, j, a, b].item() == pytest.approx(expected, abs=1e-7)


def test_the_bilinear_kernel_is_float32_on_the_cpu_whatever_the_defaults(
    transposed_conv: Any,
) -> None:
    expected = transposed_conv.bilinear_kernel(2, 4)
    torch.set_default_dtype(torch.float64)
    try:
        with torch.device("meta"):
            kernel = transposed_conv.bilinear_kernel(2, 4)
    finally:
        torch.set_default_dtype(torch.float32)
    assert (kernel.dtype, kernel.device.type) == (torch.float32, "cpu")
    assert torch.equal(kernel, expected)


# fcn8s.py


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_convolutionalize_equals_the_linear_layer(
    fcn8s: Any, bias: bool, dtype: torch.dtype
) -> None:
    linear = nn.Linear(3 * 4 * 4, 5, bias=bias, dtype=dtype)
    conv = fcn8s.convolutionalize(linear, channels=3, kernel_size=4)
    x = scattered(2, 3, 4, 4, dtype=dtype)
    assert (conv.bias is not None) == bias
    assert conv.weight.dtype == dtype
    torch.testing.assert_close(conv(x).flatten(1), linear(x.flatten(1)))


def test_convolutionalize_copies(fcn8s: Any) -> None:
    linear = nn.Linear(2 * 3 * 3, 4)
    conv = fcn8s.convolutionalize(linear, 2, 3)
    shared = {parameter.data_ptr() for parameter in linear.parameters()}
    assert not shared & {parameter.data_ptr() for parameter in conv.parameters()}
    assert all(parameter.requires_grad for parameter in conv.parameters())


def test_convolutionalize_stays_on_the_device_of_the_linear_layer(fcn8s: Any) -> None:
    conv = fcn8s.convolutionalize(nn.Linear(8, 3, device="meta"), 2, 2)
    assert {parameter.device.type for parameter in conv.parameters()} == {"meta"}


def test_convolutionalize_refuses_a_layer_of_another_size(fcn8s: Any) -> None:
    with pytest.raises(ValueError, match=r"linear|channels|kernel_size"):
        fcn8s.convolutionalize(nn.Linear(19, 4), 2, 3)


@pytest.mark.parametrize("offset", [0, 2, 3])
def test_fuse_skip_adds_the_window_and_hands_gradients_back(fcn8s: Any, offset: int) -> None:
    coarse, skip = scattered(2, 3, 2, 4).requires_grad_(), scattered(2, 3, 5, 7).requires_grad_()
    fused = fcn8s.fuse_skip(coarse, skip, offset)
    for row, column in itertools.product(range(2), range(4)):
        expected = coarse[:, :, row, column] + skip[:, :, offset + row, offset + column]
        assert torch.equal(fused[:, :, row, column], expected)
    assert torch.autograd.gradcheck(lambda *maps: fcn8s.fuse_skip(*maps, offset), (coarse, skip))


@pytest.mark.parametrize(
    ("skip", "offset"),
    [
        ((2, 3, 5, 7), -1),
        ((2, 3, 5, 7), 4),
        ((2, 3, 9, 5), 2),
        ((1, 3, 5, 7), 1),
        ((2, 1, 5, 7), 1),
    ],
    ids=["negative", "too low", "too far right", "N differs", "K differs"],
)
def test_fuse_skip_refuses_a_window_that_does_not_fit(
    fcn8s: Any, skip: tuple[int, ...], offset: int
) -> None:
    with pytest.raises(ValueError, match=r"coarse|skip|offset"):
        fcn8s.fuse_skip(torch.zeros(2, 3, 2, 4), torch.zeros(skip), offset)


FCN8S_TABLE = {
    "features1": 38_720,
    "features2": 221_440,
    "features3": 1_475_328,
    "features4": 5_899_776,
    "features5": 7_079_424,
    "maxpool": 0,
    "classifier": 119_554_050,
    "upscore2": 64,
    "upscore4": 64,
    "upscore8": 1_024,
    "score_pool4": 1_026,
    "score_pool3": 514,
}


def test_fcn8s_has_the_children_and_parameters_of_the_contract(fcn8s: Any) -> None:
    with torch.device("meta"):
        model = fcn8s.FCN8s()
    assert {name: parameters(child) for name, child in model.named_children()} == FCN8S_TABLE
    assert parameters(model) == sum(FCN8S_TABLE.values()) == 134_271_430
    assert round(4 * parameters(model) / 1e6, 3) == 537.086  # float32, MB of 10^6 bytes


def test_fcn8s_is_vgg16_with_padding_100_in_front(fcn8s: Any) -> None:
    with torch.device("meta"):
        model = fcn8s.FCN8s()
    stages = [getattr(model, f"features{number}") for number in range(1, 6)]
    convolutions = [
        [child for child in stage.modules() if isinstance(child, nn.Conv2d)] for stage in stages
    ]
    assert [len(stage) for stage in convolutions] == [2, 2, 3, 3, 3]
    assert [stage[-1].out_channels for stage in convolutions] == [64, 128, 256, 512, 512]
    flat = [convolution for stage in convolutions for convolution in stage]
    assert {convolution.kernel_size for convolution in flat} == {(3, 3)}
    assert [convolution.padding[0] for convolution in flat] == [100] + [1] * 12


@pytest.mark.parametrize("child", ["upscore2", "upscore4", "upscore8"])
def test_upscoring_starts_bilinear_in_the_models_dtype(
    fcn8s: Any, transposed_conv: Any, child: str
) -> None:
    torch.set_default_dtype(torch.float64)
    try:
        layer = getattr(fcn8s.FCN8s(3, 1, 2), child)
    finally:
        torch.set_default_dtype(torch.float32)
    kernel_size, stride = (16, 8) if child == "upscore8" else (4, 2)
    assert (layer.kernel_size, layer.stride) == ((kernel_size,) * 2, (stride,) * 2)
    assert layer.bias is None
    assert layer.weight.dtype == torch.float64
    assert torch.equal(layer.weight, transposed_conv.bilinear_kernel(3, kernel_size).double())


@pytest.mark.parametrize("size", [(1, 1), (1, 33), (26, 2), (31, 32), (59, 90)])
def test_fcn8s_gives_scores_of_the_images_size(fcn8s: Any, size: tuple[int, int]) -> None:
    model = fcn8s.FCN8s(num_classes=3, base_channels=1, fc_channels=2)
    assert model(torch.randn(2, 3, *size)).shape == (2, 3, *size)


def test_fcn8s_is_the_sum_of_its_three_depths(fcn8s: Any) -> None:
    # Another road to the same scores: plain functions, each depth upsampled by itself.
    model = fcn8s.FCN8s(num_classes=2, base_channels=2, fc_channels=3).double().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.4)
    x = torch.randn(2, 3, 40, 61, dtype=torch.float64)
    features, pools = x, []
    for number in range(1, 6):
        stage = getattr(model, f"features{number}")
        for place, layer in enumerate(m for m in stage.modules() if isinstance(m, nn.Conv2d)):
            padding = 100 if (number, place) == (1, 0) else 1
            features = F.relu(F.conv2d(features, layer.weight, layer.bias, padding=padding))
        features = F.max_pool2d(features, 2, 2, ceil_mode=True)
        pools.append(features)
    hidden, last = features, [m for m in model.classifier.modules() if isinstance(m, nn.Conv2d)]
    for layer in last[:-1]:
        hidden = F.relu(F.conv2d(hidden, layer.weight, layer.bias))
    score = F.conv2d(hidden, last[-1].weight, last[-1].bias)

    up2, up4, up8 = (model.upscore2.weight, model.upscore4.weight, model.upscore8.weight)
    from5 = F.conv_transpose2d(score, up2, stride=2)
    rows, columns = from5.shape[2:]
    from4 = F.conv2d(pools[3], model.score_pool4.weight, model.score_pool4.bias)
    from4 = from4[:, :, 5 : 5 + rows, 5 : 5 + columns]
    from5, from4 = (F.conv_transpose2d(part, up4, stride=2) for part in (from5, from4))
    rows, columns = from5.shape[2:]
    from3 = F.conv2d(pools[2], model.score_pool3.weight, model.score_pool3.bias)
    from3 = from3[:, :, 9 : 9 + rows, 9 : 9 + columns]
    from5, from4, from3 = (
        F.conv_transpose2d(part, up8, stride=8) for part in (from5, from4, from3)
    )
    expected = (from5 + from4 + from3)[:, :, 31:71, 31:92]

    scores = model(x)
    scale = max(part.abs().max() for part in (from5, from4, from3))
    assert (scores - expected).abs().max() <= 1e-12 * scale
    scores.sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_dropout_sleeps_in_eval_mode_only(fcn8s: Any) -> None:
    model, x = fcn8s.FCN8s(2, 1, 64), torch.randn(1, 3, 5, 6)
    assert not torch.equal(model.train()(x), model.train()(x))
    assert torch.equal(model.eval()(x), model.eval()(x))


# unet.py


@pytest.mark.parametrize("dtype", [torch.float64, torch.int32])
@pytest.mark.parametrize("size", [(7, 6), (6, 5), [5, 6], (1, 1), (2, 3)])
def test_center_crop_leaves_the_odd_row_at_the_bottom(
    unet: Any, size: Any, dtype: torch.dtype
) -> None:
    x = torch.arange(2 * 3 * 7 * 6).reshape(2, 3, 7, 6).to(dtype)
    y = unet.center_crop(x, size)
    above, left = math.floor((7 - size[0]) / 2), math.floor((6 - size[1]) / 2)
    assert y.shape == (2, 3, *size)
    assert y.dtype == dtype
    assert torch.equal(y, x[:, :, above : above + size[0], left : left + size[1]])


@pytest.mark.parametrize("size", [(8, 6), (7, 7), (0, 3), (3, 0), (-1, 2)])
def test_center_crop_refuses_a_window_that_does_not_fit(unet: Any, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="size"):
        unet.center_crop(torch.zeros(1, 1, 7, 6), size)


def test_concat_skip_crops_and_puts_the_skip_first(unet: Any) -> None:
    skip, upsampled = scattered(2, 3, 7, 8).requires_grad_(), scattered(2, 2, 4, 6).requires_grad_()
    joined = unet.concat_skip(skip, upsampled)
    assert torch.equal(joined[:, :3], skip[:, :, 1:5, 1:7])
    assert torch.equal(joined[:, 3:], upsampled)
    assert torch.autograd.gradcheck(unet.concat_skip, (skip, upsampled))


@pytest.mark.parametrize("skip", [(2, 3, 3, 9), (2, 3, 9, 5), (1, 3, 9, 9)])
def test_concat_skip_refuses_a_skip_that_does_not_fit(unet: Any, skip: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"skip|upsampled"):
        unet.concat_skip(torch.zeros(skip), torch.zeros(2, 2, 4, 6))


@pytest.mark.parametrize(("padding", "size"), [(0, (5, 8)), (1, (9, 12))])
def test_double_conv_is_two_convolutions_and_two_relus(
    unet: Any, padding: int, size: tuple[int, int]
) -> None:
    block = unet.DoubleConv(2, 3, padding)
    x = torch.randn(2, 2, 9, 12)
    first, second = (m for m in block.modules() if isinstance(m, nn.Conv2d))
    expected = F.relu(F.conv2d(x, first.weight, first.bias, padding=padding))
    expected = F.relu(F.conv2d(expected, second.weight, second.bias, padding=padding))
    assert block(x).shape == (2, 3, *size)
    torch.testing.assert_close(block(x), expected)


def test_an_up_block_is_upconv_concat_and_double_conv(unet: Any) -> None:
    block = unet.UpBlock(4)
    x, skip = torch.randn(2, 4, 3, 5), torch.randn(2, 2, 9, 13)
    up = F.conv_transpose2d(x, block.upconv.weight, block.upconv.bias, stride=2)
    expected = block.conv(torch.cat([skip[:, :, 1:7, 1:11], up], dim=1))
    assert [name for name, _ in block.named_children()] == ["upconv", "conv"]
    torch.testing.assert_close(block(x, skip), expected)


def test_the_unet_has_the_children_and_parameters_of_the_contract(unet: Any) -> None:
    with torch.device("meta"):
        model = unet.UNet()
    children = {name for name, child in model.named_children() if parameters(child)}
    assert children == {
        *(f"down{number}" for number in range(1, 5)),
        "bottleneck",
        *(f"up{number}" for number in range(1, 5)),
        "head",
    }
    assert parameters(model) == 31_030_658


def test_572_gives_388_by_the_full_unet_of_the_paper(unet: Any) -> None:
    with torch.device("meta"):
        scores = unet.UNet()(torch.zeros(1, 1, 572, 572))
    assert scores.shape == (1, 2, 388, 388)


@pytest.mark.parametrize(("padding", "size"), [(0, (188, 204)), (1, (16, 48))])
def test_the_unet_is_the_composition_of_its_children(
    unet: Any, padding: int, size: tuple[int, int]
) -> None:
    model = unet.UNet(3, 5, base_channels=2, padding=padding).double()
    x = torch.randn(2, 3, *size, dtype=torch.float64)
    downs, features = [], x
    for number in range(1, 5):
        downs.append(getattr(model, f"down{number}")(features))
        features = F.max_pool2d(downs[-1], 2)
    features = model.bottleneck(features)
    for number in range(4, 0, -1):
        block, skip = getattr(model, f"up{number}"), downs[number - 1]
        up = F.conv_transpose2d(features, block.upconv.weight, block.upconv.bias, stride=2)
        above = (skip.shape[2] - up.shape[2]) // 2
        left = (skip.shape[3] - up.shape[3]) // 2
        window = skip[:, :, above : above + up.shape[2], left : left + up.shape[3]]
        features = block.conv(torch.cat([window, up], dim=1))
    scores = model(x)
    lost = 0 if padding else 184
    assert scores.shape == (2, 5, size[0] - lost, size[1] - lost)
    torch.testing.assert_close(scores, model.head(features), rtol=1e-12, atol=1e-12)


def test_gradients_reach_the_contracting_path_through_the_skips(unet: Any) -> None:
    model = unet.UNet(1, 2, base_channels=2, padding=1)
    with torch.no_grad():
        model.up1.upconv.weight.zero_()  # the way from below is closed: only the skip is left
    model(torch.randn(1, 1, 32, 16)).sum().backward()
    assert any(parameter.grad.abs().sum() > 0 for parameter in model.down1.parameters())


@pytest.mark.parametrize("padding", [2, -1, "same"])
def test_the_unet_refuses_another_padding(unet: Any, padding: Any) -> None:
    with pytest.raises(ValueError, match="padding"):
        unet.UNet(base_channels=1, padding=padding)


@pytest.mark.parametrize("padding", [0, 1])
def test_exactly_the_contracts_sizes_pass_the_unet(unet: Any, padding: int) -> None:
    with torch.device("meta"):
        model, good = unet.UNet(base_channels=1, padding=padding), 204 if padding == 0 else 32
    for side in range(1, 240):
        fits = side % 16 == 12 and side >= 188 if padding == 0 else side % 16 == 0
        for size in ((side, good), (good, side)):
            x = torch.zeros(1, 1, *size, device="meta")
            if fits:
                assert model(x).shape[2:] == tuple(s - (184 if padding == 0 else 0) for s in size)
            else:
                with pytest.raises(ValueError, match=rf"\b{side}\b"):
                    model(x)


# iou.py

INTEGERS = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]


def test_labels_are_int64_and_ties_go_to_the_lowest_class(iou: Any) -> None:
    scores = scattered(2, 4, 3, 5, dtype=torch.float32).round()  # rounding makes ties
    labels = iou.predict_labels(scores)
    assert (labels.dtype, labels.shape) == (torch.int64, (2, 3, 5))
    for n, row, column in itertools.product(range(2), range(3), range(5)):
        values = scores[n, :, row, column].tolist()
        assert labels[n, row, column] == values.index(max(values))


@pytest.mark.parametrize(
    ("prediction_dtype", "target_dtype"), list(itertools.product(INTEGERS, INTEGERS))
)
def test_the_confusion_matrix_counts_pixel_by_pixel_in_any_two_dtypes(
    iou: Any, prediction_dtype: torch.dtype, target_dtype: torch.dtype
) -> None:
    prediction = torch.randint(0, 21, (2, 5, 6)).to(prediction_dtype).transpose(1, 2)
    target = torch.randint(0, 21, (2, 5, 6)).to(target_dtype).transpose(1, 2)
    expected = torch.zeros(21, 21, dtype=torch.int64)
    for i, j in zip(target.flatten().tolist(), prediction.flatten().tolist(), strict=True):
        expected[i, j] += 1
    confusion = iou.confusion_matrix(prediction, target, 21)
    assert confusion.dtype == torch.int64
    assert torch.equal(confusion, expected)


@pytest.mark.parametrize(
    ("ignore_index", "dtype", "target"),
    [
        (255, torch.uint8, [255, 0, 1, 255]),
        (-1, torch.int8, [-1, 0, 1, -1]),
        (-100, torch.int64, [-100, 0, 1, -100]),
        (2, torch.uint8, [2, 0, 1, 2]),
    ],
)
def test_ignored_targets_do_not_count_whatever_is_predicted(
    iou: Any, ignore_index: int, dtype: torch.dtype, target: list[int]
) -> None:
    prediction = torch.tensor([99, 0, 0, 200], dtype=torch.uint8)
    confusion = iou.confusion_matrix(
        prediction, torch.tensor(target, dtype=dtype), 3, ignore_index=ignore_index
    )
    assert confusion.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 0]]


def test_minus_1_in_int8_is_not_255(iou: Any) -> None:
    prediction = torch.zeros(2, dtype=torch.uint8)
    with pytest.raises(ValueError, match="target"):
        iou.confusion_matrix(prediction, torch.tensor([0, -1], dtype=torch.int8), 2)


@pytest.mark.parametrize("shape", [(0,), (2, 0, 3), (), (1, 2, 3, 4, 5)])
def test_the_confusion_matrix_takes_any_shape(iou: Any, shape: tuple[int, ...]) -> None:
    labels = torch.ones(shape, dtype=torch.uint8)
    confusion = iou.confusion_matrix(labels, labels.long(), 3)
    assert confusion.tolist() == [[0, 0, 0], [0, math.prod(shape), 0], [0, 0, 0]]


def test_all_pixels_may_be_ignored(iou: Any) -> None:
    target = torch.full((2, 3), 255, dtype=torch.uint8)
    assert iou.confusion_matrix(target, target, 2).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("prediction", "target"),
    [([0, 2], [0, 1]), ([0, -1], [0, 1]), ([0, 1], [0, 2]), ([0, 1], [0, -1]), ([0], [0, 1])],
)
def test_the_confusion_matrix_refuses_what_it_cannot_count(
    iou: Any, prediction: list[int], target: list[int]
) -> None:
    with pytest.raises(ValueError, match=r"prediction|target|num_classes"):
        iou.confusion_matrix(torch.tensor(prediction), torch.tensor(target), 2)


def test_iou_is_float64_and_nan_where_the_union_is_empty(iou: Any) -> None:
    confusion = torch.tensor([[3, 1, 0, 0], [2, 4, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]])
    values = iou.iou_per_class(confusion)
    assert (values.dtype, values.shape) == (torch.float64, (4,))
    assert values.tolist() == pytest.approx([3 / 6, 4 / 8, math.nan, 0.0], nan_ok=True)


def test_large_counts_keep_their_digits(iou: Any) -> None:
    n = 2**40 + 1
    confusion = torch.tensor([[n, 1], [0, 1]])
    assert iou.iou_per_class(confusion)[0].item() == n / (n + 1)


def test_the_mean_is_over_the_classes_that_occur(iou: Any) -> None:
    mean = iou.mean_iou(torch.tensor([[3, 1, 0], [0, 4, 0], [0, 0, 0]]))
    assert (mean.dtype, mean.shape) == (torch.float64, ())
    assert mean.item() == pytest.approx(0.775)
    assert iou.mean_iou(torch.zeros(3, 3, dtype=torch.int64)).isnan()


def test_a_data_sets_mean_comes_from_the_sum_of_its_matrices(iou: Any) -> None:
    images = [torch.tensor([[8, 1], [1, 0]]), torch.tensor([[0, 0], [2, 8]])]
    together = iou.mean_iou(images[0] + images[1])
    assert together.item() == pytest.approx((8 / 12 + 8 / 12) / 2)
    apart = torch.stack([iou.mean_iou(image) for image in images]).mean()
    assert abs(together - apart) > 0.1
