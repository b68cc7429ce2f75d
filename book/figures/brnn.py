"""Figures of the chapter on bidirectional networks."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .cells import Box, draw_arrow, draw_box, draw_frame, write
from .rnn import at_step
from .style import FORWARD, GRADIENT, new_sheet

SENTENCE = ("He", "said", "Teddy", "Roosevelt")
THERE, BACK = r"$\overrightarrow{a}$", r"$\overleftarrow{a}$"
LOW, HIGH, TOP = 84.0, 150.0, 214.0


def two_readers() -> Figure:
    """A sentence of four words and two rows of cells: one is walked from the left, one from the right; each output sees both."""
    figure, axes = new_sheet(236.0)
    there, back, outputs = _two_rows(axes)
    for step, word in enumerate(SENTENCE):
        write(axes, (_column(step), 16.0), word)
        draw_arrow(axes, [(there[step].x, 28.0), there[step].bottom()], FORWARD)
        draw_arrow(axes, [(back[step].x, 28.0), back[step].bottom()], FORWARD)
        draw_arrow(axes, [there[step].top(), outputs[step].bottom(there[step].x - outputs[step].x)], FORWARD)
        draw_arrow(axes, [back[step].top(), outputs[step].bottom(back[step].x - outputs[step].x)], FORWARD)
    for step in range(3):
        draw_arrow(axes, [there[step].right(), there[step + 1].left()], FORWARD)
        draw_arrow(axes, [back[step + 1].left(), back[step].right()], FORWARD)
    return figure


def gradients_both_ways() -> Figure:
    """The same network on the way back: every arrow turned round, and two of them meet at each input."""
    figure, axes = new_sheet(236.0)
    there, back, outputs = _two_rows(axes)
    for step in range(4):
        write(axes, (_column(step), 16.0), at_step("dx", step + 1))
        for row in (there, back):
            side = row[step].x - outputs[step].x
            draw_arrow(axes, [outputs[step].bottom(side), row[step].top()], GRADIENT, dashed=True)
            draw_arrow(axes, [row[step].bottom(), (row[step].x, 28.0)], GRADIENT, dashed=True)
    for step in range(3):
        draw_arrow(axes, [there[step + 1].left(), there[step].right()], GRADIENT, dashed=True)
        draw_arrow(axes, [back[step].right(), back[step + 1].left()], GRADIENT, dashed=True)
    return figure


def _column(step: int) -> float:
    return 42.0 + 80.0 * step


def _two_rows(axes: Axes) -> tuple[list[Box], list[Box], list[Box]]:
    """Draw the boxes that both figures share: a row for each direction, and the outputs."""
    there = [Box(_column(step) - 18.0, LOW, 32.0, 32.0) for step in range(4)]
    back = [Box(_column(step) + 18.0, HIGH, 32.0, 32.0) for step in range(4)]
    outputs = [Box(_column(step), TOP, 68.0, 28.0) for step in range(4)]
    for step in range(4):
        draw_box(axes, there[step], THERE, FORWARD)
        draw_box(axes, back[step], BACK, FORWARD)
        draw_box(axes, outputs[step], at_step(r"\hat y", step + 1), FORWARD)
    return there, back, outputs


def turned_rows() -> Figure:
    """One padded example as it is, turned as a whole, and turned for its length."""
    figure, axes = new_sheet(212.0)
    rows = {"as it is": "ABC  ", "turned as a whole": "  CBA", "turned for its length": "CBA  "}
    for step in range(1, 6):
        write(axes, (_place(step), 200.0), f"$t={step}$" if step == 1 else f"${step}$")
    for row, (name, letters) in enumerate(rows.items()):
        height = 148.0 - 64.0 * row
        write(axes, (_place(1) - 27.0, height + 27.0), name, align="left")
        _letters(axes, height, letters)
    return figure


def _place(step: int) -> float:
    return 45.5 + 60.0 * (step - 1)


def _letters(axes: Axes, height: float, letters: Sequence[str]) -> None:
    for step, letter in enumerate(letters, start=1):
        place = Box(_place(step), height, 54.0, 30.0)
        if letter == " ":
            draw_frame(axes, place)
        else:
            draw_box(axes, place, letter, FORWARD)
