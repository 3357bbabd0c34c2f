"""The result document: what is written is whole, described by its schema, and reads back."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import msgspec
import pytest
import torch

from autograder.authoring.expect import CheckFailed
from autograder.document import result as results
from autograder.document.result import (
    Check,
    Counterexample,
    Grid,
    Result,
    Sandbox,
    TaskResult,
    Versions,
)
from autograder.document.text import Text
from autograder.grading.explain import differences, grid
from autograder.grading.grade import forfeit_forbidden
from autograder.sandbox.protocol.errors import Frame, Verdict

SCHEMA = Path(results.__file__).with_name("result.schema.json")


def check(name: str, function: str, verdict: Verdict) -> Check:
    return Check(
        id=f"iou.{name}",
        task="iou",
        function=function,
        title=Text("t", "제목"),
        points=2.0,
        earned=2.0 if verdict is Verdict.PASSED else 0.0,
        verdict=verdict,
        message=Text("m", "말"),
        counterexample=Counterexample("f(x)", (Grid("x", (1,), "float32", (1,)),)),
        traceback=(Frame("iou.py", 3, "f", "return x"),),
    )


def result(*checks: Check) -> Result:
    return Result(
        submission="누구",
        files={"iou.py": "0" * 64},
        seed=1,
        versions=Versions("0", "1", "2", "3"),
        device="cpu",
        sandbox=Sandbox("isolated", {"landlock": "ABI 7"}),
        started="2026-01-01T00:00:00+00:00",
        seconds=1.5,
        points=4.0,
        earned=2.0,
        tasks=(TaskResult("iou", 4.0, 2.0),),
        checks=checks,
    )


def test_the_committed_schema_is_the_one_of_the_document() -> None:
    assert SCHEMA.read_bytes() == results.json_schema()


def test_a_document_fits_its_schema_and_reads_back() -> None:
    document = result(check("a", "f", Verdict.PASSED), check("b", "g", Verdict.NOT_IMPLEMENTED))
    encoded = results.encode(document)
    jsonschema.validate(json.loads(encoded), json.loads(SCHEMA.read_bytes()))
    assert results.decode(encoded) == document


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        results.decode(b'{"earned": 100}')


def test_a_result_replaces_the_old_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    target.write_text("old")
    results.write(result(), target)
    assert results.decode(target.read_bytes()) == result()
    assert os.listdir(tmp_path) == ["result.json"]


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "result.json"
    target.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        results.write(result(), target)
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["result.json"]


def test_a_function_caught_at_something_forbidden_loses_all_its_checks() -> None:
    checks = [
        check("a", "f", Verdict.PASSED),
        check("b", "f", Verdict.FORBIDDEN),
        check("c", "g", Verdict.PASSED),
    ]
    after = forfeit_forbidden(checks)
    assert [c.earned for c in after] == [0, 0, 2]
    assert [c.verdict for c in after] == [Verdict.FORBIDDEN, Verdict.FORBIDDEN, Verdict.PASSED]


def test_numbers_that_json_has_no_word_for_become_null() -> None:
    drawn = grid("x", torch.tensor([1.0, float("nan"), float("inf")]))
    assert drawn.values == (1, None, None)


def test_a_large_tensor_is_reported_by_its_shape() -> None:
    assert grid("x", torch.zeros(1, 1, 40, 40)).values is None
    assert CheckFailed(Text("a", "b"), call=None).message.ko == "b"


def test_of_large_maps_is_kept_where_they_differ() -> None:
    expected = torch.arange(2 * 3 * 27 * 33.0).reshape(2, 3, 27, 33)
    got = expected.clone()
    got[1, 2, 5, 7] += 100
    got[0, 0, 26, 32] += 10
    cells = differences(got, expected)
    assert cells is not None
    assert cells.shape == (14, 11)  # of 2 × 3 values each
    scale = expected.max().item()
    assert cells.values is not None
    assert {k: v for k, v in enumerate(cells.values) if v} == {
        2 * 11 + 2: pytest.approx(100 / scale, abs=1e-6),
        13 * 11 + 10: pytest.approx(10 / scale, abs=1e-6),
    }


def test_nan_on_one_side_is_as_far_apart_as_can_be_and_on_both_alike() -> None:
    nan = float("nan")
    expected, got = torch.ones(20, 20), torch.ones(20, 20)
    expected[0, 0] = got[0, 0] = nan
    expected[4, 4], got[8, 8], got[12, 12] = nan, nan, float("inf")
    cells = differences(got, expected)
    assert cells is not None
    assert [k for k, v in enumerate(cells.values or ()) if v] == [22, 44, 66]
    assert set(cells.values or ()) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (torch.ones(16, 16), torch.zeros(16, 16)),  # is shown itself
        (torch.ones(20, 20), torch.zeros(20, 21)),
        (torch.ones(400), torch.zeros(400)),
    ],
)
def test_nothing_else_has_a_map_of_differences(got: torch.Tensor, expected: torch.Tensor) -> None:
    assert differences(got, expected) is None
