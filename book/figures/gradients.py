"""Figures of the chapter on vanishing and exploding gradients."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from .cells import Box, Point, draw_arrow, draw_box, write
from .rnn import at_step
from .style import FONT_SIZE, FORWARD, GRADIENT, INK, WIDTH, dress, new_sheet

Array = NDArray[np.float64]
LAGS = 40
RADIUS = 0.9


def shrink_and_grow() -> Figure:
    """One gradient on its way back through six steps: bars show what is left of it when each step multiplies by one factor."""
    figure, axes = new_sheet(312.0)
    lane, places = 288.0, [36.0 + 52.0 * step for step in range(6)]
    cells = [Box(x, lane, 30.0, 34.0) for x in places]
    for step, cell in enumerate(cells, start=1):
        draw_box(axes, cell, at_step("a", step), FORWARD)
    for before, after in zip(cells, cells[1:], strict=False):
        draw_arrow(axes, [before.right(8.0), after.left(8.0)], FORWARD)
        draw_arrow(axes, [after.left(-8.0), before.right(-8.0)], GRADIENT, dashed=True)
    for factor, floor, unit in ((0.6, 155.0, 66.0), (1.5, 28.0, 8.7)):
        write(axes, (WIDTH / 2, floor + 88.0), f"each step multiplies by {factor}", GRADIENT)
        for lag, x in enumerate(reversed(places)):
            _draw_bar(axes, (x, floor), unit * factor**lag, f"{factor**lag:.2g}")
    return figure


def _draw_bar(axes: Axes, foot: Point, height: float, words: str) -> None:
    x, floor = foot
    axes.add_patch(Rectangle((x - 13.0, floor), 26.0, height, facecolor=GRADIENT.light, edgecolor="none"))
    write(axes, (x, floor - 11.0), words)


def end_state(bias: Array, steps: int, weight: float = 2.0) -> Array:
    """The last state of one unit without inputs that starts at 0."""
    state = np.zeros_like(bias)
    for _ in range(steps):
        state = np.tanh(weight * state + bias)
    return state


def wall(lengths: tuple[int, ...] = (2, 5, 15)) -> Figure:
    """The loss of one unit against its bias: flat to both sides, and a wall that is steeper the longer the sequence is."""
    figure, canvas = new_sheet(256.0)
    axes = figure.add_axes((0.115, 0.20, 0.855, 0.66))
    near = np.logspace(-7.0, -2.5, 200)
    bias = np.sort(np.concatenate([np.linspace(-0.6, 0.6, 401), near, -near]))  # the wall is thinner than any even grid
    for steps, style in zip(lengths, ("dotted", "dashed", "solid"), strict=True):
        loss = 0.5 * (end_state(bias, steps) - 0.5) ** 2
        axes.plot(bias, loss, color=FORWARD.light, linestyle=style, linewidth=2.0)
    dress(axes)
    axes.set_xlim(-0.6, 0.6)
    axes.set_ylim(0.0, 1.4)
    axes.set_xticks([-0.5, 0.0, 0.5])
    axes.set_yticks([0.0, 0.5, 1.0])
    axes.set_xlabel("bias $b_a$", fontsize=FONT_SIZE, color=INK.light, labelpad=2.0, math_fontfamily="stix")
    for (x, y), steps in zip(((-0.44, 0.50), (-0.17, 0.80), (-0.33, 1.23)), lengths, strict=True):
        axes.text(x, y, f"{steps} steps", color=FORWARD.light, fontsize=FONT_SIZE, ha="center", va="center")
    axes.text(0.09, 0.66, "wall: it explodes", color=GRADIENT.light, fontsize=FONT_SIZE, va="center")
    axes.text(0.15, 0.28, "flat: it vanishes", color=GRADIENT.light, fontsize=FONT_SIZE, va="center")
    write(canvas, (8.0, 242.0), "loss", align="left")
    return figure


def norms_against_lag() -> dict[str, Array]:
    """Norm of the product of Jacobians against lag, at states that are zero and in a network that reads noise, and two rates."""
    draw = np.random.default_rng(0).standard_normal
    n_a, n_x, m, lags = 30, 2, 20, np.arange(LAGS + 1)
    drawn = draw((n_a, n_a))
    weights = RADIUS / np.abs(np.linalg.eigvals(drawn)).max() * drawn
    inputs = 0.3 * draw((n_a, n_x))
    state, slopes = np.zeros((n_a, m)), []
    for _ in lags[1:]:
        state = np.tanh(weights @ state + inputs @ draw((n_x, m)))
        slopes.append(1.0 - state**2)
    reading = [_norms([slope[:, [i]] for slope in slopes], weights) for i in range(m)]
    largest = float(np.linalg.norm(weights, 2))
    return {
        "bound": largest**lags,
        "states zero": _norms([np.ones((n_a, 1))] * LAGS, weights),
        "radius": RADIUS**lags,
        "reading noise": np.asarray(np.exp(np.log(reading).mean(axis=0))),
    }


def _norms(slopes: list[Array], weights: Array) -> Array:
    """The largest singular value of the product for each lag, growing from the last step backwards."""
    product, norms = np.eye(len(weights)), [1.0]
    for slope in reversed(slopes):
        product = product @ (slope * weights)
        norms.append(float(np.linalg.norm(product, 2)))
    return np.array(norms)


def what_norms_say() -> Figure:
    """Plot the norms and the two rates; the bound soon leaves the plot."""
    figure, canvas = new_sheet(278.0)
    axes = figure.add_axes((0.165, 0.185, 0.80, 0.69))
    curves = norms_against_lag()
    looks = (("bound", INK, "dashed"), ("states zero", GRADIENT, "solid"),
             ("radius", INK, "dotted"), ("reading noise", GRADIENT, "dashdot"))  # fmt: skip  # a table
    for name, colour, style in looks:
        inside = curves[name][curves[name] < 1e3]
        axes.semilogy(inside, color=colour.light, linestyle=style, linewidth=2.0)
    dress(axes)
    axes.set_xlim(0.0, LAGS)
    axes.set_ylim(1e-5, 1e3)
    axes.set_xticks([0, 10, 20, 30, 40])
    axes.set_yticks([1e-4, 1e-2, 1.0, 1e2])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("steps back, $k$", fontsize=FONT_SIZE, color=INK.light, labelpad=2.0, math_fontfamily="stix")
    for x, y, words, colour in (
        (14.0, 2e2, r"$\sigma_1^k$: never above this", INK),
        (18.0, 3.0, "all states zero", GRADIENT),
        (2.0, 1.3e-1, r"$\rho^k$", INK),
        (6.0, 1e-4, "reading noise", GRADIENT),
    ):
        axes.text(x, y, words, color=colour.light, fontsize=FONT_SIZE, va="center", math_fontfamily="stix")
    write(canvas, (8.0, 264.0), "norm of the product of Jacobians", align="left")
    return figure


def clipped_two_ways() -> Figure:
    """A gradient of two numbers, and what is left of it: by value it is bent into a corner, by norm it stays on its line."""
    figure, axes = new_sheet(196.0)
    origin, unit = (86.0, 76.0), 66.0
    x, y = origin
    axes.add_patch(Rectangle((x - unit, y - unit), 2 * unit, 2 * unit, facecolor="none", edgecolor=INK.light, linewidth=1.2))
    axes.add_patch(Circle(origin, unit, facecolor="none", edgecolor=INK.light, linewidth=1.2, linestyle=(0.0, (3.0, 2.0))))
    gradient = np.array([3.0, 1.2])
    by_value = np.sign(gradient) * np.minimum(np.abs(gradient), 1.0)
    by_norm = gradient / np.hypot(*gradient)
    for arrow, dashed in ((gradient, True), (by_value, False), (by_norm, False)):
        draw_arrow(axes, [origin, (x + unit * arrow[0], y + unit * arrow[1])], GRADIENT, dashed=dashed)
    write(axes, (x + unit * 3.0 - 8.0, y + unit * 1.2 + 16.0), "the gradient", GRADIENT)
    write(axes, (x + unit + 8.0, y + unit + 14.0), "by value", GRADIENT)
    write(axes, (x + unit + 8.0, y + 10.0), "by norm", GRADIENT, align="left")
    return figure
