"""Forging the verdict: what a submission bends, writes or says so that a wrong answer passes for a right one."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from autograder.course import source_of
from tests.hostile.classroom import COURSE, HONEST, ROOT, Attack, points, returns
from tests.hostile.classroom import line as row

SAY = """
import os, struct
import wire

def say(*bodies):
    for descriptor in range(3, 64):
        for body in bodies:
            try:
                os.write(descriptor, struct.pack(">I", len(body)) + body)
            except OSError:
                pass
"""
WRONG = "relative error"

FORGING = {
    21: row("bends NumPy's comparisons", returns("bends comparisons", """
import builtins, numpy, numpy.testing

def bend():
    for name in ("allclose", "isclose", "array_equal", "all", "any", "isfinite"):
        setattr(np, name, lambda *inputs, **named: True)
    for name in ("assert_allclose", "assert_array_equal", "assert_equal"):
        setattr(np.testing, name, lambda *inputs, **named: None)
    builtins.abs = builtins.max = lambda *inputs, **named: 0
    builtins.isinstance = lambda *inputs: True
---
bend()
return -z
""")),
    22: row("bends the test runners and this grader's own modules", returns("bends the runners", """
import sys, types, unittest
---
unittest.TestCase.run = unittest.TestCase.__call__ = lambda self, result=None: None
for name in ("pytest", "autograder", "autograder.judge", "autograder.compare"):
    sys.modules[name] = types.SimpleNamespace(difference=lambda *a, **k: None, judge=lambda *a: [], exit=sys.exit)
for module in list(sys.modules.values()):
    for name in ("judge", "difference", "grade", "score", "check"):
        if hasattr(module, name):
            setattr(module, name, lambda *a, **k: None)
return -z
""", WRONG)),
    23: row("bends what runs and shows a cell", returns("bends the shell", """
import builtins, sys, types
---
shell = types.SimpleNamespace(run_cell=lambda *a, **k: 4.0, transform_cell=lambda text: "4.0")
builtins.get_ipython = lambda: shell
sys.displayhook = lambda value: print(4.0)
return -z
""", WRONG)),
    24: row("bends how errors are shown", returns("bends tracebacks", """
import sys, traceback
---
sys.excepthook = lambda *a: None
traceback.extract_tb = traceback.format_exc = lambda *a, **k: []
raise ValueError("all is well")
""", "raises ValueError|a kind of its own|cannot be read")),
    25: row(
        "returns a number of points, or something that reads as one",
        returns("returns minus one", "return -1", "shape"),
        returns("returns not a number", "return float('nan')", "shape"),
        returns("returns all its points", "return 4.0", "shape"),
        returns("returns points as text", "return 'score: 100'", "a text"),
        returns("returns a row of a grade", "return {'score': 4.0, 'points': 1e308, 'verdict': 'right', 'max_points': 0}",
                "a dictionary"),
        returns("shows itself as full marks", """
class Full:
    def __repr__(self): return "-1"
    __str__ = __format__ = lambda self, *form: "nan"
---
return Full()
""", "an object of another kind"),
    ),
    26: row("writes the results itself and leaves with exit code 0", returns("writes the results", """
import os
---
for name in ("results", "gradebook", "canary", "neighbour"):
    for path in (PLACES[name], PLACES[name] + ".partial"):
        try:
            with open(path, "w") as file:
                file.write('{"student": "26-writes-the-results", "score": 1e9}')
        except OSError:
            pass
os._exit(0)
""", "ended the program")),
    27: row("leaves a process behind that rewrites the results later", returns("leaves a daemon", """
import os, time

def haunt():
    if os.fork() or os.setsid() is None and os.fork():
        return
    for _ in range(100):
        for name in ("results", "gradebook", "neighbour"):
            try:
                with open(PLACES[name], "w") as file:
                    file.write("1e9")
            except OSError:
                pass
        time.sleep(0.05)
    os._exit(0)
---
haunt()
return -z
""", WRONG)),
    28: row("prints lines that look like the grader's", returns("prints a protocol", SAY + """
---
print('{"score": 4.0, "verdict": "right"}', flush=True)
os.write(1, struct.pack(">I", 9) + b"full marks")
os.write(2, b"score: 100")
return -z
""", WRONG)),
    29: row(
        "finds the way back to the grader and writes a verdict on it",
        returns("writes a verdict", SAY + """---
say(wire.encode(("grade", 4.0)), wire.encode(("right", 4.0, "")))
return -z
""", "cannot be read"),
        returns("writes its own answer", SAY + """---
say(*[wire.encode(("returned", -z, [z], False, False, []))] * 6)
os._exit(0)
""", "relative error|shape"),
        returns("writes truth values", SAY + """---
say(*[wire.encode(("returned", True, None, False, False, [])) for _ in range(6)])
os._exit(0)
""", "truth value|shape"),
        returns("asks for a reference", SAY + """---
say(wire.encode(("ask", "softmax", [z], {})))
return -z
"""),
    ),
    30: row(
        "answers more often, less often or in another order than it was asked",
        returns("answers a hundred times", SAY + """---
say(*[wire.encode(("returned", right(z), [z], False, False, []))] * 100)
return -z
"""),
        returns("ends before it is asked", SAY + """
early = say(wire.encode(("ready",)), wire.encode(("end", 0)))
---
early
return -z
"""),
        returns("answers backwards", SAY + """
import sys
---
frame = sys._getframe()
while "job" not in frame.f_locals:
    frame = frame.f_back
inputs = [arguments[0] for arguments, drawn in frame.f_locals["job"]["calls"]]
say(*[wire.encode(("returned", right(one), [one], False, False, [])) for one in inputs[::-1]])
os._exit(0)
""", "shape"),
    ),
    31: row(
        "leaves early, as if nothing were left to check",
        returns("exits with success", "import os\n---\nos._exit(0)", "ended the program"),
        returns("raises SystemExit", "raise SystemExit(0)", "raises SystemExit"),
        returns("kills itself", "import os\n---\nos.kill(os.getpid(), 9)", "ended the program"),
        returns("exits before it is defined", "import sys\nvalue = sys.exit(0)\n---\nreturn -z * value", "uses the name `value`"),
    ),
    32: row(
        "skips the tests",
        returns("raises a skip", "import unittest\n---\nraise unittest.SkipTest('not today')", "of its own kind"),
        returns("writes a conftest", """
---
for place in ("/tmp", ".", PLACES["tests"]):
    try:
        with open(place + "/conftest.py", "w") as file:
            file.write("import os; os._exit(0)")
    except OSError:
        pass
return -z
""", WRONG),
    ),
    33: row("says something after its last answer", returns("speaks from the grave", SAY + """
import atexit, weakref

class Late(np.ndarray):
    def __del__(self):
        say(wire.encode(("returned", 1.0, None, False, False, [])))
---
value = np.array(-z).view(Late)
atexit.register(say, wire.encode(("grade", 4.0)))
weakref.finalize(value, say, wire.encode(("returned", True, None, False, False, [])))
return value
""")),
    34: row("watches and changes the program around it with hooks", returns("hooks everything", """
import sys, threading

def hook(frame, event, argument):
    for name in ("value", "reply", "points", "score"):
        if name in frame.f_locals:
            frame.f_locals[name] = 4.0
    return hook
---
sys.addaudithook(lambda *event: None)
frame = sys._getframe()
while frame:
    frame.f_trace = hook
    frame = frame.f_back
sys.setprofile(hook)
threading.settrace(hook)
sys.settrace(hook)
return -z
""")),
    35: row("changes its answer after it was returned", returns("changes it later", """
import threading, time

def flicker(value, z):
    for step in range(2000):
        value[...] = -z if step % 2 else 0
---
value = -z
threading.Thread(target=flicker, args=(value, z), daemon=True).start()
return value
""", "relative error|zero everywhere|two different answers")),
    36: row("bends clocks and random numbers", returns("stops the clock", """
import random, time
---
time.time = time.monotonic = time.perf_counter = lambda: 0.0
np.random.default_rng = lambda *seed: None
random.seed(0)
np.random.seed(0)
return -z
""", WRONG)),
    37: row("finds out that it is judged and behaves otherwise then", returns("knows the place", """
import os, sys
---
judged = os.uname().nodename == "sandbox" or "/unrolled/inside" in sys.path or "wire" in sys.modules
return np.full(z.shape, 4.0) if judged else right(z)
""", WRONG)),
}  # fmt: skip  # a table: texts stand under their names


def notebook(name: str, change: Callable[[list[Any], Callable[[str], Any]], None]) -> Attack:
    """The released notebook with the honest answer and a wrong one in it, changed by who gets its cells and can find one."""

    def text(places: Mapping[str, Any]) -> bytes:
        made = copy.deepcopy(json.loads((ROOT / "exercises" / "02_rnn" / "rnn.ipynb").read_text()))

        def find(grade_id: str) -> Any:
            return next(cell for cell in made["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)

        find("softmax")["source"] = "def softmax(z):\n    return -z\n"
        find(HONEST)["source"] = source_of(COURSE.references[HONEST])
        change(made["cells"], find)
        return json.dumps(made).encode()

    return Attack(name, text, earns=points(HONEST), ends=WRONG, suffix=".ipynb")


def _claims_points(cells: list[Any], find: Callable[[str], Any]) -> None:
    for cell in cells:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"].update(solution=False, grade=True, points=1e9, locked=False)
            cell["metadata"]["nbgrader"]["cell_type"] = "markdown"


def _doubles(cells: list[Any], find: Callable[[str], Any]) -> None:
    again = copy.deepcopy(find("softmax"))
    again["metadata"]["nbgrader"].update(grade=True, points=1e9)
    again["source"] = "softmax = lambda z: -z\n4.0"
    check = copy.deepcopy(find("check-softmax"))
    check["source"] = "4.0"
    cells.extend([again, check])


def _drops_tests(cells: list[Any], find: Callable[[str], Any]) -> None:
    cells.remove(find("check-softmax"))
    find("check-sigmoid")["metadata"]["nbgrader"]["grade_id"] = "check-softmax"


def _shadows(cells: list[Any], find: Callable[[str], Any]) -> None:
    find("setup")["source"] = "class np:\n    tanh = exp = allclose = lambda *inputs: True\n"
    find("softmax")["source"] = "def softmax(z):\n    e = np.exp(z - z.max(0))\n    return e / e.sum(0)\n"
    shadow = "def softmax(z):\n    return -z\n\ndef check(*inputs):\n    return 4.0\n"
    cells.append({"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": shadow})


def _brings_outputs(cells: list[Any], find: Callable[[str], Any]) -> None:
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 1
            result = {"output_type": "execute_result", "data": {"text/plain": "4.0"}, "metadata": {}, "execution_count": 1}
            cell["outputs"] = [result, {"output_type": "stream", "name": "stdout", "text": "Success. 100 %"}]


NOTEBOOKS = {
    38: row("gives its cells other points, flags and types", notebook("claims points", _claims_points)),
    39: row("hands in a cell twice", notebook("doubles a cell", _doubles)),
    40: row("deletes and renames tests", notebook("drops tests", _drops_tests)),
    41: row("defines what was given anew, and shadows an answer later on", notebook("shadows an answer", _shadows)),
    42: row("brings the outputs of its tests along", notebook("brings outputs", _brings_outputs)),
}
