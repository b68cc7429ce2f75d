"""What was measured of the names that a network says, for the chapter on sampling novel sequences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from experiments.results import Summary, chosen, read, summarize

from .cells import DASHES, write
from .measured import Curve, curves, dress_measured
from .style import FONT_SIZE, FORWARD, INK, Colour, new_sheet

Row = dict[str, Any]
Places = dict[float, tuple[int, int]]
"""Where beside its point, in points, a value is written."""


def bold_or_careful() -> Figure:
    """Curves over the temperature: the share of names said that were there to be learnt, and how many differ."""
    rows = read("decoding")
    temperatures = values(rows, "temperature")
    drawn = [
        Curve(name, temperatures, [found(rows, column, "temperature", value) for value in temperatures], colour, line)
        for name, column, colour, line in (("differ", "distinct", FORWARD, "solid"), ("learnt", "learnt", INK, "dashed"))
    ]
    figure = curves(drawn, "temperature", "share of the names said", limits=(0.0, 1.03))
    figure.axes[1].set_xticks([0.5, 1.0, 1.5, 2.0])
    figure.axes[1].set_yticks([0.0, 0.5, 1.0])
    return figure


def new_against_known() -> Figure:
    """Variety against familiarity: one path for temperatures, one for top-k, each point with its temperature or its k."""
    rows = read("decoding")
    figure, canvas = new_sheet(330.0)
    axes = figure.add_axes((0.15, 0.15, 0.81, 0.63))
    _path(axes, rows, "temperature", FORWARD, {0.2: (16, 9), 0.4: (15, 9), 0.6: (15, 9), 1.0: (2, 13), 2.0: (4, -14)}, "solid")
    _path(axes, rows, "top-k", INK, {2: (-12, -11), 3: (-12, -9), 5: (-12, -9)}, DASHES)
    axes.set_xlim(0.0, 0.85)
    axes.set_ylim(-0.03, 1.08)
    axes.set_xticks([0.0, 0.4, 0.8])
    axes.set_yticks([0.0, 0.5, 1.0])
    dress_measured(axes, "share that was learnt")
    write(canvas, (8.0, 316.0), "share that differ", align="left")
    legend(canvas, 296.0, "temperature, at each point", FORWARD)
    legend(canvas, 274.0, "$k$, at each point", INK, dashed=True)
    return figure


def _path(axes: Axes, rows: list[Row], way: str, colour: Colour, named: Places, line: Any) -> None:
    """Draw the medians of all settings as one path, intervals as thin crosses, and write the settings beside some points."""
    settings = [value for value in values(rows, way) if (way, value) != ("top-k", 1)]  # one name: a share of 0 or 1
    places = {value: (found(rows, "learnt", way, value), found(rows, "distinct", way, value)) for value in settings}
    axes.plot([x.median for x, _ in places.values()], [y.median for _, y in places.values()], color=colour.light,
              linestyle=line, linewidth=2.0, marker="o", markersize=5.0)  # fmt: skip  # one path
    for x, y in places.values():
        axes.plot([x.low, x.high], [y.median] * 2, color=colour.light, linewidth=1.0)
        axes.plot([x.median] * 2, [y.low, y.high], color=colour.light, linewidth=1.0)
    for value, shift in named.items():
        x, y = places[value]
        axes.annotate(f"{value:g}", (x.median, y.median), shift, textcoords="offset points", color=colour.light,
                      fontsize=FONT_SIZE, ha="center", va="center")  # fmt: skip  # one label


def beam_against_width() -> Figure:
    """How much less probable than the likeliest is the best that a beam finds? A thin line for each network, and their median."""
    rows = read("decoding")
    figure, canvas = new_sheet(268.0)
    axes = figure.add_axes((0.15, 0.19, 0.81, 0.66))
    widths = values(rows, "beam")
    lost = [losses(rows, width) for width in widths]
    for one in zip(*lost, strict=True):
        axes.plot(widths, one, color=INK.light, linewidth=1.0)
    axes.plot(widths, [summarize(some).median for some in lost], color=FORWARD.light, linewidth=2.5, marker="o", markersize=6.0)
    axes.set_xscale("log")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks([1, 10, 100], ["1", "10", "100"])
    axes.set_xlim(0.9, 180.0)
    axes.set_ylim(-0.1, 3.3)
    axes.set_yticks([0, 1, 2, 3])
    dress_measured(axes, "width of the beam")
    write(canvas, (8.0, 254.0), "nats lost to the likeliest name", align="left")
    return figure


def losses(rows: list[Row], width: float) -> list[float]:
    """For each seed, the log probability of the likeliest sequence less that of the best that the beam finds."""
    pairs = zip(chosen(rows, "best", way="exact", value=0), chosen(rows, "best", way="beam", value=width), strict=True)
    return [exact - best for exact, best in pairs]


def found(rows: Iterable[Row], column: str, way: str, value: float) -> Summary:
    """Median and interval over the seeds."""
    return summarize(chosen(rows, column, way=way, value=value))


def values(rows: Iterable[Row], way: str) -> list[float]:
    """All temperatures, or all k, or all widths."""
    return sorted({row["value"] for row in rows if row["way"] == way})


def legend(canvas: Axes, height: float, words: str, colour: Colour, dashed: bool = False) -> None:
    """Draw a sample of a line and its name."""
    sample = Line2D([46.0, 76.0], [height, height], color=colour.light, linewidth=2.0)
    if dashed:
        sample.set_linestyle(DASHES)
    canvas.add_line(sample)
    write(canvas, (84.0, height), words, colour, align="left")
