"""What a worker cannot do, each tried from inside one."""

from __future__ import annotations

import socket
from pathlib import Path
from textwrap import dedent, indent

import pytest
import torch

import autograder
from autograder.sandbox.grader.client import Sandbox, TaskChannel
from autograder.sandbox.grader.probe import gpu_refused
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Raised
from tests.support.loading import Load

X = torch.zeros(1)
HIDDEN = Path(autograder.__file__).parent / "suites" / "segmentation" / "__init__.py"


def attempt(load: Load, body: str) -> str:
    """What `body` ended with inside a worker: an exception's name and text, or "done"."""
    source = "def f(x):\n" + indent(dedent(body).strip(), "    ") + "\n    return x\n"
    try:
        load(source).f(X)
    except Raised as raised:
        return f"{raised.kind}: {raised.text}"
    return "done"


def test_hidden_tests_cannot_be_read(load: Load) -> None:
    assert HIDDEN.is_file()
    assert "PermissionError" in attempt(load, f"open({str(HIDDEN)!r}).read()")
    assert "PermissionError" in attempt(load, f"import os; os.listdir({str(HIDDEN.parent)!r})")


def test_hidden_tests_cannot_be_imported(load: Load) -> None:
    assert "Error" in attempt(load, "import autograder.suites.segmentation")


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", "/proc/1/cmdline", "/root"])
def test_the_machine_cannot_be_read(load: Load, path: str) -> None:
    assert "PermissionError" in attempt(load, f"import os; os.close(os.open({path!r}, 0))")


def test_nothing_of_the_graders_environment_is_inherited(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "swordfish")
    body = "import os; assert 'SECRET_TOKEN' not in os.environ, os.environ"
    assert attempt(load, body) == "done"


def test_only_five_descriptors_are_open(load: Load) -> None:
    body = """
    import os
    def is_open(fd):
        try: os.fstat(fd)
        except OSError: return False
        return True
    found = [fd for fd in range(4096) if is_open(fd)]
    assert found == [0, 1, 2, 3, 4], found
    """
    assert attempt(load, body) == "done"


def test_nothing_can_be_written_beside_scratch(load: Load, tmp_path: Path) -> None:
    for target in (tmp_path / "out", Path("/tmp/autograder-escape"), Path("/dev/shm/escape")):
        assert "Error" in attempt(load, f"open({str(target)!r}, 'w').write('x')")
        assert not target.exists()
    assert "PermissionError" in attempt(load, "open(__file__, 'a').write('x')")


@pytest.mark.parametrize(
    "body",
    [
        "import os; os.fork()",
        "import os; os.execv('/bin/sh', ['sh'])",
        "import subprocess; subprocess.run(['true'])",
        "import threading; threading.Thread(target=print).start()",
        "import multiprocessing; multiprocessing.Process(target=print).start()",
        "import socket; socket.socket()",
        "import socket; socket.socketpair()",
        "import os; os.kill(os.getppid() or 1, 0) if os.getppid() else os.kill(2, 0)",
        "import os; os.setuid(0); os.setsid()",
        "import os; os.chroot('/')",
        "import os; os.mkfifo('fifo')",
        "import os; os.memfd_create('x')",
        "import ctypes, os\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.ptrace(16, os.getppid(), 0, 0): raise OSError(ctypes.get_errno(), 'ptrace')",
        "import ctypes\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.unshare(0x10000000): raise OSError(ctypes.get_errno(), 'unshare')",
        "import ctypes\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.prctl(1, 0, 0, 0, 0): raise OSError(ctypes.get_errno(), 'death signal')",
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6))",
    ],
)
def test_the_kernel_refuses(load: Load, body: str) -> None:
    assert "Error" in attempt(load, body)


def test_output_is_kept_to_its_limit_and_the_rest_is_drained(sandbox: Sandbox, load: Load) -> None:
    student = load("def f(x):\n    print('y' * 10_000_000)\n    return x")
    assert torch.equal(student.f(X), X)
    assert torch.equal(student.f(X), X)
    channel = student._conversation.channel
    assert isinstance(channel, TaskChannel)
    assert channel._worker is not None
    assert 0 < len(channel._worker.output) <= sandbox.limits.output_bytes


def test_a_listener_on_loopback_hears_nothing(load: Load) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        body = f"import socket; socket.create_connection(('127.0.0.1', {port}), 1)"
        assert "Error" in attempt(load, body)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_what_a_gpu_needs_is_granted_only_when_asked_for(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir(mode=0o711)
    (room / "submission").mkdir(mode=0o755)
    (room / "submission" / "student.py").write_text(
        "import threading, os\n"
        "def thread(x):\n"
        "    worker = threading.Thread(target=print)\n"
        "    worker.start()\n"
        "    worker.join()\n"
        "    return x\n"
        "def fork(x): return os.fork()\n"
        "def secret(x): return os.listdir('/etc')\n"
    )
    for gpu in (False, True):
        with Sandbox(gpu=gpu) as sandbox:
            student = Student(sandbox.connect(room / "submission"))
            student.load("student")
            if gpu:
                assert torch.equal(student.thread(X), X)
            else:
                with pytest.raises(Raised, match="can't start new thread"):
                    student.thread(X)
            for refused in (student.fork, student.secret):
                with pytest.raises(Raised, match=r"Permission|permitted|unavailable"):
                    refused(X)


def test_a_machine_without_a_gpu_is_told_so_before_anything_is_graded(sandbox: Sandbox) -> None:
    if torch.cuda.is_available():
        pytest.fail("this test needs a machine without a GPU")
    assert gpu_refused(sandbox) is not None
