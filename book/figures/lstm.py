"""Figures of the chapter on long short-term memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .cells import Box, draw_arrow, draw_box, draw_circle, draw_frame, write
from .gru import MEMORY, MEMORY_BEFORE, STEPS_BACK, Array, draw_branch, draw_column, plot_shares, squash
from .rnn import HIDDEN, HIDDEN_BEFORE, INPUT, at_step
from .style import FORWARD, GRADIENT, INK, WEIGHT, new_sheet

COLUMNS = {"f": 84.0, "i": 144.0, "c": 204.0, "o": 264.0}


def remembered_and_shown() -> Figure:
    """One element over four words: written at the first, kept, and shown at the last only."""
    figure, axes = new_sheet(288.0)
    shown, out, lane, into, words = 264.0, 206.0, 148.0, 90.0, 22.0
    names = {shown: "$a$", out: r"$\Gamma_o$", lane: at_step("c", 0) + " = 0", into: r"$\Gamma_i$", words: "word"}
    for row, name in names.items():
        write(axes, (4.0, row), name, align="left")
    cells = [Box(104.0 + 65.0 * step, lane, 38.0, 30.0) for step in range(4)]
    draw_arrow(axes, [(55.0, lane), cells[0].left()], FORWARD)
    for cell, word, writes, shows in zip(cells, ("keys", "you", "left", "door"), (1, 0, 0, 0), (0, 0, 0, 1), strict=True):
        below, above, state = Box(cell.x, into, 24.0, 24.0), Box(cell.x, out, 24.0, 24.0), Box(cell.x, shown, 44.0, 30.0)
        draw_box(axes, cell, "+1", FORWARD)
        draw_box(axes, state, "0.76" if shows else "0", FORWARD if shows else INK)
        write(axes, (cell.x, words), word)
        draw_arrow(axes, [(cell.x, words + 12.0), below.bottom()], INK)
        draw_arrow(axes, [cell.top(), above.bottom()], FORWARD if shows else INK)
        for gate, opened, target in ((below, writes, cell), (above, shows, state)):
            draw_circle(axes, gate, str(opened), FORWARD if opened else INK)
            if opened:
                draw_arrow(axes, [gate.top(), target.bottom()], FORWARD)
    for before, after in zip(cells, cells[1:], strict=False):
        draw_arrow(axes, [before.right(), after.left()], FORWARD)
    return figure


def lstm_cell() -> Figure:
    """The cell: the memory runs along the top, three gates and a candidate come from the stack below."""
    figure, axes = new_sheet(300.0)
    draw_frame(axes, Box(174.0, 152.0, 238.0, 254.0))
    stack = Box(174.0, 54.0, 222.0, 28.0)
    draw_box(axes, stack, r"$[\,a^{\langle t-1\rangle};\,x^{\langle t\rangle}\,]$", FORWARD)
    for gate, column in COLUMNS.items():
        draw_arrow(axes, [stack.top(column - stack.x), (column, 88.0)], FORWARD)
        draw_column(axes, Box(column, 102.0, 42.0, 28.0), f"$W_{gate}$", "tanh" if gate == "c" else r"$\sigma$")
    _memory_lane(axes, top=162.0, lane=256.0)
    _shown_state(axes, top=162.0, lane=256.0)
    write(axes, (24.0, stack.y), HIDDEN_BEFORE)
    draw_arrow(axes, [(46.0, stack.y), stack.left()], FORWARD)
    write(axes, (stack.x, 10.0), INPUT)
    draw_arrow(axes, [(stack.x, 20.0), stack.bottom()], FORWARD)
    return figure


def _memory_lane(axes: Axes, top: float, lane: float) -> None:
    """Draw what happens to the memory: the forget gate, and the addition of the gated candidate."""
    forget, written, total = Box(84.0, lane, 22.0, 22.0), Box(174.0, 202.0, 22.0, 22.0), Box(174.0, lane, 22.0, 22.0)
    for circle, sign in ((forget, "$*$"), (written, "$*$"), (total, "$+$")):
        draw_circle(axes, circle, sign, FORWARD)
    write(axes, (24.0, lane), MEMORY_BEFORE)
    draw_arrow(axes, [(46.0, lane), forget.left()], FORWARD)
    draw_arrow(axes, [forget.right(), total.left()], FORWARD)
    draw_arrow(axes, [total.right(), (302.0, lane)], FORWARD)
    write(axes, (316.0, lane), MEMORY)
    draw_arrow(axes, [(84.0, top), forget.bottom()], FORWARD)
    draw_arrow(axes, [(144.0, top), (144.0, written.y), written.left()], FORWARD)
    draw_arrow(axes, [(204.0, top), (204.0, written.y), written.right()], FORWARD)
    draw_arrow(axes, [written.top(), total.bottom()], FORWARD)
    write(axes, (89.0, 202.0), r"$\Gamma_f$", align="left")
    write(axes, (140.0, 178.0), r"$\Gamma_i$", align="right")
    write(axes, (209.0, 178.0), r"$\tilde c^{\langle t\rangle}$", align="left")


def _shown_state(axes: Axes, top: float, lane: float) -> None:
    """Draw the branch that shows a part of the memory: tanh, and the output gate."""
    bend, shown = Box(264.0, 225.0, 42.0, 24.0), Box(264.0, 188.0, 22.0, 22.0)
    draw_branch(axes, (264.0, lane))
    draw_box(axes, bend, "tanh", FORWARD)
    draw_circle(axes, shown, "$*$", FORWARD)
    draw_arrow(axes, [(264.0, lane), bend.top()], FORWARD)
    draw_arrow(axes, [bend.bottom(), shown.top()], FORWARD)
    draw_arrow(axes, [(264.0, top), shown.bottom()], FORWARD)
    draw_arrow(axes, [shown.right(), (302.0, shown.y)], FORWARD)
    write(axes, (316.0, shown.y), HIDDEN)
    write(axes, (259.0, 171.0), r"$\Gamma_o$", align="right")


def peepholes() -> Figure:
    """Three elements of the memory and of a gate: a peephole joins equals, a matrix would join all."""
    figure, axes = new_sheet(176.0)
    for left, title, all_to_all in ((14.0, r"$p_f * c$:  3 weights", False), (184.0, "a matrix:  9 weights", True)):
        rows = [(left + 22.0 + 44.0 * place, place) for place in range(3)]
        write(axes, (left + 66.0, 10.0), title)
        for x, place in rows:
            memory, gate = Box(x, 52.0, 34.0, 30.0), Box(x, 144.0, 34.0, 30.0)
            draw_box(axes, memory, f"$c_{place + 1}$", FORWARD)
            draw_box(axes, gate, rf"$\Gamma_{{f,{place + 1}}}$", FORWARD)
            for target, other in rows:
                if all_to_all or place == other:
                    draw_arrow(axes, [memory.top(), (target, 129.0)], INK if all_to_all else WEIGHT)
    return figure


def gradient_left_lstm(biases: Sequence[float] = (0.0, 1.0, 2.0, 4.0)) -> Figure:
    """Measure how much of a gradient arrives so many steps back, for several biases of the forget gate."""
    return plot_shares([(f"$b_f = {bias:.0f}$", GRADIENT, _shares(bias)) for bias in biases], 5e-8, 60.0)


def _shares(bias: float) -> Array:
    """Carry the gradient of the last memory back to the memories before it, by the memory's road and by the state's."""
    draw = np.random.default_rng(0).standard_normal
    n_a, n_x, m = 20, 3, 30
    weights = {gate: draw((n_a, n_a + n_x)) / np.sqrt(n_a + n_x) for gate in COLUMNS}
    state, memory, walked = np.zeros((n_a, m)), np.zeros((n_a, m)), []
    for _ in range(STEPS_BACK):
        seen = np.vstack([state, draw((n_x, m))])
        sums = {gate: weight @ seen for gate, weight in weights.items()}
        f, i, o = squash(sums["f"] + bias), squash(sums["i"]), squash(sums["o"])
        made, old = np.tanh(sums["c"]), memory
        memory = f * old + i * made
        bent = np.tanh(memory)
        state = o * bent
        walked.append((old, f, i, o, made, bent))
    to_memory, to_state, shares = np.ones((n_a, m)), np.zeros((n_a, m)), [1.0]
    for old, f, i, o, made, bent in reversed(walked):
        whole = to_memory + to_state * o * (1.0 - bent * bent)
        slopes = {"f": whole * old * f * (1.0 - f), "i": whole * made * i * (1.0 - i),
                  "c": whole * i * (1.0 - made * made), "o": to_state * bent * o * (1.0 - o)}  # fmt: skip  # one a gate
        to_state = sum((weights[gate][:, :n_a].T @ slope for gate, slope in slopes.items()), np.zeros((n_a, m)))
        to_memory = whole * f
        shares.append(float(np.linalg.norm(to_memory)) / float(np.sqrt(n_a * m)))
    return np.array(shares)
