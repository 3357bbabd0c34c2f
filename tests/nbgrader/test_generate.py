"""The release that is there stays, whatever becomes of the new one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, Configurable

from autograder.nbgrader.generate import CheckedAssignment
from corpus.paths import SOLUTIONS

ASSIGNMENT = "segmentation"
CLEAN = "def iou():\n    raise NotImplementedError\n"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release with one file, from before."""
    folder = tmp_path / "assignment" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "iou.py").write_text("# from before\n")
    return folder


@pytest.fixture
def generate(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[Path], None]], None]:
    """Run the command, of which nbgrader's part does `work` on the folder that it makes."""

    def run(work: Callable[[Path], None]) -> None:
        def start(step: Any) -> None:
            coursedir = step.coursedir
            made = Path(coursedir.format_path(coursedir.release_directory, ".", ASSIGNMENT))
            made.mkdir(exist_ok=True)
            work(made)

        monkeypatch.setattr(GenerateAssignment, "start", start)
        about = {
            "root": str(tmp_path / "course"),
            "assignment_id": ASSIGNMENT,
            "release_directory": str(release.parent),
        }
        config = Config(CourseDirectory=about, LeakCheck={"solutions": str(SOLUTIONS.parent)})
        CheckedAssignment(coursedir=CourseDirectory(config=config), config=config).start()

    return run


def write(text: str) -> Callable[[Path], None]:
    def work(folder: Path) -> None:
        (folder / "iou.py").write_text(text)

    return work


def failing(error: BaseException) -> Callable[[Path], None]:
    def work(folder: Path) -> None:
        (folder / "iou.py").unlink()
        raise error

    return work


def left(release: Path) -> dict[str, str]:
    """All that lies where releases lie."""
    root = release.parent
    return {
        path.relative_to(root).as_posix(): path.read_text()
        for path in root.rglob("*")
        if path.is_file()
    }


Generate = Callable[[Callable[[Path], None]], None]


def test_a_clean_release_takes_the_place_of_the_former(generate: Generate, release: Path) -> None:
    generate(write(CLEAN))
    assert left(release) == {f"{ASSIGNMENT}/iou.py": CLEAN}


def test_where_there_was_none_it_is_made(
    generate: Generate, release: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (release / "iou.py").unlink()
    release.rmdir()
    generate(write(CLEAN))
    assert left(release) == {f"{ASSIGNMENT}/iou.py": CLEAN}


def test_a_leak_is_one_line_and_the_former_release_stays(
    generate: Generate, release: Path, caplog: pytest.LogCaptureFixture
) -> None:
    solution = (SOLUTIONS / "iou.py").read_text(encoding="utf-8")
    with pytest.raises(NbGraderException):
        generate(write(solution))
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert line.startswith("Not released: iou.py:")
    assert left(release) == {f"{ASSIGNMENT}/iou.py": "# from before\n"}


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (KeyboardInterrupt(), NbGraderException),
        (NbGraderException("wrong"), NbGraderException),
        (OSError("full"), OSError),
        (SystemExit(1), SystemExit),
    ],
)
def test_after_any_other_end_the_former_release_stays(
    generate: Generate, release: Path, error: BaseException, raised: type[BaseException]
) -> None:
    with pytest.raises(raised):
        generate(failing(error))
    assert left(release) == {f"{ASSIGNMENT}/iou.py": "# from before\n"}


def test_where_the_new_one_cannot_be_moved_the_former_stays(
    generate: Generate, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def once(path: Path, target: Path) -> Path:
        if target == release and path.name == ASSIGNMENT:
            raise OSError("full")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", once)
    with pytest.raises(OSError, match="full"):
        generate(write(CLEAN))
    assert left(release) == {f"{ASSIGNMENT}/iou.py": "# from before\n"}


def test_a_course_that_is_not_configured_so_keeps_nbgraders_own() -> None:
    made = CheckedAssignment(parent=Configurable(config=Config()))
    assert type(made) is GenerateAssignment
