"""Settings of the grader's repository (docs/github.md, 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import msgspec
from githubkit.response import Response

from autograder.github.client import Client, Installation
from autograder.github.configuration import Course
from autograder.github.inspection import Missing, Setting, Unseen, lacking, see, seen
from autograder.github.provision import SelectedActions, WorkflowToken

T = TypeVar("T")
BRANCH, LEDGER = "main", "ledger"
ENVIRONMENT, SECRET, VARIABLE = "course", "AUTOGRADER_APP_KEY", "AUTOGRADER_CLIENT_ID"
WORKFLOW = ".github/workflows/grade.yml"
ACTIONS = "Settings → Actions → General"
RULES = "Settings → Rules → Rulesets"


class Rights(msgspec.Struct, frozen=True):
    admin: bool = False


class GraderRepository(msgspec.Struct, frozen=True):
    name: str
    default_branch: str
    private: bool = False
    is_template: bool = False
    permissions: Rights = Rights()


class Actions(msgspec.Struct, frozen=True):
    enabled: bool
    allowed_actions: str = ""
    sha_pinning_required: bool = False


class BranchPolicy(msgspec.Struct, frozen=True):
    custom_branch_policies: bool


class Environment(msgspec.Struct, frozen=True):
    name: str
    deployment_branch_policy: BranchPolicy | None = None


class Branch(msgspec.Struct, frozen=True):
    name: str


class Branches(msgspec.Struct, frozen=True):
    branch_policies: tuple[Branch, ...]


class Secret(msgspec.Struct, frozen=True):
    name: str


class Variable(msgspec.Struct, frozen=True):
    value: str


class Parameters(msgspec.Struct, frozen=True):
    required_approving_review_count: int = 0


class BranchRule(msgspec.Struct, frozen=True):
    type: str
    parameters: Parameters = Parameters()


def repository(client: Client, name: str) -> GraderRepository:
    """Raises Missing where there is none of that name, or it is public; Unseen."""
    found = see(client, GraderRepository, client.rest.repos.get, name)
    if not found.private:
        raise Missing(f"{name} is public")
    return found


@dataclass(frozen=True)
class GraderSettings:
    """The settings to inspect. `installation` reads the App's, if visible; `files` must exist."""

    client: Client
    course: Course
    installation: Callable[[], Installation]
    files: tuple[str, ...]

    def settings(self) -> Iterator[Setting]:
        for name, page, look in (
            ("repository", "Make it, private, and push this repository to main", self._repository),
            ("files", f"Push them to {BRANCH}", self._files),
            (
                "allowed actions",
                f"{ACTIONS}: those of GitHub's only, pinned to a full-length commit SHA",
                self._actions,
            ),
            ("workflow permissions", f"{ACTIONS} → Workflow permissions: read", self._token),
            ("environment", f"Settings → Environments: {ENVIRONMENT}", self._environment),
            (
                "environment's branch",
                f"Settings → Environments → {ENVIRONMENT} → Deployment branches: {BRANCH} only",
                self._branch,
            ),
            (
                f"secret {SECRET}",
                f"Settings → Environments → {ENVIRONMENT} → Environment secrets",
                self._secret,
            ),
            (
                f"variable {VARIABLE}",
                "Settings → Secrets and variables → Actions → Variables: the App's client id",
                self._variable,
            ),
            (
                f"ruleset for {BRANCH}",
                f"{RULES}: {BRANCH}, changes by pull request, approved",
                self._main_rules,
            ),
            (
                f"ruleset for {LEDGER}",
                f"{RULES}: {LEDGER}, no deletion, no force-push",
                self._ledger_rules,
            ),
        ):
            yield Setting(f"grader: {name}", page, look)

    @cached_property
    def _found(self) -> GraderRepository:
        try:
            return repository(self.client, self.course.grader)
        except Missing as missing:
            raise Missing(f"repository {self.course.grader}: {missing}") from None

    def _see(
        self,
        answer: type[T],
        request: Callable[..., Response[Any]],
        *arguments: object,
        needs: str | None = None,
    ) -> T:
        """A setting of the repository. GitHub says "not found", too, to those who are no admins."""
        grader = self._found
        try:
            return see(self.client, answer, request, grader.name, *arguments, needs=needs)
        except Missing:
            if self.client.permissions is None and not grader.permissions.admin:
                raise Unseen("GitHub shows it to an admin of the repository") from None
            raise

    def _repository(self) -> str:
        if self._found.default_branch != BRANCH:
            raise Missing(f"its default branch is {self._found.default_branch}, not {BRANCH}")
        return f"{self._found.name}, private"

    def _files(self) -> str:
        absent = lacking(self.client, self._found.name, BRANCH, self.files)
        if absent:
            raise Missing(f"there is no {absent}")
        return ", ".join(self.files)

    def _actions(self) -> str:
        rest = self.client.rest.actions
        request = rest.get_github_actions_permissions_repository
        found = self._see(Actions, request, needs="administration")
        if not found.enabled:
            raise Missing("actions are off")
        if found.allowed_actions != "selected":
            raise Missing(f"allowed are {found.allowed_actions}, not selected ones")
        selected = self._see(
            SelectedActions, rest.get_allowed_actions_repository, needs="administration"
        )
        if selected != SelectedActions(github_owned_allowed=True):
            raise Missing("others than GitHub's own are allowed, or those are not")
        if not found.sha_pinning_required:
            raise Missing("they need not be pinned to a commit")
        return "GitHub's own, pinned"

    def _token(self) -> str:
        rest = self.client.rest.actions
        request = rest.get_github_actions_default_workflow_permissions_repository
        found = self._see(WorkflowToken, request, needs="administration")
        if found.default_workflow_permissions != "read":
            raise Missing(found.default_workflow_permissions)
        return "read"

    def _environment(self) -> str:
        return self._seen_environment().name

    def _seen_environment(self) -> Environment:
        request = self.client.rest.repos.get_environment
        return self._see(Environment, request, ENVIRONMENT, needs="actions")

    def _branch(self) -> str:
        policy = self._seen_environment().deployment_branch_policy
        if policy is None or not policy.custom_branch_policies:
            raise Missing("no branch is chosen")
        request = self.client.rest.repos.list_deployment_branch_policies
        found = self._see(Branches, request, ENVIRONMENT, needs="actions")
        names = [each.name for each in found.branch_policies]
        if names != [BRANCH]:
            raise Missing(f"it is for {', '.join(names) or 'no branch'}")
        return f"{BRANCH} only"

    def _secret(self) -> str:
        request = self.client.rest.actions.get_environment_secret
        self._see(Secret, request, ENVIRONMENT, SECRET, needs="environments")
        return f"in the environment {ENVIRONMENT}"

    def _variable(self) -> str:
        request = self.client.rest.actions.get_repo_variable
        value = self._see(Variable, request, VARIABLE, needs="actions_variables").value
        try:
            app = self.installation()
        except (Missing, Unseen):
            return value
        if value not in (app.client_id, str(app.app_id)):
            raise Missing(f"{value} is not the App's, which is {app.client_id or app.app_id}")
        return value

    def _main_rules(self) -> str:
        for rule in self._rules(BRANCH):
            if rule.type == "pull_request":
                if rule.parameters.required_approving_review_count > 0:
                    return "changes by pull request, approved"
                raise Missing("a pull request needs no approval")
        raise Missing("changes need no pull request")

    def _ledger_rules(self) -> str:
        types = {rule.type for rule in self._rules(LEDGER)}
        lacking = {"deletion": "it can be deleted", "non_fast_forward": "it can be force-pushed"}
        found = [rule for type_, rule in lacking.items() if type_ not in types]
        if found:
            raise Missing(" and ".join(found))
        return "no deletion, no force-push"

    def _rules(self, branch: str) -> list[BranchRule]:
        """The branch rules in force, of the repository and of the organisation."""
        request = self.client.rest.repos.get_branch_rules
        pages = self.client.pages(list[BranchRule], request, self._found.name, branch)
        return [rule for page in seen(pages) for rule in page]
