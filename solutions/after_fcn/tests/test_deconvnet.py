"""Public tests of deconvnet.py. The hidden ones ask the same questions with more numbers."""

from __future__ import annotations

import deconvnet
import torch
from expectations import about, expect, refused

MAP = torch.tensor([[[[1.0, 5, 2, 0, 9], [5, 3, 4, 4, 8], [7, 6, 7, 1, 3]]]])


@about(
    "max_pool_with_switches",
    "Every window gives its largest value; a rest belongs to no window",
    "창마다 가장 큰 값을 내고, 남는 부분은 어느 창에도 속하지 않습니다",
    hint=(
        "Five columns hold two windows of two. Where does the last column go?",
        "열이 5개면 너비 2인 창이 2개 들어갑니다. 마지막 열은 어떻게 됩니까?",
    ),
)
def test_pooling_takes_the_largest_value_of_every_window() -> None:
    expect(deconvnet.max_pool_with_switches(MAP, 2)[0], torch.tensor([[[[5.0, 4]]]]))


@about(
    "max_pool_with_switches",
    "A switch is row · W + column of the first largest value",
    "switch는 처음 나오는 가장 큰 값의 행 · W + 열입니다",
    hint=(
        "5 comes twice in the first window. How many cells does a row of the whole map have?",
        "첫 창에 5가 두 번 나옵니다. 전체 맵의 한 행은 몇 칸입니까?",
    ),
)
def test_switches_count_the_cells_of_the_whole_plane() -> None:
    expect(deconvnet.max_pool_with_switches(MAP, 2)[1], torch.tensor([[[[1, 7]]]]))


@about(
    "max_pool_with_switches",
    "A size larger than the map is a ValueError that names size",
    "맵보다 큰 size는 size를 언급하는 ValueError입니다",
    hint=(
        "Which sizes leave at least one whole window?",
        "온전한 창이 하나라도 있으려면 size가 얼마여야 합니까?",
    ),
)
def test_a_window_larger_than_the_map_is_refused_by_name() -> None:
    with refused("size"):
        deconvnet.max_pool_with_switches(MAP, (4, 2))


@about(
    "unpool_with_switches",
    "Every value goes to its switch in its own plane, zeros elsewhere",
    "각 값이 자기 평면의 switch 자리로 가고 나머지는 0입니다",
    hint=(
        "How do row and column follow from a switch and the width of the output?",
        "switch와 출력의 너비에서 행과 열은 어떻게 정해집니까?",
    ),
)
def test_unpooling_puts_every_value_where_its_switch_points() -> None:
    x = torch.tensor([[[[5.0, 4]], [[-1, 2]]]])
    switches = torch.tensor([[[[1, 7]], [[14, 0]]]])
    expected = torch.zeros(1, 2, 3, 5)
    expected[0, 0, 0, 1], expected[0, 0, 1, 2] = 5, 4
    expected[0, 1, 2, 4], expected[0, 1, 0, 0] = -1, 2
    expect(deconvnet.unpool_with_switches(x, switches, (3, 5)), expected)


@about(
    "unpool_with_switches",
    "A switch outside the plane is a ValueError that names switches or output_size",
    "평면을 벗어난 switch는 switches 또는 output_size를 언급하는 ValueError입니다",
    hint=(
        "Which is the last cell of a plane of 2 × 3?",
        "2 × 3 평면의 마지막 칸은 몇 번입니까?",
    ),
)
def test_a_switch_outside_the_plane_is_refused_by_name() -> None:
    with refused("switches", "output_size"):
        deconvnet.unpool_with_switches(torch.ones(1, 1, 1, 2), torch.tensor([[[[0, 6]]]]), (2, 3))


@about(
    "DeconvNet",
    "The network has 251,805,653 parameters",
    "네트워크의 파라미터는 251,805,653개입니다",
    hint=(
        "Each layer of the mirror goes from its layer's outputs to its layer's inputs.",
        "거울에 비친 각 층은 원래 층의 출력에서 입력으로 갑니다.",
    ),
)
def test_the_whole_network_has_the_parameters_of_the_table() -> None:
    with torch.device("meta"):
        net = deconvnet.DeconvNet()
    count = sum(parameter.numel() for parameter in net.parameters())
    expect(torch.tensor(count), torch.tensor(251_805_653))


@about(
    "DeconvNet",
    "Every pixel gets a score for every class, whatever the size",
    "어떤 크기든 모든 픽셀에 클래스마다 점수가 있습니다",
    hint=(
        "An odd map loses a row in pooling. To which size does unpooling bring it back?",
        "홀수 크기의 맵은 풀링에서 한 행을 잃습니다. 언풀링은 어떤 크기로 되돌립니까?",
    ),
)
def test_an_image_of_an_odd_size_has_a_score_at_every_pixel() -> None:
    net = deconvnet.DeconvNet(num_classes=4, base_channels=1, fc_channels=2).eval()
    with torch.no_grad():
        scores = net(torch.rand(1, 3, 225, 254))
    expect(torch.tensor(scores.shape), torch.tensor([1, 4, 225, 254]))
    with refused("230", "200"):
        net(torch.rand(1, 3, 230, 200))
