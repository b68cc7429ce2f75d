"""The chapters say what is true: printed formulas, worked numbers, and words in place of figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import exp, log, tanh
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

Array = NDArray[np.float64]
BOOK = Path(__file__).resolve().parents[2] / "book"
CHAPTERS = ("rnn", "bptt")


def source(chapter: str) -> str:
    return (BOOK / f"{chapter}.md").read_text(encoding="utf-8")


def formulas(chapter: str) -> dict[str, str]:
    """Give each numbered formula of a chapter: label -> TeX with single spaces."""
    blocks = re.findall(r"^```\{math\}\n:label: (\S+)\n(.*?)^```$", source(chapter), re.MULTILINE | re.DOTALL)
    return {label: " ".join(tex.split()) for label, tex in blocks}


class Network:
    """A small recurrent network with all dimensions different, and what its chapter computes about it.

    Steps are counted as in the book: a[0] is the state before the first step, x[1] the first input.
    """

    n_x, n_a, n_y, m, steps = 3, 4, 5, 2, 3

    def __init__(self) -> None:
        draw = np.random.default_rng(7).normal
        n_x, n_a, n_y, m = self.n_x, self.n_a, self.n_y, self.m
        self.theta: dict[str, Array] = {
            "Waa": draw(size=(n_a, n_a)) * 0.5,
            "Wax": draw(size=(n_a, n_x)),
            "Wya": draw(size=(n_y, n_a)),
            "ba": draw(size=(n_a, 1)),
            "by": draw(size=(n_y, 1)),
            "a0": draw(size=(n_a, m)) * 0.5,
            **{f"x{t}": draw(size=(n_x, m)) for t in range(1, self.steps + 1)},
        }
        classes = np.random.default_rng(8).integers(n_y, size=(self.steps + 1, m))
        self.y = [np.eye(n_y)[:, row] for row in classes]
        self.forward()

    def forward(self) -> float:
        """Run the chapter's equations (rnn-state, rnn-output, rnn-softmax, rnn-loss) as printed."""
        p = self.theta
        self.a, self.zy, self.y_hat = [p["a0"]], [np.empty(0)], [np.empty(0)]
        loss = 0.0
        for t in range(1, self.steps + 1):
            z = p["Waa"] @ self.a[t - 1] + p["Wax"] @ p[f"x{t}"] + p["ba"]
            self.a.append(np.tanh(z))
            self.zy.append(p["Wya"] @ self.a[t] + p["by"])
            self.y_hat.append(np.exp(self.zy[t]) / np.exp(self.zy[t]).sum(axis=0))
            loss += (-self.y[t] * np.log(self.y_hat[t])).sum() / self.m
        return float(loss)

    def slope(self, name: str) -> Array:
        """The judge: central differences of the loss, one number of one array at a time."""
        array, result, step = self.theta[name], np.zeros_like(self.theta[name]), 1e-5
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + step
            above = self.forward()
            array[index] = kept - step
            below = self.forward()
            array[index] = kept
            result[index] = (above - below) / (2.0 * step)
        self.forward()
        return result


# The way back, one function per printed formula; each is written from its TeX and from nothing else.
# `d` holds the gradients known so far, by step: d["dz"][t].
def dzy(n: Network, d: dict[str, Any], t: int) -> Array:
    return (n.y_hat[t] - n.y[t]) / n.m


def da(n: Network, d: dict[str, Any], t: int) -> Array:
    return n.theta["Wya"].T @ d["dzy"][t] + n.theta["Waa"].T @ d["dz"][t + 1]


def dz(n: Network, d: dict[str, Any], t: int) -> Array:
    return np.asarray(d["da"][t] * (1.0 - n.a[t] ** 2))


STEPS = range(1, Network.steps + 1)
PER_STEP = {
    "bptt-dzy": (
        r"dz_y^{\langle t\rangle} = "
        r"\frac{1}{m} \bigl( \hat y^{\langle t\rangle} - y^{\langle t\rangle} \bigr)",
        dzy,
    ),
    "bptt-da": (
        r"da^{\langle t\rangle} = "
        r"W_{ya}^{\top}\, dz_y^{\langle t\rangle} + W_{aa}^{\top}\, dz^{\langle t+1\rangle}",
        da,
    ),
    "bptt-dz": (
        r"dz^{\langle t\rangle} = "
        r"da^{\langle t\rangle} * \Bigl( 1 - \bigl(a^{\langle t\rangle}\bigr)^2 \Bigr)",
        dz,
    ),
}
Result = Callable[[Network, dict[str, Any]], Array]
RESULTS: dict[str, tuple[str, str, Result]] = {
    "bptt-dwax": (
        r"dW_{ax} = \sum_{t=1}^{T_x} dz^{\langle t\rangle}\, \bigl(x^{\langle t\rangle}\bigr)^{\top}",
        "Wax",
        lambda n, d: sum(d["dz"][t] @ n.theta[f"x{t}"].T for t in STEPS),
    ),
    "bptt-dwaa": (
        r"dW_{aa} = \sum_{t=1}^{T_x} dz^{\langle t\rangle}\, \bigl(a^{\langle t-1\rangle}\bigr)^{\top}",
        "Waa",
        lambda n, d: sum(d["dz"][t] @ n.a[t - 1].T for t in STEPS),
    ),
    "bptt-dba": (
        r"db_a = \sum_{t=1}^{T_x} \sum_{i=1}^{m} dz^{(i)\langle t\rangle}",
        "ba",
        lambda n, d: sum(d["dz"][t][:, [i]] for t in STEPS for i in range(n.m)),
    ),
    "bptt-dx": (
        r"dx^{\langle t\rangle} = W_{ax}^{\top}\, dz^{\langle t\rangle}",
        "x2",
        lambda n, d: n.theta["Wax"].T @ d["dz"][2],
    ),
    "bptt-da0": (
        r"da^{\langle 0\rangle} = W_{aa}^{\top}\, dz^{\langle 1\rangle}",
        "a0",
        lambda n, d: n.theta["Waa"].T @ d["dz"][1],
    ),
    "bptt-dwya": (
        r"dW_{ya} = \sum_{t=1}^{T_y} dz_y^{\langle t\rangle}\, \bigl(a^{\langle t\rangle}\bigr)^{\top}",
        "Wya",
        lambda n, d: sum(d["dzy"][t] @ n.a[t].T for t in STEPS),
    ),
    "bptt-dby": (
        r"db_y = \sum_{t=1}^{T_y} \sum_{i=1}^{m} dz_y^{(i)\langle t\rangle}",
        "by",
        lambda n, d: sum(d["dzy"][t][:, [i]] for t in STEPS for i in range(n.m)),
    ),
}
CENTRAL = (
    r"\frac{\partial f}{\partial \theta} \approx "
    r"\frac{f(\theta + \varepsilon) - f(\theta - \varepsilon)}{2\,\varepsilon}"
)


def way_back(network: Network) -> dict[str, Any]:
    """Apply the three per-step formulas from the last step to the first; after the last, dz is zero."""
    after_the_end = {network.steps + 1: np.zeros((network.n_a, network.m))}
    known: dict[str, Any] = {"dzy": {}, "da": {}, "dz": after_the_end}
    for t in reversed(STEPS):
        for label in ("bptt-dzy", "bptt-da", "bptt-dz"):
            known[label.removeprefix("bptt-")][t] = PER_STEP[label][1](network, known, t)
    return known


def test_the_formulas_tested_here_are_the_formulas_printed() -> None:
    tested = {label: entry[0] for label, entry in (PER_STEP | RESULTS).items()}
    assert formulas("bptt") == tested | {"bptt-central": CENTRAL}


@pytest.mark.parametrize("label", sorted(RESULTS))
def test_printed_gradient_agrees_with_the_numeric_one(label: str) -> None:
    network = Network()
    _, owner, formula = RESULTS[label]
    printed, numeric = formula(network, way_back(network)), network.slope(owner)
    assert printed.shape == network.theta[owner].shape
    assert np.abs(numeric).min() > 1e-6
    np.testing.assert_allclose(printed, numeric, rtol=1e-6, atol=1e-9)


def test_what_is_said_about_softmax_with_cross_entropy() -> None:
    network = Network()
    for gradient in way_back(network)["dzy"].values():
        np.testing.assert_allclose(gradient.sum(axis=0), 0.0, atol=1e-15)
        assert np.abs(gradient).max() <= 1.0 / network.m


def test_stacked_weights_and_parameter_count() -> None:
    network = Network()
    p = network.theta
    stacked = np.block([[p["Waa"], p["Wax"]]]) @ np.block([[p["a0"]], [p["x1"]]])
    np.testing.assert_allclose(stacked, p["Waa"] @ p["a0"] + p["Wax"] @ p["x1"], rtol=1e-12)
    count = sum(p[name].size for name in ("Waa", "Wax", "Wya", "ba", "by"))
    n_x, n_a, n_y = network.n_x, network.n_a, network.n_y
    assert count == n_a * (n_a + n_x + 1) + n_y * (n_a + 1)
    assert formulas("rnn")["rnn-count"] == r"n_a\,(n_a + n_x + 1) + n_y\,(n_a + 1) ."


def worked_numbers() -> set[str]:
    """Recompute the three steps that are done by hand, and print each number as the prose does."""
    weight, a, loss, states = 0.5, 0.0, 0.0, []
    for x, first_is_right in ((1.0, True), (0.0, False), (1.0, True)):
        a = tanh(weight * a + x)
        p = exp(a) / (exp(a) + exp(-a))
        right = p if first_is_right else 1.0 - p
        loss -= log(right)
        states.append((a, right, -log(right), 2.0 * (p - float(first_is_right))))
    later, numbers, dwaa = 0.0, {loss}, 0.0
    before = [0.0, *(state[0] for state in states)]
    for step in (2, 1, 0):
        a, right, cost, up = states[step]
        factor = 1.0 - a**2
        numbers |= {a, right, cost, up, weight * later, up + weight * later, factor, weight * factor}
        later = (up + weight * later) * factor
        numbers.add(later)
        dwaa += later * before[step]
    return {f"{abs(number):.4f}" for number in numbers | {dwaa}}


def prose(chapter: str) -> str:
    """The text of a chapter without its code cells."""
    return re.sub(r"^```\{code-cell\}.*?^```$", "", source(chapter), flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_worked_numbers_in_the_prose(chapter: str) -> None:
    said = set(re.findall(r"\d+\.\d{3,}", prose(chapter)))
    assert len(said) >= 5
    assert said <= worked_numbers()


def test_sizes_in_the_prose() -> None:
    text = source("rnn")
    hidden, word = 100, 10_000
    for size in (9 * word, 9 * word * hidden, 90 * word * hidden):
        assert f"{size:,}" in text
    for shape in ((hidden, hidden), (hidden, word), (hidden, hidden + word)):
        assert f"({shape[0]}, {shape[1]})" in text


def figure_cells(chapter: str) -> list[tuple[str, dict[str, Any]]]:
    """Give name and metadata of each cell that shows a figure."""
    cells = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", source(chapter), re.MULTILINE | re.DOTALL)
    drawn = [cell for cell in cells if "show(" in cell]
    heads = [re.match(r"---\n(.*?)^---\n", cell, re.MULTILINE | re.DOTALL) for cell in drawn]
    metadata = [yaml.safe_load(head.group(1)) if head else {} for head in heads]
    return list(zip(drawn, metadata, strict=True))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_figure_says_what_it_shows(chapter: str) -> None:
    cells = figure_cells(chapter)
    assert len(cells) >= 2
    for cell, metadata in cells:
        options = metadata.get("mystnb", {})
        assert len(options.get("image", {}).get("alt", "").split()) >= 20, cell
        assert options["image"].get("classes") == "dark-light", "the theme would put a white card behind it"
        assert options["figure"]["caption"] and options["figure"]["name"], cell


EXERCISES = [
    "softmax",
    "stack_weights",
    "rnn_cell_forward",
    "rnn_forward",
    "sequence_cross_entropy",
    "rnn_cell_backward",
    "rnn_backward",
    "softmax_cross_entropy_backward",
    "output_backward",
    "numerical_gradient",
]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_cell_gives_an_exercise_away(chapter: str) -> None:
    """No exercise function is defined or imported, and no state or probability is computed on arrays."""
    cells = "\n".join(re.findall(r"^```\{code-cell\}.*?^```$", source(chapter), re.MULTILINE | re.DOTALL))
    assert not [name for name in EXERCISES if re.search(rf"\b{name}\(|import.*\b{name}\b", cells)]
    for give_away in ("np.tanh", "np.exp", "np.log", "stack(", "concatenate", "np.block", ".T ", "solutions"):
        assert give_away not in cells


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_has_its_parts(chapter: str) -> None:
    text = source(chapter)
    assert "you will be able to" in text
    for heading in ("## Common mistakes", "## Exercise", "## Further reading"):
        assert heading in text
    assert re.search(r"^```\{exercise-notebook\} \w+$", text, re.MULTILINE)
    assert 3 <= len(re.findall(r"^(?:```|~~~|:::)\{quiz\} ", text, re.MULTILINE)) <= 6
    cited = set(re.findall(r"\{footcite:t\}`(\w+)`", text))
    entries = (BOOK / "references.bib").read_text(encoding="utf-8")
    known = set(re.findall(r"^@\w+\{(\w+),", entries, re.MULTILINE))
    assert cited and cited <= known
