"""Settings of the template, the roster and the students' repositories (docs/github.md, 4, 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
from githubkit.response import Response

from autograder.course.roster import Roster
from autograder.github.client import Client
from autograder.github.configuration import Course
from autograder.github.errors import CourseError
from autograder.github.inspect_grader import GraderRepository, repository
from autograder.github.inspection import Missing, Setting, lacking, see, seen, shortened
from autograder.github.repositories import Invitee
from autograder.github.roster import check_student, on_github


class Visible(msgspec.Struct, frozen=True):
    name: str
    private: bool = False


@dataclass(frozen=True)
class StudentSettings:
    """`files` are what the release must hold."""

    client: Client
    course: Course
    roster: Roster
    files: tuple[str, ...]

    def settings(self) -> Iterator[Setting]:
        yield Setting(
            "template: repository", "Make it, private, with a README", self._template_is_there
        )
        yield Setting(
            "template: marked", "Settings → General: Template repository", self._is_marked
        )
        yield Setting(
            "template: release",
            "In the grader's repository: Actions → Release → Run workflow",
            self._release,
        )
        yield Setting("roster: logins", "Mend the roster's column login", self._logins)
        yield Setting(
            "students' repositories", "Run autograder github provision", self._repositories
        )

    @cached_property
    def _template(self) -> GraderRepository:
        try:
            return repository(self.client, self.course.template)
        except Missing as missing:
            raise Missing(f"repository {self.course.template}: {missing}") from None

    def _template_is_there(self) -> str:
        return f"{self._template.name}, private"

    def _is_marked(self) -> str:
        if not self._template.is_template:
            raise Missing("it is no template")
        return "a template"

    def _release(self) -> str:
        template = self._template
        absent = lacking(self.client, template.name, template.default_branch, self.files)
        if absent:
            raise Missing(f"there is no {absent}")
        return ", ".join(self.files)

    def _logins(self) -> str:
        wrong, found = [], 0
        for student in self.roster:
            try:
                check_student(student)
                self._login(student.login)
                found += 1
            except CourseError as error:
                wrong.append(f"{student.id}: {error}")
            except Missing:
                wrong.append(f"{student.id}: GitHub knows no {student.login}")
        if wrong:
            raise Missing(shortened(wrong))
        return f"{found} accounts"

    def _login(self, login: str) -> None:
        def ask(organisation: str, name: str) -> Response[Any]:
            return self.client.rest.users.get_by_username(name)

        see(self.client, Invitee, ask, login)

    def _repositories(self) -> str:
        pages = seen(self.client.pages(list[Visible], self.client.rest.repos.list_for_org))
        found = {each.name.lower(): each for page in pages for each in page}
        names = [self.course.repository_of(student) for student in on_github(self.roster)]
        absent = [name for name in names if name.lower() not in found]
        public = [name for name in names if name not in absent and not found[name.lower()].private]
        if absent:
            raise Missing(f"{len(absent)} of {len(names)} are not there: {shortened(absent)}")
        if public:
            raise Missing(f"{len(public)} are public: {shortened(public)}")
        return f"{len(names)}, private"
