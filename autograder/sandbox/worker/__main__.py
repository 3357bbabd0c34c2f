"""How the origin starts: what ends it with its command comes first, what takes seconds after.

python -I -m autograder.sandbox.worker DESCRIPTOR COMMAND
"""

from __future__ import annotations

import os
import sys

from autograder.sandbox.jail import linux


def main() -> None:
    descriptor, command = (int(argument) for argument in sys.argv[1:])
    if sys.platform == "linux":
        linux.die_with_parent()
        if os.getppid() != command:
            return  # it died before it could be said that this must end with it
    from autograder.sandbox.worker import origin

    origin.main(descriptor)


if __name__ == "__main__":
    main()
