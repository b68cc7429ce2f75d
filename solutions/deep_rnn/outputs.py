"""Outputs of topic `deep_rnn` that come once for each kind of cell, or once for each layer.

Every kind has points of its own, and the kinds in EXTRA cost nothing else: whoever never wrote them loses no other point.
"""

from autograder.domain import Output
from solutions.deep_rnn.draws import EXTRA, KINDS, SHAPES

WITHOUT_EXTRA = f"not any(cell in {EXTRA} for cell in cells)"
# The sizes give 1300 entries or more: both bounds are above six times what normal draws of that number deviate by.
SPREAD = "abs(np.std(w * np.sqrt({0})) - 1) < 0.13 and abs(np.mean(w * np.sqrt({0}))) < 0.17"
NOT_DRAWN = "is not drawn as the docstring says: look at the mean and at the spread."
FIRST = "[float(np.ravel(w)[0]) for layer in layers for key, w in layer.items() if key[0] == 'W']"


def for_each_kind(
    what: str, path: tuple[int | str, ...], axes: str = "", points: float = 1, taken_by: str = ""
) -> tuple[Output, ...]:
    """The same output of one layer for each kind of cell."""
    return tuple(Output(f"{cell} {what}", path, axes, points, where=f"cell == {cell!r}", taken_by=taken_by) for cell in KINDS)


def for_each_extra(what: str, path: tuple[int | str, ...], axes: str = "") -> tuple[Output, ...]:
    """The same output of a network, for each kind that is not among the others' networks; `KIND` in a text stands for it."""
    return tuple(Output(what.replace("KIND", cell), path, axes, where=f"{cell!r} in cells") for cell in EXTRA)


def for_each_layer(what: str, path: int | str, axes: str = "", points: float = 1) -> tuple[Output, ...]:
    """An output for each of up to three layers, where there are so many; `L` in a text stands for a layer's number."""
    outputs = []
    for number in (1, 2, 3):
        name, shape = (text.replace("L", str(number)) for text in (what, axes))
        outputs.append(Output(name, (path, number - 1), shape, points, where=at_least(number)))
    return tuple(outputs)


def at_least(number: int) -> str:
    """The networks of so many layers, none of an extra kind."""
    return f"len(cells) >= {number} and {WITHOUT_EXTRA}"


def unless(condition: str, otherwise: str) -> str:
    """A rule that has nothing to say where the condition holds."""
    return f"None if {condition} else {otherwise!r}"


def start_of_layer(index: int, name: str, where: str) -> tuple[Output, ...]:
    """What the start of one layer is judged by: its form, its weights, and what is not drawn."""
    width, reads = f"sizes[{index}]", f"[n_x, *sizes][{index}]"
    shapes = f"{{key: np.shape(value) for key, value in layer_{name}.items()}}"
    spread = SPREAD.format(f"({width} + {reads})")
    rules = {
        f"layer_{name}": unless(
            f"{shapes} == ({SHAPES})(cells[{index}], {width}, {reads})",
            "holds other keys, or arrays of other shapes, than the docstring says."),
        f"weights_{name}": unless(f"all({spread} for key, w in weights_{name}.items() if key[0] == 'W')", NOT_DRAWN),
        f"biases_{name}": unless(
            f"all(np.allclose(b, forget_bias if key == 'bf' else 0) for key, b in biases_{name}.items() if key[0] != 'W')",
            "does not hold what the docstring says."),
    }  # fmt: skip  # rules stand on lines of their own
    return tuple(Output(output, ("layers", index), rule=rule, where=where) for output, rule in rules.items())


START = (
    Output("layers", ("layers",), where=WITHOUT_EXTRA, rule=unless(
        f"len(layers) == len(cells) and len(set({FIRST})) == len({FIRST})",
        "must hold a dictionary for each layer, and no two weights may be one and the same draw.")),
    *(output for index in range(3) for output in start_of_layer(index, str(index + 1), at_least(index + 1))),
    Output("Wya", ("Wya",), where=WITHOUT_EXTRA, rule=unless(
        f"np.shape(Wya) == (n_y, sizes[-1]) and all({SPREAD.format('sizes[-1]')} for w in [Wya])", NOT_DRAWN)),
    Output("by", ("by",), where=WITHOUT_EXTRA, rule=unless(
        "np.shape(by) == (n_y, 1) and np.allclose(by, 0)", "must be zeros in the docstring's shape.")),
    *(output for cell in EXTRA for output in start_of_layer(0, cell, f"{cell!r} in cells")),
)  # fmt: skip  # rules stand on lines of their own
