"""What a file was asked and what it answered, written down for the diagnosis."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from hashlib import blake2b

import msgspec

from autograder.authoring.answers import Exchange
from autograder.sandbox.grader.exchange import Channel
from autograder.sandbox.protocol.errors import StudentEnd
from autograder.sandbox.protocol.messages import Made, Reply, Request
from autograder.sandbox.protocol.wire import Buffer, Payload

# What a file's checks say in all is a few megabytes; with images of 224 × 256 for a network some
# 60 calls of 2 to 5 MB each, of which the same image is a third. A student's networks must not
# make it more.
RECORD_CAP = 256 * 1024 * 1024
# Fewer bytes are not looked up.
ONCE = 64 * 1024


class Diverged(BaseException):
    """A check asks otherwise than before, in the middle of asking about an object.

    The object that it was told of has been asked more since, and may answer otherwise for that.
    """


@dataclass(frozen=True)
class _Ended:
    """An exchange, and the ending in place of its answer where there was none."""

    exchange: Exchange
    ending: StudentEnd | None = None

    def answers(self, request: Request, data: bytearray) -> bool:
        """Whether the same was asked; the numbers that questions have do not count."""
        asked = self.exchange
        return asked.data == data and _unnumbered(asked.request) == _unnumbered(request)


class Recorder:
    """A channel that writes down what crosses another one; `whole` until there is too much."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._size = 0
        self.whole = True
        self.exchanges: list[Exchange] = []
        self.decisive: dict[str, list[Exchange]] = {}
        self.asked: dict[str, list[Exchange]] = {}
        self._check = ""
        self._example: list[Exchange] = []
        self._since_start: list[_Ended] = []
        self._to_repeat: deque[_Ended] = deque()
        self._buffers: dict[bytes, Buffer] = {}

    def exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        data = bytearray().join(payload.chunks)
        if (known := self._known(request, data)) is not None:
            self._note(known)
            if known.ending is not None:
                raise known.ending
            assert known.exchange.reply is not None
            return known.exchange.reply, known.exchange.answer
        asked = self._kept(data)
        try:
            reply, answer = self._channel.exchange(request, payload)
        except StudentEnd as ending:
            self._note(_Ended(Exchange(request, asked, None, b""), ending))
            raise
        self._note(_Ended(Exchange(request, asked, reply, self._kept(answer))))
        return reply, answer

    def _kept(self, data: Buffer) -> Buffer:
        """The same bytes, held once: an image is asked about again and again.

        Not held at all once there is too much.
        """
        if not self.whole:
            return data
        if len(data) >= ONCE:
            known = self._buffers.setdefault(blake2b(data).digest(), data)
            if known is not data:
                return known
        self._size += len(data)
        self.whole = self._size <= RECORD_CAP
        return data

    def _known(self, request: Request, data: bytearray) -> _Ended | None:
        """What is to be repeated and comes next; nothing is repeated after another question."""
        if self._to_repeat and self._to_repeat[0].answers(request, data):
            return self._to_repeat.popleft()
        if self._to_repeat:
            self._to_repeat.clear()
            if any(isinstance(each.reply, Made) for each in self._example):
                raise Diverged
        return None

    def _note(self, ended: _Ended) -> None:
        exchange = ended.exchange
        if self.whole:
            self.exchanges.append(exchange)
            self.asked.setdefault(self._check, []).append(exchange)
            self._since_start.append(ended)
        self._example.append(exchange)

    def start_again(self, *, repeat: bool = True) -> None:
        """Forget what the check asked, and give the same answers as long as it asks the same.

        Of a record that was cut short, or where they may not `repeat`, answers are given anew.
        """
        if repeat and self.whole:
            self._to_repeat.extend(self._since_start)
        if again := len(self._since_start):
            del self.exchanges[-again:]
            del self.asked[self._check][-again:]
        self._since_start.clear()
        self.begin(self._check)

    def begin(self, check: str = "") -> None:
        """Start the next example of this check."""
        if check != self._check:
            self._since_start.clear()
            self._to_repeat.clear()
        self._check = check
        self._example = []

    def note_loss(self, check: str) -> None:
        """`check` was lost by this example; of several, the last and smallest one counts."""
        self.decisive[check] = list(self._example)


def _unnumbered(request: Request) -> Request:
    return msgspec.structs.replace(request, id=0)
