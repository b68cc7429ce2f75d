"""The strokes all figures are made of: boxes, circles, arrows and words, placed in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.text import Text

from .style import FONT_SIZE, INK, Colour

Point = tuple[float, float]
TINT = 0.13
LINE_WIDTH = 1.5
DASHES = (0.0, (3.0, 2.0))
HEAD_LENGTH = 8.0
HEAD_WIDTH = 7.0


@dataclass(frozen=True)
class Box:
    """A rectangle known by its centre, so that arrows can begin and end exactly on its edges."""

    x: float
    y: float
    width: float
    height: float

    def left(self, shift: float = 0.0) -> Point:
        """Give the middle of the left edge, moved up by `shift`."""
        return self.x - self.width / 2, self.y + shift

    def right(self, shift: float = 0.0) -> Point:
        """Give the middle of the right edge, moved up by `shift`."""
        return self.x + self.width / 2, self.y + shift

    def top(self, shift: float = 0.0) -> Point:
        """Give the middle of the top edge, moved right by `shift`."""
        return self.x + shift, self.y + self.height / 2

    def bottom(self, shift: float = 0.0) -> Point:
        """Give the middle of the bottom edge, moved right by `shift`."""
        return self.x + shift, self.y - self.height / 2


def write(
    axes: Axes,
    point: Point,
    words: str,
    colour: Colour = INK,
    align: Literal["left", "center", "right"] = "center",
) -> Text:
    """Put words on the sheet, their middle line at the point's height."""
    return axes.text(
        *point,
        words,
        color=colour.light,
        fontsize=FONT_SIZE,
        horizontalalignment=align,
        verticalalignment="center",
        math_fontfamily="stix",
    )


def draw_box(axes: Axes, box: Box, words: str = "", colour: Colour = INK, rounding: float = 4.0) -> None:
    """Draw a tinted box with words in its middle; the outline lies inside the box's measure."""
    patch = FancyBboxPatch(
        (box.x - box.width / 2, box.y - box.height / 2),
        box.width,
        box.height,
        boxstyle=f"round,pad=0,rounding_size={rounding}",
        facecolor=(colour.light, TINT),
        edgecolor=colour.light,
        linewidth=LINE_WIDTH,
    )
    axes.add_patch(patch)
    if words:
        write(axes, (box.x, box.y), words)


def draw_frame(axes: Axes, box: Box, colour: Colour = INK) -> None:
    """Draw a thin dotted frame around things that belong together."""
    patch = FancyBboxPatch(
        (box.x - box.width / 2, box.y - box.height / 2),
        box.width,
        box.height,
        boxstyle="round,pad=0,rounding_size=8",
        facecolor="none",
        edgecolor=colour.light,
        linewidth=1.0,
        linestyle=(0.0, (1.5, 2.5)),
    )
    axes.add_patch(patch)


def draw_circle(axes: Axes, box: Box, words: str, colour: Colour = INK) -> None:
    """Draw a circle in the box's width, for a value or a sum."""
    patch = Circle(
        (box.x, box.y),
        box.width / 2,
        facecolor=(colour.light, TINT),
        edgecolor=colour.light,
        linewidth=LINE_WIDTH,
    )
    axes.add_patch(patch)
    write(axes, (box.x, box.y), words)


def draw_arrow(axes: Axes, points: Sequence[Point], colour: Colour, dashed: bool = False) -> None:
    """Draw an arrow along the points; gradients are dashed, so that colour is not the only sign.

    Shaft and head are two patches: in one patch the dashes would cut the head into pieces.
    """
    (from_x, from_y), (tip_x, tip_y) = points[-2], points[-1]
    length = hypot(tip_x - from_x, tip_y - from_y)
    along_x, along_y = (tip_x - from_x) / length, (tip_y - from_y) / length
    neck_x, neck_y = tip_x - HEAD_LENGTH * along_x, tip_y - HEAD_LENGTH * along_y
    side_x, side_y = -HEAD_WIDTH / 2 * along_y, HEAD_WIDTH / 2 * along_x
    shaft = PathPatch(
        Path([*points[:-1], (neck_x, neck_y)]),
        facecolor="none",
        edgecolor=colour.light,
        linewidth=LINE_WIDTH,
        linestyle=DASHES if dashed else "solid",
        capstyle="butt",
        zorder=3.0,
    )
    corners = [(tip_x, tip_y), (neck_x + side_x, neck_y + side_y), (neck_x - side_x, neck_y - side_y)]
    axes.add_patch(shaft)
    axes.add_patch(Polygon(corners, closed=True, facecolor=colour.light, edgecolor="none", zorder=3.0))
