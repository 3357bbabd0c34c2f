"""Modules that live in a worker."""

from __future__ import annotations

import pytest
import torch

from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Raised, WrongKind
from autograder.sandbox.protocol.stand_ins import (
    Figures,
    MapLike,
    Mixed,
    Pairs,
    StandIn,
    Values,
)
from autograder.sandbox.worker.stand_in import (
    stand_in_figures,
    stand_in_map,
    stand_in_mixed,
    stand_in_pairs,
    stand_in_values,
)
from tests.support.loading import Load

NET = """
from torch import nn
class Net(nn.Module):
    def __init__(self, width=2):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(1, width, 3, padding=1), nn.ReLU())
        self.up = nn.ConvTranspose2d(width, 1, 2, bias=False)
        self.drop = nn.Dropout(0.5)
    def forward(self, x):
        return self.drop(self.up(self.first(x)))
"""


def test_children_are_described_by_family_and_parameters(load: Load) -> None:
    net = load(NET).Net.make(3)
    assert net.children["first"].layers == ("Conv2d",)
    assert [p.shape for p in net.children["first"].parameters] == [(3, 1, 3, 3), (3,)]
    assert net.children["up"].layers == ("ConvTranspose2d",)
    assert net.children["up"].count == 12
    assert net.own.count == 30 + 12


HUGE = """
from types import SimpleNamespace
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape
    def parameters(self, recurse=True):
        yield SimpleNamespace(shape=self.shape, dtype=torch.float32, device=torch.device("cpu"))
class Outer(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.inner = Net(*shape)
"""


@pytest.mark.parametrize("name", ["Net", "Outer"])
@pytest.mark.parametrize("shape", [(2**20, 2**20), (2**28 + 1,), (-1,), (2**62,) * 3])
def test_parameters_that_no_memory_holds_are_not_believed(
    name: str, shape: tuple[int, ...], load: Load
) -> None:
    student = load(HUGE)
    with pytest.raises(WrongKind, match="parameters far too large"):
        getattr(student, name).make(*shape)


def test_on_the_meta_device_a_module_may_be_as_large_as_a_tensor_can_be(load: Load) -> None:
    net = load(HUGE).Net.make_on_meta(2**20, 2**20)
    assert net.own.count == 2**40
    with pytest.raises(WrongKind):
        load(HUGE).Net.make_on_meta(2**25, 2**25)


def test_a_network_of_the_usual_size_is_believed(load: Load) -> None:
    assert load(HUGE).Outer.make(134_271_430).children["inner"].count == 134_271_430


LAYERS = """
import torch
from torch import nn

class Own(nn.Conv2d):
    "A student's own subclass."

class Meta(type):
    def __getattribute__(cls, name):
        lies = {"__name__": "Conv2d", "__mro__": (nn.Conv2d, nn.Module, object)}
        return lies.get(name) or super().__getattribute__(name)
    def __hash__(cls): return hash(nn.Conv2d)
    def __eq__(cls, other): return True

class Liar(nn.Module, metaclass=Meta):
    __module__ = "torch.nn.modules.conv"
    __class__ = property(lambda self: nn.Conv2d)
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))

def make():
    net = nn.Module()
    normed = nn.utils.parametrizations.weight_norm(nn.Conv2d(1, 1, 1))
    layers = [nn.BatchNorm2d(2), nn.GroupNorm(1, 2), Own(1, 2, 3), nn.PReLU(),
              nn.Bilinear(1, 1, 1), nn.LazyConv2d(1, 1), normed, Liar()]
    for name, layer in zip("abcdefgh", layers):
        net.add_module(name, layer)
    net.f(torch.ones(1, 1, 1, 1))
    return net
"""


@pytest.mark.parametrize(
    ("child", "name"),
    [
        ("a", "BatchNorm2d"),
        ("b", "GroupNorm"),
        ("c", "Conv2d"),  # the student's own subclass of it
        ("d", "PReLU"),
        ("e", "Bilinear"),
        ("f", "Conv2d"),
        ("g", "Conv2d"),  # parametrized, its class is made on the spot
        ("h", "Module"),  # a class that calls itself torch.nn.Conv2d, and is none
    ],
)
def test_a_layer_is_named_by_its_class_in_torch(load: Load, child: str, name: str) -> None:
    assert load(LAYERS).make.make().children[child].layers[:1] == (name,)


BUFFERS = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2))
        self.aside = nn.InstanceNorm2d(2, track_running_stats=True)
    def forward(self, x):
        return self.aside(self.body(x))

def steps(net):
    return net.body[1].num_batches_tracked
"""


def test_floating_buffers_follow_the_dtype_of_the_parameters(load: Load) -> None:
    student = load(BUFFERS)
    net = student.Net.make().eval()
    for dtype in (torch.float64, torch.float32):
        weight, ones = torch.ones(2, 1, 1, 1, dtype=dtype), torch.ones(2, dtype=dtype)
        net.set_parameters({"body": [weight, 0 * ones, ones, ones]})
        x = torch.ones(1, 1, 2, 3, dtype=dtype)
        assert net(x).dtype == dtype
        assert net.train()(x).dtype == dtype
    assert student.steps(net).dtype == torch.int64


def test_weights_are_set_in_the_order_of_a_childs_parameters(load: Load) -> None:
    net = load(NET).Net.make().eval()
    weight, bias = torch.ones(2, 1, 3, 3, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    up = torch.ones(2, 1, 2, 2, dtype=torch.float64)
    net.set_parameters({"first": [weight, bias], "up": [up]})
    x = torch.ones(1, 1, 2, 3, dtype=torch.float64)
    assert net(x).sum() == 2 * 4 * torch.nn.functional.conv2d(x, weight[:1], padding=1).sum()
    assert torch.equal(net.parameter("up", 0), up)
    _, (dx, dup) = net.vjp(torch.ones(1, 1, 3, 4, dtype=torch.float64), x, wrt=(0, "up.0"))
    assert dx is not None
    assert dup is not None
    assert dx.shape == x.shape
    assert dup.shape == up.shape


def test_dropout_follows_the_mode(load: Load) -> None:
    net = load(NET).Net.make()
    x = torch.ones(1, 1, 8, 9)
    assert (net.train()(x) == 0).any()
    assert torch.equal(net.eval()(x), net(x))


def test_a_model_can_be_built_without_values(load: Load) -> None:
    net = load(NET).Net.make_on_meta(width=100_000)
    assert net.children["first"].parameters[0].device == "meta"
    assert net.children["first"].count == 1_000_000


def test_the_wrong_number_of_parameters_is_an_error_of_the_student(load: Load) -> None:
    net = load(NET).Net.make()
    with pytest.raises(Raised):
        net.set_parameters({"up": []})


def test_a_linear_layer_can_be_handed_over(load: Load) -> None:
    student = load("def f(linear): return linear.weight * 2")
    linear = student.linear(torch.ones(2, 3, dtype=torch.float64))
    assert torch.equal(student.f(linear), torch.full((2, 3), 2.0, dtype=torch.float64))


def test_a_stand_in_takes_the_place_of_a_neighbours_function(load: Load) -> None:
    names = ("channels", "size")
    for broken in (True, False):
        neighbour = "raise RuntimeError('broken')" if broken else "def kernel(channels, size): 1/0"
        first = load("", user="from neighbour import kernel\ndef f(x): return kernel(2, size=3)",
                     neighbour=neighbour)  # fmt: skip
        student = Student(first._conversation.channel)
        kernel = StandIn("neighbour", "kernel", names, Values(names), whole_module=broken)
        student.load("user", [kernel])
        assert torch.equal(student.f(torch.ones(1)), stand_in_values((2, 3)))


def test_a_stand_in_takes_the_place_of_a_function_of_the_file_itself(load: Load) -> None:
    source = """
    def crop(x, size): raise RuntimeError("wrong")
    def f(x): return crop(x, [2, 3])
    """
    student = Student(load(source)._conversation.channel)
    crop = StandIn("student", "crop", ("x", "size"), MapLike("x", "size"))
    student.load("student", [crop])
    x = torch.arange(2 * 3 * 4 * 5, dtype=torch.float64).reshape(2, 3, 4, 5)
    got = student.f(x)
    assert torch.equal(got, stand_in_map({"x": x, "size": (2, 3)}, "x", "size"))
    assert got.shape == (2, 3, 2, 3)
    assert got.dtype == torch.float64
    value, (gradient,) = student.f.vjp(torch.ones_like(got), x, wrt=(0,))
    assert torch.equal(value, got)
    assert gradient is not None
    assert torch.all(gradient)


def test_a_stand_in_of_maps_tells_what_it_was_given() -> None:
    coarse, skip = torch.rand(1, 2, 3, 4), torch.rand(1, 2, 9, 8)
    given = {"coarse": coarse, "skip": skip, "offset": 5}
    value = stand_in_map(given, "coarse")
    assert value.shape == coarse.shape
    for name, other in (("coarse", coarse + 1), ("skip", 2 * skip), ("offset", 9)):
        assert not torch.allclose(value, stand_in_map({**given, name: other}, "coarse"))


def test_a_stand_in_of_maps_takes_one_number_for_both_sides() -> None:
    x = torch.randn(2, 3, 5, 7)
    assert stand_in_map({"x": x, "bins": 4}, "x", "bins").shape == (2, 3, 4, 4)


def test_a_stand_in_of_pairs_tells_what_it_was_given() -> None:
    image = torch.randn(3, 2, 5, requires_grad=True)
    of_map, of_size = Pairs("image"), Pairs(size=("height", "width"))
    value = stand_in_pairs({"image": image, "theta": 2.0}, of_map)
    assert value.shape == (10, 10)
    assert value.dtype == torch.float32
    assert float(value.detach().sum(1).max()) <= 2
    assert torch.autograd.grad(value.sum(), image)[0].all()
    for other in ({"image": image + 1, "theta": 2.0}, {"image": image, "theta": 3.0}):
        assert not torch.allclose(value, stand_in_pairs(other, of_map))
    assert stand_in_pairs({"height": 2, "width": 3, "theta": 1}, of_size).shape == (6, 6)
    assert stand_in_pairs({"height": 2, "width": 3, "theta": 1}, of_size).dtype == torch.float64
    with pytest.raises(ValueError, match="theta"):
        stand_in_pairs({"image": image, "theta": 0}, of_map)


def test_a_stand_in_for_a_convolution_has_the_channels_of_the_weight(load: Load) -> None:
    source = """
    def convolve(x, weight, bias, rate): raise RuntimeError("wrong")
    def f(x, weight, bias): return convolve(x, weight, bias, rate=2)
    def without(x, weight): return convolve(x, weight, rate=2)
    """
    student = Student(load(source)._conversation.channel)
    names, mixed = ("x", "weight", "bias", "rate"), Mixed("x", "weight")
    defaults: dict[str, int | None] = {"bias": None, "rate": 1}
    student.load("student", [StandIn("student", "convolve", names, mixed, defaults)])
    x, weight, bias = torch.rand(2, 3, 4, 5), torch.rand(6, 3, 2, 1), torch.rand(6)
    given = {"x": x, "weight": weight, "bias": bias, "rate": 2}
    value = stand_in_mixed(given, "x", "weight")
    for name, other in (("x", x + 1), ("weight", -weight), ("bias", 2 * bias), ("rate", 3)):
        assert not torch.allclose(value, stand_in_mixed({**given, name: other}, "x", "weight"))
    got, gradients = student.f.vjp(torch.ones(2, 6, 4, 5), x, weight, bias, wrt=(0, 1, 2))
    assert torch.equal(got, value)
    assert all(each is not None and torch.all(each) for each in gradients)
    assert student.without(x, weight).shape == (2, 6, 4, 5)


def test_a_stand_in_of_figures_may_be_their_mean(load: Load) -> None:
    source = "def figure(counts): raise RuntimeError\ndef f(counts): return figure(counts)"
    student = Student(load(source)._conversation.channel)
    replaced = StandIn("student", "figure", ("counts",), Figures("counts", mean=True))
    student.load("student", [replaced])
    counts = torch.tensor([[3, 1, 0], [2, 4, 0], [0, 0, 0]])
    got = student.f(counts)
    assert torch.equal(got, stand_in_figures(counts).nanmean())
    assert got.shape == ()
