"""What was measured of readers from the left and of readers both ways, for the chapter on bidirectional networks."""

from __future__ import annotations

from matplotlib.figure import Figure

from experiments.results import chosen, read, summarize

from .measured import Dot, dots
from .style import FORWARD, INK


def readings_right() -> Figure:
    """Measured: which share of the readings does each reader get right, and what no reader who has read as much can exceed."""
    rows = read("right_context")
    groups = {"known words, new openings": "known", "words never met": "new"}
    readers = {"from the left": ("left", INK), "one step later": ("late", INK), "both ways": ("both", FORWARD)}
    drawn: list[Dot | str] = []
    for heading, group in groups.items():
        drawn.append(heading)
        for name, (reader, colour) in readers.items():
            of = {"cell": "rnn", "group": group, "reader": reader}
            drawn.append(Dot(name, summarize(chosen(rows, "right", **of)), colour, chosen(rows, "limit", **of)[0]))
    figure = dots(drawn, "share of right readings", limits=(0.4, 1.03))
    figure.axes[1].set_xticks([0.4, 0.6, 0.8, 1.0])
    return figure
