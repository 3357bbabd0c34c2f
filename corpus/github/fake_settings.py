"""The requests for settings that FakeGitHub answers, and an organisation that is set up.

set_up(github)      # as docs/github.md asks; so `autograder github check` finds nothing to do
"""

from __future__ import annotations

from corpus.github.fake import CLIENT_ID, FakeGitHub, Json, Repository, Request
from corpus.github.fake_server import Answer, HttpError, paged, route, shown

PERMISSIONS = {
    "administration": "write",
    "checks": "write",
    "contents": "write",
    "metadata": "read",
    "organization_self_hosted_runners": "write",
    "workflows": "write",
}
# What an App needs beside, to see what its commands do not.
SEEING = {"actions": "read", "environments": "read"}
FILES = {
    ".github/workflows/grade.yml": "on: schedule\n",
    "course.toml": "assignment = 'segmentation'\n",
    "roster.csv": "student,login\n",
}
APPROVED: Json = {
    "type": "pull_request",
    "parameters": {"required_approving_review_count": 1},
}


def set_up(github: FakeGitHub, grader: str = "grader") -> None:
    """The organisation, the App and the grader's repository, which must be there."""
    github.settings = {
        "default_repository_permission": "none",
        "members_can_create_repositories": False,
        "members_can_fork_private_repositories": False,
    }
    github.installation |= {"repository_selection": "all", "permissions": PERMISSIONS | SEEING}
    github.push(grader, FILES)
    repository = github.repositories[grader]
    repository.actions = {
        "": {"enabled": True, "allowed_actions": "selected", "sha_pinning_required": True},
        "/selected-actions": {"github_owned_allowed": True},
        "/workflow": {"default_workflow_permissions": "read"},
    }
    policy = {"protected_branches": False, "custom_branch_policies": True}
    repository.environments = {"course": {"deployment_branch_policy": policy}}
    repository.branches = {"course": ["main"]}
    repository.secrets = {"course": {"AUTOGRADER_APP_KEY"}}
    repository.variables = {"AUTOGRADER_CLIENT_ID": CLIENT_ID}
    repository.rules = {
        "main": [{"type": "deletion"}, APPROVED],
        "ledger": [{"type": "deletion"}, {"type": "non_fast_forward"}],
    }
    group = {"id": 7, "name": "gpu-graders", "visibility": "selected"}
    github.runner_groups = [group | {"allows_public_repositories": False}]
    github.group_repositories = [grader]


@route("GET", "/orgs/{owner}")
def organisation(github: FakeGitHub, request: Request) -> Answer:
    return 200, {"login": github.organisation, **github.settings}


@route("GET", "/orgs/{owner}/installations")
def installations(github: FakeGitHub, request: Request) -> Answer:
    return 200, {"total_count": 1, "installations": [github.installation]}


@route("GET", "/orgs/{owner}/actions/runner-groups")
def runner_groups(github: FakeGitHub, request: Request) -> Answer:
    groups = github.runner_groups
    return 200, {"total_count": len(groups), "runner_groups": groups}


@route("GET", "/orgs/{owner}/actions/runner-groups/{number}/repositories")
def group_repositories(github: FakeGitHub, request: Request, number: str) -> Answer:
    every = [shown(github, github.repositories[name]) for name in github.group_repositories]
    return 200, {"total_count": len(every), "repositories": every}


@route("GET", "/users/{login}")
def user(github: FakeGitHub, request: Request, login: str) -> Answer:
    if login in github.nobody:
        raise HttpError(404, "Not Found")
    return 200, {"login": login}


@route("GET", "/repos/{owner}/{repo}/environments/{name}")
def environment(github: FakeGitHub, request: Request, repository: Repository, name: str) -> Answer:
    if name not in repository.environments:
        raise HttpError(404, "Not Found")
    return 200, {"name": name, **repository.environments[name]}


@route("GET", "/repos/{owner}/{repo}/environments/{name}/deployment-branch-policies")
def branches(github: FakeGitHub, request: Request, repository: Repository, name: str) -> Answer:
    found = [{"name": branch} for branch in repository.branches.get(name, [])]
    return 200, {"total_count": len(found), "branch_policies": found}


@route("GET", "/repos/{owner}/{repo}/environments/{name}/secrets/{secret}")
def environment_secret(
    github: FakeGitHub, request: Request, repository: Repository, name: str, secret: str
) -> Answer:
    if secret not in repository.secrets.get(name, ()):
        raise HttpError(404, "Not Found")
    return 200, {"name": secret}


@route("GET", "/repos/{owner}/{repo}/actions/variables/{name}")
def variable(github: FakeGitHub, request: Request, repository: Repository, name: str) -> Answer:
    if name not in repository.variables:
        raise HttpError(404, "Not Found")
    return 200, {"name": name, "value": repository.variables[name]}


@route("GET", "/repos/{owner}/{repo}/rules/branches/{branch}")
def rules(github: FakeGitHub, request: Request, repository: Repository, branch: str) -> Answer:
    page, headers = paged(github, request, repository.rules.get(branch, []))
    return 200, page, headers
