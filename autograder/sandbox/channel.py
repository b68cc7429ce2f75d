"""Messages to and from the process inside, each with a deadline, none larger than a frame may be."""

from __future__ import annotations

import os
import selectors
import struct
import subprocess
import time
from typing import Any

from autograder.errors import WireError
from autograder.sandbox import wire


class TooSlow(Exception):
    """A step did not end in its time."""


class Died(Exception):
    """The process inside is gone."""


class Channel:
    """The two pipes of a process. A side that stops reading or writing costs no more than the time allowed."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._into, self._out_of = process.stdin.fileno(), process.stdout.fileno()
        for descriptor in (self._into, self._out_of):
            os.set_blocking(descriptor, False)

    def send(self, value: Any, deadline: float) -> None:
        """Write one message. Raises TooSlow or Died."""
        body = wire.encode(value)
        rest = memoryview(struct.pack(">I", len(body)) + body)
        while rest:
            _wait(self._into, selectors.EVENT_WRITE, deadline)
            try:
                rest = rest[os.write(self._into, rest) :]
            except BrokenPipeError:
                raise Died from None

    def receive(self, deadline: float) -> tuple[Any, ...]:
        """Read one message. Raises TooSlow, Died, or WireError for bytes that are none."""
        (size,) = struct.unpack(">I", self._exactly(4, deadline))
        if size > wire.MAX_FRAME:
            raise WireError(f"an answer of {size} bytes was announced; {wire.MAX_FRAME} are allowed")
        try:
            message = wire.decode(self._exactly(size, deadline))
        except wire.BrokenFrame as error:
            raise WireError(f"the answer cannot be read: {error}") from None
        if not isinstance(message, tuple) or not message or not isinstance(message[0], str):
            raise WireError("the answer is not a message")
        return message

    def _exactly(self, size: int, deadline: float) -> bytes:
        parts = []
        while size:
            _wait(self._out_of, selectors.EVENT_READ, deadline)
            part = os.read(self._out_of, min(size, 1 << 20))
            if not part:
                raise Died
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def _wait(descriptor: int, event: int, deadline: float) -> None:
    rest = deadline - time.monotonic()
    if rest < 0:  # without this, one who always has more to say would never be too slow
        raise TooSlow
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, event)
        if not selector.select(rest):
            raise TooSlow
