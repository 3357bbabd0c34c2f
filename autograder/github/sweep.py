"""Find commits not graded yet: each default branch's head, held against the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.course.entries import Push
from autograder.course.roster import Student
from autograder.github import repositories
from autograder.github.client import Client
from autograder.github.configuration import Course
from autograder.github.grading_target import COMMIT, GradingTarget
from autograder.github.repositories import Repository

NEEDS = {"contents": "read", "metadata": "read"}


@dataclass(frozen=True)
class BranchHead:
    """The head of one student's default branch; `target` is None before the first push."""

    repository: Repository
    target: GradingTarget | None


def standing(
    client: Client, course: Course, student: Student, found: dict[str, Repository], released: str
) -> BranchHead:
    """The student's head commit; a tree equal to `released` is no push.

    Raises CourseError when there is no such repository, or it cannot be read.
    """
    name = course.repository_of(student)
    repository = repositories.of_student(found, name)
    commit = repositories.head(client, repository)
    if commit is None or not COMMIT.fullmatch(commit):
        return BranchHead(repository, None)
    if repositories.tree_of(client, name, commit) == released:
        return BranchHead(repository, None)
    return BranchHead(repository, GradingTarget(student, name, commit))


def released(client: Client, template: Repository | None) -> str:
    """The tree that every repository begins with; nothing where the template is gone."""
    commit = repositories.head(client, template) if template is not None else None
    if template is None or commit is None:
        return ""
    return repositories.tree_of(client, template.name, commit)


def graded(pushes: list[Push], *, failed: bool) -> Callable[[GradingTarget], bool]:
    """Whether the ledger has a commit; with `failed`, only one that has a grade counts."""
    have = {(push.student, push.commit) for push in pushes if push.reason is None or not failed}
    return lambda target: (target.student.id, target.commit) in have
