"""Submissions that are no ordinary folders of ordinary files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from autograder.sandbox.protocol.errors import Verdict
from corpus.attacks.attack import REFUSED, Evidence, family

attack = family("odd submissions")

HANG = Evidence.NO_GRADE


def _instead(make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Lay something else out where `student.py` was."""

    def prepare(folder: Path) -> None:
        (folder / "student.py").unlink()
        make(folder / "student.py")

    return prepare


def _folder_is_a_link(folder: Path) -> None:
    """The submission is a link to the folder of another student."""
    shutil.rmtree(folder)
    folder.symlink_to(folder.parent / "neighbour")


def _many_files(folder: Path) -> None:
    for number in range(5_000):
        (folder / f"module{number}.py").touch()


def _deep(folder: Path) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(500):
        os.mkdir("d" * 200, dir_fd=here)
        deeper = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)


def _odd_names(folder: Path) -> None:
    for name in (b"a\nb.py", b"\x1b[2J.py", b"\xff\xfe.py", b"::error::x.py", b".py", b"-rf.py",
                 b"$(touch x).py", "\u202egnp.py".encode(), b"n" * 251 + b".py"):  # fmt: skip
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:
            file.write(b"x = 1\n")


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200 * 1024**2)


def _closed(path: Path) -> None:
    path.write_text("def f(x): return x\n")
    path.chmod(0)


ATTACKS = (
    attack(
        "a folder that is a link",
        "hands in a link to another student's folder",
        "",
        REFUSED,
        shows=HANG,
        prepare=_folder_is_a_link,
    ),
    attack(
        "a file that is a folder",
        "makes student.py a folder with a package in it",
        "",
        Verdict.BAD_SUBMISSION,
        shows=HANG,
        prepare=_instead(Path.mkdir),
    ),
    attack(
        "a file that is a FIFO",
        "makes student.py a FIFO, on which a reader waits for ever",
        "",
        Verdict.BAD_SUBMISSION,
        shows=HANG,
        prepare=_instead(os.mkfifo),
    ),
    attack(
        "a file that is a device",
        "makes student.py a link to /dev/zero",
        "",
        Verdict.BAD_SUBMISSION,
        shows=HANG,
        prepare=_instead(lambda path: path.symlink_to("/dev/zero")),
    ),
    attack(
        "a file that is a link to itself",
        "makes student.py a link to student.py",
        "",
        Verdict.BAD_SUBMISSION,
        shows=HANG,
        prepare=_instead(lambda path: path.symlink_to(path)),
    ),
    attack(
        "a file of 200 MB",
        "hands in 200 MB of source, most of it a hole",
        "",
        Verdict.BAD_SUBMISSION,
        shows=HANG,
        prepare=_instead(_sparse),
    ),
    attack(
        "a file of a megabyte",
        "hands in as much source as is taken, in one expression",
        "x = " + "(" * 90 + "0" + "+0" * 400_000 + ")" * 90 + "\ndef f(x): return x",
        (Verdict.ERROR, Verdict.FAILED, Verdict.CRASH, Verdict.MEMORY, Verdict.TIMEOUT),
        shows=HANG,
    ),
    attack(
        "parentheses without end",
        "nests source deeper than a parser goes",
        "x = " + "-" * 100_000 + "1\ndef f(x): return x",
        (Verdict.ERROR, Verdict.CRASH, Verdict.MEMORY),
        shows=HANG,
    ),
    attack(
        "a constant that is computed",
        "makes the compiler compute a number of gigabytes",
        "x = ((9 ** 9) ** 9) ** 9 ** 9\ndef f(x): return x",
        (Verdict.ERROR, Verdict.CRASH, Verdict.MEMORY, Verdict.TIMEOUT),
        shows=HANG,
    ),
    attack(
        "NUL bytes",
        "hands in source with NUL bytes",
        "",
        files={"student.py": b"def f(x):\n    return x\0\n"},
        shows=HANG,
    ),
    attack(
        "no text at all",
        "hands in random bytes",
        "",
        files={"student.py": bytes(range(256)) * 10},
        shows=HANG,
    ),
    attack(
        "UTF-16",
        "hands in source in another encoding, with its mark",
        "",
        files={"student.py": "def f(x): return x\n".encode("utf-16")},
        shows=HANG,
    ),
    attack(
        "UTF-7",
        "hides code from a reader by the coding cookie of UTF-7",
        "",
        files={
            "student.py": b"# coding: utf-7\n# +AAo-from target import MARKS+AAo-(MARKS / 'x')"
            b".write_text('hidden code ran')+AAo-\ndef f(x): return x\n"
        },
        shows=Evidence.MARK,
    ),
    attack(
        "a coding that does not exist",
        "names an encoding that is not there, with escapes",
        "",
        files={"student.py": b"# coding: no-such-thing\ndef f(x): return x\n"},
        shows=HANG,
    ),
    attack(
        "a mark at the beginning",
        "hands in source with the byte order mark of UTF-8",
        "",
        Verdict.FAILED,
        files={"student.py": b"\xef\xbb\xbfdef f(x): return x\n"},
        shows=HANG,
    ),
    attack(
        "names that are none",
        "names files with newlines, escapes, invalid UTF-8 and workflow commands",
        "def f(x): return x",
        Verdict.FAILED,
        shows=Evidence.OUTPUT,
        prepare=_odd_names,
    ),
    attack(
        "five thousand files",
        "hands in more files than anyone wants to copy",
        "def f(x): return x",
        (Verdict.FAILED, Verdict.BAD_SUBMISSION),
        shows=HANG,
        prepare=_many_files,
    ),
    attack(
        "folders five hundred deep",
        "nests folders deeper than a path can be long",
        "def f(x): return x",
        Verdict.FAILED,
        shows=HANG,
        prepare=_deep,
    ),
    attack(
        "a file that may not be read",
        "hands in a file that its owner has closed",
        "",
        (Verdict.BAD_SUBMISSION, Verdict.FAILED),  # root reads it all the same
        shows=HANG,
        prepare=_instead(_closed),
    ),
)
