"""The chapter on speed says what is true: printed formulas, worked numbers, counts, and what its race runs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from math import tanh
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from book import racing
from book.figures.speed import GATES
from solutions.reference import lstm_backward, lstm_backward_fast, lstm_forward, lstm_forward_fast
from tests.book import test_chapters as chapters
from tests.book.test_gru import STEPS, agree, formulas, sigmoid
from tests.book.test_lstm import Cell

Array = NDArray[np.float64]
CHAPTER = "speed"
WHOLE = slice(1, None)


def beside(blocks: Any) -> Array:
    """The matrices of the steps, side by side."""
    return np.concatenate(list(blocks), axis=1)


def block(n: Any, matrix: Array, t: int) -> Array:
    return matrix[:, (t - 1) * n.m : t * n.m]


def ones(n: Any) -> Array:
    return np.ones((n.m * n.steps, 1))


def inputs(n: Any) -> Array:
    return beside(n.theta[f"x{t}"] for t in STEPS)


# One entry per printed formula, each written from its TeX and from nothing else. `d` holds what is known so far.
BEFORE: dict[str, tuple[str, str, Callable[..., Array]]] = {
    "speed-dzy": (
        "Dy",
        r"D_y = \frac{1}{m}\, \bigl( \hat Y - Y \bigr)",
        lambda n, d: 1 / n.m * (beside(n.y_hat[WHOLE]) - beside(n.y[WHOLE])),
    ),
    "speed-upstream": ("U", r"U = W_{ya}^{\top}\, D_y", lambda n, d: output(n).T @ d["Dy"]),
    "speed-slopes": ("S", r"S = 1 - A^2", lambda n, d: 1 - beside(n.a[WHOLE]) ** 2),
}
WALK = (
    r"dz^{\langle t\rangle} = s^{\langle t\rangle} * "
    r"\bigl( u^{\langle t\rangle} + W_{aa}^{\top}\, dz^{\langle t+1\rangle} \bigr)"
)
AFTER: dict[str, tuple[str, str, Callable[..., Array]]] = {
    "speed-dwaa": ("Waa", r"dW_{aa} = D\, A_-^{\top}", lambda n, d: d["D"] @ beside(n.a[:-1]).T),
    "speed-dwax": ("Wax", r"dW_{ax} = D\, X^{\top}", lambda n, d: d["D"] @ inputs(n).T),
    "speed-dba": ("ba", r"db_a = D\, \mathbf 1", lambda n, d: d["D"] @ ones(n)),
    "speed-dx": ("x", r"dX = W_{ax}^{\top}\, D", lambda n, d: n.theta["Wax"].T @ d["D"]),
    "speed-dwya": ("Wya", r"dW_{ya} = D_y\, A^{\top}", lambda n, d: d["Dy"] @ beside(n.a[WHOLE]).T),
    "speed-dby": ("by", r"db_y = D_y\, \mathbf 1", lambda n, d: d["Dy"] @ ones(n)),
}
LSTM_SLOPES = (
    r"s_f^{\langle t\rangle} &= c^{\langle t-1\rangle} * \Gamma_f * (1 - \Gamma_f) \\ "
    r"s_i^{\langle t\rangle} &= \tilde c^{\langle t\rangle} * \Gamma_i * (1 - \Gamma_i) \\ "
    r"s_o^{\langle t\rangle} &= \tanh\bigl( c^{\langle t\rangle} \bigr) * \Gamma_o * (1 - \Gamma_o) \\ "
    r"s_c^{\langle t\rangle} &= \Gamma_i * \Bigl( 1 - \bigl( \tilde c^{\langle t\rangle} \bigr)^2 \Bigr) \\ "
    r"s_m^{\langle t\rangle} &= \Gamma_o * \bigl( 1 - \tanh^2 c^{\langle t\rangle} \bigr)"
)
LSTM_WALK: dict[str, tuple[str, str, Callable[..., Array]]] = {
    "speed-lstm-da": (
        "da",
        r"da^{\langle t\rangle} = u^{\langle t\rangle} + W_a^{\top}\, dz^{\langle t+1\rangle}",
        lambda n, d, t: block(n, d["U"], t) + stacked(n)[:, : n.n_a].T @ d["dz"][t + 1],
    ),
    "speed-lstm-dc": (
        "dc",
        r"dc^{\langle t\rangle} = \Gamma_f^{\langle t+1\rangle} * dc^{\langle t+1\rangle} "
        r"+ s_m^{\langle t\rangle} * da^{\langle t\rangle}",
        lambda n, d, t: d["f"][t + 1] * d["dc"][t + 1] + slopes(n, t)["m"] * d["da"][t],
    ),
    "speed-lstm-dz": (
        "dz",
        r"dz^{\langle t\rangle} = \begin{bmatrix} s_f \\ s_i \\ s_o \\ s_c \end{bmatrix}^{\langle t\rangle} * "
        r"\begin{bmatrix} dc \\ dc \\ da \\ dc \end{bmatrix}^{\langle t\rangle}",
        lambda n, d, t: np.vstack([slopes(n, t)[k] for k in "fioc"]) * np.vstack([d[k][t] for k in ("dc", "dc", "da", "dc")]),
    ),
}
LSTM_AFTER: dict[str, tuple[str, str, Callable[..., Array]]] = {
    "speed-lstm-dw": (
        "W",
        r"dW = D\, [\, A_-;\, X ]^{\top}",
        lambda n, d: d["D"] @ np.vstack([beside(n.a[:-1]), inputs(n)]).T,
    ),
    "speed-lstm-db": ("b", r"db = D\, \mathbf 1", lambda n, d: d["D"] @ ones(n)),
    "speed-lstm-dx": ("x", r"dX = W_x^{\top}\, D", lambda n, d: stacked(n)[:, n.n_a :].T @ d["D"]),
}
BLOCKS = (
    r"& \sum_{t=1}^{T_x} P_t\, Q_t^{\top} \\ &\quad = "
    r"[\, P_1 \; \cdots \; P_{T_x} ]\, [\, Q_1 \; \cdots \; Q_{T_x} ]^{\top}"
)
FORWARD = {"speed-prices", "speed-inputs", "speed-state", "speed-output", "speed-fused", "speed-cut", "speed-places",
           "speed-work", "speed-training-work", "speed-reuse", "speed-limit"}  # fmt: skip  # a list of labels


def output(n: Any) -> Array:
    return np.asarray(n.theta["Wya" if "Wya" in n.theta else "Wy"])


def stacked(n: Cell, letter: str = "W") -> Array:
    """The four gates' weights or biases, one upon the other, in the order that is printed."""
    return np.vstack([n.theta[letter + gate] for gate in "fioc"])


def slopes(n: Cell, t: int) -> dict[str, Array]:
    """The five lines of speed-lstm-slopes."""
    f, i, c, o = (n.gate[gate][t] for gate in "fico")
    return {"f": n.c[t - 1] * f * (1 - f), "i": c * i * (1 - i), "o": np.tanh(n.c[t]) * o * (1 - o), "c": i * (1 - c**2),
            "m": o * (1 - np.tanh(n.c[t]) ** 2)}  # fmt: skip  # five lines, as printed


def rnn_back() -> tuple[chapters.Network, dict[str, Any]]:
    """Before the walk, the walk, and what it leaves, of the network of the first chapters."""
    n = chapters.Network()
    known: dict[str, Any] = {}
    for name, _, formula in BEFORE.values():
        known[name] = formula(n, known)
    dz = {n.steps + 1: np.zeros((n.n_a, n.m))}
    for t in reversed(STEPS):
        dz[t] = block(n, known["S"], t) * (block(n, known["U"], t) + n.theta["Waa"].T @ dz[t + 1])
    return n, known | {"dz": dz, "D": beside(dz[t] for t in STEPS)}


def lstm_back() -> tuple[Cell, dict[str, Any]]:
    """The same of an LSTM; what would come from after the last step is zero."""
    n, end = Cell(peepholes=False), Cell.steps + 1
    nothing = np.zeros((n.n_a, n.m))
    known: dict[str, Any] = {"da": {}, "dc": {end: nothing}, "dz": {end: np.zeros((4 * n.n_a, n.m))}}
    known["f"] = {**dict(enumerate(n.gate["f"])), end: nothing}
    for label in ("speed-dzy", "speed-upstream"):
        known[BEFORE[label][0]] = BEFORE[label][2](n, known)
    for t in reversed(STEPS):
        for name, _, formula in LSTM_WALK.values():
            known[name][t] = formula(n, known, t)
    return n, known | {"D": beside(known["dz"][t] for t in STEPS)}


def test_the_formulas_tested_here_are_the_formulas_printed() -> None:
    printed = formulas(CHAPTER)
    tested = {label: tex for label, (_, tex, _) in (BEFORE | AFTER | LSTM_WALK | LSTM_AFTER).items()}
    tested |= {"speed-dz": WALK, "speed-lstm-slopes": LSTM_SLOPES, "speed-blocks": BLOCKS}
    assert {label: tex for label, tex in printed.items() if label not in FORWARD} == tested
    assert printed.keys() >= FORWARD


@pytest.mark.parametrize("label", sorted(AFTER))
def test_printed_gradient_agrees_with_the_numeric_one(label: str) -> None:
    n, known = rnn_back()
    owner, _, formula = AFTER[label]
    agree(formula(n, known), beside(n.slope(f"x{t}") for t in STEPS) if owner == "x" else n.slope(owner))


@pytest.mark.parametrize("label", sorted(LSTM_AFTER))
def test_printed_gradient_of_the_fused_gates_agrees_with_the_numeric_one(label: str) -> None:
    n, known = lstm_back()
    owner, _, formula = LSTM_AFTER[label]
    measured = beside(n.slope(f"x{t}") for t in STEPS) if owner == "x" else np.vstack([n.slope(owner + gate) for gate in "fioc"])
    agree(formula(n, known), measured)


def test_the_first_state_gets_what_the_walk_ends_with() -> None:
    n, known = rnn_back()
    agree(n.theta["Waa"].T @ known["dz"][1], n.slope("a0"))
    cell, of_cell = lstm_back()
    agree(stacked(cell)[:, : cell.n_a].T @ of_cell["dz"][1], cell.slope("a0"))


def test_a_sum_of_products_is_one_product() -> None:
    draw = np.random.default_rng(1).normal
    left, right = [draw(size=(4, 2)) for _ in range(3)], [draw(size=(5, 2)) for _ in range(3)]
    np.testing.assert_allclose(sum(p @ q.T for p, q in zip(left, right, strict=True)), beside(left) @ beside(right).T)


def test_the_printed_way_forward_gives_the_same_states() -> None:
    n, cell = chapters.Network(), Cell(peepholes=False)
    V = n.theta["Wax"] @ inputs(n) + n.theta["ba"]
    for t in STEPS:
        np.testing.assert_allclose(n.a[t], np.tanh(block(n, V, t) + n.theta["Waa"] @ n.a[t - 1]), rtol=1e-12)
    scores = n.theta["Wya"] @ beside(n.a[WHOLE]) + n.theta["by"]
    np.testing.assert_allclose(np.exp(scores) / np.exp(scores).sum(axis=0), beside(n.y_hat[WHOLE]), rtol=1e-12)
    W, b = stacked(cell), stacked(cell, "b")
    V = W[:, cell.n_a :] @ inputs(cell) + b
    for t in STEPS:
        z = block(cell, V, t) + W[:, : cell.n_a] @ cell.a[t - 1]
        np.testing.assert_allclose(z, W @ cell.stack(t) + b, rtol=1e-12)
        for gate, part in zip("fioc", np.split(z, 4), strict=True):
            np.testing.assert_allclose(np.tanh(part) if gate == "c" else sigmoid(part), cell.gate[gate][t], rtol=1e-12)
    assert GATES == "fioc"


def matrices(tex: str) -> list[Array]:
    """The matrices of numbers in a formula."""
    bodies = re.findall(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", tex, re.DOTALL)
    return [np.array([[float(one) for one in row.split("&")] for row in body.split("\\\\")]) for body in bodies]


def test_examples_with_whole_numbers_add_up() -> None:
    shown = re.findall(r"^\$\$\n(.*?)^\$\$$", chapters.source(CHAPTER), re.MULTILINE | re.DOTALL)
    steps, (left, right, at_once), (W, column, b, z) = (matrices(tex) for tex in shown)
    np.testing.assert_array_equal(sum(steps[:3]), steps[3])
    np.testing.assert_array_equal(left @ right, at_once)
    np.testing.assert_array_equal(steps[3], at_once)
    for t, term in enumerate(steps[:3]):
        np.testing.assert_array_equal(np.outer(left[:, t], right[t]), term)
    np.testing.assert_array_equal(W @ column + b, z)
    text = " ".join(chapters.source(CHAPTER).split())
    assert "$dz$ be $(1, 0)$, $(2, -1)$ and $(0, 3)$" in text and "from $(0, 0)$, $(1, 2)$ and $(3, 1)$" in text
    assert r"8: it is $0 \cdot 0 - 1 \cdot 1 + 3 \cdot 3$" in text


def test_the_gradient_by_hand_is_the_slope() -> None:
    def walk(weight: float) -> list[float]:
        states = [0.0]
        for x in (1.0, 0.0, 1.0):
            states.append(tanh(x + weight * states[-1]))
        return states

    states, back, total = walk(0.5), 1.0, 0.0
    for t in (3, 2, 1):
        dz = (1 - states[t] ** 2) * back
        total, back = total + dz * states[t - 1], 0.5 * dz
    assert total == pytest.approx((walk(0.50001)[3] - walk(0.49999)[3]) / 2e-5, rel=1e-6)
    assert not re.findall(r"\d+\.\d{3,}", chapters.prose(CHAPTER)), "such numbers come from cells"


class Counted(np.ndarray[Any, Any]):
    """An array that notes the shapes of the matrix products that it takes part in."""

    seen: list[tuple[tuple[int, ...], tuple[int, ...]]] = []

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, **options: Any) -> Any:
        if ufunc is np.matmul:
            Counted.seen.append((given[0].shape, given[1].shape))
        plain = [np.asarray(one) if isinstance(one, Counted) else one for one in given]
        if "out" in options:
            options["out"] = tuple(np.asarray(one) for one in options["out"])
        result = getattr(ufunc, method)(*plain, **options)
        return result.view(Counted) if isinstance(result, np.ndarray) else result

    def __array_function__(self, function: Any, types: Any, given: Any, options: Any) -> Any:
        if function is np.tensordot:  # over steps and examples, of two arrays with time first
            (steps, rows, m), (_, columns, _) = given[0].shape, given[1].shape
            assert options == {"axes": ([0, 2], [0, 2])}
            Counted.seen.append(((rows, steps * m), (steps * m, columns)))
        result = super().__array_function__(function, types, given, options)
        return result.view(Counted) if isinstance(result, np.ndarray) else result


@pytest.mark.parametrize(("forward", "backward", "in_loop", "outside"), [
    (lstm_forward, lstm_backward, 12, 0), (lstm_forward_fast, lstm_backward_fast, 2, 4),
])  # fmt: skip  # a table
def test_products_and_operations_are_counted_right(forward: Any, backward: Any, in_loop: int, outside: int) -> None:
    n_x, n_a, n_y, m, steps = 3, 5, 2, 4, 7
    draw = np.random.default_rng(0).normal
    theta = {f"W{k}": draw(size=(n_a, n_a + n_x)) for k in GATES} | {f"b{k}": draw(size=(n_a, 1)) for k in GATES}
    theta |= {"Wy": draw(size=(n_y, n_a)), "by": draw(size=(n_y, 1))}
    x, da, a0 = (draw(size=size).view(Counted) for size in ((n_x, m, steps), (n_a, m, steps), (n_a, m)))
    Counted.seen = []
    backward(da, forward(x, a0, {key: value.view(Counted) for key, value in theta.items()})[-1])
    inner = [(left, right) for left, right in Counted.seen if left[0] != n_y]
    assert len(inner) == in_loop * steps + outside
    work = sum(2 * left[0] * left[1] * right[1] for left, right in inner)
    assert work == 6 * 4 * n_a * (n_a + n_x) * m * steps
    printed = formulas(CHAPTER)
    assert printed["speed-work"] == r"w = 2\, p\, k\, r"
    assert printed["speed-training-work"] == r"w = 6\, p_l\, n_a\, (n_a + n_x)\, m\, T_x"


def test_the_table_of_products_adds_up() -> None:
    table = chapters.source(CHAPTER).split(":name: products-count")[1].split("```")[0]
    rows = re.findall(r"^\* - (.+)\n  - (.+)\n  - (.+)$", table, re.MULTILINE)[1:]
    totals: Counter[tuple[int, bool]] = Counter()
    for name, *cells in rows:
        for column, cell in enumerate(cells):
            sign = -1 if name == "together" else 1
            loop = re.search(r"(\d*)\\?,? ?T_x", cell)
            rest = re.search(r"\+ (\d+)|^(\d+)", cell)
            totals[column, True] += sign * int(loop.group(1) or 1) if loop else 0
            totals[column, False] += sign * int(next(filter(None, rest.groups()))) if rest else 0
    assert len(rows) == 5
    assert set(totals.values()) == {0}


def test_places_in_memory_are_counted_right() -> None:
    n_a, m, steps = 3, 4, 5
    last = np.arange(n_a * m * steps).reshape(n_a, m, steps)
    first = np.arange(n_a * m * steps).reshape(steps, n_a, m)
    for j, i, t in np.ndindex(last.shape):
        assert last[j, i, t] == (j * m + i) * steps + t
        assert first[t, j, i] == (t * n_a + j) * m + i
    places = r"\text{time last: } & (j\, m + i)\, T_x + t \\ \text{time first: } & (t\, n_a + j)\, m + i"
    assert formulas(CHAPTER)["speed-places"] == places


def test_what_the_questions_say_about_numbers() -> None:
    n, _ = lstm_back()
    assert stacked(n).shape[0] == 4 * n.n_a
    assert 1 / Fraction(4, 5) == Fraction(5, 4)


def test_the_figures_beside_pytorch_are_those_that_were_measured() -> None:
    readme = (chapters.BOOK.parent / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[3:] for line in readme.splitlines() if line.startswith("| LSTM |")]
    own, products = ([float(row[column]) for row in rows] for column in (3, 5))
    assert len(rows) == 3 and max(own) < 0.5
    assert f"{min(products):.2f} to {max(products):.2f} of the time" in chapters.source(CHAPTER)


def test_the_race_is_between_networks_that_agree() -> None:
    run = racing.runners(racing.Size(3, 4, 2, 5))
    readable, *others = (run[kind]() for kind in ("readable", "fused", "memory kept", "memory kept"))
    for other in others:
        for key, value in readable.items():
            np.testing.assert_allclose(other[key], value, rtol=1e-10, atol=1e-14)
    products = run["products"]()
    assert [one.shape for one in products] == [(16, 10), (3, 10), (16, 3), (16, 4)]


def test_the_race_gives_a_share_for_each_rival_and_size() -> None:
    shares = racing.measure([racing.Size(3, 4, 2, 5)], seconds=0.0)
    assert list(shares) == ["4 units, 2 examples"]
    assert list(shares["4 units, 2 examples"]) == ["fused", "memory kept", "products"]
    assert all(share > 0 for share in shares["4 units, 2 examples"].values())
    first, last = racing.SIZES[0], racing.SIZES[-1]
    text = " ".join(chapters.source(CHAPTER).split())
    assert f"from {first.n_a} units and {first.m} examples to {last.n_a} units and {last.m} examples" in text


def test_the_chapter_keeps_the_habits_of_the_book() -> None:
    chapters.test_every_figure_says_what_it_shows(CHAPTER)
    chapters.test_chapter_has_its_parts(CHAPTER)
    chapters.test_no_cell_gives_an_exercise_away(CHAPTER)
