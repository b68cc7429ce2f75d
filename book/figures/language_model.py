"""Figures of the chapter on language models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .cells import Box, draw_arrow, draw_box, draw_circle, draw_frame, write
from .rnn import at_step
from .style import FORWARD, INK, Colour, new_sheet


def chain_of_choices() -> Figure:
    """Three choices after one another; the path of the name "na" is blue."""
    figure, axes = new_sheet(222.0)
    middle, columns = 112.0, (118.0, 208.0, 298.0)
    start = Box(28.0, middle, 32.0, 32.0)
    draw_circle(axes, start, "", INK)
    choices = [
        [("a", "1/2"), ("n", "1/3"), ("end", "1/6")],
        [("n", "1/4"), ("a", "1/2"), ("end", "1/4")],
        [("n", "1/2"), ("end", "3/8"), ("a", "1/8")],
    ]
    before = start
    for step, (column, level) in enumerate(zip(columns, choices, strict=True), start=1):
        write(axes, (column, 209.0), at_step("y", step))
        nodes = [Box(column, middle + rise, 32.0, 32.0) for rise in (50.0, 0.0, -50.0)]
        for node, (symbol, chance) in zip(nodes, level, strict=True):
            colour = FORWARD if node is nodes[1] else INK
            draw_circle(axes, node, symbol, colour)
            draw_arrow(axes, [before.right(), node.left()], colour)
            write(axes, (column, node.y + 25.0), chance, colour)
        before = nodes[1]
    write(axes, (165.5, 16.0), r"$P($n, a, end$)$ = 1/3 $\cdot$ 1/2 $\cdot$ 3/8 = 1/16", FORWARD)
    return figure


def said_and_read() -> Figure:
    """Training: at each step the network reads what should have been said the step before."""
    figure, axes = new_sheet(250.0)
    for cell in steps_that_feed_each_other(axes, ("n", "a", "end")):
        loss = Box(cell.x, 166.0, 36.0, 36.0)
        draw_circle(axes, loss, at_step("L", 1 + round((cell.x - 72.0) / 96.0)), INK)
        draw_arrow(axes, [(cell.x, 209.0), loss.top()], INK)
    return figure


def steps_that_feed_each_other(axes: Axes, words: Sequence[str]) -> list[Box]:
    """Draw cells in a row, above each a word, and each word's way to the next cell's input. Give the cells."""
    cells = [Box(72.0 + 96.0 * step, 92.0, 40.0, 40.0) for step in range(len(words))]
    inputs = ["0", *words]
    write(axes, (17.0, 92.0), at_step("a", 0))
    draw_arrow(axes, [(32.0, 92.0), cells[0].left()], FORWARD)
    for step, (cell, word, read) in enumerate(zip(cells, words, inputs, strict=False), start=1):
        draw_box(axes, cell, "cell", FORWARD)
        draw_box(axes, Box(cell.x, 222.0, 48.0, 26.0), word, INK)
        write(axes, (cell.x, 22.0), rf"{at_step('x', step)} $=$ {read}")
        draw_arrow(axes, [(cell.x, 34.0), cell.bottom()], FORWARD)
        draw_arrow(axes, [cell.top(), (cell.x, 148.0)], FORWARD)
        write(axes, (cell.x + 6.0, 130.0), at_step(r"\hat y", step), align="left")
    for step, (before, after) in enumerate(zip(cells, cells[1:], strict=False), start=1):
        turn = before.x + 42.0
        draw_arrow(axes, [before.right(), after.left()], FORWARD)
        write(axes, (turn + 17.0, 104.0), at_step("a", step))
        draw_arrow(axes, [(before.x + 24.0, 222.0), (turn, 222.0), (turn, 22.0), (after.x - 33.0, 22.0)], INK)
    return cells


def padded_batch() -> Figure:
    """Three names of different lengths in one array; what stands behind a name's end is empty."""
    figure, axes = new_sheet(152.0)
    names, width = ("anna", "bo", "eve"), 38.0
    for step in range(1, 6):
        write(axes, (42.0 + width * step, 136.0), f"$t={step}$" if step == 1 else f"${step}$")
    for row, name in enumerate(names):
        height = 104.0 - 40.0 * row
        symbols = [*name, "end"]
        write(axes, (32.0, height), f"$i={row + 1}$")
        for step in range(1, 6):
            place = Box(42.0 + width * step, height, width - 4.0, 30.0)
            if step <= len(symbols):
                draw_box(axes, place, symbols[step - 1], FORWARD)
            else:
                draw_frame(axes, place)
        write(axes, (292.0, height), rf"$T_y^{{({row + 1})}}={len(symbols)}$")
    return figure


def hesitation_of_models(perplexities: Mapping[str, float]) -> Figure:
    """Bars: among how many letters does each model hesitate?"""
    figure, axes = new_sheet(26.0 * len(perplexities) + 12.0)
    longest = max(perplexities.values())
    for row, (model, number) in enumerate(reversed(list(perplexities.items()))):
        height = 20.0 + 26.0 * row
        write(axes, (112.0, height), model, align="right")
        length = 160.0 * number / longest
        draw_bar(axes, 120.0, height, length, FORWARD if model == "the network" else INK)
        write(axes, (126.0 + length, height), f"{number:.1f}", align="left")
    return figure


def what_may_follow(panels: Mapping[str, Mapping[str, float]]) -> Figure:
    """Bars for the likeliest letters after some beginnings, one panel for each beginning."""
    rows = max(len(panel) for panel in panels.values())
    figure, axes = new_sheet(22.0 * rows + 40.0)
    longest = max(max(panel.values()) for panel in panels.values())
    for number, (title, panel) in enumerate(panels.items()):
        left = 8.0 + 110.0 * number
        write(axes, (left, 22.0 * rows + 26.0), title, align="left")
        for row, (letter, chance) in enumerate(panel.items()):
            height = 22.0 * (rows - row) - 6.0
            write(axes, (left + 13.0, height), letter)
            draw_bar(axes, left + 30.0, height, max(62.0 * chance / longest, 1.0), INK if number == 0 else FORWARD)
    return figure


def draw_bar(axes: Axes, left: float, height: float, length: float, colour: Colour) -> None:
    """Draw a flat bar that begins at `left`."""
    draw_box(axes, Box(left + length / 2.0, height, length, 14.0), "", colour, rounding=0.5)
