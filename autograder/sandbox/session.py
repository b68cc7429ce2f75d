"""One sandbox from the outside: started, asked, and ended, with a limit on everything."""

from __future__ import annotations

import ast
import contextlib
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograder.domain import Cell, Made, Reply
from autograder.draws import Living
from autograder.errors import IsolationError, WireError
from autograder.sandbox import bubblewrap, cgroup, landlock, levels, syscalls, wire
from autograder.sandbox.asked import Given, answer, with_functions
from autograder.sandbox.channel import Channel, Died, TooSlow

TOGETHER = 3


@dataclass(frozen=True)
class Limits:
    """What one sandbox may use. Seconds are of the wall clock, per step: one call, or executing the cells.

    All steps of one function together get ``TOGETHER`` times as many, so that many calls that are each just in time are not.
    """

    seconds: float = 5.0
    cpu_seconds: int = 60
    memory_bytes: int = 2 * 1024**3
    processes: int = 64
    file_bytes: int = 32 * 1024**2
    asks: int = 20_000

    def resources(self, isolation: levels.Isolation) -> dict[str, int]:
        """The part that the process inside sets on itself before any of the student's code runs."""
        limits = {"RLIMIT_CPU": self.cpu_seconds, "RLIMIT_AS": self.memory_bytes, "RLIMIT_FSIZE": self.file_bytes,
                  "RLIMIT_CORE": 0, "RLIMIT_NOFILE": 64}  # fmt: skip  # one table
        counted = "bubblewrap" in isolation.parts and levels.counts_by_namespace()
        return {**limits, "RLIMIT_NPROC": self.processes} if counted else limits


class Session:
    """A running sandbox. ``run`` may be called once for each function; after TooSlow or Died a new one is needed."""

    def __init__(self, isolation: levels.Isolation, limits: Limits) -> None:
        self._isolation, self._limits = isolation, limits
        self._closing = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._seconds = limits.seconds
        self._end = 0.0

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
        self,
        function: str,
        cells: tuple[Cell, ...],
        calls: Sequence[tuple[Any, ...] | Made],
        given: Given,
        *,
        paths: Sequence[tuple[int | str, ...]] = (),
        seconds: float = 0,
    ) -> list[Reply]:
        """The replies to ``calls`` of one function of the student's, one each; fewer when the last says why.

        ``paths`` lead to the outputs that must be no windows onto inputs; ``seconds`` may lengthen the time limit.
        """
        job = {
            "function": function,
            "cells": [(cell.text, cell.role) for cell in cells],
            "calls": [_outgoing_call(one) for one in calls],
            "given": list(given),
            "with": sorted({name for one in calls if isinstance(one, Made) for name in _names(one)}),
            "paths": list(paths),
        }
        replies: list[Reply] = []
        self._seconds = max(seconds, self._limits.seconds)
        self._end = time.monotonic() + TOGETHER * self._seconds
        try:
            channel = self._start()
            channel.send(job, self._deadline())
            self._collect(channel, replies, len(calls), with_functions(given, calls))
            if not self._isolation.forks:
                self.close()
            return replies
        except TooSlow:
            ending = Reply("too-slow")
        except Died:
            ending = Reply("died")
        except WireError as error:
            ending = Reply("unreadable", error=str(error))
        self.close()
        return [*replies, ending]

    def _start(self) -> Channel:
        """The way to the process inside; it is started when there is none.

        It gets no work before it has said that it is there: from then on it ends with the grader, whatever ends that one.
        """
        if self._process is None or self._channel is None:
            pipe = subprocess.PIPE
            with syscalls.inherited({"bubblewrap", "seccomp"} <= set(self._isolation.parts)) as seccomp:
                self._process = subprocess.Popen(
                    self._words(seccomp), stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, pass_fds=seccomp, env={}, cwd="/"
                )
            self._channel = Channel(self._process)
            self._channel.send(self._limits.resources(self._isolation), self._deadline())
            if self._channel.receive(self._deadline()) != ("here",):
                raise Died
        return self._channel

    def _words(self, seccomp: tuple[int, ...]) -> list[str]:
        if not self._isolation.isolates:
            return levels.unsafe_command()
        words = landlock.command() if "landlock" in self._isolation.parts else self._namespaced(seccomp)
        if "cgroup" not in self._isolation.parts:
            return words
        files, _ = self._closing.enter_context(cgroup.group(self._limits.memory_bytes, self._limits.processes))
        join = " && ".join(f"echo $$ > '{file}'" for file in files)
        return ["/bin/sh", "-c", f'{join} && exec "$@"', "sh", *words]

    @staticmethod
    def _namespaced(seccomp: tuple[int, ...]) -> list[str]:
        program = shutil.which("bwrap")
        if program is None:
            raise IsolationError("bwrap was there when grading began and is gone now; install it again.")
        return bubblewrap.command(program, seccomp=seccomp)

    def _collect(self, channel: Channel, replies: list[Reply], count: int, given: Given) -> None:
        """Add the replies of one job, up to the message that it has ended. A flood of messages breaks the format.

        Only what was waited for gives more time: a reply that is still due, and one message that the cells are done.
        """
        ready = False
        deadline = self._deadline()
        for _ in range(count + self._limits.asks + 2):
            message = channel.receive(deadline)
            if message[:1] == ("ask",):
                channel.send(answer(message, given), deadline)
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
        return min(time.monotonic() + self._seconds, self._end)


def _outgoing_call(call: tuple[Any, ...] | Made) -> tuple[Any, ...]:
    """Arguments as values, or as expressions with the inputs that they are made of."""
    if isinstance(call, Made):
        return call.expressions, {name: _outgoing(value) for name, value in call.drawn.items()}
    return tuple(_outgoing(one) for one in call), None


def _names(call: Made) -> set[str]:
    """The names that expressions use beside the inputs: functions of the learner's."""
    used = {node.id for text in call.expressions for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    return used - set(call.drawn)


def _outgoing(value: Any) -> Any:
    if isinstance(value, Living):
        return wire.LivingText(value.text)
    return value


def _reply(message: tuple[Any, ...]) -> Reply:
    """A message from inside as a Reply."""
    match message:
        case ("returned", value, (list() | None) as after, bool(over), bool(touched), list(windows)):
            shared = tuple(index for index in windows if isinstance(index, int))
            return Reply("returned", value, after, overwritten=over, random_touched=touched, windows=shared)
        case ("raised", str(error), (int() | None) as cell, (int() | None) as line, str(name), bool(known)):
            return Reply("raised", error=error, cell=cell, line=line, name=name, known_elsewhere=known)
        case ("missing", str(how), str(error), (int() | None) as cell, (int() | None) as line):
            return Reply("missing", name=how, error=error, cell=cell, line=line)
        case ("too-large",):
            return Reply("unreadable", error="the answer is too large")
    raise WireError("the answer is none of the messages that are known")
