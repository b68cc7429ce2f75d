"""Figures of the chapter on back-propagation through time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from .cells import Box, draw_arrow, draw_box, draw_circle, write
from .rnn import at_step
from .style import FONT_SIZE, FORWARD, GRADIENT, INK, dress, new_sheet


def gradients_through_time() -> Figure:
    """Three steps forward in solid lines, and the gradients coming back in dashed lines."""
    figure, axes = new_sheet(258.0)
    cells = [Box(76.0 + 97.0 * step, 138.0, 44.0, 44.0) for step in range(3)]
    sums = Box(173.0, 20.0, 260.0, 30.0)
    draw_box(axes, sums, r"$dW_{aa},\ dW_{ax},\ db_a$:  sums over $t$", GRADIENT)
    write(axes, (15.0, cells[0].y + 10.0), at_step("a", 0))
    draw_arrow(axes, [(32.0, cells[0].y + 10.0), cells[0].left(10.0)], FORWARD)
    for step, cell in enumerate(cells, start=1):
        _one_step(axes, cell, sums, step)
    for step, (before, after) in enumerate(zip(cells, cells[1:], strict=False), start=1):
        middle = (before.x + after.x) / 2
        draw_arrow(axes, [before.right(10.0), after.left(10.0)], FORWARD)
        draw_arrow(axes, [after.left(-10.0), before.right(-10.0)], GRADIENT, dashed=True)
        write(axes, (middle, before.y + 24.0), at_step("a", step), FORWARD)
        write(axes, (middle, before.y - 25.0), at_step("dz", step + 1), GRADIENT)
    return figure


def _one_step(axes: Axes, cell: Box, sums: Box, step: int) -> None:
    """Draw one column: input, cell and loss, with what flows up and what comes down."""
    loss = Box(cell.x, 232.0, 44.0, 44.0)
    draw_box(axes, cell, at_step("a", step), FORWARD)
    draw_circle(axes, loss, at_step("L", step), INK)
    draw_arrow(axes, [cell.top(-10.0), (cell.x - 10.0, loss.y - 20.0)], FORWARD)
    draw_arrow(axes, [(cell.x + 10.0, loss.y - 20.0), cell.top(10.0)], GRADIENT, dashed=True)
    write(axes, (cell.x + 17.0, 187.0), at_step("dz_y", step), GRADIENT, align="left")
    write(axes, (cell.x - 14.0, 75.0), at_step("x", step), FORWARD)
    draw_arrow(axes, [(cell.x - 14.0, 87.0), cell.bottom(-14.0)], FORWARD)
    draw_arrow(axes, [cell.bottom(12.0), sums.top(cell.x + 12.0 - sums.x)], GRADIENT, dashed=True)


def error_against_step(function: Callable[[float], float], at: float, slope: float) -> Figure:
    """Measure how far one-sided and central differences are from the true slope, for many epsilon.

    The errors are relative to the slope. Both axes are logarithmic: straight lines are powers of epsilon.
    """
    epsilons = 10.0 ** np.arange(-13.0, 0.01, 0.25)
    forward = [(function(at + step) - function(at)) / step for step in epsilons]
    central = [(function(at + step) - function(at - step)) / (2.0 * step) for step in epsilons]
    figure, canvas = new_sheet(268.0)
    axes = figure.add_axes((0.165, 0.19, 0.80, 0.68))
    floor = np.finfo(np.float64).eps / 4.0
    for estimates, colour, style in ((forward, INK, "solid"), (central, GRADIENT, (0.0, (4.0, 2.0)))):
        errors = np.maximum(np.abs(np.array(estimates) - slope) / abs(slope), floor)
        axes.loglog(epsilons, errors, color=colour.light, linestyle=style, linewidth=2.0)
    _dress(axes)
    write(canvas, (8.0, 254.0), "relative error of the slope", align="left")
    return figure


def _dress(axes: Axes) -> None:
    """Give a logarithmic plot the book's ink, sizes and labels."""
    dress(axes)
    axes.set_xlim(1e-13, 2.0)
    axes.set_ylim(1e-13, 10.0)
    axes.set_xticks([1e-12, 1e-9, 1e-6, 1e-3, 1.0])
    axes.set_yticks([1e-12, 1e-9, 1e-6, 1e-3, 1.0])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
    axes.set_xlabel(r"$\varepsilon$", fontsize=FONT_SIZE, color=INK.light, labelpad=2.0)
    axes.text(2e-5, 3e-3, "one-sided", color=INK.light, fontsize=FONT_SIZE, ha="center")
    axes.text(3e-3, 1e-11, "central", color=GRADIENT.light, fontsize=FONT_SIZE, ha="center")
