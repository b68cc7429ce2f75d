"""The chapter on notation says what is true: its formulas, its tables, and what it says about unknown words."""

from __future__ import annotations

import re

import numpy as np

from book.figures import notation as drawn
from solutions.reference import count_parameters, encode, one_hot, pad_batch
from tests.book import test_chapters as chapters

CHAPTER = "notation"
PRINTED = {
    "notation-one-hot": (
        r"x_k^{(i)\langle t\rangle} = \begin{cases} 1 & \text{if } k = k^{(i)\langle t\rangle} \\ 0 & \text{otherwise} "
        r"\end{cases}"
    ),
    "notation-column": (
        r"\begin{aligned} & W_{ax}\, x^{(i)\langle t\rangle} \\ & \quad = \sum_{k=0}^{n_x - 1} (\text{column } k)\, "
        r"x_k^{(i)\langle t\rangle} \\ & \quad = \text{column } k^{(i)\langle t\rangle} \text{ of } W_{ax} \end{aligned}"
    ),
    "notation-longest": r"T_x = \max_{i} T_x^{(i)} ,",
    "notation-padding": r"x^{(i)\langle t\rangle} = 0 \quad \text{for} \quad t > T_x^{(i)}",
}
PLACES = {word: place for place, word in enumerate(drawn.VOCABULARY)}


def cells(mark: str) -> list[str]:
    """The code of the chapter's cells that contain a mark."""
    found = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", chapters.source(CHAPTER), re.MULTILINE | re.DOTALL)
    return [cell for cell in found if mark in cell]


def test_the_formulas_tested_here_are_the_formulas_printed() -> None:
    assert chapters.formulas(CHAPTER) == PRINTED


def test_formulas_agree_with_the_reference() -> None:
    indices = [np.array(encode(sentence, PLACES)) for sentence in drawn.SENTENCES]
    x, lengths = pad_batch(indices, len(PLACES))
    assert x.shape == (6, 3, max(lengths))
    weights = np.random.default_rng(0).normal(size=(2, 6))
    for i, length in enumerate(lengths):
        for t in range(x.shape[2]):
            if t < length:
                assert [float(k == indices[i][t]) for k in range(6)] == x[:, i, t].tolist()
                np.testing.assert_array_equal(weights @ x[:, i, t], weights[:, indices[i][t]])
            else:
                assert not x[:, i, t].any()
    words = one_hot(np.arange(6), 6)
    distances = [np.linalg.norm(words[:, j] - words[:, k]) for j in range(6) for k in range(j)]
    np.testing.assert_allclose(distances, np.sqrt(2.0))


def test_the_array_written_by_hand_is_the_one_of_the_reference() -> None:
    (cell,) = cells("np.zeros((6, 3, 4))")
    space: dict[str, np.ndarray] = {}
    exec(cell.split("print")[0], space)  # the chapter's own cell
    x, lengths = pad_batch([np.array(encode(sentence, PLACES)) for sentence in drawn.SENTENCES], len(PLACES))
    np.testing.assert_array_equal(space["x"], x)
    assert x.sum(axis=(0, 2)).tolist() == lengths.tolist() == [4, 3, 2]


def test_tables() -> None:
    text = chapters.source(CHAPTER)
    for word, place in PLACES.items():
        assert f"| {place} | `{word}` |" in text or f"| {place} | {word} |" in text
    for i, sentence in enumerate(drawn.SENTENCES, start=1):
        looked_up = ", ".join(str(index) for index in encode(sentence, PLACES))
        assert f"| {i} | {' '.join(sentence)} | {looked_up} |" in text
    shapes, total = count_parameters(3, 6, 2)
    for name, symbol in (("Waa", "W_{aa}"), ("Wax", "W_{ax}"), ("ba", "b_a"), ("Wya", "W_{ya}"), ("by", "b_y")):
        assert f"| ${symbol}$ | {shapes[name]} | {np.prod(shapes[name])} |" in text
    assert f"| together | | {total} |" in text
    assert f"{shapes['Wa']}, and its {np.prod(shapes['Wa'])} numbers" in text
    assert encode(["Harry", "saw", "Hermione"], PLACES).tolist() == [1, 0, 2]


def test_sizes_in_the_prose() -> None:
    text, sentence = chapters.prose(CHAPTER), "Harry Potter and Hermione Granger invented a new spell."
    assert (len(sentence.split()), len(sentence)) == (9, 55)
    assert "over 55 steps" in text and "over 9" in text and "$T_x = 9$" in text
    _, words = count_parameters(100, 10_000, 2)
    _, letters = count_parameters(100, 60, 2)
    assert 100 * 10_000 / words > 0.98, "with words, almost everything is W_ax"
    assert 100 * 60 / letters < 0.5


def test_what_is_said_about_unknown_words() -> None:
    (cell,) = cells("entities.tsv")
    space: dict[str, object] = {"Counter": __import__("collections").Counter, "np": np}
    space["Path"] = lambda name: chapters.BOOK / name
    exec(re.sub(r"^:tags:.*$", "", cell, flags=re.MULTILINE), space)  # the chapter's own cell
    shares = space["shares"]
    assert isinstance(shares, dict)
    (sizes, counted), (_, new) = shares["counted"], shares["not counted"]
    assert sizes[-1] == 286
    assert counted[0] == new[0] == 1.0
    at_fifty = sizes.index(50)
    assert 0.4 < counted[at_fifty] < new[at_fifty] < 0.55
    assert counted[-1] == 0.0
    assert 0.0 < new[-1] < 0.05
    assert all(there >= here for here, there in zip(counted, new, strict=True))


def test_figures_and_parts() -> None:
    chapters.test_every_figure_says_what_it_shows(CHAPTER)
    chapters.test_chapter_has_its_parts(CHAPTER)
    assert chapters.source(CHAPTER).count("```{exercise-notebook} notation") == 1
    assert all("solutions" not in cell for cell in cells(""))
