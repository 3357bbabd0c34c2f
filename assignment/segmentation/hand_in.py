"""What of this folder is taken and graded, what is known to go wrong, and a zip file of it.

이 폴더에서 무엇을 채점하는지, 무엇이 잘못될지 알려 주고, 제출할 zip 파일을 만듭니다.

python -m check --submission                       lists it
python -m check --submission --zip ../kim.zip      packs it, too, for a learning system
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import os
import stat
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assignment import FUNCTIONS, GIVEN, NOTEBOOK, WRITTEN_ANSWERS
from hand_in_code import Word, bare, hides, import_word, imports, near_misses, parsed, unfinished
from standing import HERE, language

FILES = tuple(f"{name}.py" for name in FUNCTIONS)
# Everybody has these; they go along only where one of your files imports them.
EVERYBODYS = GIVEN | {
    *("assignment.py", "check.py", "colab_start.py", "conftest.py", "drawing.py"),
    *("expectations.py", "fresh_imports.py", "hand_in.py", "hand_in_code.py", "lost_check.py"),
    *("practice.py", "public_run.py", "segmentation_data.py", "standing.py"),
}
# What the grader takes.
FILE_CAP = 1024 * 1024
FILES_CAP = 64
NAME_BYTES = 255
NOTEBOOK_CAP = 64 * 1024 * 1024


@dataclass
class Submission:
    """The files that are taken, by name, and what is to be said of them."""

    folder: Path
    taken: dict[str, bytes] = field(default_factory=dict)
    problems: dict[str, Word] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)
    notebook: bytes | None = None
    importers: dict[str, str] = field(default_factory=dict)  # of a file, the first to import it
    refused: list[Word] = field(default_factory=list)
    notes: list[Word] = field(default_factory=list)

    @property
    def there(self) -> list[str]:
        """The names that the grader finds, whether or not it can take the file."""
        return [*self.taken, *self.problems]

    def packed(self) -> dict[str, bytes]:
        """What is handed in: without the files that everybody has and nobody imports."""
        kept = {
            name: content
            for name, content in self.taken.items()
            if name not in EVERYBODYS or name in self.importers
        }
        return kept if self.notebook is None else kept | {NOTEBOOK: self.notebook}


def main(arguments: Sequence[str]) -> int:
    """0: ready; 1: something is refused, or the zip file cannot be written; 2: wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        asked = _parser().parse_args(list(arguments))
    except SystemExit as end:
        return int(end.code or 0)
    submission, lang = look(asked.folder), language(asked.lang)
    _tell(submission, lang)
    if asked.zip is not None and (asked.anyway or not submission.refused):
        try:
            pack(submission, asked.zip)
        except OSError as error:
            print(f"{asked.zip}: {error.strerror}", file=sys.stderr)
            return 1
        print({"en": "Written: {}", "ko": "만든 파일: {}"}[lang].format(asked.zip))
    return 1 if submission.refused else 0


def look(folder: Path) -> Submission:
    """The submission in a folder, with every word about it."""
    submission = take(folder)
    for name in FILES:
        _look_at_name(submission, name)
    trees: dict[str, ast.Module] = {}
    for name, content in submission.taken.items():
        tree = parsed(name, content)
        if isinstance(tree, Word):
            submission.problems[name] = tree
        else:
            trees[name] = tree
    graded = [name for name in FILES if name in submission.there]
    for name in graded:  # which grows by what they import
        if name in trees:
            graded += _look_at_imports(submission, name, trees[name], graded)
    for name in FILES:
        if name in trees:
            submission.notes += unfinished(name, trees[name], FUNCTIONS[Path(name).stem])
    for name, problem in submission.problems.items():
        (submission.refused if name in graded else submission.notes).append(problem)
    submission.refused += filter(None, map(hides, submission.there))
    _look_at_notebook(submission)
    return submission


def take(folder: Path) -> Submission:
    """The files by the grader's rules: flat `.py` files with importable names, yours first."""
    submission = Submission(folder)
    for name in sorted(os.listdir(folder), key=_place):
        stem, ending = os.path.splitext(name)
        if ending != ".py" or not stem.isidentifier() or len(os.fsencode(name)) > NAME_BYTES:
            submission.passed_over.append(name)
        elif len(submission.there) >= FILES_CAP:
            korean = f"{name}: 파일이 {FILES_CAP}개를 넘습니다"
            submission.problems[name] = Word(
                f"{name} is one of more than {FILES_CAP} files", korean
            )
        elif isinstance(content := _read(folder, name, FILE_CAP), Word):
            submission.problems[name] = content
        else:
            submission.taken[name] = content
    return submission


def pack(submission: Submission, file: Path) -> None:
    """Write what is handed in as a zip file; the same files make the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in sorted(submission.packed().items()):
            member = zipfile.ZipInfo(name)  # of 1980: no clock
            member.create_system, member.external_attr = 3, 0o644 << 16
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    file.write_bytes(content.getvalue())


def _place(name: str) -> tuple[int, str]:
    return FILES.index(name) if name in FILES else len(FILES), name


def _read(folder: Path, name: str, cap: int) -> bytes | Word:
    """The content of a regular file, or why it is not taken."""
    path = folder / name
    try:
        about = path.lstat()
        if stat.S_ISLNK(about.st_mode):
            return Word(f"{name} is a link", f"{name}: 링크입니다")
        if not stat.S_ISREG(about.st_mode):
            return Word(f"{name} is not a regular file", f"{name}: 일반 파일이 아닙니다")
        if about.st_nlink > 1 and about.st_uid != folder.stat().st_uid:
            korean = f"{name}: 다른 사람 파일의 하드 링크입니다"
            return Word(f"{name} is a hard link to another owner's file", korean)
        with path.open("rb") as file:
            content = file.read(cap + 1)
    except OSError as error:
        korean = f"{name}: 읽을 수 없습니다 ({error.strerror})"
        return Word(f"{name} is not readable ({error.strerror})", korean)
    if len(content) > cap:
        korean = f"{name}: {cap // 1024} KiB보다 큽니다"
        return Word(f"{name} is larger than {cap // 1024} KiB", korean)
    return content


def _look_at_name(submission: Submission, name: str) -> None:
    """Say that a file is missing, or that there is another one which may be meant."""
    near = near_misses(name, [*submission.there, *submission.passed_over])
    others = ", ".join(near)
    if name not in submission.there:
        english, korean = f"{name} is not there", f"{name} 파일이 없습니다"
        if near:
            english += f", but {others}: rename the right one to {name}"
            korean += f". {others} 파일의 이름을 {name}(으)로 바꾸세요"
        submission.refused.append(Word(english, korean))
        return
    mine = submission.taken.get(name)
    if any(_read(submission.folder, other, FILE_CAP) != mine for other in near):
        english = f"{name} is taken, and {others} is not the same: keep one of them, as {name}"
        korean = (
            f"{name} 파일을 채점합니다. 내용이 다른 {others} 파일이 있으니 {name} 하나만 남기세요"
        )
        submission.refused.append(Word(english, korean))


def _look_at_imports(
    submission: Submission, name: str, tree: ast.Module, graded: Sequence[str]
) -> list[str]:
    """Say which imports of a file fail; the files beside that it imports, unless known."""
    found: list[str] = []
    for each in imports(tree):
        beside = f"{each.name}.py"
        if beside in submission.there:
            submission.importers.setdefault(beside, name)
            found += [beside] if beside not in {*graded, *found} else []
        elif word := import_word(name, each, submission.folder):
            (submission.refused if each.when == "at once" else submission.notes).append(word)
    return found


def _look_at_notebook(submission: Submission) -> None:
    """Take the notebook, or say what is in the way; without one the files are graded as well."""
    if NOTEBOOK in submission.passed_over:
        content = _read(submission.folder, NOTEBOOK, NOTEBOOK_CAP)
        if isinstance(content, Word):
            submission.refused.append(content)
        elif not _is_notebook(content):
            korean = f"{NOTEBOOK} 파일이 노트북으로 열리지 않습니다"
            submission.refused.append(Word(f"{NOTEBOOK} does not open as a notebook", korean))
        else:
            submission.notebook = content
        return
    english, korean = f"{NOTEBOOK} is not there", f"{NOTEBOOK} 파일이 없습니다"
    notebooks = (name for name in submission.passed_over if name.casefold().endswith(".ipynb"))
    near = next((name for name in notebooks if bare(name) == bare(NOTEBOOK)), None)
    if near is not None:
        english += f", but {near}: rename it to {NOTEBOOK}"
        korean += f". {near} 파일의 이름을 {NOTEBOOK}(으)로 바꾸세요"
        submission.refused.append(Word(english, korean))
    else:
        if WRITTEN_ANSWERS:
            english += ": the written answers are missing"
            korean += ". 서술형 답이 빠집니다"
        submission.notes.append(Word(english, korean))


def _is_notebook(content: bytes) -> bool:
    try:
        return isinstance(json.loads(content)["cells"], list)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m check --submission", description=__doc__.split("\n")[0]
    )
    parser.add_argument("folder", nargs="?", type=_folder, default=HERE, help="this one, if none")
    parser.add_argument("--zip", type=_zip, metavar="NAME.zip", help="pack what is handed in")
    parser.add_argument("--anyway", action="store_true", help="pack it though something is refused")
    parser.add_argument("--lang", choices=("en", "ko"))
    parser.add_argument("--submission", action="store_true", help=argparse.SUPPRESS)
    return parser


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text}")
    return Path(text)


def _zip(text: str) -> Path:
    if not text.endswith(".zip"):
        raise argparse.ArgumentTypeError(f"{text} does not end in .zip")
    return Path(text)


def _tell(submission: Submission, lang: str) -> None:
    korean = lang == "ko"
    print("제출할 파일:" if korean else "Handed in and graded:")
    packed = submission.packed()
    for name, content in packed.items():
        line = f"  {name:<32}{len(content) / 1024:>8.1f} KiB  {_sort(submission, name, korean)}"
        print(line.rstrip())
    for words, title in (
        (submission.notes, "참고" if korean else "Note"),
        (submission.refused, "고칠 것" if korean else "Refused"),
    ):
        for word in words:
            text = word.ko if korean else word.en
            said = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
            print(f"{title}: {said}")
    if count := len(submission.refused):
        print(f"고칠 것이 {count}개 있습니다." if korean else f"Not ready: {count} to mend.")
    else:
        print("제출할 수 있습니다." if korean else "Ready to hand in.")


def _sort(submission: Submission, name: str, korean: bool) -> str:
    if name in FILES:
        return ""
    if name == NOTEBOOK:
        if WRITTEN_ANSWERS:
            return "서술형 답" if korean else "the written answers"
        return "노트북" if korean else "the notebook"
    if (importer := submission.importers.get(name)) is not None:
        return f"{importer}에서 import" if korean else f"imported by {importer}"
    return "import하는 파일이 없음" if korean else "none of your files imports it"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
