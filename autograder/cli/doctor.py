"""`autograder doctor`: what this machine offers, and how to fix what is missing."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from importlib.util import cache_from_source
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.cli.options import Device
from autograder.sandbox.grader import probe
from autograder.sandbox.grader.probe import Finding


def examine(device: Device = Device.AUTO) -> list[Finding]:
    """Everything that matters here, in the order in which one thing needs the other.

    With `cuda` the GPU is required, down to a locked-down worker that computes on it; with `cpu`
    nobody asks for one.
    """
    findings = [probe.python(), probe.kernel(), *_torch(device)]
    findings += [probe.landlock(), probe.seccomp()]
    if all(finding.ok for finding in findings if finding.required):
        findings += probe.worker_layers()
        if device == Device.CUDA:
            findings.append(_gpu_in_a_worker())
    return findings


def _torch(device: Device) -> list[Finding]:
    try:
        import torch
    except ImportError as error:
        return [Finding("torch", False, str(error), fix="pip install torch")]
    found = [
        Finding("torch", True, str(torch.__version__)),
        *_uncompiled(Path(torch.__file__).parent),
    ]
    if device == Device.CPU:
        return found
    if device == Device.CUDA:
        return [*found, _driver(), _cuda(torch.version.cuda), _gpu(required=True)]
    return [*found, _gpu(required=False)]


def _uncompiled(package: Path) -> list[Finding]:
    """What to do where an installer left torch without bytecode, as `pip --no-compile` does.

    A worker writes nothing. It compiles what torch imports late in every process: a first call of
    `torch.func` takes 5.5 seconds for 1.3 with torch 2.14.1, of the 10 that a call has.
    """
    late = package / "_dynamo" / "__init__.py"
    if Path(cache_from_source(str(late))).exists():
        return []
    detail = "torch has no bytecode: calls that import more of it are slow"
    return [Finding("bytecode", False, detail, False, f"python -m compileall -q {package}")]


def _driver() -> Finding:
    """NVIDIA's driver, by its own tool."""
    command = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    fix = "install NVIDIA's driver, then reboot: nvidia-smi must list the GPU"
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding("driver", False, f"nvidia-smi: {_reason(error)}", fix=fix)
    said = (done.stdout if done.returncode == 0 else done.stderr or done.stdout).strip()
    first = said.splitlines()[0] if said else "nvidia-smi lists no GPU"
    return Finding("driver", done.returncode == 0 and bool(said), first, fix=fix)


def _reason(error: OSError | subprocess.TimeoutExpired) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no answer in {error.timeout:.0f} s"
    return error.strerror or str(error)


def _cuda(built_for: str | None) -> Finding:
    """The CUDA that this torch was built for."""
    fix = "install a build of torch for CUDA: this one is for processors only"
    return Finding("CUDA", built_for is not None, built_for or "none in this torch", fix=fix)


def _gpu(*, required: bool) -> Finding:
    """A GPU that torch can use; where one is required it must also compute what it should."""
    import torch

    if not torch.cuda.is_available():
        fix = "see the lines above" if required else "nothing, unless you grade with --require-gpu"
        return Finding("GPU", False, "none that torch can use", required, fix)
    name, fix = "a GPU", "match driver, GPU and this build of torch"
    try:
        name = torch.cuda.get_device_name()
        if not required:
            return Finding("GPU", True, name, required)
        ones = torch.ones(64, 64, device="cuda")
        right = bool((ones @ ones == 64).all())
    except (RuntimeError, AssertionError) as error:
        right, name = False, f"{name}: {(str(error).splitlines() or [type(error).__name__])[0]}"
    return Finding("GPU", right, name, required, fix)


def _gpu_in_a_worker() -> Finding:
    """A locked-down worker that uses the GPU, which grading demands before it starts."""
    from autograder.sandbox.grader.client import Sandbox
    from autograder.sandbox.protocol.errors import SandboxError

    try:
        with Sandbox(gpu=True) as sandbox:
            refused = probe.gpu_refused(sandbox)
    except SandboxError as error:
        refused = str(error)
    detail = refused or "locked down, and it computes there"
    return Finding("GPU worker", refused is None, detail, fix="docs/sandbox.md, under GPU")


def show(findings: Sequence[Finding], console: Console | None = None) -> None:
    """A table: good, missing but not needed, missing and needed."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in findings:
        if finding.ok:
            sign = Text("ok", style="green")
        elif finding.required:
            sign = Text("missing", style="bold red")
        else:
            sign = Text("without", style="yellow")
        table.add_row(sign, finding.name, Text(finding.detail))
        if not finding.ok and finding.fix:
            table.add_row("", "", Text(f"→ {finding.fix}", style="cyan"))
    (console or Console()).print(table)
