"""Whether grading holds on this machine's GPU, in one table and one file.

    python -m quality.gpu [--json FILE] [--only PART] [--pretend] [--without CALL]

For a machine with a GPU, Python 3.11 or newer and torch 2.9 or newer; it needs no network and
takes less than eight minutes. Run it as root: root can be an ordinary user, too. A system call or
a file that the rules refuse and the driver wants is named.

`--pretend` tries the same rules on a machine without a GPU, with device files and the calls of a
driver's start instead of a driver: lines that need a GPU are not decided then. `--without` takes
a system call out of the rules. The exit code is 0 where all lines held, or, with `--pretend`,
none was missed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.sandbox.jail import linux
from corpus.gpu import machine as gpu_machine
from corpus.gpu import under_rules
from corpus.gpu.lines import Decision, Machine, Report, Setting
from corpus.gpu.trials import Trial, run
from quality import gpu_attacks, gpu_grading, gpu_worker

STYLES = {Decision.HELD: "green", Decision.MISSED: "bold red", Decision.OPEN: "yellow"}
NO_GPU = "This was no GPU: a pretend driver made the calls that a driver makes at its start."


PARTS = (
    Trial("doctor", gpu_machine.doctor, "doctor --device cuda", alone=True),
    Trial("start", under_rules.start, "the GPU starts under the rules", pretended=True),
    Trial("closed", under_rules.closed, "a worker that is not to use a GPU", pretended=True),
    Trial("killed", gpu_worker.killed, "a worker killed in a kernel; the card afterwards"),
    Trial("cost", gpu_worker.cost, "cost of isolation"),
    Trial("points", gpu_grading.points, "solution, stubs, half-done example: the CPU's points"),
    Trial("devices", gpu_grading.devices, "misconceptions of devices"),
    Trial("row", gpu_grading.in_a_row, "submissions in a row, and the card's memory"),
    Trial("attacks", gpu_attacks.attacks, "attacks with the GPU open", pretended=True),
)


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there, too")
    parser.add_argument("--only", action="append", choices=[part.name for part in PARTS])
    parser.add_argument("--pretend", action="store_true", help="without a GPU: try the rules")
    parser.add_argument("--without", action="append", metavar="CALL", default=[])
    options = parser.parse_args()
    if sys.platform != "linux":
        parser.error("the sandbox is made of parts of Linux")
    unknown = [call for call in options.without if linux.system_call(call) < 0]
    if unknown:
        parser.error(f"there is no system call {', '.join(unknown)}")
    setting = Setting(pretend=options.pretend, without=tuple(options.without))
    parts = [part for part in PARTS if part.name in (options.only or [p.name for p in PARTS])]
    report = run(parts, setting)
    console = Console()
    show(report, console)
    if options.json is not None:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    states = {line.state for line in report.lines}
    bad = {Decision.MISSED} if options.pretend else {Decision.MISSED, Decision.OPEN}
    raise SystemExit(1 if states & bad else 0)


def show(report: Report, console: Console) -> None:
    """The table, and what it was measured on."""
    title = "grading on a pretend GPU" if report.pretended else "grading on this GPU"
    table = Table(title=title)
    for column in ("tried", "", "figures", "s"):
        table.add_column(column, justify="right" if column == "s" else "left")
    for line in report.lines:
        state = Text(line.state.value, style=STYLES[line.state])
        table.add_row(Text(line.what), state, Text(line.figures), f"{line.seconds:g}")
    console.print(table)
    console.print(f"{_words(report.machine)}; {report.when}; {report.seconds:g} s", markup=False)
    if report.pretended:
        console.print(NO_GPU, markup=False)


def _words(machine: Machine) -> str:
    named = msgspec.structs.asdict(machine)
    return ", ".join(f"{name} {value or 'none'}" for name, value in named.items())


if __name__ == "__main__":
    main()
