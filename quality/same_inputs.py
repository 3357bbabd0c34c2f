"""What a seed asks a submission, in every way to grade it: one digest of all requests, to compare.

    python -m quality.same_inputs [SUBMISSION] [--seed N] [--way NAME]

Each way runs the real command in processes of its own, in an empty folder, with
`corpus/requests_watcher.py` in its environment, which writes down every frame that is sent to a
worker. The exit
code is 1 where two digests differ, a request is missing, or a command leaves something behind.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corpus.paths import ROOT
from corpus.same_inputs import WAYS, Asked, ask


def main() -> int:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    half_done = ROOT / "examples" / "half_done"
    parser.add_argument("submission", type=Path, nargs="?", default=half_done)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--way", action="append", choices=list(WAYS))
    options = parser.parse_args()
    said: dict[str, Asked] = {}
    for way in options.way or WAYS:
        said[way] = asked = ask(way, options.submission, options.seed)
        left = f"  left behind: {', '.join(asked.left_behind)}" if asked.left_behind else ""
        print(f"{way:14}{len(asked.requests):7} requests  {asked.digest}{left}", flush=True)
    digests = {asked.digest for asked in said.values()}
    right = len(digests) == 1 and all(a.requests and not a.left_behind for a in said.values())
    print("the same everywhere" if right else "NOT the same everywhere")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
