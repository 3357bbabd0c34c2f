"""The limits of a submission, as numbers.

A task is one file of one submission. A call that ends its process is followed by another
process, and what a task may use counts for all of them together.
"""

from __future__ import annotations

import msgspec

MIB = 1024 * 1024
GIB = 1024 * MIB


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of one task; units are in the names or in bytes.

    `submission_seconds` is for all files together, and keeps a share for each that is still to
    come: a slow file must not take the points of the others. One number cannot be changed: a
    worker is one process with one thread, because more is not supported by the contract (a
    driver's threads on a GPU apart).
    """

    # One call, the import among them: time in which the worker waited for a processor does not
    # count, so with a single thread this bounds processor time too.
    call_seconds: float = 10.0
    # One call, however little of the processor it got.
    call_wall_seconds: float = 60.0
    # All calls of a task together, counted as call_seconds are; those of its neighbours and of
    # processes with stand-ins, which are asked for its sake, count as well.
    task_seconds: float = 240.0
    # All calls of a submission together: what it may cost a class.
    submission_seconds: float = 300.0
    # Processor time of all processes of the task, which the kernel counts.
    task_cpu_seconds: int = 120
    # The full FCN-8s is 537 MB of parameters; one that is built from linear layers holds the
    # largest of them twice while it converts.
    memory_bytes: int = 4 * GIB
    # Address space beyond that, for libraries that are loaded late. It is bounded because the
    # kernel counts neither shared mappings nor page tables as data.
    mapped_bytes: int = 2 * GIB
    # One file in scratch, and all of them.
    file_bytes: int = 16 * MIB
    scratch_bytes: int = 16 * MIB
    scratch_files: int = 1024
    open_files: int = 64
    # What is printed: this much is kept, and after so much the process is stopped.
    output_bytes: int = 64 * 1024
    printed_bytes: int = 64 * MIB
    reply_bytes: int = 768 * MIB
    gpu_threads: int = 256
    # In place of open_files: a driver opens some tens of files, and several for each card that is
    # visible, of which a machine has up to eight.
    gpu_open_files: int = 256
