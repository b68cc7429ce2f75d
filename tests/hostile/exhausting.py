"""Using things up: time, memory, processes, files, and the patience of whoever reads the answer."""

from __future__ import annotations

import gzip
import io
import zipfile

from tests.hostile.classroom import Attack, returns, wins
from tests.hostile.classroom import line as row
from tests.hostile.forging import SAY

ENDED, SLOW = "ended the program", "did not end in the time"
GONE = f"{ENDED}|{SLOW}|raises (MemoryError|OSError|BlockingIOError|RuntimeError)"
UNREAD = "cannot be read"


def _bomb() -> bytes:
    """An archive of arrays with 100 MB of zeros in 100 kB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("y_pred.npy", bytes(100_000_000))
    return file.getvalue()


EXHAUSTING = {
    59: row(
        "never ends",
        returns("loops", "while True:\n    pass", SLOW),
        returns("loops inside C", "return sum(range(10**13))", SLOW),
        returns("loops in a pattern", "import re\n---\nre.match('(a+)+b', 'a' * 64)", SLOW),
        returns("loops while it is defined", "def forever():\n    while 1: pass\n\nvalue = forever()\n---\nreturn value", SLOW),
    ),
    60: row("starts processes that start processes", returns("forks", """
import os
---
while True:
    try:
        os.fork()
    except OSError:
        pass
""", GONE, walls=("cgroup",))),
    61: row(
        "fills memory, alone and with others",
        returns("takes memory", "kept = []\nwhile True:\n    kept.append(np.ones(10_000_000))", GONE),
        returns("takes memory with others", """
import os
---
for _ in range(20):
    if os.fork() == 0:
        kept = []
        while True:
            kept.append(np.ones(10_000_000))
while True:
    pass
""", GONE, walls=("cgroup",)),
    ),
    62: row(
        "fills the disk, with bytes and with names",
        returns("writes much", """
def fill():
    for number in range(99):
        try:
            with open(f"/tmp/{number}", "wb") as file:
                file.write(bytes(30_000_000))
        except OSError:
            return
---
fill()
return -z
""", f"relative error|{GONE}"),
        returns("makes many files", """
import os

def fill():
    for number in range(20_000):
        try:
            os.close(os.open(f"/tmp/{number}", os.O_CREAT))
        except OSError:
            return
---
fill()
return -z
""", f"relative error|{GONE}"),
    ),
    63: row("prints without end", returns("prints much", """
import os, sys
---
for _ in range(200):
    os.write(1, bytes(1_000_000))
    sys.stderr.write("all right " * 100_000)
return -z
""", "relative error")),
    64: row(
        "returns what is too large, too deep or too much to read, or says that it comes",
        returns("returns much", "return np.ones(25_000_000)", f"{UNREAD}|MemoryError"),
        returns("returns many", "return [0] * 300_000", UNREAD),
        returns("returns many names", "return {str(one): one for one in range(150_000)}", f"{UNREAD}|a dictionary"),
        returns("returns something deep", "deep = z\nfor _ in range(5000):\n    deep = [deep]\nreturn deep", "is a list"),
        returns("returns itself", "own = []\nown.append(own)\nreturn own", "is a list"),
        returns("miscounts its list", """
class Miscounted(list):
    def __len__(self): return 2**31
---
return Miscounted([1.0])
""", UNREAD),
        returns("speaks other bytes", """
class Speaking(str):
    def encode(self, *form): return b"a" * 3 + b"\\xff" * 40
---
return (Speaking("x"), {Speaking("y"): 1})
""", f"{UNREAD}|is a tuple"),
        returns("announces a large frame", "import os\n---\nfor one in range(3, 64):\n    try: os.write(one, b'\\xff' * 4)\n"
                "    except OSError: pass\nreturn -z", UNREAD),
        returns("announces a large array", SAY + """---
shape = struct.pack(">B2Q", 2, 2**20, 2**20)
say(b"t" + struct.pack(">I", 2) + wire.encode("returned") + b"a" + bytes([11]) + shape + struct.pack(">I", 8) + bytes(8))
return -z
""", UNREAD),
        returns("announces no bytes at all", SAY + """---
shape = struct.pack(">B2Q", 2, 0, 2**63)
say(b"t" + struct.pack(">I", 2) + wire.encode("returned") + b"a" + bytes([11]) + shape + struct.pack(">I", 0))
return -z
""", UNREAD),
        returns("announces many things", SAY + """---
say(b"l" + b"\\xff" * 4 + b"n" * 100)
return -z
""", UNREAD),
        returns("announces an unknown kind", SAY + """---
say(b"t" + struct.pack(">I", 2) + wire.encode("returned") + b"a" + bytes([99, 1]) + bytes(12))
return -z
""", UNREAD),
        returns("nests its message", SAY + """---
say((b"l" + struct.pack(">I", 1)) * 100_000 + b"n")
return -z
""", UNREAD),
    ),
    65: row(
        "answers, or hands in, something small that unpacks to something large",
        returns("answers with an archive", SAY + f"\nBOMB = bytes.fromhex({_bomb().hex()!r})\n---\nsay(BOMB)\nreturn -z", UNREAD),
        Attack("hands in an archive", _bomb(), earns=0, ends="cannot be read as Python"),
        Attack("hands in an archive as notebook", gzip.compress(bytes(10_000_000)), earns=0, ends="not a whole notebook",
               suffix=".ipynb"),
    ),
    66: row(
        "sleeps, to keep the grader waiting",
        returns("sleeps", "import time\n---\ntime.sleep(999)", SLOW),
        returns("sleeps a little less than it may", "import time\n---\ntime.sleep(1.6)\nreturn right(z)", SLOW),
        returns("goes on telling that it is ready", SAY + """
import time
---
for _ in range(999):
    say(wire.encode(("ready",)))
    time.sleep(0.1)
""", f"{UNREAD}|{SLOW}"),
    ),
    67: row("starts threads", returns("starts threads", """
import threading, time
---
while True:
    threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
""", GONE, walls=("cgroup",))),
    68: row("stops, or will not be stopped",
            returns("stops everything", """
import os, signal
---
os.kill(os.getppid(), signal.SIGSTOP)
os.kill(os.getpid(), signal.SIGSTOP)
""", SLOW),
            returns("ignores signals", """
import signal
---
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
while True:
    pass
""", SLOW)),
    69: row("asks the kernel for what nobody needs", wins("asks the kernel", """
import ctypes

NUMBERS = {"x86_64": (250, 425, 321, 323, 298, 246, 272), "aarch64": (219, 425, 280, 282, 241, 104, 97)}

def won(z):
    call = ctypes.CDLL(None, use_errno=True).syscall
    ctypes.set_errno(0)
    numbers = NUMBERS[os.uname().machine]  # keyctl, io_uring_setup, bpf, userfaultfd, perf_event_open, kexec_load, unshare
    answers = [(call(number, 0, 0, 0, 0, 0), ctypes.get_errno()) for number in numbers]
    return any(answer != (-1, 1) for answer in answers)
""", walls=("seccomp",))),
    70: row(
        "hands in a text that breaks or delays whoever parses it",
        Attack("nests its notebook", b'{"cells": ' + b"[" * 200_000, earns=0, ends="not a whole notebook", suffix=".ipynb"),
        Attack("counts its cells far", b'{"cells": [], "nbformat": ' + b"9" * 5000 + b"}", earns=0, suffix=".ipynb"),
        Attack("is no notebook", b"[" * 100 + b"]" * 100, earns=0, ends="is not a notebook", suffix=".ipynb"),
        Attack("is deep", "(" * 100_000, earns=0, ends="cannot be read as Python"),
        Attack("is a long sum", "x = " + "+".join(["1"] * 20_000), earns=0, ends="cannot be read as Python|ended the program"),
        Attack("is all magics", "%time " * 50_000 + "\n" + "%" * 50_000 + "\n!" + "?" * 50_000, earns=0),
    ),
    71: row(
        "kills whoever runs it, again and again",
        returns("kills the grader", """
import os, signal
---
for one in (PLACES["grader"], -1, os.getppid(), 1, 0):
    try:
        os.kill(one, signal.SIGKILL)
    except OSError:
        pass
return -z
""", ENDED),
        returns("kills its process group", "import os\n---\nos.killpg(0, 9)", ENDED),
        returns("breaks the interpreter", "import ctypes\n---\nctypes.string_at(0)", ENDED),
    ),
}  # fmt: skip  # a table: texts stand under their names

ASKING = {
    61: row("asks a reference, which answers in place of a wrong function, for something enormous", returns("asks for much", """
def one_hot(indices, n_x): return None

def pad_batch(sequences, n_x):
    return one_hot(np.zeros(9, int), 10**10)
---
return -z
""")),
    59: row("returns so much that judging it would never end", returns("is judged for ever", """
def beam_search(parameters, eos, unk, width, max_length, alpha=0.0):
    return [[2] * 9999] * 9, np.zeros(9)
---
return -z
""", "far more than the docstring describes")),
}  # fmt: skip  # as above
