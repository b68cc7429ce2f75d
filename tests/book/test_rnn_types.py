"""The chapter on types of networks says what is true: printed formulas, the ways back, and worked numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import exp, tanh

import numpy as np
import pytest
from numpy.typing import NDArray

from solutions.reference import (
    encoder_decoder_backward,
    encoder_decoder_forward,
    many_to_one_backward,
    many_to_one_forward,
    one_to_many_forward,
    one_to_many_generate,
    one_to_one_forward,
)
from tests.book import test_chapters as chapters

Array = NDArray[np.float64]
CHAPTER = "rnn_types"
PRINTED = {
    "types-one": (
        r"\begin{aligned} a &= \tanh\bigl(W_{ax}\, x + b_a\bigr) \\ "
        r"\hat y &= \operatorname{softmax}\bigl(W_{ya}\, a + b_y\bigr) \end{aligned}"
    ),
    "types-da-one": r"da = W_{ya}^{\top}\, dz_y",
    "types-last": r"\hat y^{(i)} = \operatorname{softmax}\Bigl( W_{ya}\, a^{(i)\langle T_x^{(i)}\rangle} + b_y \Bigr)",
    "types-loss-once": (r"L = \frac{1}{m} \sum_{i=1}^{m} \Bigl( - \sum_{k=1}^{n_y} y_k^{(i)} \log \hat y_k^{(i)} \Bigr)"),
    "types-da-once": (
        r"\begin{aligned} & da^{(i)\langle t\rangle} = \\ & \quad \begin{cases} "
        r"W_{ya}^{\top}\, dz_y^{(i)} & \text{if } t = T_x^{(i)} \\ "
        r"W_{aa}^{\top}\, dz^{(i)\langle t+1\rangle} & \text{if } t < T_x^{(i)} \\ 0 & \text{if } t > T_x^{(i)} "
        r"\end{cases} \end{aligned}"
    ),
    "types-dwya-once": (r"dW_{ya} = \sum_{i=1}^{m} dz_y^{(i)}\, \Bigl( a^{(i)\langle T_x^{(i)}\rangle} \Bigr)^{\top}"),
    "types-reads": (
        r"\begin{aligned} x^{\langle 1\rangle} &= x \\ x^{\langle t\rangle} &= y^{\langle t-1\rangle} "
        r"\quad \text{for } t = 2, \dots, T_y \end{aligned}"
    ),
    "types-dx": r"dx = W_{ax}^{\top}\, dz^{\langle 1\rangle}",
    "types-alone": (
        r"\begin{aligned} k^{(i)\langle t\rangle} &= \operatorname*{arg\,max}_k\, \hat y_k^{(i)\langle t\rangle} \\ "
        r"x^{(i)\langle t+1\rangle} &= \text{one-hot}\bigl(k^{(i)\langle t\rangle}\bigr) \end{aligned}"
    ),
    "types-encoder": (
        r"\begin{aligned} & a^{\langle t\rangle} = \tanh\bigl(W_{aa}^{\text{e}}\, a^{\langle t-1\rangle} \\ "
        r"& \qquad + W_{ax}^{\text{e}}\, x^{\langle t\rangle} + b_a^{\text{e}}\bigr) \end{aligned}"
    ),
    "types-decoder": (
        r"\begin{aligned} & s^{\langle t\rangle} = \tanh\bigl(W_{aa}^{\text{d}}\, s^{\langle t-1\rangle} \\ "
        r"& \qquad + W_{ax}^{\text{d}}\, y^{\langle t-1\rangle} + b_a^{\text{d}}\bigr) \\ "
        r"& \hat y^{\langle t\rangle} = \operatorname{softmax}\bigl(W_{ya}^{\text{d}}\, s^{\langle t\rangle} + "
        r"b_y^{\text{d}}\bigr) \end{aligned}"
    ),
    "types-ds": (
        r"\begin{aligned} ds^{\langle t\rangle} &= \bigl(W_{ya}^{\text{d}}\bigr)^{\top} dz_y^{\langle t\rangle} \\ & \quad + "
        r"\bigl(W_{aa}^{\text{d}}\bigr)^{\top} dz_s^{\langle t+1\rangle} \\ "
        r"dz_s^{\langle t\rangle} &= ds^{\langle t\rangle} * \bigl( 1 - (s^{\langle t\rangle})^2 \bigr) \end{aligned}"
    ),
    "types-handover": r"da^{\langle T_x\rangle} = \bigl(W_{aa}^{\text{d}}\bigr)^{\top} dz_s^{\langle 1\rangle}",
    "types-da-encoder": (
        r"da^{\langle t\rangle} = \bigl(W_{aa}^{\text{e}}\bigr)^{\top} dz^{\langle t+1\rangle} \quad \text{for } t < T_x"
    ),
}
N_X, N_A, N_Y, M, T_X, T_Y = 3, 4, 5, 2, 4, 3
LENGTHS = np.array([4, 2])


def softmax(z: Array) -> Array:
    return np.asarray(np.exp(z) / np.exp(z).sum(axis=0))


class Wiring:
    """A small network in one wiring, all dimensions different; steps are counted as in the book, from 1."""

    n_in = N_X

    def __init__(self) -> None:
        draw = np.random.default_rng(17).normal
        self.theta: dict[str, Array] = {
            "Waa": draw(size=(N_A, N_A)) * 0.5, "Wax": draw(size=(N_A, self.n_in)), "ba": draw(size=(N_A, 1)),
            "Wya": draw(size=(N_Y, N_A)), "by": draw(size=(N_Y, 1)), "a0": draw(size=(N_A, M)) * 0.5,
            "Waa_d": draw(size=(N_A, N_A)) * 0.5, "Wax_d": draw(size=(N_A, N_Y)), "ba_d": draw(size=(N_A, 1)),
        } | {f"x{t}": draw(size=(self.n_in, M)) for t in range(1, T_X + 1)}  # fmt: skip  # a table
        said = np.random.default_rng(18).integers(N_Y, size=(T_Y + 1, M))
        self.y = [np.zeros((N_Y, M)), *(np.eye(N_Y)[:, row] for row in said[1:])]
        self.forward()

    def forward(self) -> float:
        raise NotImplementedError

    def step(self, a: Array, x: Array, suffix: str = "") -> Array:
        p = self.theta
        return np.asarray(np.tanh(p["Waa" + suffix] @ a + p["Wax" + suffix] @ x + p["ba" + suffix]))

    def read(self) -> list[Array]:
        """All states of reading x from a0; entry t belongs to step t."""
        a = [self.theta["a0"]]
        for t in range(1, T_X + 1):
            a.append(self.step(a[t - 1], self.theta[f"x{t}"]))
        return a

    def cost(self, y_hat: Array, y: Array) -> float:
        return float((-y * np.log(y_hat)).sum() / M)

    def slope(self, name: str) -> Array:
        return chapters.Network.slope(self, name)  # type: ignore[arg-type]  # it needs theta and forward alone

    def parameters(self, *names: str, suffix: str = "") -> dict[str, Array]:
        return {name: self.theta[name + suffix] if name + suffix in self.theta else self.theta[name] for name in names}


class OneToOne(Wiring):
    def forward(self) -> float:
        p = self.theta
        self.a = np.tanh(p["Wax"] @ p["x1"] + p["ba"])
        self.y_hat = softmax(p["Wya"] @ self.a + p["by"])
        return self.cost(self.y_hat, self.y[1])


class ManyToOne(Wiring):
    def forward(self) -> float:
        p = self.theta
        self.a = self.read()
        self.last = np.stack([self.a[length][:, i] for i, length in enumerate(LENGTHS)], axis=1)
        self.y_hat = softmax(p["Wya"] @ self.last + p["by"])
        return self.cost(self.y_hat, self.y[1])


class OneToMany(Wiring):
    n_in = N_Y

    def forward(self) -> float:
        p = self.theta
        self.a, self.y_hat, loss = [p["a0"]], [np.empty(0)], 0.0
        for t in range(1, T_Y + 1):
            self.a.append(self.step(self.a[t - 1], p["x1"] if t == 1 else self.y[t - 1]))
            self.y_hat.append(softmax(p["Wya"] @ self.a[t] + p["by"]))
            loss += self.cost(self.y_hat[t], self.y[t])
        return loss


class EncoderDecoder(Wiring):
    def forward(self) -> float:
        p = self.theta
        self.a = self.read()
        self.s, self.y_hat, loss = [self.a[T_X]], [np.empty(0)], 0.0
        for t in range(1, T_Y + 1):
            self.s.append(self.step(self.s[t - 1], self.y[t - 1], "_d"))
            self.y_hat.append(softmax(p["Wya"] @ self.s[t] + p["by"]))
            loss += self.cost(self.y_hat[t], self.y[t])
        return loss


# The ways back, each written from its TeX and from nothing else. They give the gradients by name.
def back_one_to_one(n: OneToOne) -> dict[str, Array]:
    dz_y = (n.y_hat - n.y[1]) / M
    da = n.theta["Wya"].T @ dz_y
    dz = da * (1 - n.a**2)
    return {"Wax": dz @ n.theta["x1"].T, "ba": dz.sum(axis=1, keepdims=True), "x1": n.theta["Wax"].T @ dz}


def back_many_to_one(n: ManyToOne) -> dict[str, Array]:
    p, dz_y = n.theta, (n.y_hat - n.y[1]) / M
    dz = [np.zeros((N_A, M)) for _ in range(T_X + 2)]
    for i in range(M):
        for t in range(T_X, 0, -1):
            if t == LENGTHS[i]:
                da = p["Wya"].T @ dz_y[:, i]
            elif t < LENGTHS[i]:
                da = p["Waa"].T @ dz[t + 1][:, i]
            else:
                da = np.zeros(N_A)
            dz[t][:, i] = da * (1 - n.a[t][:, i] ** 2)
    dwya = sum(np.outer(dz_y[:, i], n.a[LENGTHS[i]][:, i]) for i in range(M))
    return through_time(n, dz) | {"Wya": np.asarray(dwya)}


def back_one_to_many(n: OneToMany) -> dict[str, Array]:
    p, dz = n.theta, [np.zeros((N_A, M)) for _ in range(T_Y + 2)]
    for t in range(T_Y, 0, -1):
        da = p["Wya"].T @ ((n.y_hat[t] - n.y[t]) / M) + p["Waa"].T @ dz[t + 1]
        dz[t] = da * (1 - n.a[t] ** 2)
    return {"x1": p["Wax"].T @ dz[1]}


def back_encoder_decoder(n: EncoderDecoder) -> dict[str, Array]:
    p, dz_s = n.theta, [np.zeros((N_A, M)) for _ in range(T_Y + 2)]
    for t in range(T_Y, 0, -1):
        ds = p["Wya"].T @ ((n.y_hat[t] - n.y[t]) / M) + p["Waa_d"].T @ dz_s[t + 1]
        dz_s[t] = ds * (1 - n.s[t] ** 2)
    dz = [np.zeros((N_A, M)) for _ in range(T_X + 2)]
    for t in range(T_X, 0, -1):
        da = p["Waa_d"].T @ dz_s[1] if t == T_X else p["Waa"].T @ dz[t + 1]
        dz[t] = da * (1 - n.a[t] ** 2)
    decoder = {
        "Waa_d": sum(dz_s[t] @ n.s[t - 1].T for t in range(1, T_Y + 1)),
        "Wax_d": sum(dz_s[t] @ n.y[t - 1].T for t in range(1, T_Y + 1)),
    }
    return through_time(n, dz) | {name: np.asarray(value) for name, value in decoder.items()}


def through_time(n: ManyToOne | EncoderDecoder, dz: list[Array]) -> dict[str, Array]:
    """The sums of the chapter before."""
    p, steps = n.theta, range(1, T_X + 1)
    return {
        "Waa": np.asarray(sum(dz[t] @ n.a[t - 1].T for t in steps)),
        "Wax": np.asarray(sum(dz[t] @ p[f"x{t}"].T for t in steps)),
        "a0": p["Waa"].T @ dz[1],
        **{f"x{t}": p["Wax"].T @ dz[t] for t in steps},
    }


BACK: dict[str, tuple[Callable[[], Wiring], Callable[..., dict[str, Array]]]] = {
    "one to one": (OneToOne, back_one_to_one),
    "many to one": (ManyToOne, back_many_to_one),
    "one to many": (OneToMany, back_one_to_many),
    "encoder-decoder": (EncoderDecoder, back_encoder_decoder),
}


def test_the_formulas_tested_here_are_the_formulas_printed() -> None:
    assert chapters.formulas(CHAPTER) == PRINTED


@pytest.mark.parametrize("wiring", BACK)
def test_printed_gradients_agree_with_numeric_ones(wiring: str) -> None:
    make, back = BACK[wiring]
    network = make()
    for name, printed in back(network).items():
        numeric = network.slope(name)
        assert printed.shape == network.theta[name].shape
        assert np.abs(numeric).max() > 1e-4, name
        np.testing.assert_allclose(printed, numeric, rtol=1e-6, atol=1e-9, err_msg=name)


def test_nothing_comes_back_to_the_filling() -> None:
    gradients = back_many_to_one(ManyToOne())
    for t in range(1, T_X + 1):
        assert (np.abs(gradients[f"x{t}"]).max(axis=0) > 0).tolist() == (t <= LENGTHS).tolist()


def test_the_reference_is_wired_as_printed() -> None:
    own = ("Waa", "Wax", "ba", "Wya", "by")
    one, last, many, two = OneToOne(), ManyToOne(), OneToMany(), EncoderDecoder()
    np.testing.assert_allclose(one_to_one_forward(one.theta["x1"], one.parameters(*own))[0], one.y_hat)
    x = np.stack([last.theta[f"x{t}"] for t in range(1, T_X + 1)], axis=2)
    y_hat, caches = many_to_one_forward(x, last.theta["a0"], LENGTHS, last.parameters(*own))
    np.testing.assert_allclose(y_hat, last.y_hat)
    from_reference = many_to_one_backward((y_hat - last.y[1]) / M, caches)
    np.testing.assert_allclose(from_reference["dWaa"], back_many_to_one(last)["Waa"])
    y = np.stack(many.y[1:], axis=2)
    y_hats = np.stack(many.y_hat[1:], axis=2)
    taught, _ = one_to_many_forward(many.theta["x1"], many.theta["a0"], y, many.parameters(*own))
    np.testing.assert_allclose(taught, y_hats)
    networks = {"encoder": two.parameters("Waa", "Wax", "ba"), "decoder": two.parameters(*own, suffix="_d")}
    x = np.stack([two.theta[f"x{t}"] for t in range(1, T_X + 1)], axis=2)
    translated, caches = encoder_decoder_forward(x, two.theta["a0"], y, networks)
    np.testing.assert_allclose(translated, np.stack(two.y_hat[1:], axis=2))
    back, printed = encoder_decoder_backward((translated - y) / M, caches), back_encoder_decoder(two)
    np.testing.assert_allclose(back["encoder"]["dWaa"], printed["Waa"])
    np.testing.assert_allclose(back["decoder"]["dWaa"], printed["Waa_d"])


def first(a: float) -> float:
    return exp(a) / (exp(a) + exp(-a))


def test_one_slip_brings_a_second() -> None:
    """The example with A and B, run by the reference: alone it says A, A; taught, its second answer is B."""
    parameters = {"Wax": np.array([[1.0, -1.0]]), "Waa": np.array([[0.5]]), "ba": np.zeros((1, 1)),
                  "Wya": np.array([[1.0], [-1.0]]), "by": np.zeros((2, 1))}  # fmt: skip  # a table
    a, b = np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])
    alone = one_to_many_generate(a, np.zeros((1, 1)), parameters, 2)
    taught, _ = one_to_many_forward(a, np.zeros((1, 1)), np.stack([b, b], axis=2), parameters)
    assert alone.argmax(axis=0).tolist() == [[0, 0]]
    assert taught.argmax(axis=0).tolist() == [[0, 1]]


def worked_numbers() -> set[str]:
    """Recompute what is done by hand, and print each number as the prose does."""
    a1 = tanh(1.0)
    a2 = tanh(0.5 * a1)
    a3 = tanh(0.5 * a2 + 1.0)
    dz3 = 2 * (first(a3) - 1) * (1 - a3**2)
    assert abs(0.25 * dz3 * (1 - a2**2) * (1 - a1**2)) < 0.1 * abs(dz3), "less than a tenth reaches the first step"
    s1 = tanh(0.5 * a3)
    s2 = tanh(0.5 * s1 + 1.0)
    late = 2 * first(s2) * (1 - s2**2)
    pulls = 2 * (first(s1) - 1), 0.5 * late
    assert pulls[0] < 0 < pulls[1], "the two answers pull in opposite directions"
    across = 0.5 * sum(pulls) * (1 - s1**2)
    far = across * (1 - a3**2) * 0.5 * (1 - a2**2) * 0.5 * (1 - a1**2)
    numbers = {a1, a2, a3, 2 * (first(a3) - 1), dz3, late, far}
    return {f"{abs(number):.4f}" for number in numbers} | chapters.worked_numbers()


def test_worked_numbers_in_the_prose() -> None:
    said = set(re.findall(r"\d+\.\d{3,}", chapters.prose(CHAPTER)))
    assert len(said) >= 8
    assert said <= worked_numbers()


def test_the_judge_in_the_page_agrees_with_the_way_back() -> None:
    cells = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", chapters.source(CHAPTER), re.MULTILINE | re.DOTALL)
    printed: list[str] = []
    exec("\n".join(cell for cell in cells if "show" not in cell), {"print": printed.append})
    way_back = next(line for line in printed if line.startswith("dW_aa of the encoder"))
    assert way_back.split()[-1] == printed[-1]


def test_figures_and_parts() -> None:
    chapters.test_every_figure_says_what_it_shows(CHAPTER)
    chapters.test_chapter_has_its_parts(CHAPTER)
    assert chapters.source(CHAPTER).count("```{exercise-notebook} rnn_types") == 1
    assert "solutions" not in chapters.source(CHAPTER)


def test_every_wiring_is_drawn_forward_and_back() -> None:
    drawn = [name for cell, _ in chapters.figure_cells(CHAPTER) for name in re.findall(r"show\((\w+)\(", cell)]
    assert drawn == ["five_wirings", "one_to_one", "many_to_many", "many_to_one", "one_to_many", "encoder_decoder"]
    for _, metadata in chapters.figure_cells(CHAPTER)[1:]:
        assert "dashed arrows" in metadata["mystnb"]["image"]["alt"].lower()
