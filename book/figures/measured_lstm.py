"""What the experiments on LSTMs found."""

from __future__ import annotations

from math import log

from matplotlib.figure import Figure

from experiments import results

from .measured import Curve, Dot, curves, dots
from .style import FORWARD, GRADIENT, INK

BIASES = ((0, INK, "dotted"), (1, FORWARD, "dashed"), (2, GRADIENT, "solid"))


def adding_by_bias() -> Figure:
    """Learning the adding problem from three forget biases, without peepholes."""
    rows = results.read("forget_bias")
    steps = sorted(set(results.chosen(rows, "step", task="adding")))

    def found(bias: int, step: float) -> results.Summary:
        return results.summarize(results.chosen(rows, "score", task="adding", cell="lstm", bias=bias, step=step))

    drawn = [Curve(f"bias {bias}", steps, [found(bias, step) for step in steps], colour, line) for bias, colour, line in BIASES]
    places = {"bias 0": 0.0085, "bias 1": 0.0042, "bias 2": 0.0021, "always 1": 0.21}
    return curves(drawn, "training steps", "mean squared error", log=True, limits=(1e-3, 0.3), baseline=("always 1", 1 / 6),
                  names=places)  # fmt: skip  # one picture


def copying_by_bias() -> Figure:
    """What is left of the copying loss after training, by bias, with and without peepholes."""
    rows = results.read("forget_bias")
    last = max(results.chosen(rows, "step", task="copying"))
    drawn: list[Dot | str] = []
    for cell, heading in (("lstm", "without peepholes"), ("peephole_lstm", "with peepholes")):
        drawn.append(heading)
        for bias, colour, _ in BIASES:
            scores = results.chosen(rows, "score", task="copying", cell=cell, bias=bias, step=last)
            drawn.append(Dot(f"bias {bias}", results.summarize(scores), colour))
    return dots(drawn, "nats per step; guessing: 0.52", limits=(0.375, 0.53), baseline=10 * log(8) / 40)
