"""What an attack is: a small submission, what it tries, and how its success would show."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

from autograder.sandbox.protocol.errors import Verdict

REFUSED = "refused"
"""Not a verdict: there is nothing that could be graded, and one line says so."""


class Evidence(enum.StrEnum):
    """What a grader can be caught with after an attack. One piece is one too many."""

    POINT = "a point that was not earned"
    MARK = "a file where nothing may be written"
    PROOF = "the attack's own proof in its output"
    BYTE = "a byte at a listener on loopback"
    OUTPUT = "its commands in the grader's output"
    BYSTANDER = "another process stopped or killed"
    NEIGHBOUR = "another student's file changed"
    NO_GRADE = "no grade at all"
    LEFT_OVER = "a process that outlives the grading"


@dataclass(frozen=True)
class Attack:
    """A hostile submission: `student.py` with `source`, and whatever else `files` names.

    The file may import `target`, which says where everything is that is worth attacking
    (`arena.py`), and has `proof(words)` for what shows in no other way. `aim` is the function
    that is called; `verdicts` are those that may end its first check, `evidence` is what the
    attack leaves behind where it succeeds. `prepare` lays out what is no ordinary file.
    """

    name: str
    family: str
    tries: str
    source: str
    evidence: Evidence
    verdicts: tuple[Verdict | str, ...]
    aim: str = "f"
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    prepare: Callable[[Path], None] | None = None

    def write(self, folder: Path, target: str) -> None:
        """Lay the submission out in the new folder `folder`."""
        folder.mkdir(mode=0o755)
        for name, content in {"student.py": self.source, "target.py": target, **self.files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                content = dedent(content).lstrip().encode()
            path.write_bytes(content)
        if self.prepare is not None:
            self.prepare(folder)


def family(name: str) -> Callable[..., Attack]:
    """A shorter way to write the attacks of one family."""

    def attack(
        title: str,
        tries: str,
        source: str,
        verdict: Verdict | str | tuple[Verdict | str, ...] = Verdict.ERROR,
        *,
        shows: Evidence = Evidence.POINT,
        aim: str = "f",
        files: Mapping[str, str | bytes] | None = None,
        prepare: Callable[[Path], None] | None = None,
    ) -> Attack:
        verdicts = verdict if isinstance(verdict, tuple) else (verdict,)
        return Attack(title, name, tries, source, shows, verdicts, aim, files or {}, prepare)

    return attack
