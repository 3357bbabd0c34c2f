"""What students are given beside the stubs: training, networks, the word where one is missing."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn

CPU = torch.device("cpu")


class Threshold(nn.Module):
    """Two score maps of one channel: a network of one weight and one bias."""

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
    for height, width in ((4, 6), (6, 4)):
        image = torch.full((1, height, width), -1.0)
        image[:, :, width // 2 :] = 1
        label = (image[0] > 0).long()
        label[:, width // 2] = 255
        pairs.append((image, label))
    return pairs


# Training


def test_training_learns_and_tells_what_it_saw(given: dict[str, ModuleType], halves: Any) -> None:
    model = Threshold()
    training: Any = given["training"]
    history = training.train(model, halves, halves, epochs=30, learning_rate=0.1, device=CPU)
    assert len(history.train_loss) == len(history.val_loss) == len(history.val_iou) == 30
    assert history.val_loss[-1] < history.val_loss[0]
    assert training.evaluate(model, halves, 2).tolist() == [[24, 0], [0, 14]]


def test_the_same_seed_gives_the_same_weights(given: dict[str, ModuleType], halves: Any) -> None:
    weights = []
    for _ in range(2):
        model = Threshold()
        given["training"].train(model, halves, halves, epochs=2, seed=3, device=CPU)
        weights.append(model.layer.weight.detach().clone())
    assert torch.equal(*weights)


def test_training_stops_early_and_keeps_the_best_weights(
    given: dict[str, ModuleType], halves: Any
) -> None:
    model = Threshold()
    upside_down = [(image, 1 - label.clamp(max=1)) for image, label in halves]
    training: Any = given["training"]
    history = training.train(
        model, halves, upside_down, epochs=30, learning_rate=0.1, patience=3, device=CPU
    )
    assert len(history.val_loss) == history.best_epoch + 4
    assert history.val_loss[history.best_epoch] == min(history.val_loss)
    losses = [training.pixel_loss(model(x[None]), y[None]).item() for x, y in upside_down]
    assert sum(losses) / 2 == pytest.approx(min(history.val_loss))


@pytest.mark.parametrize("function", ["predict_labels", "confusion_matrix", "mean_iou"])
def test_training_goes_on_while_iou_is_not_written(
    given: dict[str, ModuleType], halves: Any, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    def unwritten(*_: object) -> None:
        raise NotImplementedError(function)

    monkeypatch.setattr(given["iou"], function, unwritten)
    history = given["training"].train(Threshold(), halves, halves, epochs=2, device=CPU)
    assert len(history.val_loss) == 2
    assert history.val_iou == []


@pytest.mark.parametrize("text", ["def predict_labels(:\n", "def predict_label(): ...\n"])
def test_training_goes_on_while_iou_cannot_be_imported(
    given: dict[str, ModuleType],
    halves: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    text: str,
) -> None:
    (tmp_path / "iou.py").write_text(text, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "iou")
    monkeypatch.syspath_prepend(tmp_path)
    history = given["training"].train(Threshold(), halves, halves, epochs=2, device=CPU)
    assert len(history.val_loss) == 2
    assert history.val_iou == []


def test_old_weights_are_kept_where_they_are_not_to_be_fresh(
    given: dict[str, ModuleType], halves: Any
) -> None:
    model = Threshold()
    with torch.no_grad():
        model.layer.weight.fill_(7)
    given["training"].train(
        model, halves, halves, epochs=1, learning_rate=1e-6, fresh=False, device=CPU
    )
    torch.testing.assert_close(model.layer.weight, torch.full((2, 1, 1, 1), 7.0))


# Networks


def test_the_summary_counts_every_child(given: dict[str, ModuleType]) -> None:
    model = nn.Sequential()
    model.add_module("first", nn.Linear(999, 1, bias=False))
    model.add_module("second", nn.Linear(1, 1))
    model.second.requires_grad_(False)
    lines = given["networks"].summary(model).splitlines()
    assert lines[2].split("|")[1:] == [" first  ", " Linear ", "    999"]
    assert lines[3].split("|")[1:] == [" second ", " Linear ", "      2"]
    assert lines[5:] == [
        "999       Trainable params",
        "2         Non-trainable params",
        "1 K       Total params (1,001)",
        "0.004     Total estimated model params size (MB)",
    ]


def test_each_scale_alone_adds_up_to_the_whole(given: dict[str, ModuleType]) -> None:
    torch.manual_seed(0)
    model = given["fcn8s"].FCN8s(num_classes=3, base_channels=2, fc_channels=4).eval()
    x = torch.randn(1, 3, 20, 33)
    with torch.no_grad():
        parts = [part(x) for part in given["networks"].scales_apart(model).values()]
        torch.testing.assert_close(sum(parts), model(x))
    assert len(parts) == 3
    assert all(part.abs().sum() > 0 for part in parts)


def test_the_sizes_are_those_of_the_children_in_order(given: dict[str, ModuleType]) -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2))
    sizes = given["networks"].output_sizes(model, torch.zeros(1, 1, 6, 8))
    assert list(sizes.items()) == [
        ("image", (1, 1, 6, 8)),
        ("0", (1, 2, 4, 6)),
        ("1", (1, 2, 2, 3)),
    ]
    assert all(not child._forward_hooks for child in model)


def test_the_window_classifier_finds_what_the_middle_of_a_window_tells(
    given: dict[str, ModuleType],
) -> None:
    image = torch.randn(1, 12, 12, generator=torch.Generator().manual_seed(0)).sign()
    label = (image[0] > 0).long()
    linear = given["networks"].fit_window_classifier([(image, label)], size=3, shrink=1)
    expected = torch.zeros(1, 9)
    expected[0, 4] = 1
    torch.testing.assert_close(linear.weight.detach(), expected, atol=1e-4, rtol=0)


class SmallVGG16(nn.Module):
    """VGG-16's layers, two channels wide."""

    def __init__(self) -> None:
        super().__init__()
        widths = [2, 2, 4, 4, 8, 8, 8, 16, 16, 16, 16, 16, 16]
        pairs = zip([3, *widths], widths, strict=False)
        self.features = nn.Sequential(*[nn.Conv2d(a, b, 3) for a, b in pairs])
        self.classifier = nn.Sequential(
            nn.Linear(16 * 49, 8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 8)
        )


def test_pretrained_weights_go_where_they_belong(
    given: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    vgg, networks = SmallVGG16(), given["networks"]
    convolutionalize = given["fcn8s"].convolutionalize
    monkeypatch.setattr(networks, "_pretrained_vgg16", lambda: vgg)
    # The real ones are 512 and 4096 channels wide; these are 16 and 8.
    narrow = {512: 16, 4096: 8}
    monkeypatch.setattr(
        given["fcn8s"],
        "convolutionalize",
        lambda linear, channels, size: convolutionalize(linear, narrow[channels], size),
    )
    model = given["fcn8s"].FCN8s(num_classes=2, base_channels=2, fc_channels=8)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    networks.load_vgg16(model)
    layers = [layer for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    sources = [tensor for name, tensor in vgg.named_parameters() if name.endswith("weight")]
    for layer, source in zip(layers[:15], sources, strict=True):
        assert torch.equal(layer.weight.flatten(), source.flatten())
    changed = {name for name in before if not torch.equal(before[name], model.state_dict()[name])}
    assert all(name.startswith(("features", "classifier")) for name in changed)
    with pytest.raises(ValueError, match="default widths only"):
        networks.load_vgg16(given["fcn8s"].FCN8s(num_classes=2, base_channels=1, fc_channels=8))


def test_without_the_weights_one_line_says_which_file_to_put_where(
    given: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr("torch.hub.download_url_to_file", unreachable)
    monkeypatch.setattr("torch.hub.get_dir", lambda: str(tmp_path))
    with pytest.raises(FileNotFoundError) as raised:
        given["networks"]._pretrained_vgg16()
    message = str(raised.value)
    assert "put vgg16-397923af.pth into" in message
    assert str(tmp_path / "checkpoints") in message
    assert "\n" not in message


# A word where something is missing


def test_an_unwritten_function_is_named_with_its_file_in_both_languages(
    given: dict[str, ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    def stub() -> None:
        raise NotImplementedError("stub")

    with given["practice"].until_written():
        stub()
    printed = capsys.readouterr().out
    assert "stub in test_given.py is not written yet" in printed
    assert "아직 작성하지 않았습니다" in printed


def test_a_cell_that_was_not_run_is_pointed_to(
    given: dict[str, ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    with given["practice"].until_written():
        road_model  # type: ignore[name-defined] # noqa: B018, F821
    assert "`road_model` comes from a cell above" in capsys.readouterr().out


def test_another_error_is_not_hidden(given: dict[str, ModuleType]) -> None:
    with pytest.raises(ValueError, match="mine"), given["practice"].until_written():
        raise ValueError("mine")
