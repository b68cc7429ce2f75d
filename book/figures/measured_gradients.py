"""What the experiments on gradients found: what is left of them far back, and what clipping does to their direction."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from experiments import results

from .measured import Curve, curves
from .style import FORWARD, GRADIENT, INK, WEIGHT, Colour

BEFORE, AFTER = "dashed", "solid"
BACK, LARGEST = "steps back", "largest singular value of the Jacobian"
HUNDRED = [20.0, 40.0, 60.0, 80.0, 100.0]


def _left(cell: str, bias: int, after: bool, norm: str) -> tuple[list[float], list[results.Summary]]:
    """What is left of gradients against lag, before or after learning, in one norm."""
    rows = [row for row in results.read("gates_and_gradients") if (row["updates"] > 0) == after]
    lags = sorted(set(results.chosen(rows, "lag", cell=cell)))
    return lags, [results.summarize(results.chosen(rows, norm, cell=cell, bias=bias, lag=lag)) for lag in lags]


def _curve(name: str, cell: str, bias: int, after: bool, norm: str, colour: Colour) -> Curve:
    return Curve(name, *_left(cell, bias, after, norm), colour, AFTER if after else BEFORE)


def gates_that_learnt_to_keep() -> Figure:
    """All ways together, before and after learning to add, with gates and without."""
    cells = (("rnn", "tanh", INK), ("gru", "GRU", WEIGHT))
    drawn = [
        _curve(f"{name}, {when}", cell, 0, when == "after", "largest", colour)
        for cell, name, colour in cells
        for when in ("before", "after")
    ]
    places = {"tanh, before": 50.0, "GRU, after": 0.2, "GRU, before": 4e-14, "tanh, after": 3e-17}
    figure = curves(drawn, BACK, LARGEST, log=True, limits=(1e-19, 1e3), names=places)
    return _with_ticks(figure, HUNDRED, [1e-15, 1e-10, 1e-5, 1.0])


def memory_and_all_roads() -> Figure:
    """An LSTM before and after learning to add: all roads, and that of the memory alone."""
    roads = (("largest", "all", FORWARD), ("straight", "$c$", INK))
    drawn = [
        _curve(f"{name}, {when}", "lstm", 1, when == "after", norm, colour)
        for norm, name, colour in roads
        for when in ("before", "after")
    ]
    places = {"all, after": 10.0, "$c$, after": 0.2}
    figure = curves(drawn, BACK, LARGEST, log=True, limits=(1e-12, 1e2), names=places)
    return _with_ticks(figure, HUNDRED, [1e-9, 1e-6, 1e-3, 1.0])


def turned_by_clipping() -> Figure:
    """Cosine between a gradient before and after clipping, against the limit, for three ways to clip."""
    rows = [row for row in results.read("exploding") if row["part"] == "clipped" and row["task"] == "names"]
    limits = sorted(set(results.chosen(rows, "limit")))
    ways = (("norm", "by norm", GRADIENT, "solid"), ("each norm", "each array", FORWARD, "dashed"),
            ("value", "by value", INK, "dotted"))  # fmt: skip  # a table

    def found(way: str) -> list[results.Summary]:
        return [results.summarize(results.chosen(rows, "cosine", way=way, limit=limit)) for limit in limits]

    drawn = [Curve(name, limits, found(way), colour, line) for way, name, colour, line in ways]
    figure = curves(drawn, "limit", "cosine: before and after clipping", limits=(0.5, 1.02),
                    names={"by norm": 1.0, "each array": 0.95, "by value": 0.90})  # fmt: skip  # one picture
    figure.axes[1].set_xscale("log")
    return _with_ticks(figure, [1e-3, 1e-2, 1e-1, 1.0], [0.6, 0.8, 1.0])


def _with_ticks(figure: Figure, across: list[float], up: list[float]) -> Figure:
    """Choose the ticks of a plot."""
    axes = figure.axes[1]
    axes.set_xticks(across)
    axes.set_yticks(up)
    axes.xaxis.set_minor_locator(NullLocator())
    return figure
