"""Using up what others need. Each is bounded in itself, so that it may be tried anywhere."""

from __future__ import annotations

from autograder.sandbox.protocol.errors import Verdict
from corpus.attacks.attack import Evidence, family

attack = family("exhausting")

HANG, PROOF = Evidence.NO_GRADE, Evidence.PROOF
TIMEOUT = (Verdict.TIMEOUT,)

ATTACKS = (
    attack(
        "an endless loop",
        "never returns",
        "def f(x):\n    while True: pass",
        TIMEOUT,
        shows=HANG,
    ),
    attack(
        "an endless import",
        "never returns from its import",
        "while True: pass",
        TIMEOUT,
        shows=HANG,
    ),
    attack(
        "a loop in C with signals blocked",
        "holds the interpreter lock, so that no handler of Python's can run",
        """
        import signal
        def f(x):
            signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
            return sum(range(10**14))
        """,
        TIMEOUT,
        shows=HANG,
    ),
    attack("sleep", "sleeps", "import time\ndef f(x): time.sleep(10**6)", TIMEOUT, shows=HANG),
    attack(
        "a little late each time",
        "takes almost as long as a call may, at every call",
        "import time\ndef f(x):\n    time.sleep(0.8)\n    return x",
        (Verdict.FAILED, Verdict.TIMEOUT),
        shows=HANG,
    ),
    attack(
        "a death at each call",
        "dies at every call, so that a new process is needed for each",
        "import os\ndef f(x): os._exit(1)",
        (Verdict.CRASH,),
        shows=HANG,
    ),
    attack(
        "processor time by way of many deaths",
        "uses processor time, dies, and begins again with a fresh account",
        """
        import os, time
        def f(x):
            while time.process_time() < 0.7: pass
            os._exit(1)
        """,
        (Verdict.CRASH, Verdict.TIMEOUT),
        shows=HANG,
    ),
    attack(
        "a regular expression",
        "matches what takes exponential time",
        'import re\ndef f(x): return re.match("(a*)*b", "a" * 64)',
        TIMEOUT,
        shows=HANG,
    ),
    attack(
        "hashes that collide",
        "fills a dictionary whose keys all collide",
        """
        class Key:
            def __hash__(self): return 0
            def __eq__(self, other): return self is other
        def f(x): return {Key() for _ in range(10**6)}
        """,
        TIMEOUT,
        shows=HANG,
    ),
    attack(
        "fork",
        "forks a hundred processes",
        """
        import os, time
        from target import proof
        def f(x):
            for _ in range(100):
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
            proof("a hundred processes")
            return x
        """,
        shows=PROOF,
    ),
    attack(
        "threads",
        "starts 3,000 threads",
        """
        import threading, time
        from target import proof
        def f(x):
            threading.stack_size(2**16)
            for _ in range(3000):
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
            proof("3,000 threads")
            return x
        """,
        shows=PROOF,
    ),
    attack(
        "memory at once",
        "takes a gigabyte and touches it",
        """
        import torch
        from target import proof
        def f(x):
            taken = torch.ones(2**28)
            proof("a gigabyte")
        """,
        (Verdict.MEMORY,),
        shows=PROOF,
    ),
    attack(
        "memory in small steps",
        "takes a gigabyte, a few kilobytes at a time, and keeps it",
        """
        from target import proof
        kept = []
        def f(x):
            for _ in range(2**14):
                kept.append(bytearray(b"y") * 2**16)
            proof("a gigabyte")
        """,
        (Verdict.MEMORY, Verdict.TIMEOUT, Verdict.CRASH),
        shows=PROOF,
    ),
    attack(
        "shared memory of no name",
        "maps anonymous shared memory, which is not counted as data",
        """
        import mmap
        from target import proof
        def f(x):
            taken = mmap.mmap(-1, 2**31)
            for at in range(0, 2**30, 4096):
                taken[at] = 1
            proof("a gigabyte, shared")
        """,
        (Verdict.MEMORY, Verdict.ERROR, Verdict.TIMEOUT),
        shows=PROOF,
    ),
    attack(
        "page tables",
        "maps a terabyte that is only read, whose page tables nobody counts",
        """
        import ctypes, mmap
        from target import proof
        def f(x):
            private = mmap.mmap(-1, 2**40, flags=mmap.MAP_PRIVATE | 0x4000, prot=mmap.PROT_READ)
            for at in range(0, 2**37, 2**21):
                private[at]
            proof("a terabyte")
        """,
        (Verdict.MEMORY, Verdict.ERROR),
        shows=PROOF,
    ),
    attack(
        "memory without a name",
        "writes into memory files",
        """
        import os
        from target import proof
        def f(x):
            file = os.memfd_create("m")
            for _ in range(700):
                os.write(file, bytes(2**20))
            proof("700 MB")
        """,
        shows=PROOF,
    ),
    attack(
        "locked memory",
        "locks its memory so that it cannot be swapped",
        """
        import ctypes
        from target import proof
        def f(x):
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.mlockall(3):
                raise OSError(ctypes.get_errno(), "mlockall")
            proof("all memory locked")
        """,
        shows=PROOF,
    ),
    attack(
        "output",
        "prints 500 MB",
        """
        import os
        def f(x):
            for _ in range(500): os.write(1, b"y" * 10**6)
            return x
        """,
        (Verdict.CRASH, Verdict.TIMEOUT),
        shows=HANG,
    ),
    attack(
        "errors without end",
        "writes 100 MB to standard error while it is imported",
        """
        import sys
        for _ in range(100): sys.stderr.write("y" * 10**6)
        def f(x): return x
        """,
        (Verdict.CRASH, Verdict.TIMEOUT),
        shows=HANG,
    ),
    attack(
        "disk",
        "writes 100 MB wherever it can",
        """
        import os, tempfile
        from target import MARKS, proof
        def f(x):
            for folder in (MARKS, os.getcwd(), "/tmp", "/var/tmp", "/dev/shm"):
                try:
                    with open(os.path.join(folder, "filler"), "wb") as filler:
                        for _ in range(100): filler.write(bytes(10**6))
                    os.remove(os.path.join(folder, "filler"))
                except OSError:
                    continue
                proof(f"100 MB in {folder}")
            raise OSError("no room anywhere")
        """,
        shows=PROOF,
    ),
    attack(
        "inodes",
        "makes five thousand files",
        """
        import os
        from target import MARKS, proof
        def f(x):
            for folder in (MARKS, os.getcwd()):
                try:
                    for number in range(5000):
                        open(os.path.join(folder, f"f{number}"), "x").close()
                except OSError:
                    continue
                proof("5000 files")
            raise OSError("no room anywhere")
        """,
        shows=PROOF,
    ),
    attack(
        "descriptors",
        "opens two thousand files",
        """
        import os
        from target import proof
        def f(x):
            kept = [os.open("/dev/null", 0) for _ in range(2000)]
            proof("2000 descriptors")
        """,
        shows=PROOF,
    ),
    attack(
        "recursion",
        "calls itself without end, with Python's own limit raised",
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(x): return f(x)",
        (Verdict.CRASH, Verdict.MEMORY, Verdict.ERROR, Verdict.TIMEOUT),
        shows=HANG,
    ),
    attack(
        "recursion in C",
        "nests what C code walks recursively",
        """
        def f(x):
            nested = ()
            for _ in range(10**6): nested = (nested,)
            return hash(nested)
        """,
        (Verdict.CRASH, Verdict.MEMORY, Verdict.ERROR, Verdict.TIMEOUT),
        shows=HANG,
    ),
    attack(
        "more processor for itself",
        "raises its priority and takes every processor",
        """
        import os
        from target import proof
        def f(x):
            os.setpriority(os.PRIO_PROCESS, 0, -5)
            proof("a higher priority")
            return x
        """,
        shows=PROOF,
    ),
    attack(
        "limits raised",
        "raises its own limits",
        """
        import resource
        from target import proof
        def f(x):
            resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
            proof("limits can be set")
            return x
        """,
        shows=PROOF,
    ),
    attack(
        "numbers that print for ever",
        "raises an exception whose text is a number of a hundred million digits",
        """
        import sys
        sys.set_int_max_str_digits(0)
        def f(x): raise ValueError(10 ** 10**8)
        """,
        (Verdict.TIMEOUT, Verdict.MEMORY, Verdict.ERROR, Verdict.CRASH),
        shows=HANG,
    ),
)
