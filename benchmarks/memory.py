"""Watching how much memory a program and its children use."""

from __future__ import annotations

import threading
import time

import psutil

SAMPLE_SECONDS = 0.5


class Memory(threading.Thread):
    """Watches the memory of every process below this one, in bytes. Use as a context manager.

    A page that several processes share is counted once. `samples` are (UNIX time, bytes).
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.samples: list[tuple[float, int]] = []
        self._over = threading.Event()

    @property
    def peak(self) -> int:
        return max((used for _, used in self.samples), default=0)

    def __enter__(self) -> Memory:
        self.start()
        return self

    def __exit__(self, *ending: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            used = 0
            for process in psutil.Process().children(recursive=True):
                try:
                    used += process.memory_full_info().pss
                except psutil.Error:
                    continue  # it ended, or has not begun
            self.samples.append((time.time(), used))
