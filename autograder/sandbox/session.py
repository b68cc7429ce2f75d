"""One sandbox from the outside: started, asked, and ended, with a limit on everything."""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.domain import Cell, Reply
from autograder.draws import Function
from autograder.errors import IsolationError, WireError
from autograder.sandbox import cgroup, levels, wire
from autograder.sandbox.bubblewrap import command

Given = Mapping[str, Callable[..., Any]]
MAX_ASKED_LENGTH = 512
MAX_ASKED_SIZE = 65_536


@dataclass(frozen=True)
class Limits:
    """What one sandbox may use. Seconds are of the wall clock, per step: one call, or executing the cells."""

    seconds: float = 5.0
    cpu_seconds: int = 60
    memory_bytes: int = 2 * 1024**3
    processes: int = 64
    file_bytes: int = 32 * 1024**2
    asks: int = 2000

    def resources(self) -> dict[str, int]:
        """The part that the process inside sets on itself before any of the student's code runs."""
        limits = {"RLIMIT_CPU": self.cpu_seconds, "RLIMIT_AS": self.memory_bytes, "RLIMIT_FSIZE": self.file_bytes,
                  "RLIMIT_CORE": 0, "RLIMIT_NOFILE": 64}  # fmt: skip  # one table
        return limits if os.geteuid() == 0 else {**limits, "RLIMIT_NPROC": self.processes}


class TooSlow(Exception):
    """A step did not end in its time."""


class Died(Exception):
    """The process inside is gone."""


class Session:
    """A running sandbox. ``run`` may be called once for each function; after TooSlow or Died a new one is needed."""

    def __init__(self, isolation: levels.Isolation, limits: Limits) -> None:
        self._isolation, self._limits = isolation, limits
        self._closing = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Kill everything inside, then take the cgroup away."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()
            process.wait()
        self._closing.close()

    def run(
        self, function: str, cells: tuple[Cell, ...], calls: list[tuple[Any, ...]], given: Given
    ) -> list[Reply]:
        """The replies to ``calls`` of one function of the student's, one each; fewer when the last says why."""
        job = {
            "function": function,
            "cells": [(cell.text, cell.role) for cell in cells],
            "calls": [tuple(_outgoing(one) for one in arguments) for arguments in calls],
            "given": list(given),
        }
        replies: list[Reply] = []
        try:
            self._start()
            self._send(job)
            self._collect(replies, len(calls), given)
            return replies
        except TooSlow:
            ending = Reply("too-slow")
        except Died:
            ending = Reply("died")
        except WireError as error:
            ending = Reply("unreadable", error=str(error))
        self.close()
        return [*replies, ending]

    def _start(self) -> None:
        if self._process is not None:
            return
        words = self._words()
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, close_fds=True, env={},
            cwd="/",
        )  # fmt: skip  # the call stays on few lines
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
        self._send(self._limits.resources())

    def _words(self) -> list[str]:
        if not self._isolation.isolates:
            return levels.unsafe_command()
        program = shutil.which("bwrap")
        if program is None:
            raise IsolationError("bwrap was there when grading began and is gone now; install it again.")
        words = command(program)
        if self._isolation.level != "bubblewrap+cgroup":
            return words
        files, _ = self._closing.enter_context(cgroup.group(self._limits.memory_bytes, self._limits.processes))
        join = " && ".join(f"echo $$ > '{file}'" for file in files)
        return ["/bin/sh", "-c", f'{join} && exec "$@"', "sh", *words]

    def _collect(self, replies: list[Reply], count: int, given: Given) -> None:
        """Add the replies of one job, up to the message that it has ended. A flood of messages breaks the format.

        Only what was waited for gives more time: a reply that is still due, and one message that the cells are done.
        """
        ready = False
        deadline = self._deadline()
        for _ in range(count + self._limits.asks + 2):
            message = self._receive(deadline)
            if message[:1] == ("ask",):
                self._send(_answer(message, given))
                continue
            if message[:1] == ("end",):
                explained = len(replies) == count or any(reply.kind == "missing" for reply in replies)
                if not explained:
                    raise Died
                return
            if message == ("ready",) and not ready:
                ready, deadline = True, self._deadline()
            elif len(replies) < count:
                replies.append(_reply(message))
                deadline = self._deadline()
        raise WireError("there are more messages than calls")

    def _deadline(self) -> float:
        return time.monotonic() + self._limits.seconds

    def _send(self, value: Any) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise Died
        body = wire.encode(value)
        rest = memoryview(struct.pack(">I", len(body)) + body)
        deadline = self._deadline()
        while rest:
            self._wait(process.stdin.fileno(), selectors.EVENT_WRITE, deadline)
            try:
                rest = rest[os.write(process.stdin.fileno(), rest) :]
            except BrokenPipeError:
                raise Died from None

    def _receive(self, deadline: float) -> tuple[Any, ...]:
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
        process = self._process
        if process is None or process.stdout is None:
            raise Died
        parts = []
        while size:
            self._wait(process.stdout.fileno(), selectors.EVENT_READ, deadline)
            part = os.read(process.stdout.fileno(), min(size, 1 << 20))
            if not part:
                raise Died
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    @staticmethod
    def _wait(descriptor: int, event: int, deadline: float) -> None:
        rest = deadline - time.monotonic()
        if rest < 0:  # without this, one who always has more to say would never be too slow
            raise TooSlow
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, event)
            if not selector.select(rest):
                raise TooSlow


def _outgoing(value: Any) -> Any:
    if isinstance(value, Function):
        return wire.FunctionText(value.text)
    return value


def _answer(message: tuple[Any, ...], given: Given) -> tuple[Any, ...]:
    """Call the stand-in asked for; whatever is wrong with its arguments is the asker's trouble."""
    match message:
        case ("ask", str(name), tuple(arguments), dict(named)) if name in given:
            if not _small([arguments, named]):
                return "refused", None
            try:
                with np.errstate(all="ignore"):
                    return "answer", given[name](*arguments, **named)
            except Exception:  # noqa: BLE001  # a reference met by hostile arguments may raise anything
                return "refused", None
    return "refused", None


def _small(value: Any) -> bool:
    """Whether arguments are small enough for a reference to be called here, on our side: products of them stay small."""
    if isinstance(value, np.ndarray):
        return value.size <= MAX_ASKED_SIZE and all(length <= MAX_ASKED_LENGTH for length in value.shape)
    if isinstance(value, dict):
        return all(_small(inner) for inner in value.values())
    return not isinstance(value, (tuple, list)) or all(_small(inner) for inner in value)


def _reply(message: tuple[Any, ...]) -> Reply:
    """A message from inside as a Reply."""
    match message:
        case ("returned", value, list(after)):
            return Reply("returned", value=value, arguments_after=after)
        case ("raised", str(error), (int() | None) as cell, (int() | None) as line, str(name), bool(known)):
            return Reply("raised", error=error, cell=cell, line=line, name=name, known_elsewhere=known)
        case ("missing", str(how), str(error), (int() | None) as cell, (int() | None) as line):
            return Reply("missing", name=how, error=error, cell=cell, line=line)
        case ("too-large",):
            return Reply("unreadable", error="the answer is too large")
    raise WireError("the answer is none of the messages that are known")
