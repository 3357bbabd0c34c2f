"""The workflows as they stand: what other people's tools say of them, and this project's rules."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.errors import ExitCode
from corpus.paths import ROOT, SHARED

OURS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
STUDENTS = SHARED / ".github" / "workflows" / "public-tests.yml"
WORKFLOWS = [*OURS, STUDENTS]
SCRIPTS = sorted([*ROOT.glob(".github/*/*.sh"), ROOT / ".ci" / "run"])
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
# The jobs that sign in as the App, or hold what it signs in with.
WITH_SECRETS = {
    ("grade", "fetch"),
    ("grade", "publish"),
    ("grade", "sweep"),
    ("release", "template"),
}

Job = dict[str, Any]


def tool(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name(name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def workflow(path: Path) -> dict[Any, Any]:
    return dict(yaml.safe_load(path.read_text()))


def jobs() -> Iterator[tuple[str, str, Job]]:
    for path in WORKFLOWS:
        for name, job in workflow(path)["jobs"].items():
            yield path.stem, name, job


def steps() -> Iterator[tuple[str, str, Job]]:
    for path, name, job in jobs():
        for step in job["steps"]:
            yield path, name, step


def texts(node: object) -> Iterator[str]:
    """Every text in a part of a workflow, keys too."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from texts(key)
            yield from texts(value)
    elif isinstance(node, list):
        for each in node:
            yield from texts(each)
    elif isinstance(node, str):
        yield node


every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
every_job = pytest.mark.parametrize(
    "job", [pytest.param(job, id=f"{path}-{name}") for path, name, job in jobs()]
)


def test_zizmor_finds_nothing_that_is_not_explained() -> None:
    done = tool("zizmor", "--offline", "--persona", "auditor", ".github", SHARED / ".github")
    assert done.returncode == 0, done.stdout
    for path in WORKFLOWS:
        for ignored in re.findall(r"# zizmor: ignore\[[\w-]+\](.*)", path.read_text()):
            assert len(ignored.split()) >= 4, "an exception without a reason"


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"]),
    ],
)
def test_github_would_read_the_files(schema: str, files: list[Path]) -> None:
    done = tool("check-jsonschema", "--builtin-schema", schema, *files)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_shellcheck_has_nothing_to_say(script: Path) -> None:
    done = tool("shellcheck", "--external-sources", script)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_stops_at_the_first_failure(script: Path) -> None:
    sourced = not script.stat().st_mode & 0o100
    assert sourced or "\nset -euo pipefail\n" in script.read_text()


@every_workflow
def test_every_action_is_pinned_to_a_commit_with_its_version(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text())
    assert used
    for action in used:
        assert PINNED.fullmatch(action), action


def test_one_action_has_one_pin() -> None:
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for action in re.findall(r"uses: (.*)", path.read_text()):
            pins.setdefault(action.partition("@")[0], set()).add(action)
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}


@every_workflow
def test_a_workflow_itself_has_no_permission(path: Path) -> None:
    assert workflow(path)["permissions"] == {}


@every_job
def test_a_job_may_only_read_unless_it_keeps_the_ledger(job: Job) -> None:
    written = {name for name, access in job["permissions"].items() if access != "read"}
    assert written == ({"contents"} if job["name"] == "Publish" else set())


@every_job
def test_a_job_ends_by_itself(job: Job) -> None:
    assert 1 <= job["timeout-minutes"] <= 90


def test_no_checkout_leaves_its_token_behind() -> None:
    checkouts = [step for _, _, step in steps() if "actions/checkout@" in step.get("uses", "")]
    assert checkouts
    for checkout in checkouts:
        assert checkout["with"]["persist-credentials"] is False


def test_no_command_holds_an_expression() -> None:
    for _, _, step in steps():
        assert "${{" not in step.get("run", "")


def test_an_events_payload_is_read_only_where_it_is_checked() -> None:
    outside = re.compile(r"github\.event\.|inputs\.|github\.head_ref")
    for path, name, step in steps():
        if any(outside.search(text) for text in texts(step)):
            assert (path, name, step.get("id")) == ("grade", "fetch", "asked")
            assert {key for key in step if any(map(outside.search, texts(step[key])))} == {"env"}


def test_only_named_jobs_see_secrets_and_those_run_in_an_environment() -> None:
    for path, name, job in jobs():
        uses = any("secrets." in text or "app.outputs" in text for text in texts(job))
        assert uses == ((path, name) in WITH_SECRETS), name
        assert job.get("environment") == ("course" if uses else None)


def test_a_token_of_the_app_can_do_what_is_named_in_named_repositories() -> None:
    for path, name, step in steps():
        if "create-github-app-token" not in step.get("uses", ""):
            continue
        options = step["with"]
        assert any(option.startswith("permission-") for option in options)
        assert ("repositories" in options) == ((path, name) != ("grade", "sweep"))


def test_the_job_that_runs_students_code_has_nothing_to_steal() -> None:
    job = workflow(ROOT / ".github" / "workflows" / "grade.yml")["jobs"]["grade"]
    assert job["permissions"] == {"contents": "read"}
    assert "environment" not in job
    for text in texts(job):
        assert not re.search(r"secrets\.|github\.token|GITHUB_TOKEN|app\.outputs|vars\.", text)


def test_a_grading_has_less_time_than_its_job_so_that_the_student_is_told() -> None:
    job = workflow(ROOT / ".github" / "workflows" / "grade.yml")["jobs"]["grade"]
    gradings = [step for step in job["steps"] if "autograder grade" in step.get("run", "")]
    assert len(gradings) == 2
    for step in gradings:
        assert step["timeout-minutes"] < job["timeout-minutes"]


def test_a_grade_that_is_open_reaches_the_job_that_publishes() -> None:
    job = workflow(ROOT / ".github" / "workflows" / "grade.yml")["jobs"]["grade"]
    for step in job["steps"]:
        for line in step.get("run", "").splitlines():
            if "autograder grade" in line:
                assert line.endswith(f"|| test $? -eq {ExitCode.INCOMPLETE}")


def test_a_push_is_graded_by_the_assignment_of_the_course() -> None:
    jobs = workflow(ROOT / ".github" / "workflows" / "grade.yml")["jobs"]
    assert jobs["fetch"]["outputs"]["assignment"] == "${{ steps.asked.outputs.assignment }}"
    assert jobs["grade"]["env"]["ASSIGNMENT"] == "${{ needs.fetch.outputs.assignment }}"
    commands = "\n".join(step.get("run", "") for step in jobs["grade"]["steps"])
    assert commands.count("autograder grade ") == 2
    assert commands.count('autograder grade "$SUBMISSION" --assignment "$ASSIGNMENT" ') == 2


def test_nothing_but_a_grading_runs_on_the_machine_with_the_gpu() -> None:
    hosted = {name for _, name, job in jobs() if job["runs-on"] == "ubuntu-24.04"}
    assert {name for _, name, _ in jobs()} - hosted == {"grade"}
    assert "self-hosted" not in STUDENTS.read_text()


def test_a_newer_push_ends_fetching_and_grading_and_never_publishing() -> None:
    graded = workflow(ROOT / ".github" / "workflows" / "grade.yml")
    assert "concurrency" not in graded
    for name in ("fetch", "grade"):
        concurrency = graded["jobs"][name]["concurrency"]
        assert concurrency["cancel-in-progress"] is True
        assert concurrency["group"].startswith(f"{name}-")
    assert "concurrency" not in graded["jobs"]["publish"]


def test_nothing_that_the_gpu_machine_touched_is_believed_but_the_result() -> None:
    publish = workflow(ROOT / ".github" / "workflows" / "grade.yml")["jobs"]["publish"]
    downloads = [s["with"] for s in publish["steps"] if "download-artifact" in s.get("uses", "")]
    assert downloads == [{"name": "result", "path": "result"}]
    assert not any("needs.grade.outputs" in text for text in texts(publish))


def test_the_students_workflow_runs_the_public_tests_without_any_secret() -> None:
    students = workflow(STUDENTS)
    assert students[True].keys() == {"push", "workflow_dispatch"}  # YAML reads `on` as true
    assert not any("secrets" in text for text in texts(students))
    assert students["jobs"]["test"]["steps"][-1]["run"] == "python -m pytest"
