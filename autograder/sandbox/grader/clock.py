"""Run time of a process, net of the time spent waiting for a processor."""

from __future__ import annotations

import contextlib
import os
import time


class Clock:
    """Time a process had for its work: what it spent waiting for a processor is not counted."""

    def __init__(self, pid: int) -> None:
        try:
            self._waits = os.open(f"/proc/{pid}/schedstat", os.O_RDONLY)
        except OSError:
            self._waits = -1  # not kept by this kernel, or the process is gone
        self._last_known = 0.0
        self.start()

    def start(self) -> None:
        self._started = time.monotonic()
        self._waited = self._waiting()

    def close(self) -> None:
        if self._waits >= 0:
            self._waiting()
            os.close(self._waits)
            self._waits = -1

    def elapsed(self) -> float:
        return time.monotonic() - self._started

    def used(self) -> float:
        return self.elapsed() - (self._waiting() - self._waited)

    def _waiting(self) -> float:
        """Seconds in which the process could have run and did not; once it is gone, the last."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            self._last_known = int(os.pread(self._waits, 100, 0).split()[1]) / 1e9
        return self._last_known
