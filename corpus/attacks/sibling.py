"""A process forked from where workers come from, as a grader is, with a secret in its memory.

The secret lies at an address that a worker knows: what both had before they were forked lies at the
same place in each.
"""

from __future__ import annotations

import ctypes
import socket
import sys

from autograder.sandbox.jail import linux

SECRET = b"what only a grader may know"


def hold(descriptor: int, argument: str) -> None:
    """Keep the secret until the other end of the socket is closed."""
    assert linux.__doc__ is not None
    ctypes.memmove(id(linux.__doc__) + sys.getsizeof("") - 1, SECRET, len(SECRET))
    with socket.socket(fileno=descriptor) as channel:
        channel.send(b"!")  # it is there
        channel.recv(1)
