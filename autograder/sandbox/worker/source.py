"""Check that a file is text that Python can read; Python itself checks only strings."""

from __future__ import annotations

from importlib.util import decode_source
from pathlib import Path

NOT_UTF8 = "is not UTF-8 text ("


def demand_text(path: Path) -> None:
    """Raises SyntaxError, with the byte and its line, for a file in another encoding.

    Python's own answer depends on its version and on where the byte stands: 3.11 imports a file
    that is not UTF-8 in a comment, and does not run it. A file may declare its encoding.
    """
    content = path.read_bytes()
    try:
        decode_source(content)
    except (SyntaxError, UnicodeDecodeError):
        try:
            content.decode()
        except UnicodeDecodeError as wrong:
            line = content.count(b"\n", 0, wrong.start) + 1
            place = f"byte 0x{content[wrong.start]:02x} in line {line}"
            raise SyntaxError(f"{path.name} {NOT_UTF8}{place})") from None
