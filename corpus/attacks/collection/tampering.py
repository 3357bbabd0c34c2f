"""Tampering inside the process that runs the submission."""

from __future__ import annotations

from autograder.sandbox.protocol.errors import Verdict
from corpus.attacks.attack import Evidence, family

attack = family("tampering")

# What a worker answers with, in the words of its wire (wire.py, messages.py).
FRAME = '''
import os, struct, sys
msgspec = sys.modules["msgspec"]  # an import of it is refused, and it is there
def asked():
    """The number of the call that is running, from the frames of the worker's own code."""
    frame = sys._getframe()
    while frame:
        if hasattr(frame.f_locals.get("request"), "id"):
            return frame.f_locals["request"].id
        frame = frame.f_back
def send(header, payload=b""):
    data = struct.pack("!IQ", len(header), len(payload)) + header + payload
    while data:
        data = data[os.write(4, data):]
def reply(**fields):
    return msgspec.msgpack.encode(fields)
'''


def forged(reply: str, payload: str = 'b""', name: str = "f") -> str:
    """A submission that answers every call with a frame of its own making, before it returns."""
    body = f"number = asked()\n    send({reply}, {payload})\n    return x"
    return f"{FRAME}\ndef {name}(x):\n    {body}\n"


VALUE = '{"type": "tensor", "dtype": "float32", "shape": [2], "start": 0, "size": 8}'
CRASH = (Verdict.CRASH,)

ATTACKS = (
    attack(
        "a forged answer",
        "writes the answer to the call that is running into the pipe itself",
        forged(f'reply(type="returned", id=number, value={VALUE}, device="cpu")', "bytes(8)"),
        (Verdict.FAILED, Verdict.CRASH),
    ),
    attack(
        "answers in advance",
        "writes a hundred answers to calls that nobody has made yet",
        FRAME
        + f"""
for number in range(1, 100):
    send(reply(type="returned", id=number, value={VALUE}, device="cpu"), bytes(8))
def f(x): return x
""",
        (Verdict.FAILED, Verdict.CRASH),
    ),
    attack(
        "a second greeting",
        "says once more that it is locked down",
        forged(
            'reply(type="ready", layers=[{"name": "user", "state": "in force", "detail": "root"}])'
        ),
        CRASH,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a worker that calls itself broken",
        "says that the machine cannot lock it down, so that there is no grade",
        forged('reply(type="broken", reason="no Landlock here")'),
        CRASH,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "an answer of another kind",
        "answers a call with a bare acknowledgement",
        forged('reply(type="done", id=number)'),
        (Verdict.CRASH, Verdict.FAILED),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a loaded file as an answer",
        "answers a call as if it had been asked to import",
        forged('reply(type="loaded", id=number)'),
        (Verdict.CRASH, Verdict.FAILED),
        shows=Evidence.NO_GRADE,
    ),
    *(
        attack(
            f"a header with {what}",
            "describes a tensor that its bytes cannot be",
            forged(
                'reply(type="returned", id=number, device="cpu", value={"type": "tensor", '
                f'"dtype": "float32", **{fields}}})',
                "bytes(16)",
            ),
            CRASH,
            shows=Evidence.NO_GRADE,
        )
        for what, fields in (
            ("a wrong size", '{"shape": [2], "start": 0, "size": 12}'),
            ("a place outside", '{"shape": [2], "start": 2**62, "size": 8}'),
            ("a stride", '{"shape": [2], "start": 0, "size": 8, "stride": [0]}'),
            ("negative lengths", '{"shape": [-1, -2], "start": 0, "size": 8}'),
            ("lengths beyond 64 bits", '{"shape": [0, 2**63, 2**63], "start": 0, "size": 0}'),
            ("an empty universe", '{"shape": [0, 2**62, 2**62, 2**62], "start": 0, "size": 0}'),
        )
    ),
    *(
        attack(
            f"right values, {what}",
            "answers with the right values and leaves out the gradients, which it cannot compute",
            forged(
                f'reply(type="returned", id=number, value={VALUE}, device="cpu", {gradients})',
                "(x * x).detach().numpy().tobytes()",
                name="slope",
            ),
            CRASH,
            aim="slope",
        )
        for what, gradients in (
            ("no gradients", "gradients=[]"),
            ("fewer bytes than gradients", f"gradients=[{VALUE}]"),
        )
    ),
    attack(
        "too many gradients",
        "sends gradients that nobody asked for",
        forged(
            f'reply(type="returned", id=number, value={VALUE}, device="cpu", gradients=[{VALUE}] * 9)',  # noqa: E501
            "bytes(8)",
        ),
        (Verdict.CRASH, Verdict.FAILED),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a network that is none",
        "answers a call with the description of a network, with escapes in its names",
        forged(
            'reply(type="made", id=number, handle=-1, family="\\x1b[2J", children=[], '
            'own={"name": "", "layers": [], "parameters": [], "is_callable": True})'
        ),
        (Verdict.FAILED, Verdict.CRASH),
        shows=Evidence.OUTPUT,
    ),
    attack(
        "a missing name with escapes",
        "says that a function is missing whose name is a terminal escape",
        forged('reply(type="missing", id=number, name="\\x1b[2J\\n::error::forged")'),
        (Verdict.MISSING, Verdict.CRASH),
        shows=Evidence.OUTPUT,
    ),
    attack(
        "frames that name other files",
        "forges a traceback through the hidden tests, with a megabyte of text",
        forged(
            'reply(type="threw", id=number, kind="ValueError", kinds=["ValueError"], '
            'text="\\x1b[2J" * 10**5, phase="call", frames=[{"file": "/etc/passwd\\n::error::x", '
            '"line": -1, "function": "\\x1b[2J", "source": "::error::forged"}] * 1000)'
        ),
        (Verdict.ERROR, Verdict.CRASH),
        shows=Evidence.OUTPUT,
    ),
    attack(
        "an answer whose kind is a command",
        "answers with a word that the grader does not know and may print",
        forged('reply(type="\\x1b[2J\\n::error::forged " * 9, id=number)'),
        CRASH,
        shows=Evidence.OUTPUT,
    ),
    attack(
        "a network of a million dimensions",
        "describes a parameter whose size is computed for minutes",
        forged(
            'reply(type="made", id=number, handle=0, family="Module", children=[], own={"name": "",'
            ' "layers": [], "is_callable": True, "parameters": [{"shape": [127] * 10**6, '
            '"dtype": "float32", "device": "cpu"}]})'
        ),
        (Verdict.CRASH, Verdict.FAILED),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "half a frame",
        "promises 64 MB and never sends them",
        """
        import os, struct, time
        def f(x):
            os.write(4, struct.pack("!IQ", 1000, 64 * 1024**2) + b"half")
            time.sleep(1000)
        """,
        (Verdict.TIMEOUT,),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a frame of 2**64 bytes",
        "promises more than there is",
        'import os\ndef f(x):\n    os.write(4, b"\\xff" * 12)\n    return x',
        CRASH,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a nested header",
        "sends a header that is a hundred thousand lists deep",
        f"{FRAME}\ndef f(x):\n    send(b'\\x91' * 100_000)\n    return x",
        CRASH,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "bytes without end",
        "writes zeros into the pipe for as long as it may",
        "import os\ndef f(x):\n    while True: os.write(4, bytes(65536))",
        CRASH,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "closed descriptors",
        "closes everything that is open and sleeps",
        "import os, time\ndef f(x):\n    os.closerange(0, 4096)\n    time.sleep(1000)",
        (Verdict.CRASH, Verdict.TIMEOUT, Verdict.ERROR),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "pipes swapped",
        "puts the pipe of answers in the place of the pipe of questions",
        "import os\ndef f(x):\n    os.dup2(4, 3)\n    os.dup2(1, 4)\n    return x",
        (Verdict.TIMEOUT, Verdict.CRASH),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a patched executor",
        "makes the worker's own code answer for it, with no error and no input changed",
        """
        import sys
        executor = sys.modules.get("autograder.sandbox.worker.executor")
        if executor:
            executor.Executor._returned = lambda self, request, *rest: executor.Loaded(request.id)
        def f(x): return x
        """,
        (Verdict.CRASH, Verdict.FAILED),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a patched torch",
        "makes torch's own functions raise and lie in the process that is graded",
        """
        import torch
        def lie(*args, **kwargs): raise SystemExit(0)
        torch.Tensor.clone = torch.Tensor.detach = torch.Tensor.cpu = torch.equal = lie
        def f(x): return x
        """,
        Verdict.FAILED,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a thread between calls",
        "starts a thread that goes on when the call is over",
        """
        import threading, time
        from target import proof
        def later():
            time.sleep(0.1)
            proof("ran between calls")
        def f(x):
            threading.Thread(target=later).start()
            return x
        """,
        shows=Evidence.PROOF,
    ),
    attack(
        "every signal handled",
        "handles every signal, and asks for alarms between calls",
        """
        import signal, os
        for number in range(1, 65):
            try: signal.signal(number, lambda *a: os.write(4, bytes(12)))
            except (OSError, ValueError): pass
        def f(x):
            signal.alarm(1)
            while True: pass
        """,
        (Verdict.CRASH, Verdict.TIMEOUT),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a trace of the executor",
        "traces every line that runs after the call and raises in it",
        """
        import sys
        def trace(frame, event, argument):
            if frame.f_code.co_name not in ("trace", "f"):
                raise SystemExit(0)
            return trace
        def f(x):
            sys.settrace(trace)
            return x
        """,
        (Verdict.CRASH, Verdict.ERROR, Verdict.FAILED),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a segmentation fault",
        "reads from address 0",
        "import ctypes\ndef f(x): ctypes.string_at(0)",
        CRASH,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a crash at import",
        "reads from address 0 while the file is imported",
        "import ctypes\nctypes.string_at(0)",
        CRASH,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a stop without end",
        "stops itself with SIGSTOP",
        "import os, signal\ndef f(x):\n    os.kill(os.getpid(), signal.SIGSTOP)\n    return x",
        (Verdict.TIMEOUT, Verdict.FAILED),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a kill that looks like a limit",
        "kills itself, so that a limit is blamed, or the machine",
        "import os, signal\ndef f(x):\n    os.kill(os.getpid(), signal.SIGKILL)\n    return x",
        # The first process of a namespace cannot kill itself.
        (Verdict.CRASH, Verdict.FAILED),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a lie about memory",
        "raises MemoryError, and an exception that says so",
        "def f(x): raise MemoryError('the grader is out of memory')",
        (Verdict.MEMORY,),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "output while answering",
        "fills the output pipe instead of answering, from under the worker's own feet",
        """
        import os
        write = os.write
        def flood(descriptor, data):
            while descriptor == 4: write(1, b"y" * 65536)
            return write(descriptor, data)
        def f(x):
            os.write = flood
            return x
        """,
        (Verdict.CRASH, Verdict.TIMEOUT),
        shows=Evidence.NO_GRADE,
    ),
)
