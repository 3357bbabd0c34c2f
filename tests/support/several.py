"""Run several commands of nbgrader in one process, which imports nbgrader once.

Standard input holds a JSON list of pairs: the folder to be in, and the arguments.
"""

from __future__ import annotations

import json
import os
import sys

from nbgrader.apps import NbGraderApp


def main() -> None:
    for folder, arguments in json.load(sys.stdin):
        os.chdir(folder)
        NbGraderApp.clear_instance()
        try:
            NbGraderApp.launch_instance(arguments)
        except SystemExit as end:
            if end.code:
                sys.exit(f"{folder}: nbgrader {' '.join(arguments)} ended with {end.code}")


if __name__ == "__main__":
    main()
