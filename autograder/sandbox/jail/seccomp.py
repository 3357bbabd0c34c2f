"""The system calls a process may make, enforced by seccomp.

All that no rule names answers EPERM, so that a library which probes for a feature goes on
without it. Names are resolved by libseccomp for the architecture at hand, names it does not
have are left out, and calls of another architecture (or of x32) kill the process.
"""

from __future__ import annotations

import errno
import functools
import os
from dataclasses import dataclass

import pyseccomp

from autograder.sandbox.jail.linux import system_call


@dataclass(frozen=True)
class Rule:
    """Make these system calls, or be answered with the error number `answer` instead.

    With `when` it holds only where the arguments are as it says.
    """

    calls: str
    when: tuple[pyseccomp.Arg, ...] = ()
    answer: int | None = None

    @property
    def action(self) -> int:
        """The arguments of libseccomp's rule."""
        return int(pyseccomp.ALLOW if self.answer is None else pyseccomp.ERRNO(self.answer))


def restrict(rules: tuple[Rule, ...]) -> None:
    """Install the filter for this process, for ever. Sets no_new_privs.

    Whatever the rules, a process may send signals to itself and to no other.
    """
    calls = compiled(rules)
    itself = pyseccomp.Arg(0, pyseccomp.EQ, os.getpid())
    _add(calls, Rule("kill tgkill", (itself,)))
    calls.load()


@functools.cache
def compiled(rules: tuple[Rule, ...]) -> pyseccomp.SyscallFilter:
    """The filter but for what names a process: made once, for every process forked later."""
    calls = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    for rule in rules:
        _add(calls, rule)
    return calls


def _add(calls: pyseccomp.SyscallFilter, rule: Rule) -> None:
    for name in rule.calls.split():
        if system_call(name) >= 0:
            calls.add_rule(rule.action, name, *rule.when)
