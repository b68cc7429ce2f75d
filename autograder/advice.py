"""What a person can do about a disk or a database that refuses to be written to: one sentence, for whatever it is."""

from __future__ import annotations

import errno
import os

OF_THE_SYSTEM = {
    errno.ENOSPC: "make room on that disk",
    errno.EDQUOT: "make room, your quota is used up",
    errno.EROFS: "choose another place or have this one made writable",
    errno.EACCES: "choose another place or ask for the right to write here",
    errno.EPERM: "choose another place or ask for the right to write here",
    errno.ENOLCK: "choose a place on a disk of this machine",
}
OF_SQLITE = {
    "disk is full": "make room on that disk",
    "readonly database": "make the file and its folder writable",
    "database is locked": "close formgrader and whatever else writes to it",
    "unable to open": "make its folder, or ask for the right to write there",
    "malformed": "put an undamaged copy of it in its place",
    "not a database": "put an undamaged copy of it in its place",
}
UNKNOWN = "see to that"


def unwritable(what: object, error: Exception) -> str:
    """What cannot be written, why, what to do about it, and that the same command then goes on. Without a full stop."""
    if isinstance(error, OSError) and error.errno:
        said, advice = os.strerror(error.errno), OF_THE_SYSTEM.get(error.errno, UNKNOWN)
    else:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        advice = next((advice for words, advice in OF_SQLITE.items() if words in said), UNKNOWN)
    return f"{what} cannot be written ({said}): {advice}, and run the same command again"
