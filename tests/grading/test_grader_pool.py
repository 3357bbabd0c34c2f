"""Graders that are forked from one origin: what they cost one another, and how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.grading import grader_pool
from autograder.grading.grader_pool import GraderDied, GraderPool
from autograder.grading.jobs import Tell
from autograder.sandbox.protocol.errors import SandboxUnavailable


@pytest.fixture(scope="module")
def pool() -> Iterator[GraderPool]:
    with GraderPool("segmentation", 2) as pool:
        yield pool


def parents() -> list[int]:
    """This process, its parent, and theirs up to one that this user may not look at."""
    found = [os.getpid()]
    while found[-1] > 1 and len(found) < 4:
        stat = Path("/proc", str(found[-1]), "stat").read_text()
        found.append(int(stat.rpartition(")")[2].split()[1]))
    return found


def loaded() -> set[str]:
    return set(sys.modules)


def refuse() -> None:
    raise KeyError("no such thing")


def unsendable() -> object:
    return threading.Lock()


class Unsendable(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__("it has two")


def raise_unsendable() -> None:
    raise Unsendable(1, 2)


def count(tell: Tell, numbers: int) -> int:
    for number in range(numbers):
        tell(number)
    return numbers


def test_all_graders_are_forks_of_one_template_which_is_one_of_the_origin(
    pool: GraderPool,
) -> None:
    meet = [pool.submit(parents) for _ in range(8)]
    lines = {tuple(each.result()[1:]) for each in meet}
    ((template, origin, command),) = lines
    assert command == os.getpid()
    assert len({template, origin, command}) == 3


def test_a_grader_has_the_suites_and_torch_when_it_begins(pool: GraderPool) -> None:
    modules = pool.submit(loaded).result()
    assert {"torch", "hypothesis", "autograder.suites.segmentation.knowledge"} <= modules
    assert "torch._dynamo" not in modules


def test_what_hands_out_work_imports_neither_torch_nor_a_suite() -> None:
    program = (
        "import sys, autograder.cli.grade, autograder.cli.class_run, autograder.cli.github\n"
        "print([name for name in sys.modules if name in ('torch', 'pytest', 'hypothesis')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_what_a_job_raises_comes_back_with_where_it_was(pool: GraderPool) -> None:
    error = pool.submit(refuse).exception()
    assert isinstance(error, KeyError)
    assert "in refuse" in error.__notes__[0]


@pytest.mark.parametrize("job", [unsendable, raise_unsendable])
def test_what_cannot_be_sent_is_an_error_of_its_job(job: object, pool: GraderPool) -> None:
    assert callable(job)
    assert isinstance(pool.submit(job).exception(), Exception)
    assert pool.submit(os.getpid).result() > 0


def test_a_job_that_cannot_be_sent_is_refused(pool: GraderPool) -> None:
    assert pool.submit(lambda: None).exception() is not None
    assert pool.submit(os.getpid).result() > 0


def test_a_job_tells_how_far_it_is(pool: GraderPool) -> None:
    told: list[int] = []
    assert pool.follow(told.append, count, 3).result() == 3
    assert told == [0, 1, 2]


def test_a_listener_that_fails_costs_that_job_alone(pool: GraderPool) -> None:
    assert isinstance(pool.follow(refuse_event, count, 3).exception(), ZeroDivisionError)
    assert [pool.submit(abs, -7).result() for _ in range(3)] == [7, 7, 7]


def refuse_event(event: int) -> None:
    event / 0


def test_a_grader_that_dies_costs_its_job_and_has_a_successor(pool: GraderPool) -> None:
    assert isinstance(pool.submit(os._exit, 3).exception(), GraderDied)
    assert [pool.submit(abs, -7).result() for _ in range(3)] == [7, 7, 7]


@pytest.mark.parametrize("which", [1, 2], ids=["template", "origin"])
def test_what_graders_are_forked_from_is_replaced_when_it_dies(which: int) -> None:
    with GraderPool("segmentation", 1) as pool:
        os.kill(pool.submit(parents).result()[which], signal.SIGKILL)
        answers = [pool.submit(abs, -7).exception() for _ in range(3)]
        assert answers[-1] is None
        assert all(each is None or isinstance(each, GraderDied) for each in answers)


def test_an_origin_that_never_starts_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no torch >&2\nexit 3\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with GraderPool("segmentation", 2) as pool:
        errors = [pool.submit(os.getpid).exception() for _ in range(3)]
    assert {type(error) for error in errors} == {SandboxUnavailable}
    assert {str(error) for error in errors} == {"the sandbox did not start: no torch"}


def test_an_assignment_that_is_not_there_is_a_job_s_matter() -> None:
    with GraderPool("nothing", 1) as pool:
        assert pool.submit(abs, -7).result() == 7


def test_a_pool_that_was_shut_down_takes_nothing() -> None:
    pool = GraderPool("segmentation", 1)
    pool.shutdown()
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(os.getpid)


def test_shutting_down_at_once_ends_a_job_that_runs() -> None:
    pool = GraderPool("segmentation", 1)
    begun = threading.Event()
    running = pool.follow(lambda event: begun.set(), tell_and_wait)
    waiting = pool.submit(os.getpid)
    assert begun.wait(60)
    pool.shutdown(wait=False)
    assert isinstance(running.exception(), GraderDied)
    assert waiting.cancelled()


def tell_and_wait(tell: Tell) -> None:
    tell("begun")
    signal.pause()


def test_the_entry_is_there() -> None:
    module, _, function = grader_pool.ENTRY.partition(":")
    assert callable(getattr(__import__(module, fromlist=[function]), function))
