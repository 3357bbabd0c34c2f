"""grade.yml, run for real: push, fetch, grade, publish, and what hostile students try with it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course.entries import Push
from autograder.course.ledger import Ledger
from corpus.github.act import Grader, act, commit, git, prepare_environment
from corpus.github.fake import FakeGitHub, Json
from corpus.github.storage import Link
from corpus.paths import RELEASE, ROOT, SOLUTIONS

COURSE = """\
organisation = "example-course"
grader = "segmentation-grader"
template = "segmentation"
roster = "roster.csv"
deadline = 2027-04-30T23:59:59+09:00
"""
ROSTER = "student,login\n2027-1001,octo-kim\n2027-1002,octo-lee\n"
KIM, LEE = "segmentation-octo-kim", "segmentation-octo-lee"
IOU = (SOLUTIONS / "iou.py").read_text()
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_environment(tmp_path_factory.mktemp("environment"))


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with FakeGitHub() as github:
        github.add_repository("segmentation", {"README.md": "the release"}, template=True)
        github.add_repository("segmentation-grader", {"README.md": "the hidden tests"})
        github.add_repository(KIM, {"README.md": "the release"})
        github.add_repository(LEE, {"README.md": "the release"})
        yield github


@pytest.fixture
def grader(tmp_path: Path, github: FakeGitHub, programs: Path) -> Grader:
    return Grader(tmp_path, github, programs, COURSE, ROSTER)


def pushes(grader: Grader) -> list[Push]:
    path = grader.ledger()
    if path is None:
        return []
    with Ledger(path) as ledger:
        return ledger.pushes()


def ours(github: FakeGitHub, repository: str) -> list[Json]:
    return [run for run in github.check_runs.get(repository, []) if run["app"]["id"] == 4711]


def test_a_push_is_graded_and_published_and_nothing_planted_in_it_counts(
    grader: Grader, github: FakeGitHub
) -> None:
    forged = '{"schema": "autograder-result/1", "earned": 100}'
    sha = github.push(
        KIM,
        {
            "iou.py": IOU,
            "result.json": forged,
            "result/result.json": forged,
            "submission.push.json": forged,
            "course.ledger": b"SQLite format 3\0",
            ".github/workflows/grade.yml": "on: push\njobs: {}\n",
            "unet.py": Link("/etc/passwd"),
            "fcn8s.py": b"#" * (1024 * 1024 + 1),
        },
    )
    forgery = {"id": 99, "name": "autograder", "head_sha": sha, "status": "completed"}
    forgery |= {"conclusion": "success", "app": {"id": 15368, "slug": "github-actions"}}
    forgery |= {"output": {"title": "100 / 100", "summary": "", "annotations_count": 0}}
    github.check_runs[KIM] = [dict(forgery)]

    run = grader.dispatch("2027-1001", sha)

    assert run.succeeded, run.log
    handed_on = {path.name for path in (grader.artifacts / "submission").iterdir()}
    assert handed_on == {"iou.py"}
    (push,) = pushes(grader)
    assert (push.student, push.commit, push.earned, push.points) == ("2027-1001", sha, 20, 100)
    (check,) = ours(github, KIM)
    assert check["conclusion"] == "failure"
    assert "20 / 100" in check["output"]["title"]
    assert "`unet.py`" in check["output"]["summary"]
    assert push.check_run == check["id"]
    # The forged one is what it was; whoever looks sees that another app made it.
    assert github.check_runs[KIM][0] == forgery
    assert git("log", "--format=%s", "ledger", cwd=grader.origin).split() == ["2027-1001", sha]


def test_a_commit_without_python_is_told_to_the_student_and_is_no_grade(
    grader: Grader, github: FakeGitHub
) -> None:
    sha = github.push(LEE, {"notes.txt": "later"})
    run = grader.dispatch("2027-1002", sha)
    assert not run.succeeded
    (check,) = ours(github, LEE)
    assert check["conclusion"] == "neutral"
    (push,) = pushes(grader)
    assert push.reason is not None
    assert "no Python file" in push.reason


WRONG_PAYLOADS = [
    ('"; touch pwned; "', COMMIT, "on the roster"),
    ("2027-1001\nsha=x", COMMIT, "on the roster"),
    ("2027-1003", COMMIT, "on the roster"),
    ("", COMMIT, "on the roster"),
    ("2027-1001", "refs/heads/x;touch${IFS}pwned", "is no commit id"),
    ("2027-1001", "main", "is no commit id"),
    ("2027-1001", COMMIT[:39], "is no commit id"),
    ("2027-1001", f"{COMMIT}\ngpu=true", "is no commit id"),
]


@pytest.mark.parametrize(("student", "sha", "said"), WRONG_PAYLOADS)
def test_a_payload_that_names_nobody_or_no_commit_has_no_outputs(
    student: str, sha: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "course.toml").write_text(COURSE)
    (tmp_path / "roster.csv").write_text(ROSTER)
    script = ROOT / ".github" / "scripts" / "course.py"
    environment = {"STUDENT": student, "SHA": sha}
    command = [sys.executable, str(script), "asked"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_jobs_are_told_the_assignment_of_the_course(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text(f'{COURSE}assignment = "after_fcn"\n')
    (tmp_path / "roster.csv").write_text(ROSTER)
    command = [sys.executable, str(ROOT / ".github" / "scripts" / "course.py"), "asked"]
    environment = {"STUDENT": "2027-1001", "SHA": COMMIT}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "student=2027-1001",
        f"sha={COMMIT}",
        "repository=after_fcn-octo-kim",
        "assignment=after_fcn",
        "gpu=false",
    ]


@pytest.mark.parametrize(
    ("student", "sha"),
    [('"; touch pwned; "', COMMIT), ("2027-1001", "refs/heads/x;touch${IFS}pwned")],
)
def test_a_payload_that_is_a_command_ends_the_run_before_anything_is_asked(
    student: str, sha: str, grader: Grader, github: FakeGitHub
) -> None:
    run = grader.dispatch(student, sha)
    assert not run.succeeded
    assert "| course: " in run.log
    assert "Grade/Grade" not in run.log
    assert "Grade/Publish" not in run.log
    assert github.requests == []
    assert pushes(grader) == []
    assert not list(grader.checkout.parent.rglob("pwned"))


def test_a_sweep_dispatches_pushes_and_no_branch_named_like_a_command(
    grader: Grader, github: FakeGitHub
) -> None:
    github.push(KIM, {"iou.py": IOU}, branch="x;touch${IFS}pwned")
    sha = github.push(LEE, {"iou.py": IOU})
    run = grader.sweep()
    assert run.succeeded, run.log
    payloads = [dispatched["client_payload"] for dispatched in github.dispatches]
    assert payloads == [{"student": "2027-1002", "sha": sha}]
    assert not list(grader.checkout.parent.rglob("pwned"))


def test_the_students_workflow_runs_the_public_tests_without_secrets(
    tmp_path: Path,
) -> None:
    """As released, in a repository with one file done; then edited to print what there is."""
    students = tmp_path / "students"
    shutil.copytree(RELEASE, students)
    for name in ("unpooling", "transposed_conv", "fcn8s", "unet"):
        (students / "tests" / f"test_{name}.py").unlink()
    (students / "iou.py").write_text(IOU)
    public_tests = students / ".github" / "workflows" / "public-tests.yml"
    public_tests.write_text(
        f"{public_tests.read_text()}"
        '      - run: printf %s "$SECRETS$KEY" >"$PRINTED"\n'
        "        env:\n"
        "          SECRETS: ${{ toJSON(secrets) }}\n"
        "          KEY: ${{ secrets.AUTOGRADER_APP_KEY }}\n"
    )
    git("init", "--quiet", "--initial-branch=main", students, cwd=tmp_path)
    commit(students, "Print what there is")
    printed = tmp_path / "printed"
    settings = {"PRINTED": str(printed), "PIP_NO_INDEX": "1"}  # all that it installs is there
    run = act(students, "public-tests.yml", "push", {}, tmp_path, settings)
    assert run.succeeded, run.log
    assert " passed" in run.log
    # On GitHub this token can read the student's own repository; act has none to give.
    assert json.loads(printed.read_text()) == {"GITHUB_TOKEN": ""}


# The ledger's branch, where several runs write at once


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """An `autograder` that appends a line to a ledger as `publish` appends a row."""
    program = tmp_path / "programs" / "autograder"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$3 $4" >>"$8"\nexit "${PUBLISHED:-0}"\n')
    program.chmod(0o755)
    return program.parent


@pytest.fixture
def bare(tmp_path: Path) -> tuple[Path, Path]:
    """A checkout and the bare repository that it came from."""
    origin, checkout = tmp_path / "origin.git", tmp_path / "checkout"
    git("init", "--quiet", "--bare", "--initial-branch=main", origin, cwd=tmp_path)
    git("init", "--quiet", "--initial-branch=main", checkout, cwd=tmp_path)
    git("remote", "add", "origin", origin, cwd=checkout)
    return origin, checkout


def publish(
    checkout: Path, stand_in: Path, student: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{stand_in}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(checkout),
        "STUDENT": student,
        "SHA": COMMIT,
        "LEDGER_TOKEN": "token",
        "LEDGER_PAUSE": "0",
        **settings,
    }
    script = ROOT / ".github" / "scripts" / "publish.sh"
    return subprocess.run(
        [script, "result.json"], cwd=checkout, env=environment, capture_output=True, text=True
    )


def kept(origin: Path) -> list[str]:
    return git("show", "ledger:course.ledger", cwd=origin).split("\n")[:-1]


def test_the_first_grading_makes_the_branch_and_further_ones_append(
    bare: tuple[Path, Path], stand_in: Path
) -> None:
    origin, checkout = bare
    for student in ("kim", "lee"):
        done = publish(checkout, stand_in, student)
        assert done.returncode == 0, done.stderr
    assert kept(origin) == [f"kim {COMMIT}", f"lee {COMMIT}"]
    assert git("ls-tree", "--name-only", "ledger", cwd=origin).split() == ["course.ledger"]


def test_where_another_came_first_both_are_kept(bare: tuple[Path, Path], stand_in: Path) -> None:
    origin, checkout = bare
    assert publish(checkout, stand_in, "kim").returncode == 0
    # Between this run's fetch and its push, another run pushes, twice.
    other = checkout.parent / "other"
    hook = origin / "hooks" / "pre-receive"
    script = ROOT / ".github" / "scripts" / "publish.sh"
    hook.write_text(
        "#!/bin/sh\nunset $(git rev-parse --local-env-vars) GIT_QUARANTINE_PATH\n"
        f"test -e {other}2 && exit 0\n"
        f"if test -e {other}1; then touch {other}2; else touch {other}1; fi\n"
        f"mv {hook} {hook}.off; cd {checkout} && STUDENT=other {script} result.json >&2\n"
        f"mv {hook}.off {hook}\nexit 0\n"
    )
    hook.chmod(0o755)
    done = publish(checkout, stand_in, "lee")
    assert done.returncode == 0, done.stderr
    assert kept(origin) == [f"{name} {COMMIT}" for name in ("kim", "other", "other", "lee")]


def test_a_push_that_is_always_rejected_is_given_up_after_some_tries(
    bare: tuple[Path, Path], stand_in: Path
) -> None:
    origin, checkout = bare
    hook = origin / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    done = publish(checkout, stand_in, "kim", LEDGER_TRIES="3")
    assert done.returncode == 2
    assert "could not be pushed in 3 tries" in done.stderr
    assert done.stderr.count("pre-receive hook declined") == 3


def test_that_there_is_no_grade_is_kept_too_and_the_run_fails(
    bare: tuple[Path, Path], stand_in: Path
) -> None:
    origin, checkout = bare
    assert publish(checkout, stand_in, "kim", PUBLISHED="1").returncode == 1
    assert kept(origin) == [f"kim {COMMIT}"]


def test_where_nothing_was_published_nothing_is_pushed(
    bare: tuple[Path, Path], stand_in: Path
) -> None:
    origin, checkout = bare
    assert publish(checkout, stand_in, "kim", PUBLISHED="2").returncode == 2
    assert git("branch", "--list", cwd=origin) == ""


def test_a_ledger_that_cannot_be_reached_is_not_taken_for_an_empty_one(
    bare: tuple[Path, Path], stand_in: Path
) -> None:
    origin, checkout = bare
    shutil.rmtree(origin)
    done = publish(checkout, stand_in, "kim")
    assert done.returncode == 128
    assert not (checkout / "course.ledger").exists()


# The template


def test_the_template_holds_the_release_of_the_courses_assignment(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text(f'{COURSE}assignment = "other"\n')
    (tmp_path / "roster.csv").write_text(ROSTER)
    command = [sys.executable, str(ROOT / ".github" / "scripts" / "course.py"), "template"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "template=segmentation\nassignment=other\n"


def update_template(release: Path, repository: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "GITHUB_SHA": COMMIT, "TEMPLATE_TOKEN": "token"}
    script = ROOT / ".github" / "scripts" / "update-template.sh"
    return subprocess.run(
        [script, release, repository],
        env=environment | {"HOME": str(release)},
        capture_output=True,
        text=True,
    )


def test_the_template_becomes_the_release_and_nothing_else(tmp_path: Path) -> None:
    template, release = tmp_path / "template.git", tmp_path / "release"
    git("init", "--quiet", "--bare", "--initial-branch=main", template, cwd=tmp_path)
    (release / ".github").mkdir(parents=True)
    (release / ".github" / "tests.yml").write_text("name: Tests\n")
    (release / "iou.py").write_text("first")
    (release / "old.py").write_text("gone soon")
    assert update_template(release, template).returncode == 0
    (release / "old.py").unlink()
    (release / "iou.py").write_text("second")
    for _ in range(2):
        done = update_template(release, template)
        assert done.returncode == 0, done.stderr
    assert "holds this release already" in done.stdout
    files = git("ls-tree", "-r", "--name-only", "main", cwd=template).split()
    assert files == [".github/tests.yml", "iou.py"]
    assert git("show", "main:iou.py", cwd=template) == "second"
    assert len(git("log", "--format=%H", "main", cwd=template).split()) == 2


def test_an_assignment_that_the_solutions_do_not_make_stops_the_release(
    tmp_path: Path,
) -> None:
    scripts = tmp_path / ".github" / "scripts"
    scripts.mkdir(parents=True)
    shutil.copy2(ROOT / ".github" / "scripts" / "in-step.sh", scripts)
    program = tmp_path / "programs" / "autograder"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho made >assignment/iou.py\n")
    program.chmod(0o755)
    (tmp_path / "assignment").mkdir()
    (tmp_path / "assignment" / "iou.py").write_text("made\n")
    git("init", "--quiet", cwd=tmp_path)
    git("add", "assignment", cwd=tmp_path)
    author = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    git(*author, "commit", "--quiet", "--message", "in step", cwd=tmp_path)

    def in_step() -> subprocess.CompletedProcess[str]:
        path = {"PATH": f"{program.parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
        command = [scripts / "in-step.sh"]
        return subprocess.run(command, env=path, capture_output=True, text=True)

    assert in_step().returncode == 0
    program.write_text("#!/bin/sh\necho other >assignment/iou.py; touch assignment/new.py\n")
    done = in_step()
    assert done.returncode == 1
    assert "assignment/iou.py" in done.stderr
    assert "assignment/new.py" in done.stderr
