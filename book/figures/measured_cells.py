"""What the experiments found about cells and layers of equal size."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from experiments.learning import at_best_rate
from experiments.plan import Row
from experiments.results import chosen, read, summarize

from .measured import CELLS, Curve, curves
from .style import FORWARD, GRADIENT, INK, WEIGHT, Colour

GUESS = 1 / 6


def adding_by_cell() -> Figure:
    """Error on the adding problem over 100 steps, while tanh, GRU and LSTM of equal size learn."""
    rows = read("architectures")
    drawn = [learnt(at_best_rate(rows, task="adding 100", cell=cell), *CELLS[cell]) for cell in ("rnn", "gru", "lstm")]
    return curves(drawn, "training steps", "mean squared error", log=True, limits=(6e-5, 0.5), baseline=("always 1", GUESS),
                  names={"tanh": 0.32, "always 1": 0.1})  # fmt: skip  # one picture


def learnt(rows: Sequence[Row], name: str, colour: Colour, line: str) -> Curve:
    """Scores over the steps of training as a curve."""
    steps = sorted({row["step"] for row in rows})
    return Curve(name, steps, [summarize(chosen(rows, "score", step=step)) for step in steps], colour, line)


def second_gate() -> Figure:
    """Error of the full and the simplified unit on sums that begin afresh at a sign, while they learn."""
    rows = read("reset_gate")
    named = {"gru": "with $\\Gamma_r$", "simplified_gru": "without"}
    drawn = [learnt(at_best_rate(rows, task="adding afresh", cell=cell), name, *CELLS[cell][1:]) for cell, name in named.items()]
    return curves(drawn, "training steps", "mean squared error", log=True, limits=(2e-4, 0.5), baseline=("always 1", GUESS),
                  names={"with $\\Gamma_r$": 3e-4, "without": 9e-4})  # fmt: skip  # one picture


def names_by_layers() -> Figure:
    """Held-out bits per character while one to four layers of GRUs of equal size learn names."""
    rows = read("depth")
    named = {
        "1 layer": (INK, "dotted"),
        "2 layers": (FORWARD, "dashed"),
        "3 layers": (WEIGHT, "dashed"),
        "4 layers": (GRADIENT, "solid"),
    }
    drawn = [
        learnt(at_best_rate(rows, task="names", layers=count), name, *look) for count, (name, look) in enumerate(named.items(), 1)
    ]
    return curves(drawn, "training steps", "bits per character, names held out", limits=(2.84, 3.4),
                  names={"1 layer": 2.858, "2 layers": 2.91, "3 layers": 2.96, "4 layers": 3.01})  # fmt: skip  # one picture
