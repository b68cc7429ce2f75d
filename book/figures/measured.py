"""What experiments measured: medians over seeds with their intervals, as curves with bands or as dots with bars.

This module and the modules `measured_...` read the package `experiments`. So the package of figures does not import them: a
chapter that shows results puts the course's folder on its path first, then `from figures.measured_lstm import ...`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from experiments.results import Summary

from .cells import write
from .style import FONT_SIZE, FORWARD, INK, WEIGHT, WIDTH, Colour, dress, new_sheet

CELLS: dict[str, tuple[str, Colour, str]] = {
    "rnn": ("tanh", INK, "dotted"),
    "simplified_gru": ("GRU without $\\Gamma_r$", WEIGHT, "dashed"),
    "gru": ("GRU", WEIGHT, "solid"),
    "lstm": ("LSTM", FORWARD, "solid"),
    "peephole_lstm": ("with peepholes", FORWARD, "dashed"),
}
"""How each cell is named and drawn, in every figure that compares cells."""


class Curve(NamedTuple):
    """A named curve: where it was measured, what was found there, and how it looks."""

    name: str
    places: Sequence[float]
    found: Sequence[Summary]
    colour: Colour
    line: str = "solid"


class Dot(NamedTuple):
    """A named median with its interval; and a limit of its own, an upright stroke, where there is one."""

    name: str
    found: Summary
    colour: Colour
    limit: float | None = None


def curves(
    drawn: Iterable[Curve], across: str, up: str, *, log: bool = False, limits: tuple[float, float] | None = None,
    baseline: tuple[str, float] | None = None, names: dict[str, float] | None = None, height: float = 268.0,
) -> Figure:  # fmt: skip  # what is drawn, then how
    """Plot medians as curves with their intervals as bands, each curve named at its end.

    Parameters
    ----------
    drawn : the curves
    across, up : what the axes show; `up` stands above the axis
    log : whether the upright axis is logarithmic
    limits : of the upright axis
    baseline : a name and a height for a thin line across
    names : for a curve's name, at what height it is written, where the end of the curve is no good place
    height : of the sheet, in points
    """
    figure, canvas = new_sheet(height)
    axes = figure.add_axes((0.15, 0.19, 0.58, 1.0 - 0.19 - 36.0 / height))
    drawn = list(drawn)
    ends = {one.name: (one.found[-1].median, one.colour) for one in drawn}
    for one in drawn:
        axes.fill_between(one.places, [s.low for s in one.found], [s.high for s in one.found],
                          color=one.colour.light, alpha=0.18, linewidth=0.0)  # fmt: skip  # one band
        axes.plot(one.places, [s.median for s in one.found], color=one.colour.light, linestyle=one.line, linewidth=2.0)
    axes.set_xlim(min(one.places[0] for one in drawn), max(one.places[-1] for one in drawn))
    if log:
        axes.set_yscale("log")
        axes.yaxis.set_minor_locator(NullLocator())
    if limits:
        axes.set_ylim(*limits)
    if baseline:
        axes.axhline(baseline[1], color=INK.light, linewidth=1.0)
        ends[baseline[0]] = (baseline[1], INK)
    name_ends(axes, ends, names or {})
    dress_measured(axes, across)
    write(canvas, (8.0, height - 14.0), up, align="left")
    return figure


def name_ends(axes: Axes, ends: dict[str, tuple[float, Colour]], names: dict[str, float]) -> None:
    """Write the curves' names to the right of the axes, at their ends or where `names` says."""
    for name, (place, colour) in ends.items():
        axes.annotate(name, (axes.get_xlim()[1], names.get(name, place)), (6.0, 0.0), textcoords="offset points",
                      color=colour.light, fontsize=FONT_SIZE, va="center", annotation_clip=False)  # fmt: skip  # one label


def dots(rows: Sequence[Dot | str], across: str, *, limits: tuple[float, float] | None = None, log: bool = False,
         baseline: float | None = None) -> Figure:  # fmt: skip  # what is drawn, then how
    """Plot medians as dots with their intervals as bars, one below the other; a row that is a text heads those that follow.

    Parameters
    ----------
    rows : dots and headings from above
    across : what the axis shows
    limits, log : of the axis
    baseline : where a thin upright line stands
    """
    line = 22.0
    height = line * len(rows) + 58.0
    figure, canvas = new_sheet(height)
    left = 0.36
    axes = figure.add_axes((left, 50.0 / height, 0.95 - left, line * len(rows) / height))
    axes.set_ylim(-len(rows) + 0.5, 0.5)
    for place, row in enumerate(rows):
        level = height - 8.0 - line * (place + 0.5)
        if isinstance(row, str):
            write(canvas, (8.0, level), row, align="left")
            continue
        write(canvas, (left * WIDTH - 8.0, level), row.name, row.colour, align="right")
        axes.plot([row.found.low, row.found.high], [-place, -place], color=row.colour.light, linewidth=2.0, solid_capstyle="butt")
        axes.plot([row.found.median], [-place], "o", color=row.colour.light, markersize=7.0)
        if row.limit is not None:
            axes.plot([row.limit] * 2, [-place - 0.36, -place + 0.36], color=WEIGHT.light, linewidth=2.5)
    if log:
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
    if limits:
        axes.set_xlim(*limits)
    if baseline is not None:
        axes.axvline(baseline, color=INK.light, linewidth=1.0)
    dress_measured(axes, across)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    return figure


def dress_measured(axes: Axes, across: str) -> None:
    """Dress axes whose limits stand: what they show, and no tick outside of them."""
    dress(axes)
    axes.set_xlabel(across, fontsize=FONT_SIZE, color=INK.light, labelpad=2.0)
    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        axis.set_ticks([place for place in axis.get_ticklocs() if low <= place <= high])  # matplotlib puts some outside as well
