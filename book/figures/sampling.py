"""Figures of the chapter on sampling novel sequences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .cells import Box, draw_arrow, draw_box, draw_circle, write
from .language_model import steps_that_feed_each_other
from .rnn import at_step
from .style import FORWARD, INK, new_sheet

Candidate = tuple[str, str, bool]
"""What has been said, its probability, and whether the beam keeps it."""


def speaking() -> Figure:
    """Sampling: at each step a number decides what is said, and what was said is read next."""
    figure, axes = new_sheet(250.0)
    for step, cell in enumerate(steps_that_feed_each_other(axes, ("n", "a", "end")), start=1):
        luck = Box(cell.x, 166.0, 36.0, 36.0)
        draw_circle(axes, luck, at_step("u", step), INK)
        draw_arrow(axes, [luck.top(), (cell.x, 209.0)], INK)
    return figure


def one_stretch() -> Figure:
    """Symbols side by side on [0, 1), each as wide as it is probable; u falls on one of them."""
    figure, axes = new_sheet(118.0)
    left, length, u = 16.0, 299.0, 0.62
    borders, symbols = (0.0, 0.375, 0.5, 1.0), ("end", "a", "n")
    for begin, end, symbol in zip(borders, borders[1:], symbols, strict=False):
        colour = FORWARD if begin <= u < end else INK
        width = length * (end - begin)
        draw_box(axes, Box(left + length * begin + width / 2, 52.0, width - 2.0, 34.0), symbol, colour, rounding=0.5)
    for border in borders:
        write(axes, (left + length * border, 20.0), f"{border:g}")
    draw_arrow(axes, [(left + length * u, 96.0), (left + length * u, 69.5)], FORWARD)
    write(axes, (left + length * u, 106.0), f"$u$ = {u:g}", FORWARD)
    return figure


def reshaped(panels: Mapping[str, Sequence[float]]) -> Figure:
    """Bars: one distribution as it is (the first panel), and what has been made of it."""
    figure, axes = new_sheet(222.0)
    tallest = max(max(panel) for panel in panels.values())
    for number, (title, panel) in enumerate(panels.items()):
        left, floor = 12.0 + 110.0 * (number % 3), 124.0 - 116.0 * (number // 3)
        write(axes, (left + 43.0, floor + 88.0), title)
        for place, chance in enumerate(panel):
            if chance > 0.0:
                height = max(72.0 * chance / tallest, 1.0)
                bar = Box(left + 10.0 + 22.0 * place, floor + height / 2, 17.0, height)
                draw_box(axes, bar, "", INK if number == 0 else FORWARD, rounding=0.5)
        axes.add_line(Line2D([left - 3.0, left + 89.0], [floor, floor], color=INK.light, linewidth=1.0))
    return figure


def beam_of_two() -> Figure:
    """Three rounds of a beam that keeps two sequences."""
    rounds: list[list[tuple[int, Candidate]]] = [
        [(0, ("a", "1/2", True)), (0, ("n", "1/3", True)), (0, ("end", "1/6", False))],
        [(0, ("an", "1/4", True)), (0, ("a end", "3/16", True)), (0, ("aa", "1/16", False)),
         (1, ("na", "1/6", False)), (1, ("n end", "1/12", False)), (1, ("nn", "1/12", False))],
        [(0, ("ana", "1/8", True)), (0, ("an end", "1/16", False)), (0, ("ann", "1/16", False)), (1, ("a end", "3/16", True))],
    ]  # fmt: skip  # a table: which of the sequences kept before it comes from, and the candidate
    figure, axes = new_sheet(212.0)
    columns, widths = (51.0, 159.0, 281.0), (66.0, 90.0, 96.0)
    kept = [Box(0.0, 90.0, 4.0, 4.0)]
    for number, (column, width, candidates) in enumerate(zip(columns, widths, rounds, strict=True), start=1):
        write(axes, (column, 198.0), f"round {number}")
        spread = 33.0 if len(candidates) == 6 else 44.0
        top = 90.0 + spread * (len(candidates) - 1) / 2
        boxes = [Box(column, top - spread * row, width, 25.0) for row in range(len(candidates))]
        _draw_round(axes, kept, boxes, candidates)
        kept = [box for box, (_, (_, _, keeps)) in zip(boxes, candidates, strict=True) if keeps]
    return figure


def _draw_round(axes: Axes, before: list[Box], boxes: list[Box], candidates: list[tuple[int, Candidate]]) -> None:
    for box, (parent, (said, chance, keeps)) in zip(boxes, candidates, strict=True):
        colour = FORWARD if keeps else INK
        if keeps:
            draw_box(axes, box, "", colour)
        write(axes, (box.x, box.y), f"{said}  {chance}", colour)
        draw_arrow(axes, [before[parent].right(), box.left()], colour, dashed=not keeps)
