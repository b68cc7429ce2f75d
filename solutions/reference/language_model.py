"""A language model made of a recurrent network: it says how probable a sequence is, and what may come next.

Formulas: the chain rule of probability, Goodfellow, Bengio and Courville (2016), Deep Learning, equation 3.6; the network reads
what was said the step before, as in Mikolov et al. (2010), Recurrent neural network based language model, and in the notes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solutions.reference.rnn import PARAMETERS as RNN
from solutions.reference.rnn import rnn_cell_forward, rnn_forward
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]
PARAMETERS = {**RNN, "Wax": "n_a n_y"}


@shapes(y="n_y m T_y | one-hot")
def inputs_from_targets(y: Array) -> Array:
    """Make the inputs of a language model from what it should say: x<t> = y<t-1>, and x<1> = 0.

    Parameters
    ----------
    y : the sequences to be said, one-hot, shape (n_y, m, T_y)

    Returns
    -------
    x : a new array of the same shape: zeros at the first step, then at each step what was said the step before

    Source: the notes, Language model and sequence generation.
    """
    x = np.zeros_like(y)
    x[:, :, 1:] = y[:, :, :-1]
    return x


@shapes(y="n_y m T_y | one-hot", lengths="m", parameters=PARAMETERS)
def sequence_log_probability(y: Array, lengths: NDArray[np.integer], parameters: dict[str, Array]) -> Array:
    """Say how probable whole sequences are, by the chain rule, in logarithms.

    log P(y<1>, ..., y<T>) = log P(y<1>) + log P(y<2> | y<1>) + ... + log P(y<T> | y<1>, ..., y<T-1>)

    The network starts from a state of zeros and reads at each step what was said the step before. It must hold for scores
    z<t> = W_ya a<t> + b_y of any size: a probability may be too small for a floating-point number while its logarithm, z_k minus
    the logarithm of the sum of exp(z), is an ordinary number. A score may also be minus infinity: the log probability of a
    sequence that holds this symbol is minus infinity, that of any other sequence is finite.

    Parameters
    ----------
    y : sequences, one-hot, shape (n_y, m, T_y)
    lengths : how many steps of each sequence count, whole numbers from 1 to T_y, shape (m,); the rest is padding
    parameters : "Wax" (n_a, n_y), "Waa" (n_a, n_a), "Wya" (n_y, n_a), "ba" (n_a, 1), "by" (n_y, 1)

    Returns
    -------
    log_probability : in nats, shape (m,)

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equation 3.6; the logarithm of their equation 6.29.
    """
    a0 = np.repeat(np.zeros_like(parameters["ba"]), y.shape[1], axis=1)
    a, _, _ = rnn_forward(inputs_from_targets(y), a0, parameters)
    z = np.einsum("ya,amt->ymt", parameters["Wya"], a) + parameters["by"][:, :, np.newaxis]
    z = z - np.max(z, axis=0)
    log_y_pred = z - np.log(np.sum(np.exp(z), axis=0))
    counted = np.arange(y.shape[2]) < lengths[:, np.newaxis]
    log_chances = np.sum(log_y_pred, axis=0, where=y == 1)
    log_probability: Array = np.sum(log_chances, axis=1, where=counted)
    return log_probability


@shapes(prefix="T_x | whole numbers, may be empty", parameters=PARAMETERS)
def next_word_distribution(prefix: NDArray[np.integer], parameters: dict[str, Array]) -> Array:
    """Say what may come next when the words of a prefix have been said: P(y<t> | y<1>, ..., y<t-1>).

    The network starts from a state of zeros and from an input of zeros, and reads the words of the prefix one after the other.

    Parameters
    ----------
    prefix : the words said so far, as their places in the vocabulary, whole numbers, shape (t - 1,); before the first word
        it is empty, and the result is P(y<1>)
    parameters : as in sequence_log_probability

    Returns
    -------
    probabilities : one for each word of the vocabulary, shape (n_y,)

    Source: the notes, Language model and sequence generation.
    """
    a_next, xt = np.zeros_like(parameters["ba"]), np.zeros_like(parameters["by"])
    for word in prefix:
        a_next, _, _ = rnn_cell_forward(xt, a_next, parameters)
        xt = np.zeros_like(xt)
        xt[word] = 1
    _, yt_pred, _ = rnn_cell_forward(xt, a_next, parameters)
    return yt_pred.ravel()


@shapes(log_probabilities="m", lengths="m")
def perplexity(log_probabilities: Array, lengths: NDArray[np.integer]) -> float:
    """Say among how many equally likely symbols a model hesitates, on average over all symbols of all sequences.

    It is exp of minus the mean log probability per symbol. Every symbol weighs the same, so a long sequence weighs more than a
    short one. A model that guesses among n symbols has a perplexity of n; one that holds a sequence impossible (log probability
    minus infinity) has a perplexity of infinity.

    Parameters
    ----------
    log_probabilities : of whole sequences, in nats, shape (m,)
    lengths : how many symbols each sequence has, shape (m,)

    Returns
    -------
    perplexity : one number, 1 or more

    Source: Jelinek, Mercer, Bahl and Baker (1977), Perplexity: a measure of the difficulty of speech recognition tasks.
    """
    return float(np.exp(-np.sum(log_probabilities) / np.sum(lengths)))
