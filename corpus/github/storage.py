"""Bare git repositories that stand in for those on GitHub: anybody may `git push` to them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STUDENT = "Student <student@example.com>"


@dataclass(frozen=True)
class Link:
    """A symbolic link in a commit."""

    target: str


@dataclass(frozen=True)
class Submodule:
    """Another repository's commit in a commit."""

    commit: str = "1" * 40


Content = bytes | str | Link | Submodule


@dataclass(frozen=True)
class TreeEntry:
    path: str
    mode: str
    type: str
    sha: str
    size: int | None


class GitStorage:
    """The bare repository in `folder`, made if it is not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            command = ["git", "init", "--quiet", "--bare", "--template=", "--initial-branch=main"]
            subprocess.run([*command, str(folder)], check=True)

    def git(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Raises LookupError where git finds no such thing."""
        command = ["git", "-C", str(self.folder), *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True)
        if done.returncode:
            raise LookupError(done.stderr.decode(errors="replace"))
        return done.stdout

    def commit(
        self,
        files: Mapping[str, Content],
        *,
        branch: str = "main",
        dated: int = 1_700_000_000,
        fresh: bool = False,
    ) -> str:
        """Put files into a new commit on a branch, or, `fresh`, into one without a parent.

        `dated` is what the commit says of its own date, which may be anything.
        """
        ref = f"refs/heads/{branch}"
        parent = None if fresh else self.heads().get(ref)
        stream = bytearray(f"commit {ref}\ncommitter {STUDENT} {dated} +0000\n".encode())
        stream += b"data 6\ncommit\n"
        stream += f"from {parent}\n".encode() if parent else b"deleteall\n"
        for path, content in files.items():
            if isinstance(content, Submodule):
                stream += f'M 160000 {content.commit} "{path}"\n'.encode()
                continue
            mode = "120000" if isinstance(content, Link) else "100644"
            text = content.target if isinstance(content, Link) else content
            data = text.encode() if isinstance(text, str) else text
            stream += f'M {mode} inline "{path}"\ndata {len(data)}\n'.encode() + data + b"\n"
        if fresh and ref in self.heads():
            self.git("update-ref", "-d", ref)
        self.git("fast-import", "--quiet", "--force", stdin=bytes(stream))
        return self.heads()[ref]

    def heads(self) -> dict[str, str]:
        """Commit ids by ref."""
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")
        return dict(line.rsplit(" ", 1) for line in lines.decode().splitlines())

    def type_of(self, name: str) -> str:
        return self.git("cat-file", "-t", name).decode().strip()

    def tree(self, name: str) -> list[TreeEntry]:
        """The entries of a commit's or a tree's own folder, not of those inside it."""
        found = []
        for line in self.git("ls-tree", "-z", "--long", name).decode().split("\0")[:-1]:
            about, _, path = line.partition("\t")
            mode, kind, sha, size = about.split()
            found.append(TreeEntry(path, mode, kind, sha, None if size == "-" else int(size)))
        return found

    def blob(self, sha: str) -> bytes:
        return self.git("cat-file", "blob", sha)

    def contains(self, older: str, newer: str) -> bool:
        try:
            self.git("merge-base", "--is-ancestor", older, newer)
        except LookupError:
            return False
        return True
