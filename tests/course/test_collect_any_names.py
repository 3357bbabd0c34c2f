"""Whatever a download's files are called, each is in the class, or in a line."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.course.members import is_litter
from autograder.sandbox.grader.printable import printable
from corpus.downloads.collected import run
from corpus.downloads.making import ROSTER, Download

WHO = st.sampled_from(
    ["Kim Minsu", "Minsu Kim", "이지우", "kim", "a_b", "Participant", "Group 1", "LATE", "-", "é"]
)
NUMBER = st.sampled_from(["", "1", "12345", "98770", "98771", "4321"])
FILE = st.sampled_from(
    ["iou.py", "iou-1.py", "x/y.py", "hw.zip", "timestamp.txt", "text.html", "a_1_2_b.py", "IOU.py"]
)
PARTS = st.lists(
    st.one_of(
        WHO,
        NUMBER,
        FILE,
        st.sampled_from(["assignsubmission", "file", "LATE", "question", "anon", "segmentation"]),
    ),
    min_size=1,
    max_size=6,
)


@st.composite
def path(draw: st.DrawFn) -> str:
    return draw(st.sampled_from("_/+")).join(draw(PARTS)).strip("/") or "x"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    system=st.sampled_from(["moodle", "canvas", "folder"]),
    paths=st.lists(path(), min_size=1, max_size=8, unique=True),
    known=st.booleans(),
)
def test_each_file_is_in_the_class_or_in_a_line(system: str, paths: list[str], known: bool) -> None:
    holds = {path: f"{number}: {path}" for number, path in enumerate(paths)}
    made = Download("any", system, "any names", holds, {}, roster=ROSTER if known else None)
    with tempfile.TemporaryDirectory() as folder:
        collected = run(made, Path(folder))
    if collected.code == 2:  # nothing looks as if it had been handed in
        return
    text = "\n".join(collected.lines)
    for place, content in holds.items():
        parts = [part for part in place.split("/") if part]
        if is_litter(parts) or content.encode() in collected.files.values():
            continue
        above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
        whole = any(f"{folder}/ (" in text for folder in above)
        begun = any(
            above[-1].startswith(line.partition(": ")[2].partition("…")[0])
            for line in collected.lines
            if "…" in line and ": " in line
        )
        assert printable(above[-1]) in text or whole or begun, text
