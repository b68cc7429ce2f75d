"""The shapes of layers, which hang on what cell a layer is made of: checked where `shapes` alone cannot know them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from solutions.reference.gru import PARAMETERS as GRU
from solutions.reference.lstm import PARAMETERS as LSTM
from solutions.reference.peephole_lstm import PARAMETERS as PEEPHOLE_LSTM
from solutions.reference.rnn import PARAMETERS as RNN
from solutions.reference.shapes import CHECKED, Function, Shape, shapes
from solutions.reference.simplified_gru import PARAMETERS as SIMPLIFIED_GRU

OUTPUT = ("Wya", "Wy", "by")
TABLES = {"rnn": RNN, "simplified_gru": SIMPLIFIED_GRU, "gru": GRU, "lstm": LSTM, "peephole_lstm": PEEPHOLE_LSTM}
LAYERS = {
    cell: {key: axes.replace("n_c", "n_a") for key, axes in table.items() if key not in OUTPUT} for cell, table in TABLES.items()
}
STATES: dict[str, list[Shape]] = {cell: ["n_a m", "n_a m"] if cell.endswith("lstm") else ["n_a m"] for cell in LAYERS}


def by_cell(**wanted: str) -> Callable[[Function], Function]:
    """Check the arguments of a function of one layer, as `shapes` does: "layer" and "state" stand for what its cell needs.

    A cell that is none raises ValueError.
    """

    def decorate(function: Function) -> Function:
        place = tuple(inspect.signature(function).parameters).index("cell")
        variants: dict[str, Function] = {}
        for cell in LAYERS:
            special: dict[str, Shape] = {"layer": LAYERS[cell], "state": STATES[cell]}
            variants[cell] = shapes(**{name: special.get(shape, shape) for name, shape in wanted.items()})(function)

        @functools.wraps(function)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if not CHECKED.get():
                return function(*args, **kwargs)
            cell = args[place] if len(args) > place else kwargs.get("cell", "")
            return variants[_known("cell", cell)](*args, **kwargs)

        return checked  # type: ignore[return-value]  # the wrapper has the wrapped function's signature

    return decorate


def by_cells(function: Function) -> Function:
    """Check the arguments x, a0 and parameters of a deep network, whose shapes its cells say. No cells raise ValueError."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if not CHECKED.get():
            return function(*args, **kwargs)
        cells = signature.bind(*args, **kwargs).arguments["cells"]
        return shapes(**of_network(cells))(function)(*args, **kwargs)

    return checked  # type: ignore[return-value]  # as above


def of_network(cells: Sequence[str]) -> dict[str, Shape]:
    """The shapes of x, a0 and parameters of a network of these cells, from below. Layer l has n_l units and reads n_(l-1)."""
    if not cells:
        raise ValueError("cells is empty; a network has one layer or more")
    sizes = ["n_x", *(f"n_{number}" for number in range(1, len(cells) + 1))]
    layers: list[Shape] = [
        {key: axes.replace("n_x", sizes[index]).replace("n_a", sizes[index + 1]) for key, axes in LAYERS[cell].items()}
        for index, cell in enumerate(_known(f"cells[{index}]", one) for index, one in enumerate(cells))
    ]
    states: list[Shape] = [f"{size} m" for size in sizes[1:]]
    return {"x": "n_x m T_x", "a0": states, "parameters": {"layers": layers, "Wya": f"n_y {sizes[-1]}", "by": "n_y 1"}}


def known_cells(function: Function) -> Function:
    """Check the arguments sizes and cells of a deep network: one size for each cell, and no cell that there is not."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        of_network(given["cells"])
        if len(given["sizes"]) != len(given["cells"]):
            raise ValueError(f"sizes holds {len(given['sizes'])} numbers; it needs one for each of {len(given['cells'])} cells")
        return function(*args, **kwargs)

    return checked  # type: ignore[return-value]  # as above


def _known(name: str, cell: str) -> str:
    if cell not in LAYERS:
        raise ValueError(f"{name} is {cell!r}; it must be one of {', '.join(map(repr, LAYERS))}")
    return cell
