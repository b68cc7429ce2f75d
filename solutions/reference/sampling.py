"""What a trained network says when it is allowed to speak. A sequence is a list of whole numbers, the indices of its symbols."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solutions.reference.distributions import draw_index, top_k, top_p, with_temperature, without_unknown
from solutions.reference.one_to_many import FEEDING_BACK
from solutions.reference.rnn import rnn_cell_forward
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]
Parameters = dict[str, Array]


@shapes(a_prev="n_a 1", parameters=FEEDING_BACK)
def predict_next(index: int | None, a_prev: Array, parameters: Parameters, unk: int) -> tuple[Array, Array]:
    """Let the network read one symbol and say what may come next, <UNK> excepted.

    Parameters
    ----------
    index : the symbol to read, as one-hot; None at the start of a sequence, when the input is zeros
    a_prev : hidden state before, shape (n_a, 1)
    parameters : as in rnn_cell_forward, with n_x = n_y: what was said is read next
    unk : index of <UNK>

    Returns
    -------
    probabilities : the distribution of the next symbol, without <UNK>, shape (n_y,): a vector, not a column
    a_next : hidden state after, shape (n_a, 1)

    Source: Karpathy (2015), "one to many"; the notes: what was y a moment ago is the input of this moment.
    """
    xt = np.zeros_like(parameters["by"])
    if index is not None:
        xt[index] = 1
    a_next, yt_pred, _ = rnn_cell_forward(xt, a_prev, parameters)
    return without_unknown(yt_pred.ravel(), unk), a_next


@shapes(parameters=FEEDING_BACK)
def sample(
    parameters: Parameters, eos: int, unk: int, rng: np.random.Generator, max_length: int,
    temperature: float = 1.0, k: int | None = None, p: float | None = None,
) -> list[int]:  # fmt: skip  # the network, then the options
    """Draw a sequence, symbol after symbol, until <EOS> is drawn or the sequence is max_length long.

    The state begins as zeros, and so does the input; from then on each symbol drawn is the next input. Each step takes
    one number from the generator, rng.random(), and turns it into a symbol as draw_index does.

    Parameters
    ----------
    parameters : as in predict_next
    eos, unk : indices of <EOS> and of <UNK>, which is never drawn
    rng : the generator that all chance comes from
    max_length : how long a sequence may be, 1 or more
    temperature : reshapes each distribution as with_temperature does, after <UNK> is gone
    k, p : then top_k and last top_p reshape it; None leaves the one or the other out

    Returns
    -------
    indices : the sequence, a list of whole numbers, without <EOS>; it may be empty

    Source: the notes on sampling novel sequences; Graves (2013), Generating Sequences with Recurrent Neural Networks.
    """
    indices: list[int] = []
    index, a = None, np.zeros_like(parameters["ba"])
    while len(indices) < max_length:
        probabilities, a = predict_next(index, a, parameters, unk)
        probabilities = with_temperature(probabilities, temperature)
        if k is not None:
            probabilities = top_k(probabilities, k)
        if p is not None:
            probabilities = top_p(probabilities, p)
        index = draw_index(probabilities, rng.random())
        if index == eos:
            break
        indices.append(index)
    return indices


@shapes(parameters=FEEDING_BACK)
def greedy(parameters: Parameters, eos: int, unk: int, max_length: int) -> list[int]:
    """Make a sequence without chance: each symbol is the most likely one, <UNK> excepted, until that is <EOS>.

    State and input begin as zeros; each symbol is the next input.

    Parameters
    ----------
    parameters : as in predict_next
    eos, unk : indices of <EOS> and <UNK>
    max_length : how long a sequence may be, 1 or more

    Returns
    -------
    indices : the sequence, a list of whole numbers, without <EOS>; it may be empty

    Source: Graves (2012), Sequence Transduction with Recurrent Neural Networks, section 2.5, where the beam is one wide.
    """
    indices: list[int] = []
    index, a = None, np.zeros_like(parameters["ba"])
    while len(indices) < max_length:
        probabilities, a = predict_next(index, a, parameters, unk)
        index = int(np.argmax(probabilities))
        if index == eos:
            break
        indices.append(index)
    return indices
