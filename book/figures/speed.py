"""Figures of the chapter on speed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .cells import Box, draw_arrow, draw_box, draw_frame, write
from .rnn import at_step
from .style import FORWARD, GRADIENT, INK, WEIGHT, Colour, new_sheet

STEPS = 3
GATES = "fioc"


def what_waits() -> Figure:
    """Three steps, twice: all products in the loop, and those of the inputs made before it as one."""
    figure, axes = new_sheet(374.0)
    write(axes, (6.0, 362.0), "all in the loop", align="left")
    draw_frame(axes, Box(184.0, 286.0, 282.0, 122.0))
    for place, x in enumerate(_walk(axes, 322.0), start=1):
        product = Box(x, 256.0, 42.0, 28.0)
        draw_box(axes, product, "$W_{ax}$", WEIGHT)
        write(axes, (x, 212.0), at_step("x", place))
        draw_arrow(axes, [(x, 222.0), product.bottom()], FORWARD)
        draw_arrow(axes, [product.top(), (x, 308.0)], FORWARD)
    write(axes, (6.0, 178.0), "only what waits in the loop", align="left")
    draw_frame(axes, Box(184.0, 138.0, 282.0, 58.0))
    columns = _walk(axes, 138.0)
    whole = Box((columns[0] + columns[-1]) / 2, 62.0, columns[-1] - columns[0] + 42.0, 28.0)
    draw_box(axes, whole, "$W_{ax}$, once", WEIGHT)
    for place, x in enumerate(columns, start=1):
        write(axes, (x, 16.0), at_step("x", place))
        draw_arrow(axes, [(x, 27.0), whole.bottom(x - whole.x)], FORWARD)
        draw_arrow(axes, [whole.top(x - whole.x), (x, 124.0)], FORWARD)
    return figure


def _walk(axes: Axes, height: float) -> list[float]:
    """Draw the walk from state to state; give the places of the three steps."""
    write(axes, (16.0, height), at_step("a", 0))
    end, columns = (29.0, height), list[float]()
    for step in range(STEPS):
        square, squash = Box(68.0 + 92.0 * step, height, 38.0, 28.0), Box(114.0 + 92.0 * step, height, 34.0, 28.0)
        draw_box(axes, square, "$W_{aa}$", WEIGHT)
        draw_box(axes, squash, r"$\tanh$", FORWARD)
        draw_arrow(axes, [end, square.left()], FORWARD)
        draw_arrow(axes, [square.right(), squash.left()], FORWARD)
        end, columns = squash.right(), [*columns, squash.x]
    return columns


def four_gates() -> Figure:
    """The four matrices of an LSTM as one, cut by columns into what the loop needs and what it does not."""
    figure, axes = new_sheet(224.0)
    rows = [146.0 - 34.0 * row for row in range(len(GATES))]
    for gate, y in zip(GATES, rows, strict=True):
        draw_box(axes, Box(60.0, y, 62.0, 32.0), f"$W_{{{gate}a}}$", WEIGHT)
        draw_box(axes, Box(120.0, y, 46.0, 32.0), f"$W_{{{gate}x}}$", WEIGHT)
        draw_box(axes, Box(254.0, y, 38.0, 32.0), f"$z_{gate}$", FORWARD)
    draw_box(axes, Box(183.0, 116.0, 46.0, 62.0), r"$a^{\langle t-1\rangle}$", FORWARD)
    draw_box(axes, Box(183.0, 60.0, 46.0, 46.0), r"$x^{\langle t\rangle}$", FORWARD)
    write(axes, (152.0, 95.0), r"$\cdot$")
    write(axes, (220.0, 95.0), "=")
    for x, words in ((60.0, "waits"), (120.0, "ready")):
        write(axes, (x, 180.0), words)
    write(axes, (60.0, 202.0), "$n_a$")
    write(axes, (120.0, 202.0), "$n_x$")
    for top, bottom, name in ((161.0, 63.0, r"$\sigma$"), (59.0, 29.0, r"$\tanh$")):
        axes.plot([277.0, 282.0, 282.0, 277.0], [top, top, bottom, bottom], color=INK.light, linewidth=1.2)
        write(axes, (287.0, (top + bottom) / 2), name, align="left")
    return figure


def one_product_for_weights() -> Figure:
    """The walk back leaves one block for each step; side by side they make the weights' gradient in one product."""
    figure, axes = new_sheet(214.0)
    write(axes, (6.0, 202.0), "the walk", align="left")
    row, middle = [Box(32.0 + 50.0 * step, 96.0, 48.0, 40.0) for step in range(STEPS)], 96.0
    for step, box in enumerate(row, start=1):
        draw_box(axes, box, at_step("dz", step), GRADIENT)
    for later, earlier in zip(row[:0:-1], row[-2::-1], strict=True):
        lane = later.y + 50.0
        start, end = later.top(-8.0), earlier.top(8.0)
        draw_arrow(axes, [start, (start[0], lane), (end[0], lane), end], GRADIENT, dashed=True)
    write(axes, (82.0, 160.0), r"$W_{aa}^{\top}$")
    write(axes, (170.0, middle), r"$\cdot$")
    for step in range(STEPS):
        draw_box(axes, Box(203.0, middle + 50.0 * (1 - step), 50.0, 48.0), rf"$a^{{\langle {step}\rangle\top}}$", FORWARD)
    write(axes, (244.0, middle), "=")
    draw_box(axes, Box(284.0, middle, 50.0, 40.0), "$dW_{aa}$", GRADIENT)
    write(axes, (82.0, 50.0), "$D$")
    write(axes, (203.0, 182.0), r"$A_-^{\top}$")
    return figure


def two_orders() -> Figure:
    """Twelve numbers in memory, time last and time first; the four of step 2 are fetched in three lines, or in one."""
    figure, axes = new_sheet(186.0)
    orders: dict[str, Sequence[int]] = {"time last": [1, 2, 3] * 4, "time first": [1] * 4 + [2] * 4 + [3] * 4}
    for base, (name, steps) in zip((112.0, 28.0), orders.items(), strict=True):
        write(axes, (6.0, base + 54.0), name, align="left")
        fetched = {place // 4 for place, step in enumerate(steps) if step == 2}
        write(axes, (325.0, base + 54.0), f"{len(fetched)} {'lines' if len(fetched) > 1 else 'line'} for step 2", align="right")
        for place, step in enumerate(steps):
            x = 23.0 + 24.0 * place + 7.0 * (place // 4)
            draw_box(axes, Box(x, base + 20.0, 22.0, 24.0), str(step), FORWARD if step == 2 else INK, rounding=2.0)
        for line in range(3):
            draw_frame(axes, Box(59.0 + 103.0 * line, base + 20.0, 102.0, 36.0), FORWARD if line in fetched else INK)
    return figure


def time_left(shares: Mapping[str, Mapping[str, float]]) -> Figure:
    """Bars of what was measured: for each size, each kind's time as a share of the readable network's."""
    tall = 104.0
    height = tall * len(shares) + 20.0
    figure, axes = new_sheet(height)
    left, whole, most = 106.0, 128.0, 1.3
    write(axes, (left + whole, height - 10.0), "readable: 100%")
    for group, (size, kinds) in enumerate(shares.items()):
        base = height - 20.0 - tall * (group + 1)
        write(axes, (6.0, base + 91.0), size, align="left")
        colours: Sequence[Colour] = (FORWARD, FORWARD, WEIGHT)
        for row, (kind, share) in enumerate(kinds.items()):
            y, length = base + 66.0 - 25.0 * row, whole * min(share, most)
            write(axes, (left - 8.0, y), kind, align="right")
            draw_box(axes, Box(left + length / 2, y, length, 18.0), "", colours[row], rounding=min(2.0, length / 2))
            write(axes, (left + whole * most + 8.0, y), f"{100.0 * share:.0f}%", align="left")
        axes.plot([left + whole] * 2, [base + 4.0, base + 79.0], color=INK.light, linewidth=1.0, linestyle="dotted")
    return figure
