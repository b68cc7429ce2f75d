"""Figures of the appendix on gradient checking."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from .cells import Box, draw_arrow, draw_box, write
from .style import FONT_SIZE, FORWARD, GRADIENT, INK, WEIGHT, dress, new_sheet

Array = NDArray[np.float64]
PLACE = 0.5


def three_steps(weight: Any) -> Any:
    """The loss of the three steps of the chapter on back-propagation, in whichever kind of number the weight is."""
    state, loss = weight * 0, weight * 0
    for x, first_is_right in ((1, True), (0, False), (1, True)):
        state = np.tanh(weight * state + x)
        loss = loss + np.log(1 + np.exp(-2 * state if first_is_right else 2 * state))
    return loss


def errors(kind: type[np.floating[Any]]) -> tuple[Array, Array]:
    """Relative error of the central difference for many epsilon, with everything computed in one kind of number."""
    slope = float(np.imag(three_steps(PLACE + 1e-30j)) / 1e-30)
    wanted = 10.0 ** np.arange(-12.0 if kind is np.float64 else -7.0, 0.01, 0.25)
    place, moves = kind(PLACE), wanted.astype(kind)
    above, below = place + moves, place - moves
    estimates = (three_steps(above) - three_steps(below)) / (above - below)  # the distance that was really walked
    floor = float(np.finfo(np.float64).eps)
    return wanted, np.maximum(np.abs(estimates.astype(np.float64) - slope) / abs(slope), floor)


def error_in_two_precisions() -> Figure:
    """Measure the error of central differences in float64 and in float32: two valleys, at two places and of two depths."""
    figure, canvas = new_sheet(268.0)
    axes = figure.add_axes((0.165, 0.19, 0.80, 0.68))
    for kind, colour, style in ((np.float64, GRADIENT, "solid"), (np.float32, INK, "dashed")):
        axes.loglog(*errors(kind), color=colour.light, linestyle=style, linewidth=2.0)
    dress(axes)
    axes.set_xlim(1e-12, 2.0)
    axes.set_ylim(1e-13, 10.0)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks([1e-12, 1e-9, 1e-6, 1e-3, 1.0])
        axis.set_minor_locator(NullLocator())
    axes.set_xlabel(r"$\varepsilon$", fontsize=FONT_SIZE, color=INK.light, labelpad=2.0)
    axes.text(3e-10, 1e-10, "float64", color=GRADIENT.light, fontsize=FONT_SIZE, ha="center")
    axes.text(1e-7, 4e-2, "float32", color=INK.light, fontsize=FONT_SIZE, ha="right")
    write(canvas, (8.0, 254.0), "relative error of the slope", align="left")
    return figure


def chord_over_a_kink() -> Figure:
    """ReLU near its kink: the two points of a central difference lie on two lines, and the chord has a slope between."""
    figure, axes = new_sheet(200.0)
    zero, floor, unit = 152.0, 62.0, 92.0
    axes.plot([24.0, zero, zero + 1.25 * unit], [floor, floor, floor + 1.25 * unit], color=FORWARD.light, linewidth=2.0)
    left, right = (zero - 0.7 * unit, floor), (zero + 1.1 * unit, floor + 1.1 * unit)
    axes.plot(*zip(left, right, strict=True), color=GRADIENT.light, linewidth=2.0, linestyle="dashed")
    for x, y in (left, right):
        axes.plot([x], [y], marker="o", markersize=6.0, color=GRADIENT.light)
        axes.plot([x, x], [46.0, 54.0], color=INK.light, linewidth=1.2)
    middle = (left[0] + right[0]) / 2
    axes.plot([middle, middle], [46.0, 54.0], color=INK.light, linewidth=1.2)
    for x, words in ((left[0], r"$\theta - \varepsilon$"), (middle, r"$\theta$"), (right[0], r"$\theta + \varepsilon$")):
        write(axes, (x, 32.0), words)
    write(axes, (zero + 1.25 * unit + 6.0, floor + 1.25 * unit), "ReLU", FORWARD, align="left")
    write(axes, (middle - 40.0, floor + 0.92 * unit), "what is measured", GRADIENT)
    return figure


def how_it_is_measured() -> Figure:
    """The way of the course's grader: slopes of the reference's forward pass on one side, the learner's backward on the other."""
    figure, axes = new_sheet(318.0)
    draws = Box(165.5, 296.0, 240.0, 30.0)
    forward, learner = Box(84.0, 214.0, 132.0, 46.0), Box(247.0, 214.0, 132.0, 46.0)
    loss, judge = Box(84.0, 132.0, 132.0, 46.0), Box(165.5, 28.0, 200.0, 46.0)
    draw_box(axes, draws, "drawn inputs and weights", INK)
    draw_box(axes, forward, "reference,\nforward", FORWARD)
    draw_box(axes, loss, "loss, moved\nby $\\pm\\varepsilon$", FORWARD)
    draw_box(axes, learner, "your way back", WEIGHT)
    draw_box(axes, judge, "the same, to a\nmillionth?", INK)
    draw_arrow(axes, [draws.bottom(forward.x - draws.x), forward.top()], FORWARD)
    draw_arrow(axes, [draws.bottom(learner.x - draws.x), learner.top()], FORWARD)
    draw_arrow(axes, [forward.bottom(), loss.top()], FORWARD)
    draw_arrow(axes, [forward.right(), learner.left()], FORWARD)
    draw_arrow(axes, [loss.bottom(), judge.top(loss.x - judge.x)], GRADIENT, dashed=True)
    draw_arrow(axes, [learner.bottom(), judge.top(learner.x - judge.x)], GRADIENT, dashed=True)
    write(axes, (loss.x + 8.0, 80.0), "measured", GRADIENT, align="left")
    write(axes, (learner.x - 8.0, 80.0), "derived", GRADIENT, align="right")
    write(axes, (165.5, 252.0), "cache", FORWARD)
    return figure
