"""What to tell a learner when a call gave no value. Nothing here repeats a text that the learner's program made up:
an exception's message could carry hidden inputs, so the sentence names its kind, and quotes the line that raised it."""

from __future__ import annotations

import builtins

from autograder.domain import Reply, Submission

MAX_LINE = 100


def without_value(function: str, reply: Reply, submission: Submission) -> str:
    """One sentence for a reply that holds no value."""
    match reply.kind:
        case "raised":
            return _raised(function, reply, submission)
        case "missing":
            return _missing(function, reply, submission)
        case "too-slow":
            return f"`{function}` did not end in the time allowed. Look for a loop that never reaches its end."
        case "died":
            return f"`{function}` ended the program it ran in: by exit(), too much memory, or too many processes."
        case _:
            return f"`{function}` returned something that cannot be read: too large, too deep, or no arrays at all."


def _raised(function: str, reply: Reply, submission: Submission) -> str:
    if reply.error == "NotImplementedError":
        return f"`{function}` has not been written yet."
    if reply.name and reply.name.isidentifier() and any(reply.name in cell.text for cell in submission.cells):
        tail = "it exists only elsewhere in your notebook" if reply.known_elsewhere else "nothing gives it a value"
        advice = "A function may use its arguments and what it makes itself."
        return f"`{function}` uses the name `{reply.name}`, but {tail}. {advice}"
    return f"`{function}` raises {known_error(reply.error)}{place(reply, submission)}."


def _missing(function: str, reply: Reply, submission: Submission) -> str:
    if reply.name == "unparsed":
        return f"`{function}` cannot be found: a cell cannot be read as Python{place(reply, submission)}."
    if reply.name == "raised":
        return f"`{function}` cannot be defined: its cell raises {known_error(reply.error)}{place(reply, submission)}."
    return f"`{function}` is not defined in what was handed in."


def known_error(name: str) -> str:
    """The name of a built-in exception; of any other only that it is another."""
    known = getattr(builtins, name, None)
    return name if isinstance(known, type) and issubclass(known, BaseException) else "an error of its own kind"


def place(reply: Reply, submission: Submission) -> str:
    """Where in the learner's own text it happened: the line itself, which is theirs to read."""
    if reply.cell is None or reply.line is None or not 0 <= reply.cell < len(submission.cells):
        return ""
    lines = submission.cells[reply.cell].text.splitlines()
    if not 0 < reply.line <= len(lines):
        return ""
    line = lines[reply.line - 1].strip()
    shown = line if len(line) <= MAX_LINE else line[:MAX_LINE] + "..."
    return f" at line {reply.line} of its cell: {shown}"
