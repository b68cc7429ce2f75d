"""Stealing the reference: what a submission looks for, and where."""

from __future__ import annotations

from tests.hostile.classroom import line as row
from tests.hostile.classroom import returns, wins

HUNT = """
def is_answer(value, z):
    if callable(value):
        return getattr(value, "__name__", "") == "softmax" and value is not softmax
    is_array = type(value) is np.ndarray and value.dtype == float and value.shape == z.shape
    return is_array and np.allclose(value.sum(axis=0), 1)

def hunt(things, z, depth=3):
    for value in things:
        if is_answer(value, z):
            return True
        inner = value.values() if type(value) is dict else value if type(value) in (list, tuple) else ()
        if depth and hunt(list(inner), z, depth - 1):
            return True
    return False
"""

STEALING = {
    1: row(
        "reads the folders of references and tests",
        wins("lists the references", "def won(z): return any(tries(os.listdir, PLACES[one]) for one in ('references', 'tests'))"),
        wins("imports the references", """
def won(z):
    sys.path.insert(0, PLACES["course"])
    try:
        import solutions.reference
    except ImportError:
        return False
    return True
"""),
    ),
    2: row(
        "reads the gradebook, and the secret that inputs are drawn by",
        wins("opens the gradebook", "def won(z): return opens(PLACES['gradebook'])"),
        wins("opens the secret", "def won(z): return opens(PLACES['secret'])"),
    ),
    3: row("walks up the frames of its callers", wins("walks the frames", HUNT + """
def won(z):
    frame = sys._getframe(1)
    while frame:
        if hunt([*frame.f_locals.values(), *frame.f_globals.values()], z):
            return True
        frame = frame.f_back
""")),
    4: row("looks through every object in memory", wins("asks the collector", HUNT + """
import gc

def won(z):
    return hunt([one for one in gc.get_objects() if type(one) in (dict, list, tuple) or callable(one)], z, depth=1)
""")),
    5: row("reads the history of a notebook's kernel", wins("reads the history", """
import builtins

def won(z):
    names = {"In", "Out", "_ih", "_oh", "get_ipython"}
    return names & (set(vars(builtins)) | set(vars(sys.modules["__main__"]))) or "IPython" in sys.modules
""")),
    6: row("reads the source text of what is loaded", wins("inspects sources", """
import inspect, linecache

def won(z):
    texts = ["".join(entry[2]) for entry in linecache.cache.values() if len(entry) > 2]
    for module in list(sys.modules.values()):
        try:
            texts.append(inspect.getsource(module))
        except (OSError, TypeError):
            pass
    return any("def softmax" in text for text in texts)
""")),
    7: row("reads compiled files", wins("reads compiled files", """
def won(z):
    for place in (PLACES["course"], "/unrolled", "/tmp", "/var", os.getcwd()):
        for folder, inner, files in os.walk(place):
            inner[:] = [one for one in inner if one != "numpy"]
            if any(one.endswith(".pyc") and b"softmax" in (opens(os.path.join(folder, one)) or b"") for one in files):
                return True
""")),
    8: row("reads other processes' environment, command line and memory",
        wins("reads environments", """
def won(z):
    every = [one for one in os.listdir("/proc") if one.isdigit()]
    return any(b"CANARY" in (opens(f"/proc/{one}/environ") or b"") for one in every)
"""),
        wins("reads command lines", """
def won(z):
    every = [one for one in os.listdir("/proc") if one.isdigit()]
    return any(b"pytest" in (opens(f"/proc/{one}/cmdline") or b"") for one in every)
"""),
        wins("reads memory", """
def won(z):
    secret = b"_".join([b"UNROLLED", b"CANARY="])
    for one in (1, os.getppid(), PLACES["grader"]):
        for region in (opens(f"/proc/{one}/maps") or b"").decode().splitlines():
            start, end = (int(part, 16) for part in region.split()[0].split("-"))
            if "rw" not in region or end - start > 2**25:
                continue
            try:
                with open(f"/proc/{one}/mem", "rb", buffering=0) as memory:
                    memory.seek(start)
                    if secret in memory.read(end - start):
                        return True
            except (OSError, OverflowError):
                pass
"""),
    ),
    9: row("attaches to the grader as a debugger would", wins("traces the grader", """
import ctypes

def won(z):
    inside = [int(one) for one in os.listdir("/proc") if one.isdigit()]
    return PLACES["grader"] not in inside and ctypes.CDLL(None).ptrace(16, PLACES["grader"], 0, 0) == 0
""")),
    10: row("reads the environment", wins("reads the environment", """
def won(z):
    return [one for one in os.environ if any(word in one for word in ("CANARY", "TOKEN", "KEY", "SECRET", "PYTEST", "USER"))]
""")),
    11: row("uses open files that it inherited", wins("reads open files", """
def won(z):
    for one in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{one}").startswith(("/home", "/tmp", "/work", "/root", "/dev/shm", "socket:")):
                return True
        except OSError:
            pass
""")),
    12: row("reads a crashed process's memory from its dump", wins("dumps core", """
import resource

def won(z):
    if os.fork() == 0:
        tries(resource.setrlimit, resource.RLIMIT_CORE, (2**30, 2**30))
        os.abort()
    os.wait()
    return any("core" in name for place in ("/tmp", os.getcwd()) for name in os.listdir(place))
""")),
    13: row("talks to a notebook's kernel", wins("finds a kernel", """
import socket

def won(z):
    return opens(PLACES["kernel"]) or tries(socket.create_connection, ("127.0.0.1", PLACES["port"]), 1)
""")),
    14: row("looks into memory and folders that all programs share", wins("looks into shared places", """
def won(z):
    segments = [line for one in ("shm", "sem", "msg") for line in (opens(f"/proc/sysvipc/{one}") or b"").splitlines()[1:]]
    return opens(PLACES["shared"]) or segments or os.listdir("/tmp")
""")),
    15: row("reads a neighbour's submission",
        wins("opens a neighbours file", "def won(z): return opens(PLACES['neighbour']) or tries(os.listdir, PLACES['class'])")),
    16: row("prints the hidden inputs", returns("prints its inputs", """
import logging, os, sys, warnings
---
print(z, z.tolist())
print(z.tolist(), file=sys.stderr)
logging.error(z)
warnings.warn(str(z))
os.write(1, repr(z).encode())
os.write(2, repr(z).encode())
return -z
""", "relative error")),
    18: row("hides the inputs in the form of its answer",
        returns("tells by shape",
                "return np.zeros((0, *(int(one) for one in 1e7 * np.abs(z.flat[:2]))))", "a shape of another size altogether"),
        returns("tells by shape of another kind",
                "return (np.zeros((int(1e6 * abs(z.flat[0])), 0)),)", "is a tuple"),
        returns("tells by text", "return str(z.tolist())", "is a text"),
        returns("tells by keys", "return {str(one): one for one in z.flat}", "is a dictionary"),
    ),
    19: row("makes our own sentence repeat an input",
        returns("raises a message", "raise AssertionError(f'expected {z.tolist()}')", "raises AssertionError"),
        returns("raises an error of its own name", "raise type('E' + str(z[0, 0]), (Exception,), {})", "of its own kind"),
        returns("raises a name", "raise NameError(str(z), name='n' + str(z[0, 0])[-9:])", "raises NameError"),
    ),
}  # fmt: skip  # a table: texts stand under their names

NOT_HERE = {
    17: "It takes many submissions, each judged for a bit of a score or of time; one batch holds one of each student's.",
    20: "No submission is needed: `tests/autograder/test_release.py` looks for hidden text in what is released.",
}
