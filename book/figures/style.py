"""Colours, sizes and the way from a figure to SVG: the one visual language of the book.

Every colour has two variants, one for a light page and one for a dark page. matplotlib draws with the light
one; `to_svg` turns each into a CSS variable that follows the page's colour scheme. Each variant can be made
out on the other ground too, for readers whose browser does not pass the page's scheme on to its images.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

POINTS_PER_INCH = 72.0
WIDTH = 331.0
"""Width of every figure in points. On a phone 375 px wide the text column is about as many pixels wide."""
FONT_SIZE = 13.0
"""Size of all text in points; superscripts are 0.7 of it."""


@dataclass(frozen=True)
class Colour:
    """One role in the figures, in its variant for a light and for a dark page."""

    name: str
    light: str
    dark: str


INK = Colour("ink", "#4a5361", "#a3acb9")
FORWARD = Colour("forward", "#1f6fb8", "#5aa9e6")
GRADIENT = Colour("gradient", "#b8500c", "#f08c3e")
WEIGHT = Colour("weight", "#2a7d4f", "#57b881")
PALETTE = (INK, FORWARD, GRADIENT, WEIGHT)

SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "mathtext.fontset": "stix",
    "svg.fonttype": "path",
    "svg.hashsalt": "unrolled",
}


@dataclass(frozen=True)
class Picture:
    """A finished figure as Jupyter and MyST-NB show it: an SVG image."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg


def new_sheet(height: float) -> tuple[Figure, Axes]:
    """Give an empty, transparent sheet whose coordinates are points, (0, 0) at the lower left."""
    figure = Figure(figsize=(WIDTH / POINTS_PER_INCH, height / POINTS_PER_INCH), dpi=POINTS_PER_INCH)
    figure.patch.set_alpha(0.0)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0.0, WIDTH)
    axes.set_ylim(0.0, height)
    axes.set_axis_off()
    return figure, axes


def dress(axes: Axes) -> None:
    """Give a plot's axes the ink and the sizes of the book; only the left and the lower line are drawn."""
    axes.patch.set_alpha(0.0)
    axes.tick_params(labelsize=FONT_SIZE, color=INK.light, labelcolor=INK.light)
    for name, spine in axes.spines.items():
        spine.set_color(INK.light)
        spine.set_visible(name in {"left", "bottom"})


def to_svg(figure: Figure) -> str:
    """Write the figure as SVG: the same bytes at every run, its colours following the page."""
    buffer = io.StringIO()
    with matplotlib.rc_context(SETTINGS):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    svg = buffer.getvalue()
    for colour in PALETTE:
        svg = svg.replace(colour.light, f"var(--{colour.name}, {colour.light})")
    return re.sub(r"(<svg[^>]*>)", lambda match: match.group(1) + _scheme_sheet(), svg, count=1)


def show(figure: Figure) -> Picture:
    """Turn a figure into what the last line of a cell displays."""
    return Picture(to_svg(figure))


def _scheme_sheet() -> str:
    light = "; ".join(f"--{colour.name}: {colour.light}" for colour in PALETTE)
    dark = "; ".join(f"--{colour.name}: {colour.dark}" for colour in PALETTE)
    return f"\n<style>:root {{{light}}} @media (prefers-color-scheme: dark) {{:root {{{dark}}}}}</style>"
