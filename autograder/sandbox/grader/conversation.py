"""A conversation with the worker of one file: its questions, and the calls among them."""

from __future__ import annotations

from collections.abc import Callable

from autograder.sandbox.grader.calls import Settings, Shape
from autograder.sandbox.grader.exchange import Channel, ask
from autograder.sandbox.protocol.errors import Call
from autograder.sandbox.protocol.messages import Reply, Request
from autograder.sandbox.protocol.wire import Buffer, Payload


class Conversation:
    """Numbers the questions to one loaded file, and keeps its calls.

    `last_id` is the number of the last one; whoever begins again sets it to what it was.
    `right_shape` tells the shape that a call's result should have, None where any will do.
    """

    def __init__(
        self, channel: Channel, settings: Settings, right_shape: Callable[[Call], Shape | None]
    ) -> None:
        self.channel = channel
        self.settings = settings
        self.right_shape = right_shape
        self.calls: list[Call] = []
        # What graphs of autograd refer to weakly lives as long as this.
        self.steps: list[object] = []
        self.last_id = 0

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def ask(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        """Send a request and wait for one of its answers. Raises StudentFault or StudentStop."""
        return ask(self.channel, request, payload)
