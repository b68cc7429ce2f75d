"""How the scores of one assignment are spread, drawn as an SVG that takes its colours from the page around it."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

INK, BAR = "#010203", "#040506"  # stand-ins: the page's own colours, light or dark, are put in their place
BINS = 10


def counts(shares: Sequence[int]) -> list[int]:
    """How many shares (in percent) fall into each tenth; 100 belongs to the last."""
    tenths = [min(share * BINS // 100, BINS - 1) for share in shares]
    return [tenths.count(index) for index in range(BINS)]


def histogram(shares: Sequence[int], name: str) -> Markup:
    """The SVG element. ``name`` keeps the identifiers of two charts on one page apart."""
    import matplotlib  # here because it takes longer to load than a table takes to print
    from matplotlib.figure import Figure

    bars = counts(shares)
    settings: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": name, "font.family": "sans-serif", "font.size": 10}
    settings |= dict.fromkeys(("text.color", "xtick.color", "ytick.color", "axes.labelcolor", "axes.edgecolor"), INK)
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=(4.6, 2.3), layout="constrained")
        axes = figure.add_subplot()
        drawn = axes.bar([10 * index + 5 for index in range(BINS)], bars, width=8.6, color=BAR)
        axes.bar_label(drawn, [str(bar) if bar else "" for bar in bars], padding=2)
        axes.set(xlim=(0, 100), ylim=(0, max(1, *bars) * 1.2), xticks=range(0, 101, 20), yticks=[])
        axes.set(xlabel="score in percent of the points", ylabel="students")
        axes.spines[["left", "right", "top"]].set_visible(False)
        written = io.StringIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    return _inlined(written.getvalue(), bars)


def _inlined(document: str, bars: Sequence[int]) -> Markup:
    """Only the svg element, with the page's colours and words for who cannot see it."""
    svg = document[document.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*">', "<g>", svg)  # these names are the same in every chart, and nothing refers to them
    svg = svg.replace(INK, "var(--ink)").replace(BAR, "var(--bar)")
    spread = ", ".join(f"{bar} with {10 * index} to {10 * index + 10} percent" for index, bar in enumerate(bars) if bar)
    label = Markup('<svg role="img" aria-label="{}" ').format(f"Students by score: {spread or 'none'}.")
    return Markup(svg.replace("<svg ", label, 1))  # made by matplotlib from numbers alone
