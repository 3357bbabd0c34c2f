"""The dry run: each setting is found right, found missing, or is said not to be seen."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from autograder import cli
from autograder.cli import github_run
from corpus.github.fake import APP_ID, FakeGitHub, Json, Repository
from corpus.github.fake_settings import APPROVED, PERMISSIONS, set_up
from tests.github.classroom import STUDENTS, Classroom, Write

KIM = "segmentation-octo-kim"
TASKS = ("unpooling", "transposed_conv", "fcn8s", "unet", "iou")
RELEASE = {f"{name}.py": "raise NotImplementedError\n" for name in TASKS}
# Every line, and what it says where all is right.
RIGHT = {
    "organisation: base permission": "none",
    "organisation: creating repositories": "not for members",
    "organisation: forking": "not of private repositories",
    "App: installation": "on all repositories",
    "App: permissions": "all that the commands ask for",
    "runner group": "gpu-graders, for grader only",
    "grader: repository": "grader, private",
    "grader: files": ".github/workflows/grade.yml, course.toml, roster.csv",
    "grader: allowed actions": "GitHub's own, pinned",
    "grader: workflow permissions": "read",
    "grader: environment": "course",
    "grader: environment's branch": "main only",
    "grader: secret AUTOGRADER_APP_KEY": "in the environment course",
    "grader: variable AUTOGRADER_CLIENT_ID": "Iv1.course",
    "grader: ruleset for main": "changes by pull request, approved",
    "grader: ruleset for ledger": "no deletion, no force-push",
    "template: repository": "segmentation, private",
    "template: marked": "a template",
    "template: release": ", ".join(RELEASE),
    "roster: logins": "3 accounts",
    "students' repositories": "3, private",
}
Check = Callable[..., Result]


@pytest.fixture
def check(classroom: Classroom, course_file: Write, monkeypatch: pytest.MonkeyPatch) -> Check:
    """`autograder github check`, where all is as it should be."""
    github = classroom.github
    set_up(github)
    github.push("segmentation", RELEASE)
    for student in STUDENTS:
        github.copy_repository("segmentation", classroom.course.repository_of(student))
    path = course_file("gpu = true")
    monkeypatch.chdir(path.parent)
    monkeypatch.setattr(github_run, "time", SimpleNamespace(sleep=classroom.waits.append))
    for name in ("AUTOGRADER_APP_ID", "AUTOGRADER_APP_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(**environment: str) -> Result:
        signed_in = {"GITHUB_TOKEN": "token", "AUTOGRADER_APP_ID": str(APP_ID)}
        runner = CliRunner(env={"GITHUB_API_URL": github.url, **signed_in, **environment})
        return runner.invoke(cli.app, ["github", "check"])

    return run


def lines(done: Result) -> dict[str, tuple[str, str]]:
    """Each line's name, with its state and what it says."""
    found = {}
    for line in done.stdout.splitlines()[:-1]:
        state, about = line[:14].strip(), line[16:]
        name = next(name for name in RIGHT if about.startswith(f"{name}: "))
        found[name] = (state, about.removeprefix(f"{name}: "))
    return found


def test_where_all_is_right_every_line_says_so_and_nothing_is_written(
    check: Check, classroom: Classroom
) -> None:
    done = check()
    assert lines(done) == {name: ("ok", said) for name, said in RIGHT.items()}
    assert done.stdout.splitlines()[-1] == ("21 ok, 0 missing, 0 cannot be seen with this token")
    assert done.exit_code == 0
    assert classroom.github.writes() == []


def setting(**changes: object) -> Callable[[FakeGitHub], None]:
    return lambda github: github.settings.update(changes)


def installed(**changes: object) -> Callable[[FakeGitHub], None]:
    return lambda github: github.installation.update(changes)


def group(**changes: object) -> Callable[[FakeGitHub], None]:
    return lambda github: github.runner_groups[0].update(changes)


def of(name: str, change: Callable[[Repository], object]) -> Callable[[FakeGitHub], None]:
    def apply(github: FakeGitHub) -> None:
        change(github.repositories[name])

    return apply


def grader(change: Callable[[Repository], object]) -> Callable[[FakeGitHub], None]:
    return of("grader", change)


def actions(which: str, **changes: object) -> Callable[[FakeGitHub], None]:
    return grader(lambda repository: repository.actions[which].update(changes))


def ruled(branch: str, *rules: Json) -> Callable[[FakeGitHub], None]:
    return grader(lambda repository: repository.rules.update({branch: list(rules)}))


def pushed_anew(name: str) -> Callable[[FakeGitHub], None]:
    def apply(github: FakeGitHub) -> None:
        github.push(name, {"README.md": "nothing else"}, force=True)

    return apply


NO_POLICY = {"course": {"deployment_branch_policy": None}}
UNAPPROVED: Json = {**APPROVED, "parameters": {"required_approving_review_count": 0}}
WRONG: list[tuple[str, Callable[[FakeGitHub], None], str]] = [
    ("organisation: base permission", setting(default_repository_permission="read"), "it is read"),
    (
        "organisation: creating repositories",
        setting(members_can_create_repositories=True),
        "members may create repositories",
    ),
    (
        "organisation: forking",
        setting(members_can_fork_private_repositories=True),
        "private repositories may be forked",
    ),
    ("App: installation", installed(repository_selection="selected"), "some repositories only"),
    ("App: installation", installed(app_id=1, client_id="x"), "the App 4711 is not installed"),
    (
        "App: permissions",
        installed(permissions={**PERMISSIONS, "contents": "read"}),
        "without contents: write",
    ),
    ("runner group", lambda github: github.runner_groups.clear(), "there is no gpu-graders"),
    ("runner group", group(visibility="all"), "open to other repositories"),
    ("runner group", group(allows_public_repositories=True), "open to other repositories"),
    (
        "runner group",
        lambda github: github.group_repositories.append("segmentation"),
        "gpu-graders is for grader, segmentation",
    ),
    ("grader: repository", lambda github: github.remove_repository("grader"), "there is none"),
    ("grader: repository", grader(lambda r: r.settings.update(private=False)), "is public"),
    (
        "grader: repository",
        grader(lambda r: r.settings.update(default_branch="trunk")),
        "its default branch is trunk, not main",
    ),
    ("grader: files", pushed_anew("grader"), "there is no .github/workflows/grade.yml, course"),
    ("grader: allowed actions", actions("", enabled=False), "actions are off"),
    ("grader: allowed actions", actions("", allowed_actions="all"), "allowed are all"),
    (
        "grader: allowed actions",
        actions("/selected-actions", verified_allowed=True),
        "others than GitHub's own",
    ),
    ("grader: allowed actions", actions("", sha_pinning_required=False), "need not be pinned"),
    (
        "grader: workflow permissions",
        actions("/workflow", default_workflow_permissions="write"),
        "write.",
    ),
    ("grader: environment", grader(lambda r: r.environments.clear()), "there is none"),
    (
        "grader: environment's branch",
        grader(lambda r: r.environments.update(NO_POLICY)),
        "no branch is chosen",
    ),
    (
        "grader: environment's branch",
        grader(lambda r: r.branches.update(course=["main", "x"])),
        "it is for main, x",
    ),
    ("grader: secret AUTOGRADER_APP_KEY", grader(lambda r: r.secrets.clear()), "there is none"),
    (
        "grader: variable AUTOGRADER_CLIENT_ID",
        grader(lambda r: r.variables.clear()),
        "there is none",
    ),
    (
        "grader: variable AUTOGRADER_CLIENT_ID",
        grader(lambda r: r.variables.update(AUTOGRADER_CLIENT_ID="Iv1.other")),
        "Iv1.other is not the App's, which is Iv1.course",
    ),
    ("grader: ruleset for main", ruled("main"), "changes need no pull request"),
    ("grader: ruleset for main", ruled("main", UNAPPROVED), "needs no approval"),
    (
        "grader: ruleset for ledger",
        ruled("ledger"),
        "it can be deleted and it can be force-pushed",
    ),
    (
        "template: repository",
        lambda github: github.remove_repository("segmentation"),
        "repository segmentation: there is none",
    ),
    (
        "template: repository",
        of("segmentation", lambda r: r.settings.update(private=False)),
        "segmentation is public",
    ),
    (
        "template: marked",
        of("segmentation", lambda r: r.settings.update(is_template=False)),
        "it is no template",
    ),
    ("template: release", pushed_anew("segmentation"), "there is no unpooling.py, transposed_conv"),
    (
        "roster: logins",
        lambda github: github.nobody.add("octo-lee"),
        "lee: GitHub knows no octo-lee",
    ),
    (
        "students' repositories",
        lambda github: github.remove_repository(KIM),
        f"1 of 3 are not there: {KIM}",
    ),
    (
        "students' repositories",
        of(KIM, lambda r: r.settings.update(private=False)),
        f"1 are public: {KIM}",
    ),
]


@pytest.mark.parametrize(
    ("name", "change", "said"), WRONG, ids=[f"{name}: {said}" for name, _, said in WRONG]
)
def test_what_is_not_right_is_said_with_what_to_do(
    check: Check,
    classroom: Classroom,
    name: str,
    change: Callable[[FakeGitHub], None],
    said: str,
) -> None:
    change(classroom.github)
    done = check()
    state, told = lines(done)[name]
    assert state == "missing"
    assert said in told
    assert told.count(". ") == 1  # and what to do
    assert done.exit_code == 1
    assert classroom.github.writes() == []


def test_every_line_has_a_test_in_which_it_is_missing() -> None:
    assert {name for name, _, _ in WRONG} == RIGHT.keys()


def test_a_student_without_a_login_is_named(check: Check, course_file: Write) -> None:
    course_file(roster="student,login\nkim,octo-kim\nlee,\npark,-x\n")
    state, told = lines(check())["roster: logins"]
    assert state == "missing"
    assert "lee: no GitHub login on the roster" in told
    assert "park: login: '-x' is no GitHub login" in told


def test_a_course_without_a_gpu_needs_no_runner_group(
    check: Check, classroom: Classroom, course_file: Write
) -> None:
    course_file("gpu = false")
    classroom.github.installation["permissions"] = {
        name: access
        for name, access in PERMISSIONS.items()
        if name != "organization_self_hosted_runners"
    }
    done = check()
    assert "runner group" not in lines(done)
    assert done.exit_code == 0


# Who sees what


def test_the_app_sees_what_its_permissions_show_and_writes_nothing(
    check: Check,
    classroom: Classroom,
    pem: str,
) -> None:
    classroom.github.installation["permissions"] = PERMISSIONS
    for name in list(classroom.github.settings):
        del classroom.github.settings[name]
    done = check(AUTOGRADER_APP_KEY=pem)
    states = {name: state for name, (state, _) in lines(done).items()}
    unseen = {name for name, state in states.items() if state == "cannot be seen"}
    assert unseen == {
        "organisation: base permission",
        "organisation: creating repositories",
        "organisation: forking",
        "grader: environment",
        "grader: environment's branch",
        "grader: secret AUTOGRADER_APP_KEY",
        "grader: variable AUTOGRADER_CLIENT_ID",
    }
    assert "missing" not in states.values()
    assert done.exit_code == 1
    (token,) = [r for r in classroom.github.requests if r.path.endswith("/access_tokens")]
    assert set(token.body["permissions"].values()) == {"read"}


@pytest.mark.parametrize("name", RIGHT)
def test_what_github_refuses_to_show_is_said_not_to_be_seen(
    check: Check, classroom: Classroom, name: str
) -> None:
    path = {
        "organisation: base permission": None,
        "organisation: creating repositories": None,
        "organisation: forking": None,
        "App: installation": "/installations$",
        "App: permissions": "/installations$",
        "runner group": "/runner-groups$",
        "grader: repository": "/repos/example-course/grader$",
        "grader: files": "/grader/git/ref/heads/main$",
        "grader: allowed actions": "/grader/actions/permissions$",
        "grader: workflow permissions": "/actions/permissions/workflow$",
        "grader: environment": "/environments/course$",
        "grader: environment's branch": "/deployment-branch-policies$",
        "grader: secret AUTOGRADER_APP_KEY": "/secrets/AUTOGRADER_APP_KEY$",
        "grader: variable AUTOGRADER_CLIENT_ID": "/variables/AUTOGRADER_CLIENT_ID$",
        "grader: ruleset for main": "/rules/branches/main$",
        "grader: ruleset for ledger": "/rules/branches/ledger$",
        "template: repository": "/repos/example-course/segmentation$",
        "template: marked": "/repos/example-course/segmentation$",
        "template: release": "/segmentation/git/ref/heads/main$",
        "roster: logins": "/users/octo-lee$",
        "students' repositories": "/orgs/example-course/repos$",
    }[name]
    if path is None:
        classroom.github.settings = {}
    else:
        classroom.github.fail("GET", path, 403, message="Resource not accessible", times=99)
    state, told = lines(check())[name]
    assert state == "cannot be seen"
    assert "GitHub shows it to an owner" in told or "403 Resource not accessible" in told


def test_what_github_shows_to_admins_alone_is_not_called_missing(
    check: Check, classroom: Classroom
) -> None:
    classroom.github.admin = False
    classroom.github.repositories["grader"].secrets.clear()
    state, told = lines(check())["grader: secret AUTOGRADER_APP_KEY"]
    assert (state, "an admin of the repository" in told) == ("cannot be seen", True)


def test_without_an_id_nobody_knows_which_app_is_the_courses(check: Check) -> None:
    found = lines(check(AUTOGRADER_APP_ID=""))
    assert found["App: installation"][0] == "cannot be seen"
    assert "AUTOGRADER_APP_ID does not say which App" in found["App: permissions"][1]
    assert found["grader: variable AUTOGRADER_CLIENT_ID"] == ("ok", "Iv1.course")


def test_the_client_id_names_the_app_as_well(check: Check) -> None:
    assert check(AUTOGRADER_APP_ID="Iv1.course").exit_code == 0


# What cannot begin


def test_without_an_organisation_nothing_can_be_looked_at(
    check: Check, classroom: Classroom
) -> None:
    classroom.github.fail("GET", "^/orgs/example-course$", 404)
    done = check()
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "autograder: there is no organisation example-course\n"


def test_without_anything_to_sign_in_with_nothing_can_be_looked_at(check: Check) -> None:
    done = check(GITHUB_TOKEN="")
    assert done.exit_code == 2
    assert "nothing to sign in with" in done.stderr


def test_without_such_an_assignment_nothing_can_be_looked_at(
    check: Check, course_file: Write
) -> None:
    course_file('assignment = "poetry"')
    done = check()
    assert done.exit_code == 2
    assert "course.toml: assignment: " in done.stderr
    assert os.linesep not in done.stderr.strip()
