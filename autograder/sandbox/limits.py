"""What one submission may use, as numbers."""

from __future__ import annotations

import msgspec

MIB = 1024 * 1024
GIB = 1024 * MIB


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of one worker; a worker runs one file of one submission.

    Units are in the names or in bytes. `call_seconds` bounds one call (and the
    import): time the worker spent waiting for a processor does not count.
    """

    call_seconds: float = 10.0
    cpu_seconds: int = 120
    # The full FCN-8s is 537 MB of parameters; one that is built from linear layers holds the
    # largest of them twice while it converts.
    memory_bytes: int = 4 * GIB
    file_bytes: int = 16 * MIB
    scratch_bytes: int = 16 * MIB
    open_files: int = 64
    output_bytes: int = 64 * 1024
    reply_bytes: int = 768 * MIB
