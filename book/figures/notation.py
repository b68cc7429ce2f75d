"""Figures of the chapter on notation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from .cells import DASHES, Box, draw_box, draw_frame, write
from .style import FONT_SIZE, FORWARD, INK, WEIGHT, Colour, dress, new_sheet

SENTENCES = (("Hermione", "invented", "a", "spell"), ("a", "new", "spell"), ("Harry", "smiled"))
VOCABULARY = ("<UNK>", "Harry", "Hermione", "a", "new", "spell")


def addresses() -> Figure:
    """Three sentences in a grid: a row for each example, a column for each step, one word marked with its address."""
    figure, axes = new_sheet(188.0)
    columns = (Box(75.0, 0.0, 74.0, 28.0), Box(149.0, 0.0, 68.0, 28.0), Box(208.0, 0.0, 44.0, 28.0), Box(256.0, 0.0, 44.0, 28.0))
    for step, column in enumerate(columns, start=1):
        write(axes, (column.x, 172.0), f"$t={step}$")
    for i, sentence in enumerate(SENTENCES, start=1):
        height = 182.0 - 40.0 * i
        write(axes, (18.0, height), f"$i={i}$")
        write(axes, (306.0, height), rf"$T_x^{{({i})}}={len(sentence)}$")
        for step, column in enumerate(columns):
            place = Box(column.x, height, column.width, column.height)
            if step < len(sentence):
                draw_box(axes, place, sentence[step], FORWARD if (i, step) == (2, 1) else INK)
            else:
                draw_frame(axes, place)
    write(axes, (166.0, 20.0), r"new is $x^{(2)\langle 2\rangle}$: example 2, step 2", FORWARD)
    return figure


def one_step_after_another() -> Figure:
    """The array of three sentences, cut into its four steps: rows are words of the vocabulary, columns are examples."""
    figure, axes = new_sheet(176.0)
    side, top = 17.0, 132.0
    for row, word in enumerate(VOCABULARY):
        write(axes, (74.0, top - side * row), word, align="right")
    for step in range(4):
        left = 91.0 + 61.0 * step
        write(axes, (left + side, 166.0), f"$t={step + 1}$")
        for i, sentence in enumerate(SENTENCES):
            write(axes, (left + side * i, 149.0), str(i + 1))
            _column(axes, left + side * i, top, side, sentence[step : step + 1])
    write(axes, (198.0, 16.0), r"each sheet is $x^{\langle t\rangle}$, of shape $(n_x, m)$")
    return figure


def _column(axes: Axes, x: float, top: float, side: float, words: Sequence[str]) -> None:
    """Draw one one-hot column; without a word, a dotted frame around zeros."""
    for row, entry in enumerate(VOCABULARY):
        place = Box(x, top - side * row, side - 2.0, side - 2.0)
        known = words and (words[0] if words[0] in VOCABULARY else "<UNK>")
        if entry == known:
            draw_box(axes, place, "1", FORWARD, rounding=0.5)
        elif known:
            draw_box(axes, place, "", INK, rounding=0.5)
    if not words:
        draw_frame(axes, Box(x, top - side * 2.5, side - 3.0, side * 6.0 - 3.0))


def picks_a_column() -> Figure:
    """A matrix on a one-hot vector gives one of its columns."""
    figure, axes = new_sheet(182.0)
    columns = [Box(48.0 + 24.0 * k, 112.0, 20.0, 70.0) for k in range(6)]
    for k, column in enumerate(columns):
        draw_box(axes, column, "", WEIGHT if k == 2 else INK, rounding=0.5)
        write(axes, (column.x, 160.0), str(k), WEIGHT if k == 2 else INK)
    write(axes, (108.0, 62.0), "$W_{ax}$, six columns")
    write(axes, (188.0, 112.0), r"$\times$")
    for k in range(6):
        place = Box(214.0, 160.0 - 19.2 * k, 19.0, 17.2)
        draw_box(axes, place, "1" if k == 2 else "0", FORWARD if k == 2 else INK, rounding=0.5)
        write(axes, (234.0, place.y), str(k))
    write(axes, (258.0, 112.0), "$=$")
    draw_box(axes, Box(288.0, 112.0, 20.0, 70.0), "", WEIGHT, rounding=0.5)
    write(axes, (214.0, 40.0), r"$x^{\langle t\rangle}$")
    write(axes, (166.0, 14.0), "Hermione has index 2, so column 2 is left")
    return figure


def unknown_words(shares: Mapping[str, tuple[Sequence[int], Sequence[float]]]) -> Figure:
    """Share of words that are unknown, against the size of the vocabulary; one curve for each text."""
    figure, canvas = new_sheet(236.0)
    axes = figure.add_axes((0.13, 0.2, 0.82, 0.66))
    styles: tuple[tuple[Colour, Any, tuple[float, float]], ...] = ((INK, DASHES, (0.04, 0.1)), (FORWARD, "solid", (0.42, 0.55)))
    for (text, (sizes, unknown)), (colour, style, place) in zip(shares.items(), styles, strict=True):
        axes.plot(sizes, [100.0 * share for share in unknown], color=colour.light, linestyle=style, linewidth=2.0)
        axes.text(*place, text, color=colour.light, fontsize=FONT_SIZE, transform=axes.transAxes)
    dress(axes)
    axes.set_xlim(0.0, 300.0)
    axes.set_xticks([0, 100, 200, 300])
    axes.set_ylim(0.0, 105.0)
    axes.set_yticks([0, 25, 50, 75, 100])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
    axes.set_xlabel("size of the vocabulary", fontsize=FONT_SIZE, color=INK.light, labelpad=2.0)
    write(canvas, (8.0, 222.0), "unknown words, in percent", align="left")
    return figure
