"""The support of this machine for a sandbox, layer by layer."""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.sandbox.protocol.layers import State

if TYPE_CHECKING:
    from autograder.sandbox.grader.client import Sandbox

REQUIRED_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `fix` is the command or the step that would help."""

    name: str
    ok: bool
    detail: str
    required: bool = True
    fix: str = ""


def python() -> Finding:
    """The interpreter's version."""
    ok = sys.version_info >= REQUIRED_PYTHON
    return Finding("Python", ok, platform.python_version(), fix="install Python 3.11 or newer")


def kernel() -> Finding:
    """Linux: the sandbox is made of its parts."""
    ok = sys.platform == "linux"
    fix = "grade on Linux (a container or a virtual machine will do), or run with --unsafe"
    return Finding("Linux", ok, f"{platform.system()} {platform.release()}", fix=fix)


def landlock() -> Finding:
    """The Landlock ABI of the kernel, of which files.REQUIRED_ABI is needed."""
    fix = "boot a kernel of 6.2 or newer with landlock in its lsm= list"
    try:
        from landlockpy import LandlockError, abi_version

        from autograder.sandbox.jail.landlock import REQUIRED_ABI
    except ImportError as error:
        return Finding("Landlock", False, str(error), fix="pip install landlockpy")
    try:
        abi = abi_version()
    except LandlockError as error:
        return Finding("Landlock", False, str(error), fix=fix)
    return Finding("Landlock", abi >= REQUIRED_ABI, f"ABI {abi}, {REQUIRED_ABI} needed", fix=fix)


def seccomp() -> Finding:
    """libseccomp and its binding."""
    try:
        import pyseccomp

        from autograder.sandbox.jail.profiles import WORKER
    except ImportError as error:
        return Finding("seccomp", False, str(error), fix="pip install pyseccomp")
    except (OSError, RuntimeError) as error:
        return Finding("seccomp", False, str(error), fix="apt-get install libseccomp2")
    allowed = WORKER.allowed
    known = sum(pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) >= 0 for name in allowed)
    detail = f"{known} of {len(allowed)} allowed calls exist on {platform.machine()}"
    return Finding("seccomp", known > 0, detail)


def gpu_refused(sandbox: Sandbox) -> str | None:
    """Why a locked-down worker cannot compute on the GPU; None when it can."""
    import torch

    from autograder.sandbox.grader.calls import Settings
    from autograder.sandbox.grader.student import Student
    from autograder.sandbox.protocol.errors import StudentFault, StudentStop

    with _probe_file() as folder:
        channel = sandbox.connect(folder)
        try:
            student = Student(channel, Settings(device="cuda"))
            student.load("probe")
            student.identity(torch.zeros(1))
        except (StudentFault, StudentStop) as ending:
            return str(ending)
        finally:
            channel.close()
    return None


@contextmanager
def _probe_file() -> Iterator[Path]:
    """A submission whose only function returns its argument."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as name:
        room = Path(name)
        room.chmod(0o711)
        folder = room / "submission"
        folder.mkdir(mode=0o755)
        (folder / "probe.py").write_text("def identity(x):\n    return x\n")
        yield folder


def worker_layers() -> list[Finding]:
    """Lock a real worker down: the layers it reports, and whether it answers."""
    import torch

    from autograder.sandbox.grader.client import Sandbox
    from autograder.sandbox.grader.student import Student
    from autograder.sandbox.protocol.errors import SandboxError, StudentFault, StudentStop

    try:
        with _probe_file() as folder, Sandbox() as sandbox:
            student = Student(sandbox.connect(folder))
            student.load("probe")
            answered = torch.equal(student.identity(torch.arange(3.0)), torch.arange(3.0))
            layers = sandbox.layers
    except (SandboxError, StudentFault, StudentStop) as error:
        return [Finding("worker", False, str(error), fix="see the lines above")]
    optional = {
        "namespaces": "allow user namespaces, or grade as root",
        "scratch": "follows from namespaces",
        "user": "grade as root, with Python and TMPDIR in folders that every user can enter",
    }
    findings = [Finding("worker", answered, "locked down, and it answers")]
    for layer in layers:
        ok, fix = layer.state is State.IN_FORCE, optional.get(layer.name, "")
        findings.append(Finding(f"  {layer.name}", ok, layer.detail, not fix, fix))
    return findings
