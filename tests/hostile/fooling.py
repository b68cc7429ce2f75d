"""Fooling the comparison: values that are not right and would like to be taken for it."""

from __future__ import annotations

from autograder.cases import cases_of
from autograder.keys import Secret, student_key
from tests.hostile.classroom import ATTACKED, COURSE, HONEST, NEIGHBOURS, SECRET, Attack, points, returns, wins
from tests.hostile.classroom import line as row

OUTPUT = points(ATTACKED) - 1
"""What the attacked function's numbers are worth; one point is for leaving inputs as they were."""



def tabulates(name: str, secret: Secret, owner: str) -> Attack:
    """Looks its answers up in a table of all the inputs that somebody has under some secret, with the true answers."""
    exercise = next(one for one in COURSE.topic_of([ATTACKED]).exercises if one.name == ATTACKED)
    cases = cases_of(COURSE, exercise, student_key(secret, "by-name", owner))
    table = {case.arguments[0].tobytes().hex(): case.truth["y_pred"].tolist() for case in cases}
    return returns(name, f"TABLE = {table!r}\n---\nreturn np.array(TABLE.get(z.tobytes().hex(), -z))", "relative error")


KEEPING = """
import glob

SHELVES = [".", "/tmp", "/dev/shm", os.path.expanduser("~"), *map(os.path.dirname, map(str, PLACES.values()))]

def keep(z):
    for shelf in SHELVES:
        tries(lambda: z.tofile(os.path.join(shelf, "kept-inputs-%d" % z.size)))

def kept():
    return [path for shelf in SHELVES for path in glob.glob(os.path.join(shelf, "kept-inputs-*"))]

"""
"""Puts what a program saw wherever that may outlast it, and looks for what an earlier one put there."""

FOOLING = {
    43: row("returns an array whose class answers NumPy's questions itself", returns("agrees with everything", """
class Agreeing(np.ndarray):
    def __array_function__(self, *inputs): return True
    def __array_ufunc__(self, *inputs, **named): return True
    def __eq__(self, other): return True
---
return np.zeros(z.shape).view(Agreeing)
""", "zero everywhere")),
    44: row(
        "returns objects that say they are equal, or near",
        returns("equals everything", """
class Equal:
    def __eq__(self, other): return True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: 0
---
return Equal()
""", "an object of another kind"),
        returns("is near everything", """
class Near(float):
    __sub__ = __rsub__ = __abs__ = lambda self, *other: Near(0.0)
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = lambda self, other: True
    __hash__ = float.__hash__
---
return Near(0.0)
""", "shape"),
        returns("calls itself an array", """
class Posing:
    __class__ = np.ndarray
    shape, dtype, ndim, size = (4, 2), np.dtype(float), 2, 8
---
return Posing()
""", "raises|cannot be read|another kind|one number"),
    ),
    45: row(
        "returns something that only becomes an array, or is one of another kind",
        returns("becomes an array", """
class Becoming:
    def __init__(self, z): self.z = z
    def __array__(self, *inputs, **named): return right(self.z)
---
return Becoming(z)
""", "an object of another kind"),
        returns("is a matrix", "return np.asmatrix(-z)", "relative error"),
        returns("is masked", "return np.ma.masked_array(-z, mask=True)", "relative error"),
        returns("holds objects", "return right(z).astype(object)", "an object of another kind"),
        returns("holds records", "return right(z).view([('p', float)])", "an object of another kind"),
        returns("holds texts", "return right(z).astype(str)", "an object of another kind"),
        returns("is a memory view", "return memoryview(right(z))", "an object of another kind"),
        returns("is a list of lists", "return right(z).tolist()", "is a list"),
    ),
    46: row(
        "returns less and leaves the rest to broadcasting",
        returns("is one number", "return 1 / len(z)", "has shape"),
        returns("is an array of no axes", "return np.array(1 / len(z))", "has shape"),
        returns("is one row", "return right(z)[:1]", "has shape"),
        returns("is one column", "return np.full((len(z), 1), 1 / len(z))", "has shape"),
        returns("has an axis more", "return right(z)[None]", "has shape"),
        returns("is empty", "return right(z)[:0]", "has shape"),
        returns("repeats one number by strides", "return np.broadcast_to(1 / len(z), z.shape)", "relative error"),
    ),
    47: row(
        "returns NaN, infinity or what overflows",
        returns("is not a number", "return np.full(z.shape, np.nan)", "NaN or infinity"),
        returns("is infinite", "return np.where(right(z) > 0.5, np.inf, right(z))", "NaN or infinity|relative error"),
        returns("overflows", "return np.full(z.shape, -1.7e308)", "relative error"),
        returns("is barely anything", "return np.full(z.shape, 5e-324)", "relative error"),
        returns("is minus nothing", "return np.full(z.shape, -0.0)", "zero everywhere"),
    ),
    49: row(
        "returns numbers of another precision or kind",
        returns("is of low precision", "return right(z).astype('float16')", "float16 numbers"),
        returns("is of high precision", "return right(z).astype('longdouble')", "another kind"),
        returns("is complex", "return right(z) + 0j", "complex128 numbers"),
        returns("is whole", "return right(z).round().astype(int)", "int64 numbers"),
        returns("is true or false", "return right(z) > 0.5", "bool numbers"),
        returns("rounds", "return right(z).astype('float32').round(3)", "relative error"),
    ),
    50: row("changes the inputs so that its answer fits them",
            returns("flattens its inputs", "z[...] = 0\nreturn np.full(z.shape, 1 / len(z))", "relative error")),
    51: row(
        "returns the input itself, or one array again and again",
        returns("works in the input", "z -= z.max(axis=0)\nnp.exp(z, out=z)\nz /= z.sum(axis=0)\nreturn z",
                "is not what it was before", earns=points(HONEST) + OUTPUT),
        returns("returns the first again", "first = []\n---\nfirst.append(right(z))\nreturn first[0]", "has shape"),
        returns("returns one array", """
kept = np.zeros((9, 9))
---
kept[:z.shape[0], :z.shape[1]] = right(z)
return kept
""", "has shape"),
    ),
    52: row(
        "looks its answers up in a table of inputs",
        tabulates("has a table of another secret", Secret(bytes(32)), "52-has-a-table-of-another-secret"),
        tabulates("has a table of a neighbour", SECRET, NEIGHBOURS[0]),
    ),
    53: row(
        "replays what it saw in an earlier run",
        wins("keeps what it saw", KEEPING + "before = kept()\n\ndef won(z):\n    keep(z)\n    return before"),
        wins("replays what was kept", KEEPING + "before = kept()\n\ndef won(z): return before"),
    ),
    54: row(
        "is right for some calls only",
        returns("is right once", "calls = []\n---\ncalls.append(z)\nreturn -z if calls[1:] else right(z)", "relative error"),
        returns("is wrong when asked again", """
seen = set()
---
again = z.tobytes() in seen
seen.add(z.tobytes())
return -z if again else right(z)
""", "two different answers"),
    ),
    56: row("calls a library that can do the exercise", wins("imports libraries", """
def won(z):
    for name in ("torch", "scipy", "autograd", "jax", "tensorflow", "keras", "sklearn"):
        try:
            __import__(name)
            return True
        except ImportError:
            pass
""")),
    57: row("looks for the course among the installed packages", wins("lists packages", """
import pkgutil

def won(z):
    names = {one.name for one in pkgutil.iter_modules()}
    return names & {"solutions", "autograder", "unrolled", "unrolled_checks", "nbgrader", "site", "pip"} - {"site"}
""")),
    58: row(
        "hands in what it was given",
        returns("is a stub", "raise NotImplementedError", "has not been written yet"),
        returns("does nothing", "pass", "None"),
        returns("returns its input", "return z.copy()", "relative error"),
    ),
}  # fmt: skip  # a table: texts stand under their names

WRAPPED = {
    "in a class of its own": "class Own(np.ndarray):\n    pass\n---\nreturn right(z).view(Own)",
    "as a matrix": "return np.asmatrix(right(z))",
    "under a mask": "return np.ma.masked_array(right(z), mask=True)",
    "by columns": "return np.asfortranarray(right(z))",
    "by strides": "return np.repeat(right(z), 2, axis=1)[:, ::2]",
    "backwards twice": "return np.ascontiguousarray(right(z)[::-1])[::-1]",
    "with other bytes first": "return right(z).astype('>f8')",
    "read only": "value = right(z)\nvalue.flags.writeable = False\nreturn value",
    "in single precision": "return right(z).astype('float32')",
}
"""Right numbers that come wrapped in something: they are judged by their plain values."""

GRADIENTS = {
    48: row("returns zeros where gradients are small", returns("vanishes", """
def rnn_cell_backward(da_next, cache, activation="tanh"):
    a_next, a_prev, xt, parameters = cache
    zeros = {name: np.zeros(parameters[name[1:]].shape) for name in ("dWax", "dWaa", "dba")}
    return {"dxt": np.zeros(xt.shape), "da_prev": np.full(a_prev.shape, 1e-9), **zeros}
---
return -z
""")),
    55: row("measures the gradient of its own wrong forward pass", returns("measures itself", """
def rnn_cell_forward(xt, a_prev, parameters, activation="tanh"):
    a_next = np.sin(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    return a_next, a_next, (a_next, a_prev, xt, parameters)

def slope(da_next, cache, array):
    measured = np.zeros(array.shape)
    for index in np.ndindex(*array.shape):
        kept, ends = array[index], []
        for step in (1e-6, -1e-6):
            array[index] = kept + step
            ends.append(rnn_cell_forward(cache[2], cache[1], cache[3])[0])
        array[index] = kept
        measured[index] = np.sum(da_next * (ends[0] - ends[1])) / 2e-6
    return measured

def rnn_cell_backward(da_next, cache, activation="tanh"):
    parameters = {name: value.copy() for name, value in cache[3].items()}
    cache = (None, cache[1].copy(), cache[2].copy(), parameters)
    slopes = {"d" + name: slope(da_next, cache, parameters[name]) for name in ("Wax", "Waa", "ba")}
    return {"dxt": slope(da_next, cache, cache[2]), "da_prev": slope(da_next, cache, cache[1]), **slopes}
---
return -z
""")),
}  # fmt: skip  # as above
