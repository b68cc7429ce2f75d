"""Figures of the chapter on the RNN model."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .cells import Box, draw_arrow, draw_box, draw_circle, draw_frame, write
from .style import FORWARD, INK, WEIGHT, new_sheet

HIDDEN_BEFORE = r"$a^{\langle t-1\rangle}$"
HIDDEN = r"$a^{\langle t\rangle}$"
INPUT = r"$x^{\langle t\rangle}$"
OUTPUT = r"$\hat y^{\langle t\rangle}$"


def at_step(symbol: str, step: int) -> str:
    """Write a symbol of one time step, for example a hat y with the step in angle brackets."""
    return rf"${symbol}^{{\langle {step}\rangle}}$"


def standard_network() -> Figure:
    """Two sentences meet a network with one block of weights for each of three places."""
    figure, axes = new_sheet(208.0)
    columns = (72.0, 144.0, 216.0, 288.0)
    names = {"Harry", "Potter"}
    sentences = {"A": "Harry Potter smiled", "B": "Then Harry Potter smiled"}
    for height, (letter, words) in zip((190.0, 160.0), sentences.items(), strict=True):
        write(axes, (20.0, height), letter)
        for column, word in zip(columns, words.split(), strict=False):
            write(axes, (column, height), word, FORWARD if word in names else INK)
    hidden = Box(144.0, 22.0, 204.0, 30.0)
    for place, column in enumerate(columns[:3], start=1):
        weights = Box(column, 96.0, 56.0, 30.0)
        draw_box(axes, weights, f"$W_{place}$", WEIGHT)
        draw_arrow(axes, [(column, 148.0), weights.top()], INK)
        draw_arrow(axes, [weights.bottom(), hidden.top(column - hidden.x)], INK)
    draw_box(axes, hidden, "hidden layer")
    draw_arrow(axes, [(columns[3], 148.0), (columns[3], 109.0)], INK, dashed=True)
    write(axes, (columns[3], 96.0), "no place", INK)
    return figure


def folded_and_unrolled() -> Figure:
    """One cell with a loop, and the same cell drawn once for each of three steps."""
    figure, axes = new_sheet(318.0)
    _folded(axes, Box(85.0, 250.0, 46.0, 46.0))
    _unrolled(axes, [Box(85.0 + 92.0 * step, 98.0, 46.0, 46.0) for step in range(3)])
    write(axes, (177.0, 12.0), "three steps, one cell, the same weights")
    return figure


def _folded(axes: Axes, cell: Box) -> None:
    draw_box(axes, cell, "cell", FORWARD)
    draw_arrow(axes, [(cell.x, 201.0), cell.bottom()], FORWARD)
    draw_arrow(axes, [cell.top(), (cell.x, 296.0)], FORWARD)
    write(axes, (cell.x, 190.0), INPUT)
    write(axes, (cell.x, 307.0), OUTPUT)
    out_x = cell.x + 60.0
    loop = [cell.right(13.0), (out_x, cell.y + 13.0), (out_x, cell.y - 13.0), cell.right(-13.0)]
    draw_arrow(axes, loop, FORWARD)
    write(axes, (out_x + 10.0, cell.y + 9.0), rf"{HIDDEN} goes out and", align="left")
    write(axes, (out_x + 10.0, cell.y - 9.0), "comes in one step later", align="left")


def _unrolled(axes: Axes, cells: list[Box]) -> None:
    write(axes, (20.0, cells[0].y), at_step("a", 0))
    draw_arrow(axes, [(39.0, cells[0].y), cells[0].left()], FORWARD)
    for step, cell in enumerate(cells, start=1):
        draw_box(axes, cell, "cell", FORWARD)
        draw_arrow(axes, [(cell.x, 52.0), cell.bottom()], FORWARD)
        draw_arrow(axes, [cell.top(), (cell.x, 144.0)], FORWARD)
        write(axes, (cell.x, 41.0), at_step("x", step))
        write(axes, (cell.x, 155.0), at_step(r"\hat y", step))
    for step, (before, after) in enumerate(zip(cells, cells[1:], strict=False), start=1):
        draw_arrow(axes, [before.right(), after.left()], FORWARD)
        write(axes, ((before.x + after.x) / 2, before.y + 13.0), at_step("a", step))


def inside_the_cell() -> Figure:
    """What one cell computes: two products, a sum, tanh; then product, sum and softmax."""
    figure, axes = new_sheet(306.0)
    draw_frame(axes, Box(170.0, 151.0, 240.0, 232.0))
    turn = _hidden_state(axes, row=110.0)
    _prediction(axes, turn, row=110.0)
    return figure


def _hidden_state(axes: Axes, row: float) -> float:
    """Draw the row that makes the hidden state; give the x where the output branches off."""
    recurrent, entering = Box(82.0, row, 42.0, 28.0), Box(146.0, 62.0, 42.0, 28.0)
    total, squash = Box(146.0, row, 22.0, 22.0), Box(216.0, row, 46.0, 28.0)
    draw_box(axes, recurrent, r"$W_{aa}$", WEIGHT)
    draw_box(axes, entering, r"$W_{ax}$", WEIGHT)
    draw_circle(axes, total, "$+$", FORWARD)
    draw_box(axes, squash, "tanh", FORWARD)
    write(axes, (23.0, row), HIDDEN_BEFORE)
    write(axes, (entering.x, 14.0), INPUT)
    write(axes, (total.x, 160.0), "$b_a$", WEIGHT)
    draw_arrow(axes, [(46.0, row), recurrent.left()], FORWARD)
    draw_arrow(axes, [(entering.x, 26.0), entering.bottom()], FORWARD)
    draw_arrow(axes, [recurrent.right(), total.left()], FORWARD)
    draw_arrow(axes, [entering.top(), total.bottom()], FORWARD)
    draw_arrow(axes, [(total.x, 150.0), total.top()], FORWARD)
    draw_arrow(axes, [total.right(), squash.left()], FORWARD)
    write(axes, (175.0, row + 14.0), r"$z^{\langle t\rangle}$")
    draw_arrow(axes, [squash.right(), (301.0, row)], FORWARD)
    write(axes, (316.0, row), HIDDEN)
    return 253.0


def _prediction(axes: Axes, column: float, row: float) -> None:
    """Draw the branch that turns the hidden state into a prediction."""
    product, total = Box(column, 155.0, 42.0, 28.0), Box(column, 199.0, 22.0, 22.0)
    choose = Box(column, 243.0, 62.0, 28.0)
    draw_box(axes, product, r"$W_{ya}$", WEIGHT)
    draw_circle(axes, total, "$+$", FORWARD)
    draw_box(axes, choose, "softmax", FORWARD)
    draw_arrow(axes, [(column, row), product.bottom()], FORWARD)
    draw_arrow(axes, [product.top(), total.bottom()], FORWARD)
    draw_arrow(axes, [total.top(), choose.bottom()], FORWARD)
    draw_arrow(axes, [choose.top(), (column, 281.0)], FORWARD)
    write(axes, (column, 293.0), OUTPUT)
    write(axes, (203.0, total.y), "$b_y$", WEIGHT)
    draw_arrow(axes, [(215.0, total.y), total.left()], FORWARD)


def stacked_weights() -> Figure:
    """The block matrix W_a = [W_aa W_ax] on the stacked vector of hidden state and input."""
    figure, axes = new_sheet(188.0)
    recurrent, entering = Box(60.0, 116.0, 44.0, 44.0), Box(142.0, 116.0, 120.0, 44.0)
    hidden, word = Box(242.0, 158.0, 44.0, 44.0), Box(242.0, 76.0, 44.0, 120.0)
    draw_box(axes, recurrent, r"$W_{aa}$", WEIGHT, rounding=0.5)
    draw_box(axes, entering, r"$W_{ax}$", WEIGHT, rounding=0.5)
    draw_box(axes, hidden, HIDDEN_BEFORE, FORWARD, rounding=0.5)
    draw_box(axes, word, INPUT, FORWARD, rounding=0.5)
    write(axes, (34.0, recurrent.y), "100", align="right")
    write(axes, (recurrent.x, 150.0), "100")
    write(axes, (entering.x, 150.0), "10,000")
    write(axes, (211.0, recurrent.y), r"$\times$")
    write(axes, (270.0, hidden.y), "100", align="left")
    write(axes, (270.0, word.y), "10,000", align="left")
    write(axes, (120.0, 78.0), r"$W_a = [\,W_{aa}\;\;W_{ax}\,]$")
    write(axes, (120.0, 32.0), r"$=\;W_{aa}\,a^{\langle t-1\rangle} + W_{ax}\,x^{\langle t\rangle}$")
    return figure
