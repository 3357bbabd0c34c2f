"""Where attacks are let loose: everything worth attacking, none of it worth anything.

There is a prize, a number drawn anew for each attack, which the hidden tests expect and which
stands in their folder, in their environment and in their memory; a folder in which everybody
may write; another student's submission; a process that does nothing; a listener on loopback.
Afterwards each of them tells whether the attack got at it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from corpus.attacks.attack import Attack, Evidence

HIDDEN_TESTS = Path(__file__).parent / "hidden"

TARGET = """\
import os
from pathlib import Path

MARKS = Path({marks!r})
HIDDEN = Path({hidden!r})
NEIGHBOUR = Path({neighbour!r})
PORT = {port}
BYSTANDER = {bystander}


def proof(words):
    os.write(1, b"PROOF " + words.encode() + b"\\n")
    try:
        (MARKS / "proof").write_text(words)
    except OSError:
        pass
"""


@dataclass
class Arena:
    """One place for any number of attacks, one after the other."""

    root: Path
    marks: Path = field(init=False)
    hidden: Path = field(init=False)
    neighbour: Path = field(init=False)
    temporary: Path = field(init=False)

    def __post_init__(self) -> None:
        self.root.chmod(0o711)
        self.marks = self.root / "marks"
        self.marks.mkdir()
        self.marks.chmod(0o777)
        self.hidden = self.root / "hidden"
        self.hidden.mkdir()
        self.hidden.chmod(0o700)
        # A suite lies in its task's folder.
        for name, folder in (("isolated", "isolated/student"), ("plain", "plain")):
            (self.hidden / folder).mkdir(parents=True)
            shutil.copyfile(HIDDEN_TESTS / f"{name}.py", self.hidden / folder / "test_student.py")
            (self.hidden / name / "prize.txt").touch()
        self.temporary = self.root / "temporary"
        self.temporary.mkdir(mode=0o711)
        self.neighbour = self.root / "neighbour"
        self.neighbour.mkdir(mode=0o700)
        (self.neighbour / "student.py").write_text("def f(x): return x\n")
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        for listener in (self._tcp, self._udp):
            listener.setblocking(False)
        self._bystander = subprocess.Popen(["sleep", "1000000"])
        self._before = self._neighbour_state()

    def close(self) -> None:
        self._bystander.kill()
        self._bystander.wait()
        for listener in (self._tcp, self._udp):
            listener.close()

    def set_up(self, attack: Attack) -> Path:
        """A new prize, and the attack's submission laid out; its folder is returned."""
        prize = str(secrets.randbelow(10**6) + 10)
        for name in ("isolated", "plain"):
            (self.hidden / name / "prize.txt").write_text(prize)
        os.environ["PRIZE"] = prize
        target = TARGET.format(
            marks=str(self.marks),
            hidden=str(self.hidden),
            neighbour=str(self.neighbour),
            port=self.port,
            bystander=self._bystander.pid,
        )
        folder = self.root / "submission"
        attack.write(folder, target)
        return folder

    def clear(self) -> None:
        """Ready for the next attack."""
        for path in (self.root / "submission", *self.marks.iterdir()):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        if self._bystander.poll() is not None or self._is_stopped():
            self._bystander.kill()
            self._bystander.wait()
            self._bystander = subprocess.Popen(["sleep", "1000000"])
        shutil.rmtree(self.neighbour)
        self.neighbour.mkdir(mode=0o700)
        (self.neighbour / "student.py").write_text("def f(x): return x\n")
        self._before = self._neighbour_state()

    def evidence(self) -> set[Evidence]:
        """What the last attack did to the things in here."""
        found = set()
        if any(self.marks.iterdir()):
            found.add(Evidence.MARK)
        if (self.marks / "proof").exists():
            found.add(Evidence.PROOF)
        if self._heard():
            found.add(Evidence.BYTE)
        if self._bystander.poll() is not None or self._is_stopped():
            found.add(Evidence.BYSTANDER)
        if self._neighbour_state() != self._before:
            found.add(Evidence.NEIGHBOUR)
        return found

    def _heard(self) -> bool:
        heard = False
        with contextlib.suppress(BlockingIOError):
            self._tcp.accept()[0].close()
            heard = True
        with contextlib.suppress(BlockingIOError):
            heard |= bool(self._udp.recv(100))
        return heard

    def _is_stopped(self) -> bool:
        state = Path(f"/proc/{self._bystander.pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state == "T"

    def _neighbour_state(self) -> list[object]:
        states: list[object] = []
        for path in (self.neighbour, *sorted(self.neighbour.iterdir())):
            about = path.stat()
            content = path.read_bytes() if path.is_file() else b""
            states.append((path.name, about.st_mode, about.st_mtime_ns, content))
        return states


@contextlib.contextmanager
def open_arena(root: Path) -> Iterator[Arena]:
    """An arena in the empty folder `root`."""
    arena = Arena(root)
    try:
        yield arena
    finally:
        arena.close()
        os.environ.pop("PRIZE", None)
