"""A file that hands out a bounded number of bytes for each step: what stands between an archive and the standard library."""

from __future__ import annotations

import re
import tarfile
from typing import Any

MAX_STEPS = 10**9  # a few seconds of tarfile's patterns, which in older releases of Python take a number's length squared


class Excess(Exception):
    """More was there than a limit allows."""


class Bounded:
    """A file whose reader may take only so many bytes before ``allow`` is called again, and go only so far."""

    def __init__(self, file: Any, furthest: int) -> None:
        self._file, self._furthest, self._header, self._steps, self.left = file, furthest, False, 0, 0
        self.tell, self.close = file.tell, file.close

    def allow(self, count: int, *, header: bool = False) -> None:
        """Let so many bytes be read; ``header`` says that they are headers of a tar file."""
        self.left, self._header = count, header

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._file.read(self.left + 1 if size < 0 else min(size, self.left + 1))
        self.left -= len(data) or tarfile.BLOCKSIZE  # some readers ask again and again at the end of a file
        if self.left < 0:
            raise Excess
        if self._header:
            self._steps += sum(len(number) ** 2 for number in re.findall(rb"\d+", data))
        if self._steps > MAX_STEPS:
            raise Excess
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 0 and not 0 <= offset <= self._furthest:
            raise Excess
        return int(self._file.seek(offset, whence))

    def seekable(self) -> bool:
        return True
