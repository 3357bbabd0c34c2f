"""The GPU machine's scripts, run for real: the hook, a place for one job, a job's environment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.github.fake import FakeGitHub, Json, Request
from corpus.github.fake_server import Answer, route
from corpus.paths import ROOT

RUNNER = ROOT / ".github" / "runner"
WORKFLOW = "course/grader/.github/workflows/grade.yml@refs/heads/main"
JOB = {
    "GITHUB_REPOSITORY": "course/grader",
    "GITHUB_WORKFLOW_REF": WORKFLOW,
    "GITHUB_JOB": "grade",
    "GITHUB_EVENT_NAME": "repository_dispatch",
}
ALLOWED = f"repository=course/grader\nworkflow={WORKFLOW}\n"


def run(
    *command: str | Path, env: dict[str, str], stdin: str = "", cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    path = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env=path | env, input=stdin, timeout=120
    )


# The hook


@pytest.fixture
def hook(tmp_path: Path) -> Path:
    """The hook as prepare.sh lays it, beside what it allows."""
    copy = tmp_path / "job-started.sh"
    copy.write_bytes((RUNNER / "job-started.sh").read_bytes())
    (tmp_path / "allowed").write_text(ALLOWED)
    return copy


def started(hook: Path, **other: str) -> subprocess.CompletedProcess[str]:
    return run("bash", "-e", hook, env=JOB | other)


@pytest.mark.parametrize("event", ["repository_dispatch", "workflow_dispatch"])
def test_the_hook_lets_the_grading_through(hook: Path, event: str) -> None:
    done = started(hook, GITHUB_EVENT_NAME=event)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GITHUB_REPOSITORY", "course/segmentation-kim"),
        ("GITHUB_REPOSITORY", "course/grader2"),
        ("GITHUB_REPOSITORY", "course/grader\nx"),
        ("GITHUB_REPOSITORY", ""),
        ("GITHUB_WORKFLOW_REF", WORKFLOW.replace("grade.yml", "print-secrets.yml")),
        ("GITHUB_WORKFLOW_REF", WORKFLOW.replace("heads/main", "heads/other")),
        ("GITHUB_WORKFLOW_REF", WORKFLOW.replace("heads/main", "pull/1/merge")),
        ("GITHUB_WORKFLOW_REF", f"{WORKFLOW}2"),
        ("GITHUB_WORKFLOW_REF", f"x$(touch gone)@{WORKFLOW}"),
        ("GITHUB_JOB", "publish"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_NAME", "schedule"),
    ],
)
def test_the_hook_refuses_every_other_job(hook: Path, variable: str, value: str) -> None:
    done = started(hook, **{variable: value})
    assert done.returncode == 1
    assert done.stderr.startswith("job-started: this machine runs ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("allowed", ["", "repository=course/grader\n", ALLOWED * 2, "repository\n"])
def test_a_hook_that_was_not_told_what_is_allowed_allows_nothing(hook: Path, allowed: str) -> None:
    (hook.parent / "allowed").write_text(allowed)
    done = started(hook)
    assert done.returncode == 1
    assert "this machine runs nothing" in done.stderr


# A place for one job

NAMESPACES = ("unshare", "--pid", "--fork", "--ipc", "--mount", "true")
as_root = pytest.mark.skipif(
    os.geteuid() != 0 or subprocess.run(NAMESPACES, capture_output=True).returncode != 0,
    reason="only root, with namespaces, makes a place for a job",
)
STAND_IN = """#!/bin/bash
echo "$(id -un) $PWD $ACTIONS_RUNNER_INPUT_JITCONFIG"
echo "hook $ACTIONS_RUNNER_HOOK_JOB_STARTED secret [${SECRET-}] processes $(echo /proc/[0-9]*)"
for place in "$HOME" /tmp /var/tmp /dev/shm; do echo mine >"$place/left-by-a-job"; done
echo forged >>"$ACTIONS_RUNNER_HOOK_JOB_STARTED" || echo "the hook stays"
echo forged >>"${ACTIONS_RUNNER_HOOK_JOB_STARTED%/*}/allowed" || echo "what is allowed stays"
setsid sleep 987654 &
"""


@pytest.fixture
def machine() -> Iterator[dict[str, str]]:
    """A machine's settings, with a stand-in for GitHub's runner; not in /tmp, which a job hides."""
    with tempfile.TemporaryDirectory(dir="/run") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "application").mkdir()
        (folder / "application" / "run.sh").write_text(STAND_IN)
        (folder / "application" / "run.sh").chmod(0o755)
        (folder / "hooks").mkdir()
        hook = folder / "hooks" / "job-started.sh"
        hook.write_bytes((RUNNER / "job-started.sh").read_bytes())
        hook.chmod(0o755)
        (folder / "hooks" / "allowed").write_text(ALLOWED)
        yield {
            "RUNNER_APPLICATION": str(folder / "application"),
            "RUNNER_HOOKS": str(folder / "hooks"),
            "RUNNER_USER": "nobody",
            "RUNNER_MEMORY": "64M",
        }


def run_once(
    machine: dict[str, str], configuration: str = "c2VjcmV0\n"
) -> subprocess.CompletedProcess[str]:
    return run(RUNNER / "run-once.sh", env=machine | {"SECRET": "root's"}, stdin=configuration)


@as_root
def test_a_job_runs_alone_as_nobody_and_cannot_change_the_machines_rules(
    machine: dict[str, str],
) -> None:
    done = run_once(machine)
    assert done.returncode == 0, done.stderr
    who, rest, *kept = done.stdout.splitlines()
    assert who == "nobody /run/autograder/runner c2VjcmV0"
    assert f"hook {machine['RUNNER_HOOKS']}/job-started.sh secret []" in rest
    assert len(rest.partition("processes ")[2].split()) < 8  # a shell or two, none of the machine's
    assert kept == ["the hook stays", "what is allowed stays"]


@as_root
def test_a_job_leaves_no_file_and_no_process(machine: dict[str, str]) -> None:
    for _ in range(2):
        assert run_once(machine).returncode == 0
    for place in ("/tmp", "/var/tmp", "/dev/shm", "/run/autograder"):
        assert not Path(place, "left-by-a-job").exists()
    lines = (path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists())
    assert not any(b"987654" in line for line in lines)
    original = Path(machine["RUNNER_APPLICATION"])
    assert [path.name for path in original.iterdir()] == ["run.sh"]


@as_root
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"RUNNER_APPLICATION": "/nowhere"}, "there is no /nowhere/run.sh"),
        ({"RUNNER_HOOKS": "/nowhere"}, "there is no /nowhere/job-started.sh"),
        ({"RUNNER_USER": "nobody-at-all"}, "there is no user nobody-at-all"),
    ],
)
def test_a_machine_that_is_not_prepared_runs_nothing(
    change: dict[str, str], said: str, machine: dict[str, str]
) -> None:
    done = run_once(machine | change)
    assert done.returncode == 2
    assert said in done.stderr


@as_root
def test_without_a_configuration_no_runner_starts(machine: dict[str, str]) -> None:
    done = run_once(machine, configuration="")
    assert done.returncode == 2
    assert "holds no runner's configuration" in done.stderr


# What a job finds installed


def test_a_jobs_environment_is_this_commit_over_the_machines_packages(tmp_path: Path) -> None:
    settings = {
        "AUTOGRADER_PACKAGES": sys.prefix,
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_PATH": str(tmp_path / "path"),
    }
    done = run(RUNNER / "environment.sh", env=settings)
    assert done.returncode == 0, done.stderr
    programs = Path((tmp_path / "path").read_text().strip())
    asked = "import autograder, msgspec; print(autograder.__file__); print(msgspec.__file__)"
    told = run(programs / "python", "-I", "-c", asked, env={}, cwd=tmp_path).stdout.split()
    assert Path(told[0]).is_relative_to(tmp_path)
    assert not Path(told[1]).is_relative_to(tmp_path)
    assert run(programs / "autograder", "schema", env={}, cwd=tmp_path).returncode == 0


def test_without_the_machines_packages_the_job_says_so(tmp_path: Path) -> None:
    settings = {"AUTOGRADER_PACKAGES": str(tmp_path), "RUNNER_TEMP": str(tmp_path)}
    done = run(RUNNER / "environment.sh", env=settings)
    assert done.returncode == 1
    assert "run .github/runner/prepare.sh" in done.stderr


# Registration for one job

GROUP = {"id": 7, "name": "gpu-graders", "visibility": "selected"}
PRIVATE = GROUP | {"allows_public_repositories": False}


@route("POST", "/orgs/{owner}/actions/runners/generate-jitconfig")
def generate(github: FakeGitHub, request: Request) -> Answer:
    return 201, {"runner": {}, "encoded_jit_config": "Y29uZmlndXJhdGlvbg=="}


def jitconfig(
    github: FakeGitHub, *found: Json, config: str = "examples/github/course.toml"
) -> subprocess.CompletedProcess[str]:
    github.runner_groups = list(found)
    settings = {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": "token"}
    return run(sys.executable, RUNNER / "jitconfig.py", "--config", config, env=settings)


def test_a_runner_is_registered_for_one_job_in_the_group_of_the_gpus() -> None:
    with FakeGitHub() as github:
        done = jitconfig(github, {**PRIVATE, "id": 1, "name": "Default"}, PRIVATE)
        assert done.stdout == "Y29uZmlndXJhdGlvbg==\n", done.stderr
        (order,) = github.writes()
    assert order.body["runner_group_id"] == 7
    assert order.body["labels"] == ["self-hosted", "gpu"]
    assert order.body["name"].startswith("gpu-")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "has no runner group gpu-graders"),
        ([PRIVATE | {"visibility": "all"}], "is open to other repositories"),
        ([PRIVATE | {"allows_public_repositories": True}], "is open to other repositories"),
    ],
)
def test_no_runner_is_registered_where_others_could_use_it(found: list[Json], said: str) -> None:
    with FakeGitHub() as github:
        done = jitconfig(github, *found)
        assert github.writes() == []
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_a_course_no_runner_is_registered() -> None:
    with FakeGitHub() as github:
        done = jitconfig(github, config="nowhere.toml")
    assert done.returncode == 2
    assert "nowhere.toml" in done.stderr


# Preparing the machine, and keeping it busy


def prepare(folder: Path, repository: str, application: Path) -> subprocess.CompletedProcess[str]:
    """prepare.sh, with a stand-in for Python that installs nothing but notes what it was told."""
    python = folder / "packages" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(f'#!/bin/sh\necho "$@" >>{folder}/installed\n')
    python.chmod(0o755)
    settings = {"AUTOGRADER_ROOT": str(folder), "RUNNER_USER": "nobody"}
    return run(RUNNER / "prepare.sh", repository, application, env=settings)


def test_a_prepared_machine_allows_the_graders_workflow_alone(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text("#!/bin/sh\n")
    application = tmp_path / "actions-runner.tar.gz"
    with tarfile.open(application, "w:gz") as archive:
        archive.add(tmp_path / "run.sh", "./run.sh")
    root = tmp_path / "opt"
    for _ in range(2):  # again, as when packages changed
        done = prepare(root, "course/grader", application)
        assert done.returncode == 0, done.stderr
    assert (root / "actions-runner" / "run.sh").is_file()
    assert (root / "hooks" / "allowed").read_text() == ALLOWED
    assert started(root / "hooks" / "job-started.sh").returncode == 0
    for path in root.rglob("*"):
        assert not path.stat().st_mode & 0o022, path
    last = (root / "installed").read_text().splitlines()[-1]
    assert last == "-m pip uninstall --quiet --yes segmentation-autograder"


@pytest.mark.parametrize(
    ("repository", "application", "said"),
    [
        ("grader", "README.md", "grader is not ORGANISATION/GRADER"),
        ("course/grader\nx", "README.md", "is not ORGANISATION/GRADER"),
        ("course/grader", "nowhere.tar.gz", "there is no file"),
    ],
)
def test_a_machine_is_not_prepared_for_nobody_or_without_a_runner(
    repository: str, application: str, said: str, tmp_path: Path
) -> None:
    done = prepare(tmp_path, repository, ROOT / application)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "hooks").exists()


def test_every_job_is_registered_apart_and_one_that_fails_ends_nothing(
    tmp_path: Path,
) -> None:
    programs = {
        # The second registration fails.
        "python": 'echo x >>"$HOME/asked"; count=$(wc -l <"$HOME/asked")\n'
        'test "$count" != 2 && echo "configuration $count"',
        # The first runner fails; after the second, serve.sh is ended as a person would end it.
        "ssh": 'echo "$@ $(cat)" >>"$HOME/sent"; test $(wc -l <"$HOME/sent") = 2 && kill $PPID\n'
        "exit 1",
    }
    for name, script in programs.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{script}\n")
        (tmp_path / name).chmod(0o755)
    settings = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path), "SERVE_PAUSE": "0"}
    done = run(RUNNER / "serve.sh", "gpu1", env=settings)
    assert done.returncode == -signal.SIGTERM
    sent = (tmp_path / "sent").read_text().splitlines()
    command = "-o BatchMode=yes gpu1 sudo -n /opt/autograder/hooks/run-once.sh"
    assert sent == [f"{command} configuration 1", f"{command} configuration 3"]
