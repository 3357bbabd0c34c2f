"""The cells of a notebook that may be anything, read in a process with limits of its own.

    python -I read_cells.py < NOTEBOOK > ANSWER

Run as a file, so that nothing but the standard library is imported for the usual format. Of each
cell is kept what this package looks at, as text and cut to size, so that whatever validates it
later has a price that is known. `read_notebook.py` reads the answer.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SIZE_CAP = 64 << 20
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20

# A notebook of more waits for a person: an answer may be among what would be cut.
CELLS_CAP = 1000
SOURCE_CAP = 4_000_000
# Of more outputs the rest is left out: nothing is graded by them.
OUTPUTS_CAP = 200
OUTPUTS_IN_ALL = 2000
OUTPUT_TEXT_CAP = 20_001  # one more than is shown, so that the cut is
OUTPUTS_SIZE_CAP = 32 << 20
ID_CAP = 64  # as in the format
PICTURE = "image/png"

PADDING = "\0\ufeff \t\r\n"
NO_TEXT = {"cell_type", "id", "metadata", "outputs", "attachments", "execution_count"}


class TooMuch(Exception):
    """The notebook has more of something than is read; the message is one word for what."""


class Damaged(Exception):
    """The file is no notebook."""


def main() -> None:
    for kind, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    try:
        answer = Reader().read(sys.stdin.buffer.read(SIZE_CAP + 1))
    except TooMuch as error:
        answer = {"too_much": str(error)}
    except MemoryError:
        answer = {"too_much": "memory"}
    except (Exception, RecursionError):  # of a damaged file anything may come
        answer = {"too_much": "damage"}
    json.dump(answer, sys.stdout)


class Reader:
    """Reads one notebook, and counts what it has kept of it."""

    def __init__(self) -> None:
        self._sources = self._outputs = self._size = 0

    def read(self, content: bytes) -> dict[str, object]:
        """The cells, what was the matter with the file, and how it was encoded.

        Raises TooMuch.
        """
        if len(content) > SIZE_CAP:
            raise TooMuch("bytes")
        text, encoding = decoded(content)
        damage: str | None = None
        if not any(map(str.isalnum, text)):
            return {"cells": [], "damage": "empty", "encoding": None}
        try:
            cells, rest = _parsed(text)
            if any(map(str.isalnum, rest)):
                cells, damage = [*cells, _salvage().raw(rest)], "rest"
        except (TooMuch, MemoryError):
            raise
        except (Exception, RecursionError):
            cells, damage = _salvage().salvaged(text)
        if len(cells) > CELLS_CAP:
            raise TooMuch("cells")
        return {
            "cells": [self._cell(cell) for cell in cells],
            "damage": damage,
            "encoding": encoding,
        }

    def _cell(self, cell: Mapping[str, Any]) -> dict[str, object]:
        source = _source(cell)
        self._sources += len(source)
        if self._sources > SOURCE_CAP:
            raise TooMuch("characters")
        reduced: dict[str, object] = {
            "cell_type": "markdown" if cell.get("cell_type") == "markdown" else "code",
            "source": source,
            "metadata": {},
        }
        if isinstance(cell.get("id"), str):
            reduced["id"] = _text(cell["id"])[:ID_CAP]
        metadata = cell.get("metadata")
        about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        name = about.get("grade_id") if isinstance(about, dict) else None
        if isinstance(name, str):
            reduced["metadata"] = {"nbgrader": {"grade_id": _text(name)}}
        outputs, attachments = cell.get("outputs"), cell.get("attachments")
        if isinstance(outputs, list):
            reduced["outputs"] = list(self._all_of(outputs[:OUTPUTS_CAP]))
        if isinstance(attachments, dict):
            reduced["attachments"] = {
                _text(file): data
                for file, picture in list(attachments.items())[:OUTPUTS_CAP]
                if isinstance(picture, dict) and self._fits(data := _data(picture, (PICTURE,)))
            }
        return reduced

    def _all_of(self, outputs: list[Any]) -> Iterator[dict[str, object]]:
        for output in outputs:
            if isinstance(output, dict):
                reduced = _output(output)
                if self._fits(reduced):
                    yield reduced

    def _fits(self, reduced: Mapping[str, Any]) -> bool:
        """Whether there is room for it; then it is counted."""
        size = len(json.dumps(reduced))
        if self._outputs == OUTPUTS_IN_ALL or self._size + size > OUTPUTS_SIZE_CAP:
            return False
        self._outputs += 1
        self._size += size
        return True


def decoded(content: bytes) -> tuple[str, str | None]:
    """The text of a file, and how it was encoded if not in UTF-8."""
    encoding = json.detect_encoding(content)  # by its byte order mark, or where its zeros are
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding.startswith("utf-8") and error.reason != "unexpected end of data":
            try:
                return content.decode("cp949").strip(PADDING), "cp949"
            except UnicodeDecodeError:
                pass
        text = content.decode(encoding, errors="replace")
    usual = encoding.startswith("utf-8")
    return text.strip(PADDING), None if usual else encoding[:6].upper()


def _parsed(text: str) -> tuple[list[dict[str, Any]], str]:
    """The cells of a notebook, and the text that follows it. Raises what the parser does."""
    # Line breaks within a string are forgiven; no editor writes them, but a hand does.
    notebook, end = json.JSONDecoder(strict=False).raw_decode(text)
    if not isinstance(notebook, dict):
        raise Damaged
    if "cells" not in notebook:
        notebook = _upgraded(notebook)
    cells = notebook["cells"]
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise Damaged
    return cells, text[end:]


def _salvage() -> Any:
    """The module beside this one, which is imported for damaged files alone."""
    path = Path(__file__).with_name("salvage.py")
    spec = importlib.util.spec_from_file_location("salvage", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _source(cell: Mapping[str, Any]) -> str:
    """The text of a cell, under any key: no answer is lost for an unknown key."""
    for key in ("source", "input"):
        if cell.get(key) is not None:
            return _text(cell[key])
    others = {key: value for key, value in cell.items() if key not in NO_TEXT and value}
    return _text(json.dumps(others, ensure_ascii=False)) if others else ""


def _output(output: Mapping[str, Any]) -> dict[str, object]:
    reduced: dict[str, object] = {
        name: _text(output[name])[:OUTPUT_TEXT_CAP]
        for name in ("output_type", "name", "text", "ename", "evalue")
        if output.get(name)
    }
    if output.get("traceback"):
        reduced["traceback"] = _text(output["traceback"], between="\n")[:OUTPUT_TEXT_CAP]
    if isinstance(output.get("data"), dict):
        reduced["data"] = _data(output["data"], (PICTURE, "text/plain"))
    return reduced


def _data(data: Mapping[str, Any], kinds: tuple[str, ...]) -> dict[str, str]:
    texts = {kind: _text(data[kind]) for kind in kinds if isinstance(data.get(kind), str | list)}
    return {
        kind: text if kind == PICTURE else text[:OUTPUT_TEXT_CAP] for kind, text in texts.items()
    }


def _text(value: object, between: str = "") -> str:
    """Its text, without halves of characters, which no file can hold."""
    text = between.join(map(str, value)) if isinstance(value, list) else str(value)
    return text.encode(errors="replace").decode()


def _upgraded(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook of an older format in this one, capped before anything validates it."""
    sheets = [sheet for sheet in notebook.get("worksheets", ()) if isinstance(sheet, dict)]
    cells = [cell for sheet in sheets for cell in sheet.get("cells", ()) if isinstance(cell, dict)]
    if not cells:
        raise Damaged
    if len(cells) > CELLS_CAP:
        raise TooMuch("cells")
    for cell in cells:
        if isinstance(cell.get("outputs"), list):
            del cell["outputs"][OUTPUTS_CAP:]
    # An old format is rare, and this takes a second to import.
    import nbformat

    before = nbformat.from_dict(notebook)
    upgraded: dict[str, Any] = nbformat.convert(before, 4)
    return upgraded


if __name__ == "__main__":
    main()
