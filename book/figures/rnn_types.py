"""Figures of the chapter on types of networks: one cell, wired in five ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .cells import Box, draw_arrow, draw_box, draw_circle, draw_frame, write
from .rnn import at_step
from .style import FORWARD, GRADIENT, INK, new_sheet


@dataclass(frozen=True)
class Step:
    """What one step reads and says; nothing where a word is empty. What a teacher gives takes no gradient."""

    read: str = ""
    said: str = ""
    taught: bool = False
    filling: bool = False


def five_wirings() -> Figure:
    """All five wirings, small: inputs below, cells in the middle, outputs above."""
    figure, axes = new_sheet(314.0)
    names = {
        (44.0, 260.0): ("one to one", "1", "1"),
        (147.0, 260.0): ("one to many", "100", "111"),
        (269.0, 260.0): ("many to one", "111", "001"),
        (68.0, 98.0): ("many to many,", "111", "111"),
        (226.0, 98.0): ("many to many,", "111000", "000111"),
    }
    for (x, y), (name, reads, says) in names.items():
        _miniature(axes, x, y, reads, says)
        write(axes, (x, y - 62.0), name)
    write(axes, (68.0, 18.0), "in step")
    write(axes, (226.0, 18.0), "one after the other")
    return figure


def _miniature(axes: Axes, middle: float, y: float, reads: str, says: str) -> None:
    cells = [Box(middle + 34.0 * (step - (len(reads) - 1) / 2), y, 20.0, 20.0) for step in range(len(reads))]
    for step, cell in enumerate(cells):
        draw_box(axes, cell, "", FORWARD)
        if step:
            draw_arrow(axes, [cells[step - 1].right(), cell.left()], FORWARD)
        if reads[step] == "1":
            place = Box(cell.x, y - 38.0, 14.0, 14.0)
            draw_circle(axes, place, "", INK)
            draw_arrow(axes, [place.top(), cell.bottom()], FORWARD)
        if says[step] == "1":
            place = Box(cell.x, y + 38.0, 14.0, 14.0)
            draw_circle(axes, place, "", INK)
            draw_arrow(axes, [cell.top(), place.bottom()], FORWARD)


def one_to_one() -> Figure:
    """A single step, forward and back."""
    figure, axes = new_sheet(176.0)
    _steps(axes, [Box(166.0, 88.0, 44.0, 44.0)], [Step("$x$", r"$\hat y$")], "$0$")
    return figure


def one_to_many() -> Figure:
    """One input; then each step reads what should have been said before."""
    figure, axes = new_sheet(204.0)
    cells = [Box(76.0 + 97.0 * step, 116.0, 44.0, 44.0) for step in range(3)]
    steps = [
        Step("$x$", at_step(r"\hat y", 1)),
        Step(at_step("y", 1), at_step(r"\hat y", 2), taught=True),
        Step(at_step("y", 2), at_step(r"\hat y", 3), taught=True),
    ]
    _steps(axes, cells, steps, at_step("a", 0))
    write(axes, (221.0, 12.0), "given by the teacher")
    return figure


def many_to_one() -> Figure:
    """Two examples of a batch: each speaks once, after its own last step."""
    figure, axes = new_sheet(346.0)
    for row, length in enumerate((3, 2)):
        height = 262.0 - 172.0 * row
        cells = [Box(76.0 + 97.0 * step, height, 44.0, 44.0) for step in range(3)]
        steps = [Step(at_step("x", step), r"$\hat y$" if step == length else "", filling=step > length) for step in range(1, 4)]
        _steps(axes, cells, steps, at_step("a", 0))
        write(axes, (36.0, height + 64.0), rf"$T_x^{{({row + 1})}}={length}$")
    return figure


def many_to_many() -> Figure:
    """One output for each input."""
    figure, axes = new_sheet(176.0)
    cells = [Box(76.0 + 97.0 * step, 88.0, 44.0, 44.0) for step in range(3)]
    _steps(axes, cells, [Step(at_step("x", t), at_step(r"\hat y", t)) for t in (1, 2, 3)], at_step("a", 0))
    return figure


def encoder_decoder() -> Figure:
    """Three steps that read, one state that is handed over, three steps that speak."""
    figure, axes = new_sheet(226.0)
    columns = (26.0, 76.0, 126.0, 205.0, 255.0, 305.0)
    cells = [Box(column, 118.0, 30.0, 40.0) for column in columns]
    reading = [Step(at_step("x", step)) for step in (1, 2, 3)]
    speaking = [Step("$0$" if t == 1 else at_step("y", t - 1), at_step(r"\hat y", t), taught=True) for t in (1, 2, 3)]
    _steps(axes, cells, [*reading, *speaking], "", shift=7.0)
    write(axes, (165.5, 144.0), at_step("a", 3), FORWARD)
    write(axes, (165.5, 90.0), at_step("da", 3), GRADIENT)
    write(axes, (76.0, 14.0), "encoder")
    write(axes, (255.0, 14.0), "decoder")
    return figure


def _steps(axes: Axes, cells: Sequence[Box], steps: Sequence[Step], start: str, shift: float = 10.0) -> None:
    """Draw cells in a row: solid forward, dashed where a gradient comes back."""
    speaks = [any(step.said for step in steps[place:]) for place in range(len(steps))]
    if start:
        write(axes, (cells[0].x - 61.0, cells[0].y + shift), start)
        draw_arrow(axes, [(cells[0].x - 46.0, cells[0].y + shift), cells[0].left(shift)], FORWARD)
    for place, (cell, step) in enumerate(zip(cells, steps, strict=True)):
        if step.filling:
            draw_frame(axes, cell)
            write(axes, (cell.x, cell.y), "filling")
            continue
        draw_box(axes, cell, "cell" if cell.width > 40.0 else "", FORWARD)
        if place:
            draw_arrow(axes, [cells[place - 1].right(shift), cell.left(shift)], FORWARD)
            if speaks[place]:
                draw_arrow(axes, [cell.left(-shift), cells[place - 1].right(-shift)], GRADIENT, dashed=True)
        _read(axes, cell, step, shift, speaks[place])
        if step.said:
            write(axes, (cell.x, cell.y + 76.0), step.said)
            draw_arrow(axes, [cell.top(-shift), (cell.x - shift, cell.y + 62.0)], FORWARD)
            draw_arrow(axes, [(cell.x + shift, cell.y + 62.0), cell.top(shift)], GRADIENT, dashed=True)


def _read(axes: Axes, cell: Box, step: Step, shift: float, back: bool) -> None:
    """Draw what a step reads, and the gradient that reaches it."""
    write(axes, (cell.x, cell.y - 76.0), step.read, INK)
    if step.taught:
        draw_arrow(axes, [(cell.x, cell.y - 62.0), cell.bottom()], INK)
        return
    draw_arrow(axes, [(cell.x - shift, cell.y - 62.0), cell.bottom(-shift)], FORWARD)
    if back:
        draw_arrow(axes, [cell.bottom(shift), (cell.x + shift, cell.y - 62.0)], GRADIENT, dashed=True)
