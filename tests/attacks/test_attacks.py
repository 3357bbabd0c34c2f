"""The attack collection, let loose on this project's grader, and a sample of it on plain pytest.

Here every attack is tried as whoever runs the tests, with namespaces where they can be had, and
those that once got somewhere without them, too. `python -m quality.attacks` tries everything
everywhere.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from corpus.attacks import isolated, plain
from corpus.attacks.arena import Arena
from corpus.attacks.attack import Attack, Evidence
from corpus.attacks.collection import ATTACKS
from corpus.attacks.isolated import Watched

BY_NAME = {attack.name: attack for attack in ATTACKS}
FAMILIES = (
    "reading",
    "forging",
    "lying objects",
    "tampering",
    "forbidden operations",
    "exhausting",
    "escaping",
    "odd submissions",
    "interfering",
)
# What only the filter of system calls and Landlock stand in the way of, where there is no
# namespace and the worker has its grader's user id.
WITHOUT_NAMESPACES = (
    "hidden tests by path",
    "the parent's environment",
    "the grader's memory",
    "another student's folder",
    "kill everybody",
    "stop the neighbours",
    "a signal by way of a pipe",
    "a process descriptor",
    "ptrace",
    "a daemon",
    "rights of others' files",
    "times of others' files",
    "others' files",
    "files in shared places",
    "disk",
    "TCP",
    "UDP",
    "shared memory",
    "POSIX shared memory",
    "a life without its parent",
)
# What some get at in a grader that imports them; each costs another import of torch.
ON_PLAIN_PYTEST = {
    "frames": Evidence.POINT,
    "os._exit(0) at import": Evidence.POINT,
    "TCP": Evidence.BYTE,
}


def assert_it_fails(attack: Attack, arena: Arena, sandbox: Watched) -> None:
    outcome = isolated.let_loose(attack, arena, sandbox)
    assert not outcome.evidence, outcome
    assert outcome.verdict in attack.verdicts, outcome


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_no_attack_succeeds(attack: Attack, arena: Arena, sandbox: Watched) -> None:
    assert_it_fails(attack, arena, sandbox)


@pytest.mark.parametrize("name", WITHOUT_NAMESPACES)
def test_none_succeeds_where_there_are_no_namespaces(
    name: str, arena: Arena, without_namespaces: Watched
) -> None:
    assert_it_fails(BY_NAME[name], arena, without_namespaces)


@pytest.mark.skipif(os.geteuid() != 0, reason="the plain grader needs namespaces of its own")
@pytest.mark.parametrize("name", ON_PLAIN_PYTEST)
def test_the_attacks_are_real(name: str, arena: Arena) -> None:
    assert ON_PLAIN_PYTEST[name] in plain.let_loose(BY_NAME[name], arena).evidence


def test_the_collection_has_every_family_and_no_name_twice() -> None:
    assert tuple(dict.fromkeys(attack.family for attack in ATTACKS)) == FAMILIES
    assert len(BY_NAME) == len(ATTACKS) >= 60
    assert min(Counter(attack.family for attack in ATTACKS).values()) >= 5


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_says_what_it_tries_and_how_it_must_end(attack: Attack) -> None:
    assert attack.tries
    assert attack.tries[0].islower()
    assert attack.verdicts
    assert isinstance(attack.evidence, Evidence)
