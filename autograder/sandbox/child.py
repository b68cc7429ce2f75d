"""What runs inside the sandbox: one process that has imported NumPy, and a fork of it for each function.

It reads jobs from standard input and writes replies to what was standard output; the student's own input and output
lead nowhere. It holds source text and inputs, never a reference, an expected value or a grade, so there is nothing
here worth stealing and nothing that could be forged: whatever is written back is only data, compared outside.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import struct
import sys
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import slicing  # type: ignore[import-not-found]  # inside the sandbox these lie side by side
import watch  # type: ignore[import-not-found]  # as above
import wire  # type: ignore[import-not-found]  # as above

MADE: list[tuple[Any, str]] = []


class Pipe:
    """Frames over two file descriptors."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading, self.writing = reading, writing

    def receive(self) -> Any:
        (size,) = struct.unpack(">I", self._exactly(4))
        return wire.decode(self._exactly(size), trusted=True)

    def _exactly(self, size: int) -> bytes:
        parts = []
        while size:
            part = os.read(self.reading, min(size, 1 << 20))
            if not part:
                os._exit(0)  # the other side is gone: nothing is left to do
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def send(self, value: Any) -> None:
        body = wire.encode(value)
        if len(body) > wire.MAX_FRAME:
            body = wire.encode(("too-large",))
        rest = memoryview(struct.pack(">I", len(body)) + body)
        while rest:
            rest = rest[os.write(self.writing, rest) :]


def main() -> None:
    pipe = Pipe(os.dup(0), os.dup(1))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    limit_resources(pipe.receive())
    pipe.send(("here",))
    while True:
        job = pipe.receive()
        if not isinstance(job, dict):
            continue  # an answer that a function before asked for and did not wait for
        try:
            process = os.fork()
        except PermissionError:  # nothing may be started here: this process is for one function, and a new one comes after it
            do(job, pipe)
            pipe.send(("end", 0))
            os._exit(0)
        if process == 0:
            try:
                do(job, pipe)
            finally:
                os._exit(0)  # whatever happens, the fork never gets back into this loop
        _, status = os.waitpid(process, 0)
        kill_strays()
        pipe.send(("end", os.waitstatus_to_exitcode(status)))


def limit_resources(limits: dict[str, int]) -> None:
    """Set hard limits, named as in the resource module; they hold for every process started from here."""
    for name, amount in limits.items():
        with contextlib.suppress(ValueError, OSError):  # a hard limit that is lower already is kept
            resource.setrlimit(getattr(resource, name), (amount, amount))


def kill_strays() -> None:
    """End every other process of this sandbox: with its own process namespace, that is whatever the student left."""
    if os.getpid() > 10:
        return  # without a process namespace there are others here who are none of ours
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)


def do(job: dict[str, Any], pipe: Pipe) -> None:
    """Execute what one function needs, then make the calls asked for, one reply each."""
    name = job["function"]
    pool, troubles = slicing.statements(job["cells"])
    pieces = slicing.needed_for(name, pool, job["with"])
    namespace: dict[str, Any] = {"__name__": "__main__"}
    failed = slicing.run(pieces, namespace)
    for given in job["given"]:
        namespace[given] = asking(given, pipe)
    function = namespace.get(name)
    if not callable(function):
        pipe.send(("missing", *_why_missing(name, failed, troubles, pool)))
        return
    pipe.send(("ready",))
    for arguments, drawn in job["calls"]:
        pipe.send(call(function, arguments, pool, job["paths"], None if drawn is None else {**namespace, **drawn}))


def _why_missing(name: str, failed: list[Any], troubles: list[Any], pool: list[Any]) -> tuple[Any, ...]:
    for piece, error in failed:
        if name in piece.binds:
            return "raised", type(error).__name__, piece.cell, _line(error, piece.cell) or piece.node.lineno
    if troubles:
        return "unparsed", "SyntaxError", troubles[0].cell, troubles[0].line
    return "undefined", "", None, None


def asking(name: str, pipe: Pipe) -> Callable[..., Any]:
    """A stand-in for a function that the student got wrong elsewhere: the answer comes from outside."""

    def ask(*arguments: Any, **named: Any) -> Any:
        pipe.send(("ask", name, [_as_text(one) for one in arguments], {key: _as_text(one) for key, one in named.items()}))
        status, value = pipe.receive()
        if status != "answer":
            raise ValueError(f"{name} cannot take these arguments")
        return value

    ask.__name__ = name
    return ask


def call(
    function: Callable[..., Any], arguments: tuple[Any, ...], pool: list[Any], paths: list[Any], names: dict[str, Any] | None
) -> tuple[Any, ...]:
    """Call once with inputs that nothing else shares, and tell what came back and what became of the inputs.

    With ``names`` the arguments are expressions, evaluated here over the learner's own functions; then only whether
    they were overwritten is told.
    """
    sys.setrecursionlimit(1000)
    try:
        with np.errstate(all="ignore"):
            fresh = [_living(one) for one in arguments] if names is None else _made(arguments, names)
            before, states = wire.encode(fresh), watch.random_states()
            value = function(*fresh)
        touched = watch.random_states() != states
        pairs = zip(arguments, fresh, strict=True)
        after = [None if isinstance(sent, wire.LivingText) else one for sent, one in pairs] if names is None else None
        windows = watch.windows([_at(value, path) for path in paths], fresh)
        reply = ("returned", value, after, wire.encode(fresh) != before, touched, windows)
        wire.encode(reply)  # an object that breaks while it is read counts as raised here
        return reply
    except BaseException as error:  # noqa: BLE001  # a student's code may raise anything, SystemExit included
        cell, line = _place(error)
        name = getattr(error, "name", None) if isinstance(error, NameError) else None
        missing = name if isinstance(name, str) else ""
        return "raised", type(error).__name__, cell, line, missing, slicing.known_elsewhere(missing, pool)


def _living(value: Any) -> Any:
    """The value; what travelled as text is made anew."""
    if not isinstance(value, wire.LivingText):
        return value
    made = eval(value.text, {"np": np})
    MADE.append((made, value.text))
    return made


def _as_text(value: Any) -> Any:
    """A function that travelled inwards as text goes back as that text: outside they know their own."""
    return next((text for made, text in MADE if made is value and callable(made)), value)


def _made(expressions: tuple[str, ...], names: dict[str, Any]) -> list[Any]:
    """The arguments, made of drawn inputs by the learner's own functions."""
    living = {name: _living(value) for name, value in names.items()}
    return [eval(one, {"np": np, **living}) for one in expressions]


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    """The part of what was returned at a path; None where there is none."""
    for step in path:
        try:
            value = value[step]
        except Exception:  # noqa: BLE001  # what a student returns may be anything
            return None
    return value


def _place(error: BaseException) -> tuple[int | None, int | None]:
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith("<cell ") and frame.filename[6:-1].isdigit():
            return int(frame.filename[6:-1]), frame.lineno
    return None, None


def _line(error: BaseException, cell: int) -> int | None:
    found, line = _place(error)
    return line if found == cell else None


if __name__ == "__main__":
    main()
