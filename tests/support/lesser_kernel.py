"""Runs a command on what looks like a kernel that lacks something.

    python -m tests.support.lesser_kernel WITHOUT[,WITHOUT] COMMAND...

A filter of system calls answers for the kernel, as it does in containers and on hosted runners.
"""

from __future__ import annotations

import errno
import os
import sys

import pyseccomp

from autograder.sandbox.jail import linux
from autograder.sandbox.jail.namespaces import NAMESPACES

PR_SET_SECCOMP = 22


def without_landlock(rules: pyseccomp.SyscallFilter) -> None:
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "landlock_create_ruleset")


def without_seccomp(rules: pyseccomp.SyscallFilter) -> None:
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "seccomp")
    is_asked = pyseccomp.Arg(0, pyseccomp.EQ, PR_SET_SECCOMP)
    rules.add_rule(pyseccomp.ERRNO(errno.EINVAL), "prctl", is_asked)


def without_namespaces(rules: pyseccomp.SyscallFilter) -> None:
    rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "unshare")
    for bit in range(64):
        flag = (NAMESPACES | linux.CLONE_NEWUSER) & (1 << bit)
        if flag:
            is_asked = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag)
            rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", is_asked)


KINDS = {
    "landlock": without_landlock,
    "seccomp": without_seccomp,
    "namespaces": without_namespaces,
}


def main(missing: str, *command: str) -> None:
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for kind in missing.split(","):
        KINDS[kind](rules)
    rules.load()
    os.execv(sys.executable, [sys.executable, *command])


if __name__ == "__main__":
    main(*sys.argv[1:])
