"""The process in which one file of a submission runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from autograder.sandbox.jail.namespaces import Fork
from autograder.sandbox.protocol import wire
from autograder.sandbox.protocol.control import Spawn
from autograder.sandbox.protocol.messages import Broken, NoGpu, Ready, Reply
from autograder.sandbox.protocol.wire import Buffer, Payload
from autograder.sandbox.worker import cuda
from autograder.sandbox.worker.executor import Executor

if TYPE_CHECKING:
    from autograder.sandbox.jail.lock_down import User
    from autograder.sandbox.protocol.layers import Layer

REQUESTS, REPLIES = 3, 4
# A grader is trusted: its frames are capped only against accidents.
REQUEST_CAP = 1024 * 1024 * 1024


def run(
    spawn: Spawn,
    descriptors: Sequence[int],
    *,
    forked: Fork,
    interpreter: list[Path],
    user: User | None,
) -> None:
    """Lock this process down, start CUDA where it is granted, then answer requests.

    It ends when the grader closes the pipe.
    """
    os.setsid()
    if spawn.processor is not None:
        os.sched_setaffinity(0, {spawn.processor})
    _keep_only(descriptors)
    layers: tuple[Layer, ...] = ()
    if spawn.confined:
        assert user is not None
        try:
            layers = _lock_down(spawn, forked, interpreter, user)
        except OSError as error:
            _send(Broken(str(error)), Payload())
            return
    if spawn.gpu and (reason := cuda.start()):
        _send(NoGpu(reason), Payload())
        return
    _send(Ready(layers), Payload())
    # TF32 keeps ten bits of a product's mantissa: that is not float32.
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    executor = Executor(Path(spawn.folder), spawn.limits.reply_bytes, permanent=True)
    while True:
        prefix = _read(wire.PREFIX.size)
        if not prefix:
            return
        header_size, payload_size = wire.parse_prefix(prefix, REQUEST_CAP)
        request = wire.decode_request(_read(header_size))
        reply, payload = executor.handle(request, _read(payload_size))
        _send(reply, payload)


def _lock_down(
    spawn: Spawn, forked: Fork, interpreter: list[Path], user: User
) -> tuple[Layer, ...]:
    # Loaded in the zygote already.
    from autograder.sandbox.jail.landlock import READ, Access, library_paths
    from autograder.sandbox.jail.lock_down import lock_down
    from autograder.sandbox.jail.profiles import GPU_WORKER, WORKER

    read = [*interpreter, Path(spawn.folder), *(library_paths() if spawn.gpu else ())]
    return lock_down(
        GPU_WORKER if spawn.gpu else WORKER,
        spawn.limits,
        [Access(path, READ) for path in read],
        scratch=Path(spawn.scratch),
        forked=forked,
        user=user,
    )


def _keep_only(descriptors: Sequence[int]) -> None:
    """Set descriptors: no input, the pipe as output and errors, requests on 3, replies on 4."""
    requests, replies, output = descriptors
    high = 100  # out of the way of the numbers that are about to be taken
    moved = [os.dup2(fd, high + i) for i, fd in enumerate((requests, replies, output))]
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(moved[2], 1)
    os.dup2(moved[2], 2)
    os.dup2(moved[0], REQUESTS, inheritable=False)
    os.dup2(moved[1], REPLIES, inheritable=False)
    os.closerange(5, 4096)


def _read(size: int) -> bytearray:
    """Exactly `size` bytes; fewer (none) only when the grader is gone."""
    data = bytearray(size)
    view, filled = memoryview(data), 0
    while filled < size:
        count = os.readv(REQUESTS, [view[filled:]])
        if count == 0:
            return bytearray()
        filled += count
    return data


def _send(reply: Reply, payload: Payload) -> None:
    prefix, header, *chunks = wire.encode(reply, payload)
    small = payload.size < 1 << 16
    parts: list[Buffer] = [wire.join([prefix, header, *chunks])] if small else [prefix, header]
    for part in parts if small else [*parts, *chunks]:
        view = memoryview(part)
        while view:
            view = view[os.write(REPLIES, view) :]
