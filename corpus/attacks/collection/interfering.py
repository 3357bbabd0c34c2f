"""Disturbing whoever is graded next, or the grader that goes on to the next."""

from __future__ import annotations

from autograder.sandbox.protocol.errors import Verdict
from corpus.attacks.attack import Evidence, family

attack = family("interfering")

ATTACKS = (
    attack(
        "compiled files beside the source",
        "plants bytecode that the next import of the same name would run",
        """
        import os, pathlib
        from target import NEIGHBOUR
        def f(x):
            cache = NEIGHBOUR / "__pycache__"
            cache.mkdir()
            (cache / "student.cpython-311.pyc").write_bytes(b"planted")
            return x
        """,
        shows=Evidence.NEIGHBOUR,
    ),
    attack(
        "a patched installation",
        "writes into the packages that every grading imports",
        """
        import os, sys
        from target import proof
        import torch
        def f(x):
            folder = os.path.dirname(torch.__file__)
            path = os.path.join(folder, "attack_was_here.py")
            open(path, "x").close()
            proof("the installation can be changed")
            os.remove(path)
            return x
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "its own file rewritten",
        "changes its source after it was graded, so that the record is of another file",
        """
        from target import proof
        def f(x):
            with open(__file__, "a") as file:
                file.write("# not what was graded")
            proof("the graded file was changed")
            return x
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "the numbers to come",
        "sets the seeds of every generator, and the locale, for those who come after",
        """
        import locale, os, random
        import numpy, torch
        def f(x):
            random.seed(0); numpy.random.seed(0); torch.manual_seed(0)
            locale.setlocale(locale.LC_ALL, "C")
            os.environ["PYTEST_ADDOPTS"] = "--collect-only"
            os.umask(0)
            torch.set_default_dtype(torch.float64)
            torch._C._set_deterministic_algorithms(True)
            return x
        """,
        Verdict.FAILED,
    ),
    attack(
        "a lock that is never let go",
        "locks a file of the installation that others may want to lock",
        """
        import fcntl
        import torch
        from target import proof
        def f(x):
            fcntl.flock(open(torch.__file__), fcntl.LOCK_EX | fcntl.LOCK_NB)
            proof("a file of the installation is locked")
            return x
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "a lease on a file",
        "takes a lease, which makes whoever opens the file for writing wait",
        """
        import fcntl
        import torch
        from target import proof
        def f(x):
            fcntl.fcntl(open(torch.__file__), fcntl.F_SETLEASE, fcntl.F_RDLCK)
            proof("a lease on a file of the installation")
            return x
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "what the last student left",
        "looks in the scratch folder and the temporary ones for files of others",
        """
        import os
        from target import proof
        def f(x):
            for folder in (os.getcwd(), "/tmp", "/var/tmp", "/dev/shm"):
                try:
                    found = os.listdir(folder)
                except OSError as error:
                    refused = error
                    continue
                if found:
                    proof(f"{folder} can be listed")
            raise refused
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "a message in the process's past",
        "leaves something in the interpreter for the next file to find",
        """
        import builtins
        from target import proof
        if hasattr(builtins, "message"):
            proof("an earlier file's message was found")
        builtins.message = "left by an earlier file"
        def f(x): return x
        """,
        Verdict.FAILED,
    ),
)
