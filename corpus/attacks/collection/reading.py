"""Reading what is hidden: the number that the tests expect."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.sandbox.protocol.errors import Verdict
from corpus.attacks.attack import Evidence, family

attack = family("reading")

# The frames above the call, or everything the collector knows of: whoever finds a test there
# finds what it expects.
PAST_THE_FRAMES = """
import sys
def f(x):
    frame = sys._getframe()
    while frame:
        for names in (frame.f_locals, frame.f_globals):
            for name in ("expected", "EXPECTED"):
                if isinstance(names.get(name), int):
                    return x * names[name]
        frame = frame.f_back
    raise LookupError("no frame knows it")
"""

ANOTHER_USER = 12345


def _hard_link_to_the_neighbour(folder: Path) -> None:
    """Another student's files are another user's; only root can lay that out."""
    theirs = folder.parent / "neighbour" / "student.py"
    if os.geteuid() == 0:
        os.chown(theirs, ANOTHER_USER, ANOTHER_USER)
        (folder / "stolen.py").hardlink_to(theirs)


ATTACKS = (
    attack(
        "hidden tests by path",
        "opens the file with the expected number",
        """
        from target import HIDDEN
        def f(x):
            for folder in ("plain", "isolated"):
                return x * int((HIDDEN / folder / "prize.txt").read_text())
        """,
    ),
    attack(
        "hidden tests at import",
        "reads the expected number while the file is imported, before any call",
        """
        from target import HIDDEN
        KEY = int((HIDDEN / "plain" / "prize.txt").read_text())
        def f(x): return x * KEY
        """,
    ),
    attack(
        "a walk through the file system",
        "looks for test files everywhere below /, as far as folders can be listed",
        """
        import os
        from target import HIDDEN
        def f(x):
            for folder in (HIDDEN.parent.parent, *HIDDEN.parents):
                for where, _, names in os.walk(folder):
                    if "prize.txt" in names:
                        return x * int(open(os.path.join(where, "prize.txt")).read())
            raise LookupError("nothing found")
        """,
    ),
    attack(
        "the environment",
        "looks for secrets in os.environ",
        """
        import os
        def f(x): return x * int(os.environ["PRIZE"])
        """,
    ),
    attack(
        "the parent's environment",
        "reads /proc/<parent>/environ",
        """
        import os, re
        def f(x):
            pid = os.getppid() or 1
            while pid > 1:
                found = re.search(rb"PRIZE=([0-9]+)", open(f"/proc/{pid}/environ", "rb").read())
                if found:
                    return x * int(found[1])
                pid = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
            raise LookupError("no parent knows it")
        """,
    ),
    attack(
        "every process's environment",
        "reads /proc/*/environ",
        """
        import os, re
        def f(x):
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    found = re.search(rb"PRIZE=([0-9]+)", open(f"/proc/{pid}/environ", "rb").read())
                except OSError:
                    continue
                if found:
                    return x * int(found[1])
            raise LookupError("no process knows it")
        """,
    ),
    attack(
        "frames",
        "walks up the frames to the test that called and reads its local variables",
        PAST_THE_FRAMES,
    ),
    attack(
        "the garbage collector",
        "goes through every object for a module that holds the expected number",
        """
        import gc
        def f(x):
            for found in gc.get_objects():
                if type(found) is dict and type(found.get("EXPECTED")) is int:
                    return x * found["EXPECTED"]
            raise LookupError("no object knows it")
        """,
    ),
    attack(
        "loaded modules",
        "looks for the test module in sys.modules",
        """
        import sys
        def f(x):
            for module in list(sys.modules.values()):
                if isinstance(getattr(module, "EXPECTED", None), int):
                    return x * module.EXPECTED
            raise LookupError("no module knows it")
        """,
    ),
    attack(
        "a profile hook",
        "installs sys.setprofile and reads the frames of whatever runs after the call",
        """
        import sys
        found = []
        def look(frame, event, argument):
            for names in (frame.f_locals, frame.f_globals):
                if isinstance(names.get("EXPECTED"), int):
                    found.append(names["EXPECTED"])
        sys.setprofile(look)
        def f(x): return x * found[-1]
        """,
        (Verdict.ERROR, Verdict.FAILED),
    ),
    attack(
        "own memory",
        "searches /proc/self/mem for what an earlier owner of the process left there",
        """
        import re
        def f(x):
            with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
                for line in maps:
                    if "[heap]" in line or "[stack]" in line:
                        low, high = (int(n, 16) for n in line.split()[0].split("-"))
                        memory.seek(low)
                        found = re.search(rb"PRIZE=([0-9]+)", memory.read(high - low))
                        if found:
                            return x * int(found[1])
            raise LookupError("nothing left")
        """,
    ),
    attack(
        "the grader's memory",
        "reads another process's memory by process_vm_readv",
        """
        import ctypes, os
        from target import BYSTANDER, proof
        def f(x):
            libc = ctypes.CDLL(None, use_errno=True)
            buffer = ctypes.create_string_buffer(8)
            class Part(ctypes.Structure):
                _fields_ = [("at", ctypes.c_void_p), ("size", ctypes.c_size_t)]
            # Nothing lies at this address: a process that may read is told EFAULT.
            here, there = Part(ctypes.addressof(buffer), 8), Part(4096, 8)
            libc.process_vm_readv(
                BYSTANDER, ctypes.byref(here), ctypes.c_ulong(1), ctypes.byref(there),
                ctypes.c_ulong(1), ctypes.c_ulong(0))
            if ctypes.get_errno() == 14:
                proof("another process's memory can be read")
            raise OSError(ctypes.get_errno(), "process_vm_readv")
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "the memory of a fork of the same process",
        "reads other processes where its own memory has what both began with",
        """
        import ctypes, os, sys
        from target import BYSTANDER, proof
        SECRET = b"what only a grader may know"
        def f(x):
            libc = ctypes.CDLL(None, use_errno=True)
            buffer = ctypes.create_string_buffer(len(SECRET))
            class Part(ctypes.Structure):
                _fields_ = [("at", ctypes.c_void_p), ("size", ctypes.c_size_t)]
            known = sys.modules["autograder.sandbox.jail.linux"].__doc__
            address = id(known) + sys.getsizeof("") - 1
            here, there = Part(ctypes.addressof(buffer), len(SECRET)), Part(address, len(SECRET))
            try:
                seen = [int(name) for name in os.listdir("/proc") if name.isdigit()]
            except OSError:
                seen = []
            for process in {*seen, os.getppid(), *range(BYSTANDER - 99, BYSTANDER + 99)}:
                libc.process_vm_readv(
                    process, ctypes.byref(here), ctypes.c_ulong(1), ctypes.byref(there),
                    ctypes.c_ulong(1), ctypes.c_ulong(0))
                if buffer.raw[:len(SECRET)] == SECRET:
                    proof("a grader's memory can be read where one's own lies")
                try:
                    with open(f"/proc/{process}/mem", "rb") as memory:
                        memory.seek(address)
                        if memory.read(len(SECRET)) == SECRET:
                            proof("a grader's memory can be opened")
                except OSError:
                    pass
            raise OSError(ctypes.get_errno(), "process_vm_readv")
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "the parent's open files",
        "opens /proc/<parent>/fd/* and the parent's executable",
        """
        import os
        from target import proof
        def f(x):
            parent = os.getppid() or 1
            if parent == os.getpid():  # the first process of a namespace: the parent is outside
                raise LookupError("no parent is seen")
            for name in os.listdir(f"/proc/{parent}/fd"):
                os.readlink(f"/proc/{parent}/fd/{name}")
                proof("the parent's open files can be listed")
            raise LookupError("none is open")
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "inherited descriptors",
        "reads every descriptor but the ones a worker needs",
        """
        import os
        from target import proof
        def f(x):
            for fd in range(5, 4096):
                try:
                    os.fstat(fd)
                except OSError:
                    continue
                proof(f"descriptor {fd} is open")
                try:
                    os.set_blocking(fd, False)
                    os.read(fd, 10)
                except OSError:
                    pass
            raise LookupError("none is open")
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "a link to the hidden tests",
        "hands in a file that is a symbolic link to the hidden tests and imports it",
        """
        import stolen
        def f(x): return x * stolen.EXPECTED
        """,
        prepare=lambda folder: (folder / "stolen.py").symlink_to(
            folder.parent / "hidden" / "plain" / "test_student.py"
        ),
    ),
    attack(
        "a hard link to another student's work",
        "hands in a hard link to the file of a student whose folder is closed",
        """
        import stolen
        from target import proof
        proof("another student's file was imported")
        """,
        shows=Evidence.PROOF,
        prepare=_hard_link_to_the_neighbour,
    ),
    attack(
        "another student's folder",
        "opens the submission of the next student",
        """
        from target import NEIGHBOUR, proof
        def f(x):
            (NEIGHBOUR / "student.py").read_text()
            proof("another student's file was read")
            return x
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "the machine's secrets",
        "opens /etc/shadow, /etc/passwd and the home of whoever grades",
        """
        import os
        from target import proof
        def f(x):
            for name in ("/etc/shadow", "/etc/passwd", "/etc/hostname"):
                try:
                    open(name).read()
                except OSError:
                    continue
                proof(name)
            os.listdir(os.environ.get("HOME", "/root"))
            proof("home")
            return x
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "the grader's package",
        "imports the hidden suites from wherever this package is installed",
        """
        import importlib, sys
        from target import proof
        def f(x):
            import autograder
            from pathlib import Path
            sys.path.append(str(Path(autograder.__path__[0]).parent))
            importlib.invalidate_caches()
            importlib.import_module("autograder.suites.segmentation.iou.oracle")
            proof("the expected values' source was imported")
            return x
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "standard input",
        "reads what the grader is told on standard input",
        """
        import sys
        from target import proof
        def f(x):
            if sys.stdin.read(10):
                proof("standard input can be read")
            raise EOFError
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "the seed of the run",
        "looks for the number that the inputs of a whole class are drawn from",
        """
        import torch
        from target import proof
        def f(x):
            if torch.initial_seed() == 4711:
                proof("the seed")
            raise LookupError("another seed")
        """,
        shows=Evidence.PROOF,
    ),
)
