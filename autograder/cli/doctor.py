"""`autograder doctor`: what this machine offers, and how to mend what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.sandbox import probe
from autograder.sandbox.probe import Finding


def examine() -> list[Finding]:
    """Everything that matters here, in the order in which one thing needs the other."""
    findings = [probe.python(), probe.kernel(), *_torch(), probe.landlock(), probe.seccomp()]
    if all(finding.good for finding in findings if finding.required):
        findings += probe.worker_layers()
    return findings


def _torch() -> list[Finding]:
    try:
        import torch
    except ImportError as error:
        return [Finding("torch", False, str(error), mend="pip install torch")]
    found = [Finding("torch", True, str(torch.__version__))]
    if torch.cuda.is_available():
        return [*found, Finding("GPU", True, torch.cuda.get_device_name(), required=False)]
    mend = "nothing, unless you grade with --require-gpu"
    return [*found, Finding("GPU", False, "none that torch can use", required=False, mend=mend)]


def show(findings: Sequence[Finding], console: Console | None = None) -> None:
    """A table: good, missing but not needed, missing and needed."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in findings:
        if finding.good:
            sign = Text("ok", style="green")
        elif finding.required:
            sign = Text("missing", style="bold red")
        else:
            sign = Text("without", style="yellow")
        table.add_row(sign, finding.name, Text(finding.detail))
        if not finding.good and finding.mend:
            table.add_row("", "", Text(f"→ {finding.mend}", style="cyan"))
    (console or Console()).print(table)
