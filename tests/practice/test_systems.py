"""What students of after FCN are given beside the stubs: narrow systems and their training."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib
import pytest
import torch
from torch import nn

from corpus.paths import ROOT, SHARED, SOLUTIONS
from tests.support.flat_modules import flat_modules

AFTER_FCN = ROOT / "solutions" / "after_fcn"
NAMES = ("atrous", "deconvnet", "metrics", "pyramid_pooling", "pictures", "systems", "training")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for source in (SHARED, AFTER_FCN):
        shutil.copytree(source, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def given(folder: Path) -> Iterator[dict[str, Any]]:
    matplotlib.use("agg")
    with pytest.MonkeyPatch.context() as patch:  # other tests may have the first assignment at hand
        elsewhere = [each for each in sys.path if not (Path(each) / "fcn8s.py").exists()]
        patch.setattr(sys, "path", elsewhere)
        for name in ("fcn8s", "unet", "transposed_conv"):
            patch.delitem(sys.modules, name, raising=False)
        with flat_modules(folder, NAMES) as modules:
            yield modules


class Threshold(nn.Module):
    """Two score maps of one channel: a network of two weights and two biases."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(1, 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.layer(x)
        return scores


@pytest.fixture
def halves() -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Images of two sizes whose bright half is class 1; one column does not count."""
    pairs = []
    for height, width in ((4, 6), (6, 4), (4, 6)):
        image = torch.full((1, height, width), -1.0)
        image[:, :, width // 2 :] = 1
        label = (image[0] > 0).long()
        label[:, width // 2] = 255
        pairs.append((image, label))
    return pairs


class Clock:
    """Processor time that goes by at each look, by `step` seconds."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def process_time(self) -> float:
        self.now += self.step
        return self.now


def test_the_dense_trunk_gives_the_coarse_scores_and_those_between(given: dict[str, Any]) -> None:
    systems = given["systems"]
    torch.manual_seed(0)
    coarse = systems.trunk(systems.VGG16, 2)
    dense = systems.dense_trunk(2)
    dense.load_state_dict(coarse.state_dict())
    given["training"].initialise(coarse)
    dense.load_state_dict(coarse.state_dict())
    x = torch.randn(2, 3, 64, 96)
    few, many = coarse(x), dense(x)
    assert many.shape == (2, 16, 8, 12)
    assert few.abs().max() > 0
    torch.testing.assert_close(many[:, :, ::4, ::4], few)


def test_enlarged_scores_lie_where_the_trunk_looks(given: dict[str, Any]) -> None:
    rows = (8.0 * torch.arange(5) + 15.5)[:, None].expand(5, 7)
    enlarged = given["systems"].enlarge(rows[None, None], (40, 56))[0, 0]
    assert enlarged.shape == (40, 56)
    torch.testing.assert_close(enlarged[16:40, 30], torch.arange(16.0, 40))


@pytest.mark.parametrize("name", ["DeconvNet", "DeepLab", "PSPNet"])
def test_every_system_scores_images_of_any_size_and_colour(
    given: dict[str, Any], name: str
) -> None:
    model = given["systems"].SYSTEMS[name].build(3).eval()
    for shape in ((2, 1, 120, 144), (1, 3, 128, 152)):
        assert model(torch.randn(shape)).shape == (shape[0], 3, *shape[2:])


def test_a_fitted_network_is_given_the_image_in_the_middle_of_its_mirror(
    given: dict[str, Any],
) -> None:
    seen = []

    class Identity(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            seen.append(x.shape)
            return x

    x = torch.randn(2, 1, 9, 13)
    scores = given["systems"].Fitted(Identity(), least=12, multiple=4)(x)
    assert seen == [(2, 3, 12, 16)]
    assert torch.equal(scores, x.expand(-1, 3, -1, -1))


def test_networks_of_the_first_assignment_join_where_their_files_are(
    given: dict[str, Any], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    systems = given["systems"]
    assert systems.of_first_assignment(2) == {}
    said = capsys.readouterr().out
    assert "fcn8s.py of the first assignment is not here" in said
    assert "첫 과제의 unet.py가 없어" in said
    for name in ("fcn8s.py", "unet.py", "transposed_conv.py"):
        shutil.copy(SOLUTIONS / name, folder)
    assert list(systems.of_first_assignment(2)) == ["FCN-8s", "U-Net"]
    assert systems.FIRST_ASSIGNMENT["U-Net"][1].build(2)(torch.zeros(1, 1, 20, 33)).shape == (
        *(1, 2, 20, 33),
    )
    for name in ("fcn8s", "unet", "transposed_conv"):
        sys.modules.pop(name, None)


def test_a_broken_network_of_the_first_assignment_is_left_out(
    given: dict[str, Any], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "unet.py").write_text('raise RuntimeError("mine")\n', encoding="utf-8")
    assert given["systems"].of_first_assignment(2) == {}
    assert "unet.py of the first assignment ends with RuntimeError: mine" in (
        capsys.readouterr().out
    )


def test_training_learns_within_its_time(
    given: dict[str, ModuleType], halves: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    training: Any = given["training"]
    monkeypatch.setattr(training, "time", Clock(0.5))
    model = Threshold()
    history = training.train(model, halves, seconds=100, learning_rate=0.1)
    assert len(history.losses) == len(history.seconds) == history.images
    assert 90 < len(history.losses) <= 100
    assert history.losses[-1] < history.losses[0]
    assert not history.too_slow
    assert training.evaluate(model, halves, 2).tolist() == [1, 1, 1, 1]


def test_a_batch_holds_images_of_one_size(
    given: dict[str, ModuleType], halves: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    training: Any = given["training"]
    shapes = []
    monkeypatch.setattr(training, "time", Clock(1))

    class Noting(Threshold):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            shapes.append(tuple(x.shape))
            return super().forward(x)

    training.train(Noting(), halves, seconds=60, batch=2)
    assert set(shapes) == {(2, 1, 4, 6), (1, 1, 6, 4)}


def test_a_network_of_slow_steps_is_given_up_after_one(
    given: dict[str, ModuleType], halves: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    training: Any = given["training"]
    monkeypatch.setattr(training, "time", Clock(4))
    history = training.train(Threshold(), halves, seconds=30)
    assert history.too_slow
    assert len(history.losses) == 1


def test_bins_are_drawn_where_the_function_takes_them(given: dict[str, Any]) -> None:
    pool = given["pyramid_pooling"].bin_pool2d
    assert given["pictures"].bins_seen(pool, 2, (3, 5)) == [
        *((0, 0, 2, 3), (0, 2, 2, 3), (1, 0, 2, 3), (1, 2, 2, 3)),
    ]
