"""The secret of a course, and the key that each student's inputs are drawn by: inputs of one's own, the same each time."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import RecordError, UsageError

BYTES = 32
VARIABLE = "UNROLLED_SECRET_FILE"
WANTED = f"{2 * BYTES} hexadecimal digits and nothing else"


@dataclass(frozen=True)
class Secret:
    """What nobody who hands in may know. It is never shown, not even where an object that holds it is printed."""

    value: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Eight digits by which two results files can be told to be drawn alike; they tell nothing of the secret."""
        return hashlib.sha256(b"fingerprint\0" + self.value).hexdigest()[:8]


def student_key(secret: Secret, assignment: str, student: str) -> str:
    """The key of one student in one assignment: HMAC-SHA256, which tells nothing of the secret or of any other key."""
    words = f"{assignment}\0{student}".encode("utf-8", "surrogatepass")  # an id may come from a name that is no Unicode
    return hmac.new(secret.value, words, hashlib.sha256).hexdigest()


def course_secret(root: Path) -> Secret:
    """The secret in the file that the environment names, or else the course's own, made when it is first asked for.

    Raises UsageError where a file holds none, RecordError where none can be made.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return read_secret(Path(named))
    path = root / "gradebook" / "draws.key"
    if not os.path.lexists(path):
        _make(path)
    return read_secret(path)


def read_secret(path: Path) -> Secret:
    """The secret in a file. Raises UsageError, with a sentence that holds nothing of what is in it."""
    try:
        with path.open("rb") as file:
            text = file.read(4 * BYTES).strip()
    except OSError as error:
        raise UsageError(f"The secret {path} cannot be read: {error.strerror}. {_remedy(path)}") from None
    if not re.fullmatch(rb"[0-9a-fA-F]{%d}" % (2 * BYTES), text):
        raise UsageError(f"The secret {path} must hold {WANTED}. {_remedy(path)}")
    return Secret(bytes.fromhex(text.decode()))


def _remedy(path: Path) -> str:
    return f"Bring {path.name} back from a copy; with another one students get other inputs than before. Nothing was graded."


def _make(path: Path) -> None:
    """Write a new secret: whole, for this user only, and once, however many graders begin at the same time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draws-")  # O_EXCL, mode 0600
        try:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(BYTES) + "\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):  # another grader's, which is as good
                os.link(draft, path)
        finally:
            os.unlink(draft)
    except OSError as error:
        raise RecordError(
            f"{path}, the secret that students' inputs are drawn by, cannot be made: {error.strerror}. "
            f"Write {WANTED} into a file of your own and name it with --secret. Nothing was graded."
        ) from None
