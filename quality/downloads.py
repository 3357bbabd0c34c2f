"""Whether nothing of a download is lost or invented when a class is collected.

    python -m quality.downloads [--name WORDS] [--keep FOLDER]

Makes each download of `corpus.downloads`, collects it with the command, and compares: the table
it must give, the lines that must be printed, the exit code. Every file must then lie in the
class byte for byte, or stand in a line, and the class may hold no other. Prints a line each; the
exit code is 1 if one fails.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from corpus.downloads import DOWNLOADS
from corpus.downloads.collected import faults_of, run


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--name", default="", help="only those whose names hold these words")
    parser.add_argument("--keep", type=Path, help="make them here, and leave them there")
    options = parser.parse_args()
    failed = files = 0
    chosen = [download for download in DOWNLOADS if options.name in download.name]
    for number, download in enumerate(chosen, 1):
        with tempfile.TemporaryDirectory(prefix="download-") as name:
            there = options.keep / f"{number:02} {download.name}" if options.keep else Path(name)
            there.mkdir(parents=True, exist_ok=True)
            collected = run(download, there)
        faults = list(faults_of(download, collected))
        count = len(dict(download.bytes_by_place()))
        print(f"{'not ' if faults else ''}ok: {download.name} ({count} files)")
        for fault in faults:
            print(f"    {fault}")
        failed += bool(faults)
        files += count
    print(f"{len(chosen) - failed} of {len(chosen)} downloads as they must be, {files} files")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
