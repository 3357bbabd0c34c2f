"""Of a student's commit a few regular files are taken, whatever else is in it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autograder.github.errors import BadTarget, NoPush, RequestRefused
from autograder.github.fetch import Received, beside, check_folder, fetch, lines, write
from autograder.sandbox.grader.intake import FILE_CAP, FILES_CAP
from corpus.github.storage import Content, Link, Submodule
from tests.github.classroom import DEADLINE, Classroom

KIM = "segmentation-octo-kim"
NOTEBOOK = "24_Segmentation_practice.ipynb"


def fetched(room: Classroom, files: dict[str, Content]) -> tuple[Received, dict[str, bytes]]:
    commit = room.github.push(KIM, files, force=True)
    return fetch(room.client(), room.course, room.target(commit), room.now)


def test_modules_and_the_notebook_are_taken(running: Classroom) -> None:
    about, files = fetched(running, {"iou.py": "a", "own.py": "b", NOTEBOOK: "{}"})
    assert files == {"iou.py": b"a", "own.py": b"b", NOTEBOOK: b"{}"}
    assert about.files == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    assert (about.left_out, about.empty) == ({}, False)


def test_nothing_else_is_taken(running: Classroom) -> None:
    others: dict[str, Content] = {
        "result.json": '{"earned": 100}',
        ".github/workflows/public-tests.yml": "on: push",
        "sub/iou.py": "deeper",
        "unet.pyc": "bytes",
        "un-et.py": "no identifier",
        "iou.so": b"\x7fELF",
        "a\tb.ipynb": "a strange name",
        "-x.ipynb": "an option",
    }
    about, files = fetched(running, {"iou.py": "a", **others})
    assert files == {"iou.py": b"a"}
    assert about.left_out == {}


def test_a_tree_full_of_links_and_submodules_gives_nothing(running: Classroom) -> None:
    hostile: dict[str, Content] = {
        "iou.py": Link("/etc/passwd"),
        "unet.py": Link("../../../grader/.env"),
        "fcn8s.py": Submodule(),
        "unpooling.py/inside": "a folder with a module's name",
        NOTEBOOK: Link("/proc/self/environ"),
    }
    about, files = fetched(running, hostile)
    assert files == {}
    assert about.empty
    assert about.left_out == {
        "iou.py": "link",
        "unet.py": "link",
        "fcn8s.py": "submodule",
        "unpooling.py": "folder",
        NOTEBOOK: "link",
    }


def test_a_huge_file_is_not_even_asked_for(running: Classroom) -> None:
    huge = b"#" * (FILE_CAP + 1)
    about, files = fetched(running, {"iou.py": huge, "unet.py": b"#" * FILE_CAP})
    assert list(files) == ["unet.py"]
    assert about.left_out == {"iou.py": "large"}
    blobs = [r for r in running.github.requests if "/git/blobs/" in r.path]
    assert len(blobs) == 1


def test_of_too_many_files_the_rest_is_left_out_and_notebooks_first(running: Classroom) -> None:
    files: dict[str, Content] = {f"m{number:03}.py": "x" for number in range(FILES_CAP + 3)}
    about, taken = fetched(running, {"a.ipynb": "{}", **files})
    assert len(taken) == FILES_CAP
    assert about.left_out == {
        "m064.py": "many",
        "m065.py": "many",
        "m066.py": "many",
        "a.ipynb": "many",
    }


def test_the_assignment_may_lie_in_a_folder(running: Classroom) -> None:
    running.with_(folder="work/segmentation")
    about, files = fetched(running, {"work/segmentation/iou.py": "a", "iou.py": "b"})
    assert files == {"iou.py": b"a"}
    about, files = fetched(running, {"iou.py": "b"})
    assert about.empty
    about, files = fetched(running, {"work": Link("elsewhere"), "elsewhere/iou.py": "b"})
    assert about.empty


@pytest.mark.parametrize(
    "commit", ["main", "abc1234", "A" * 40, "a" * 39, "a" * 41, "$(id)", "a" * 40 + "\n", "-rf", ""]
)
def test_a_commit_id_that_is_none_is_refused_before_anything_is_asked(
    running: Classroom, commit: str
) -> None:
    with pytest.raises(BadTarget, match="is no commit id"):
        running.target(commit)


def test_a_student_who_is_not_on_the_roster_is_refused(running: Classroom) -> None:
    with pytest.raises(BadTarget, match="no student 'mallory'"):
        running.target("a" * 40, "mallory")


def test_a_commit_that_is_not_there_is_said(running: Classroom) -> None:
    with pytest.raises(BadTarget, match=f"{KIM} has no commit"):
        fetch(running.client(), running.course, running.target("a" * 40), running.now)


def test_a_commit_of_somebody_else_is_not_there(running: Classroom) -> None:
    commit = running.github.push("segmentation-octo-lee", {"iou.py": "mine"})
    with pytest.raises(BadTarget, match="has no commit"):
        fetch(running.client(), running.course, running.target(commit), running.now)


def test_a_deleted_repository_is_said(running: Classroom) -> None:
    commit = running.github.push(KIM, {"iou.py": "a"})
    running.github.remove_repository(KIM)
    with pytest.raises(RequestRefused, match="404"):
        fetch(running.client(), running.course, running.target(commit), running.now)


def test_a_push_is_late_by_githubs_clock_and_not_by_its_commits_date(running: Classroom) -> None:
    late = DEADLINE + timedelta(hours=3)
    long_ago = int((DEADLINE - timedelta(days=30)).timestamp())
    commit = running.github.push(KIM, {"iou.py": "late"}, at=late, dated=long_ago)
    about, _ = fetch(running.client(), running.course, running.target(commit), running.now)
    assert (about.at, about.known) == (late, True)


def test_a_commit_that_came_back_was_received_the_first_time(running: Classroom) -> None:
    first = DEADLINE - timedelta(hours=1)
    commit = running.github.push(KIM, {"iou.py": "a"}, at=first)
    storage = running.github.repositories[KIM].storage
    running.github.push(KIM, {"iou.py": "b"}, at=DEADLINE)
    storage.git("update-ref", "refs/heads/main", commit)
    running.github.notice(running.github.repositories[KIM], DEADLINE + timedelta(hours=1))
    about, _ = fetch(running.client(), running.course, running.target(commit), running.now)
    assert about.at == first


def test_a_push_to_another_branch_before_the_deadline_is_no_push(running: Classroom) -> None:
    commit = running.github.push(KIM, {"iou.py": "a"}, branch="early", at=DEADLINE)
    late = DEADLINE + timedelta(hours=9)
    about, _ = fetch(running.client(), running.course, running.target(commit), late)
    assert (about.at, about.known) == (late, False)
    running.github.repositories[KIM].storage.git("update-ref", "refs/heads/main", commit)
    running.github.notice(running.github.repositories[KIM], late)
    about, _ = fetch(running.client(), running.course, running.target(commit), late)
    assert (about.at, about.known) == (late, True)


def test_a_push_is_found_among_hundreds(running: Classroom) -> None:
    activities = running.github.repositories[KIM].activities
    commit = running.github.push(KIM, {"iou.py": "a"}, at=DEADLINE)
    other = {**activities[0], "after": "0" * 40}
    activities[1:1] = [other] * 150
    activities[0:0] = [other] * 150
    about, _ = fetch(running.client(), running.course, running.target(commit), running.now)
    assert about.at == DEADLINE


def test_files_are_written_all_at_once_and_what_is_known_beside_them(
    running: Classroom, tmp_path: Path
) -> None:
    about, files = fetched(running, {"iou.py": "a", "unet.py": Link("x")})
    folder = tmp_path / "submission"
    write(about, files, folder)
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("iou.py", b"a")]
    assert b'"left_out"' in beside(folder).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "github") == [
        "submission",
        "submission.push.json",
    ]
    assert list(lines(about, ZoneInfo("Asia/Seoul"))) == [
        f"{about.commit}: received 2027-04-30 00:00 KST",
        "taken: iou.py",
        "left out: 'unet.py', a link",
    ]


def test_a_push_without_python_is_said(running: Classroom, tmp_path: Path) -> None:
    about, files = fetched(running, {NOTEBOOK: "{}"})
    with pytest.raises(NoPush, match="there is no Python file"):
        write(about, files, tmp_path / "submission")
    assert not (tmp_path / "submission").exists()


def test_a_folder_that_is_there_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    for name in (".", "link"):
        with pytest.raises(BadTarget, match="is there already"):
            check_folder(tmp_path / name)
    with pytest.raises(BadTarget, match="there is no folder"):
        check_folder(tmp_path / "absent" / "submission")
