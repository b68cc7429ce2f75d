"""What more than one target holds: sentences, limits, and the topic that submissions are held against."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.course import load_course
from autograder.domain import Topic

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 5.0  # of computing for one input of at most MOST_BYTES, instrumented, on a slow machine
MEGABYTES = 400  # by which one input may raise the most that this process ever used
MOST_BYTES = 64 * 1024


class Broken(AssertionError):
    """A property does not hold; the text says which."""


def hold(true: bool, sentence: str) -> None:
    """Raise Broken with the sentence, unless it is true."""
    if not true:
        raise Broken(sentence)


def is_sentence(text: str) -> bool:
    """Whether a text is what a person can be told: one line that ends, without a traceback in it."""
    return text.endswith(".") and text.isprintable() and "Traceback" not in text


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """Hold that what is done inside takes little time and memory."""
    most, start = _peak(), time.process_time()
    yield
    seconds, more = time.process_time() - start, _peak() - most
    hold(seconds <= SECONDS, f"one input took {seconds:.1f} s")
    hold(more <= MEGABYTES, f"one input took {more} MB")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@functools.cache
def scratch(target: str) -> Path:
    """A folder of a target's and this process's own, which ends with the process."""
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{target}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@functools.cache
def topic() -> Topic:
    """The topic that submissions are for."""
    return load_course(ROOT).topic("rnn")


@functools.cache
def release() -> dict[str, Any]:
    """The released notebook that they are held against."""
    notebook: dict[str, Any] = json.loads(load_course(ROOT).release(topic()).read_text())
    return notebook
