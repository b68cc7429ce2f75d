"""Figures of the chapter on deep networks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .cells import Box, Point, draw_arrow, draw_box, write
from .gru import STEPS_BACK, Array, dress_axes
from .rnn import at_step
from .style import FONT_SIZE, FORWARD, GRADIENT, INK, Colour, new_sheet

LAYERS, STEPS = 3, 3
LEFT, BELOW, ABOVE = 20.0, 14.0, 262.0


def layers_and_steps() -> Figure:
    """Three layers over three steps: each cell is entered from the left and from below."""
    figure, axes = new_sheet(276.0)
    grid = _grid(axes)
    for step in range(STEPS):
        draw_arrow(axes, [(grid[0][step].x, BELOW + 12.0), grid[0][step].bottom()], FORWARD)
        draw_arrow(axes, [grid[-1][step].top(), (grid[-1][step].x, ABOVE - 12.0)], FORWARD)
        write(axes, (grid[0][step].x, BELOW), at_step("x", step + 1))
        write(axes, (grid[-1][step].x, ABOVE), at_step(r"\hat y", step + 1))
        for lower, upper in zip(grid, grid[1:], strict=False):
            draw_arrow(axes, [lower[step].top(), upper[step].bottom()], FORWARD)
    for number, row in enumerate(grid, start=1):
        write(axes, (LEFT, row[0].y), _state(number, 0))
        draw_arrow(axes, [(LEFT + 21.0, row[0].y), row[0].left()], FORWARD)
        for before, after in zip(row, row[1:], strict=False):
            draw_arrow(axes, [before.right(), after.left()], FORWARD)
    return figure


def gradients_in_layers() -> Figure:
    """The same grid on the way back: two gradients meet in each cell, and two leave it."""
    figure, axes = new_sheet(276.0)
    grid = _grid(axes)
    for step in range(STEPS):
        _back(axes, (grid[-1][step].x, ABOVE - 12.0), grid[-1][step].top())
        _back(axes, grid[0][step].bottom(), (grid[0][step].x, BELOW + 12.0))
        write(axes, (grid[0][step].x, BELOW), at_step("dx", step + 1))
        write(axes, (grid[-1][step].x, ABOVE), at_step("dz_y", step + 1))
        for lower, upper in zip(grid, grid[1:], strict=False):
            _back(axes, upper[step].bottom(), lower[step].top())
    for number, row in enumerate(grid, start=1):
        write(axes, (LEFT + 2.0, row[0].y), _state(number, 0, "da"))
        _back(axes, row[0].left(), (LEFT + 26.0, row[0].y))
        for before, after in zip(row, row[1:], strict=False):
            _back(axes, after.left(), before.right())
    return figure


def _back(axes: Axes, start: Point, end: Point) -> None:
    draw_arrow(axes, [start, end], GRADIENT, dashed=True)


def _state(layer: int, step: int, symbol: str = "a") -> str:
    return rf"${symbol}^{{[{layer}]\langle {step}\rangle}}$"


def _grid(axes: Axes) -> list[list[Box]]:
    """Draw the cells; the first row is the first layer, at the bottom."""
    grid = [[Box(104.0 + 92.0 * step, 66.0 + 72.0 * layer, 58.0, 32.0) for step in range(STEPS)] for layer in range(LAYERS)]
    for layer, row in enumerate(grid, start=1):
        for step, cell in enumerate(row, start=1):
            draw_box(axes, cell, _state(layer, step), FORWARD)
    return grid


def gradient_left_deep() -> Figure:
    """Measure how much of a gradient arrives so many steps back, in each of three layers with random weights."""
    figure, canvas = new_sheet(252.0)
    axes = figure.add_axes((0.165, 0.20, 0.80, 0.68))
    colours: Sequence[Colour] = (INK, FORWARD, GRADIENT)
    for layer, (shares, style, colour) in enumerate(zip(shares_by_layer(), ("dotted", "dashed", "solid"), colours, strict=True)):
        axes.semilogy(shares, color=colour.light, linestyle=style, linewidth=2.0)
        height = 10.0 ** (-7.0 + 1.0 * layer)
        axes.plot([2.0, 7.0], [height] * 2, color=colour.light, linestyle=style, linewidth=2.0)
        axes.text(8.0, height, f"layer {layer + 1}", color=colour.light, fontsize=FONT_SIZE, va="center")
    dress_axes(axes, 1e-8, 2.0)
    write(canvas, (8.0, 240.0), "share of the gradient that is left", align="left")
    return figure


def shares_by_layer(starts: int = 12) -> list[Array]:
    """Layers 1 to 3, from 0 to STEPS_BACK steps back: the geometric mean over several random starts."""
    logs = [np.log(_shares(seed)) for seed in range(starts)]
    return list(np.exp(np.mean(logs, axis=0)))


def _shares(seed: int) -> Array:
    """The gradient of the last layer's last state, carried back through all layers; they and the inputs are of one size."""
    draw = np.random.default_rng(seed).standard_normal
    n, m = 20, 10
    weights = [(draw((n, n)) / np.sqrt(2 * n), draw((n, n)) / np.sqrt(2 * n)) for _ in range(LAYERS)]
    state, walked = [np.zeros((n, m)) for _ in range(LAYERS)], []
    for _ in range(STEPS_BACK + 1):
        below = draw((n, m))
        for layer, (across, up) in enumerate(weights):
            below = np.tanh(across @ state[layer] + up @ below)
            state[layer] = below
        walked.append(list(state))
    later, shares = [np.zeros((n, m)) for _ in range(LAYERS)], np.zeros((LAYERS, STEPS_BACK + 1))
    for back, states in enumerate(reversed(walked)):
        above = np.ones((n, m)) if back == 0 else np.zeros((n, m))
        for layer in reversed(range(LAYERS)):
            whole = above + later[layer]
            shares[layer, back] = np.linalg.norm(whole) / np.sqrt(n * m)
            slope = whole * (1.0 - states[layer] ** 2)
            later[layer], above = weights[layer][0].T @ slope, weights[layer][1].T @ slope
    return shares
