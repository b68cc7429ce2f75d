"""Figures of the chapter on gated recurrent units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from .cells import Box, Point, draw_arrow, draw_box, draw_circle, draw_frame, write
from .rnn import INPUT, at_step
from .style import FONT_SIZE, FORWARD, GRADIENT, INK, WEIGHT, Colour, dress, new_sheet

Array = NDArray[np.float64]
MEMORY_BEFORE, MEMORY = r"$c^{\langle t-1\rangle}$", r"$c^{\langle t\rangle}$"
STEPS_BACK = 40


def write_or_keep() -> Figure:
    """One element of the memory over four words: the gate lets the first word in and keeps the others out."""
    figure, axes = new_sheet(190.0)
    lane, gates, words = 142.0, 84.0, 22.0
    for row, name in ((lane, at_step("c", 0) + " = 0"), (gates, r"$\Gamma_u$"), (words, "word")):
        write(axes, (4.0, row), name, align="left")
    cells = [Box(104.0 + 65.0 * step, lane, 38.0, 30.0) for step in range(4)]
    draw_arrow(axes, [(55.0, lane), cells[0].left()], FORWARD)
    for cell, word, opened in zip(cells, ("keys", "you", "left", "were"), (1, 0, 0, 0), strict=True):
        gate = Box(cell.x, gates, 24.0, 24.0)
        draw_box(axes, cell, "+1", FORWARD)
        draw_circle(axes, gate, str(opened), FORWARD if opened else INK)
        write(axes, (cell.x, words), word)
        write(axes, (cell.x, 176.0), "written" if opened else "kept", FORWARD if opened else INK)
        draw_arrow(axes, [(cell.x, words + 12.0), gate.bottom()], INK)
        if opened:
            draw_arrow(axes, [gate.top(), cell.bottom()], FORWARD)
    for before, after in zip(cells, cells[1:], strict=False):
        draw_arrow(axes, [before.right(), after.left()], FORWARD)
    return figure


def draw_branch(axes: Axes, point: Point) -> None:
    """Mark a place where one value goes two ways, so that it does not look like two lines crossing."""
    axes.add_patch(Circle(point, 2.6, facecolor=FORWARD.light, edgecolor="none", zorder=4.0))


def draw_column(axes: Axes, weights: Box, symbol: str, function: str) -> Box:
    """Draw a product with weights and, above it, the function that its sum goes through; give the function's box."""
    squash = Box(weights.x, weights.y + 46.0, 42.0, 28.0)
    draw_box(axes, weights, symbol, WEIGHT)
    draw_box(axes, squash, function, FORWARD)
    draw_arrow(axes, [weights.top(), squash.bottom()], FORWARD)
    return squash


def simplified_gru_cell() -> Figure:
    """The simplified unit: one gate says how candidate and old memory are mixed."""
    figure, axes = new_sheet(258.0)
    draw_frame(axes, Box(173.0, 131.0, 240.0, 214.0))
    stack, mix = Box(114.0, 58.0, 96.0, 28.0), _draw_mix(axes, lane=212.0)
    candidate = draw_column(axes, Box(190.0, 106.0, 42.0, 28.0), "$W_c$", "tanh")
    gate = draw_column(axes, Box(262.0, 106.0, 42.0, 28.0), "$W_u$", r"$\sigma$")
    _draw_stack(axes, stack, lane=212.0)
    draw_branch(axes, (190.0, stack.y))
    draw_arrow(axes, [stack.right(), (190.0, stack.y), (190.0, 92.0)], FORWARD)
    draw_arrow(axes, [stack.right(), (262.0, stack.y), (262.0, 92.0)], FORWARD)
    _into_the_mix(axes, candidate, gate, mix)
    return figure


def full_gru_cell() -> Figure:
    """The full unit: a second gate stands between the old memory and the candidate."""
    figure, axes = new_sheet(346.0)
    lane, row = 302.0, 200.0
    draw_frame(axes, Box(173.0, 175.5, 240.0, 303.0))
    stack, mix, product = Box(114.0, 58.0, 96.0, 28.0), _draw_mix(axes, lane), Box(114.0, row, 22.0, 22.0)
    reset = draw_column(axes, Box(114.0, 106.0, 42.0, 28.0), "$W_r$", r"$\sigma$")
    gate = draw_column(axes, Box(262.0, 106.0, 42.0, 28.0), "$W_u$", r"$\sigma$")
    candidate = draw_column(axes, Box(190.0, row, 42.0, 28.0), "$W_c$", "tanh")
    draw_circle(axes, product, "$*$", FORWARD)
    _draw_stack(axes, stack, lane)
    for branch in ((74.0, row), (114.0, 30.0)):
        draw_branch(axes, branch)
    draw_arrow(axes, [(74.0, row), product.left()], FORWARD)
    draw_arrow(axes, [stack.top(), (114.0, 92.0)], FORWARD)
    draw_arrow(axes, [reset.top(), product.bottom()], FORWARD)
    draw_arrow(axes, [product.right(), (169.0, row)], FORWARD)
    draw_arrow(axes, [stack.right(), (262.0, stack.y), (262.0, 92.0)], FORWARD)
    draw_arrow(axes, [(114.0, 30.0), (190.0, 30.0), (190.0, row - 14.0)], FORWARD)
    write(axes, (119.0, 177.0), r"$\Gamma_r$", align="left")
    write(axes, (80.0, 224.0), r"$\Gamma_r * c^{\langle t-1\rangle}$", align="left")
    _into_the_mix(axes, candidate, gate, mix)
    return figure


def _draw_mix(axes: Axes, lane: float) -> Box:
    mix = Box(226.0, lane, 112.0, 32.0)
    draw_box(axes, mix, "mix", FORWARD)
    write(axes, (22.0, lane), MEMORY_BEFORE)
    draw_arrow(axes, [(44.0, lane), mix.left()], FORWARD)
    draw_arrow(axes, [mix.right(), (302.0, lane)], FORWARD)
    write(axes, (316.0, lane), MEMORY)
    return mix


def _draw_stack(axes: Axes, stack: Box, lane: float) -> None:
    draw_box(axes, stack, r"$[\,c^{\langle t-1\rangle};\,x^{\langle t\rangle}\,]$", FORWARD)
    draw_branch(axes, (74.0, lane))
    draw_arrow(axes, [(74.0, lane), stack.top(74.0 - stack.x)], FORWARD)
    draw_arrow(axes, [(stack.x, 20.0), stack.bottom()], FORWARD)
    write(axes, (stack.x, 10.0), INPUT)


def _into_the_mix(axes: Axes, candidate: Box, gate: Box, mix: Box) -> None:
    for source, name in ((candidate, r"$\tilde c^{\langle t\rangle}$"), (gate, r"$\Gamma_u$")):
        draw_arrow(axes, [source.top(), mix.bottom(source.x - mix.x)], FORWARD)
        write(axes, (source.x + 5.0, mix.y - 27.0), name, align="left")


def squash(z: Array) -> Array:
    """The sigmoid, from a tanh."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * z))


def gradient_left_gru(biases: Sequence[float] = (0.0, -2.0, -4.0)) -> Figure:
    """Measure how much of a gradient arrives so many steps back, in simplified units with random weights and without a gate."""
    curves = [(f"$b_u = {bias:.0f}$", GRADIENT, _shares(bias)) for bias in biases]
    return plot_shares([("no gate", INK, _shares(None)), *curves])


def _shares(bias: float | None) -> Array:
    """Carry a gradient back through the Jacobian of each step; None is the network without a gate, its gate always one."""
    draw = np.random.default_rng(0).standard_normal
    n_c, n_x, m = 20, 3, 30
    w_u, w_c = (draw((n_c, n_c + n_x)) / np.sqrt(n_c + n_x) for _ in range(2))
    memory, walked = np.zeros((n_c, m)), []
    for _ in range(STEPS_BACK):
        seen = np.vstack([memory, draw((n_x, m))])
        gate = np.ones((n_c, m)) if bias is None else squash(w_u @ seen + bias)
        made = np.tanh(w_c @ seen)
        walked.append((memory, gate, made))
        memory = gate * made + (1.0 - gate) * memory
    back, shares = np.ones((n_c, m)), [1.0]
    for memory, gate, made in reversed(walked):
        through_gate = w_u[:, :n_c].T @ (back * (made - memory) * gate * (1.0 - gate))
        through_candidate = w_c[:, :n_c].T @ (back * gate * (1.0 - made * made))
        back = (1.0 - gate) * back + through_gate + through_candidate
        shares.append(float(np.linalg.norm(back)) / float(np.sqrt(n_c * m)))
    return np.array(shares)


def plot_shares(curves: Sequence[tuple[str, Colour, Array]], lowest: float = 1e-5, highest: float = 2.0) -> Figure:
    """Plot shares of a gradient against steps back, the share on a logarithmic axis, each curve named at its end."""
    figure, canvas = new_sheet(268.0)
    axes = figure.add_axes((0.165, 0.19, 0.60, 0.68))
    for style, (name, colour, shares) in zip(("solid", "dashdot", "dashed", "dotted"), curves, strict=False):
        axes.semilogy(shares, color=colour.light, linestyle=style, linewidth=2.0)
        axes.text(len(shares), shares[-1], name, color=colour.light, fontsize=FONT_SIZE, va="center",
                  math_fontfamily="stix")  # fmt: skip
    dress_axes(axes, lowest, highest)
    write(canvas, (8.0, 254.0), "share of the gradient that is left", align="left")
    return figure


def dress_axes(axes: Axes, lowest: float, highest: float) -> None:
    """Give axes for shares of a gradient their limits, ticks and colours."""
    dress(axes)
    axes.set_xlim(0.0, STEPS_BACK)
    axes.set_ylim(lowest, highest)
    axes.set_xticks([0, 10, 20, 30, 40])
    axes.set_yticks([tick for tick in (1e-6, 1e-4, 1e-2, 1.0) if tick > lowest])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("steps back", fontsize=FONT_SIZE, color=INK.light, labelpad=2.0)
