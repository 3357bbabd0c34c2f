"""What a submission may use, as numbers.

A task is one file of one submission. A call that ends its process is followed by another
process, and what a task may use counts for all of them together.
"""

from __future__ import annotations

import msgspec

MIB = 1024 * 1024
GIB = 1024 * MIB


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of one task; units are in the names or in bytes.

    `call_seconds` bounds one call (and the import), `task_seconds` all of them: time in which
    a worker waited for a processor does not count. `call_wall_seconds` bounds a call however
    little of the processor it got. `task_cpu_seconds` is processor time.
    """

    call_seconds: float = 10.0
    call_wall_seconds: float = 60.0
    task_seconds: float = 240.0
    task_cpu_seconds: int = 120
    # The full FCN-8s is 537 MB of parameters; one that is built from linear layers holds the
    # largest of them twice while it converts.
    memory_bytes: int = 4 * GIB
    # Address space beyond that, for libraries that are loaded late. It is bounded because the
    # kernel counts neither shared mappings nor page tables as data.
    mapped_bytes: int = 2 * GIB
    file_bytes: int = 16 * MIB
    scratch_bytes: int = 16 * MIB
    open_files: int = 64
    output_bytes: int = 64 * 1024
    reply_bytes: int = 768 * MIB
