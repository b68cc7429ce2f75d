import numpy as np


def softmax(z):
    """Turn scores into probabilities along the first axis.

    The result is exp(z) / sum(exp(z)), where the sum runs over axis 0: one distribution per column.
    It must hold for scores of any size: exp(1000) overflows, softmax([1000, 1000]) does not.

    Parameters
    ----------
    z : scores, shape (n_y, ...); the first axis counts the classes

    Returns
    -------
    y_pred : probabilities, the same shape as z; each column sums to 1

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equation 6.29.
    """
    exponentials = np.exp(z - np.max(z, axis=0))
    y_pred: NDArray[np.floating] = exponentials / np.sum(exponentials, axis=0)
    return y_pred


def sigmoid(z):
    """Squeeze each number into (0, 1): 1 / (1 + exp(-z)).

    It must hold for numbers of any size: exp(1000) overflows, sigmoid(-1000) does not.

    Parameters
    ----------
    z : numbers of any shape

    Returns
    -------
    gate : the same shape as z

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equation 3.30; written with tanh, which never overflows.
    """
    gate: NDArray[np.floating] = 0.5 * (1 + np.tanh(0.5 * z))
    return gate


def stack_weights(Waa, Wax):
    """Lay the two weights side by side: W_a = [W_aa W_ax], so that W_a [a; x] = W_aa a + W_ax x.

    Parameters
    ----------
    Waa : weights from hidden state to hidden state, shape (n_a, n_a)
    Wax : weights from input to hidden state, shape (n_a, n_x)

    Returns
    -------
    Wa : shape (n_a, n_a + n_x)

    Source: the notes that this course grew from, simplified RNN notation.
    """
    return np.concatenate([Waa, Wax], axis=1)


def rnn_cell_forward(xt, a_prev, parameters, activation='tanh'):
    """Take one step: a<t> = g(W_aa a<t-1> + W_ax x<t> + b_a), y_pred<t> = softmax(W_ya a<t> + b_y).

    Parameters
    ----------
    xt : input of this step, shape (n_x, m)
    a_prev : hidden state of the step before, shape (n_a, m)
    parameters : "Wax" (n_a, n_x), "Waa" (n_a, n_a), "Wya" (n_y, n_a), "ba" (n_a, 1), "by" (n_y, 1)
    activation : what g is, "tanh" or "relu": max(0, z)

    Returns
    -------
    a_next : hidden state of this step, shape (n_a, m)
    yt_pred : prediction of this step, shape (n_y, m)
    cache : the tuple (a_next, a_prev, xt, parameters), for the backward pass

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.8 to 10.11; the notes for ReLU.
    """
    z = parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"]
    a_next = np.tanh(z) if activation == "tanh" else np.maximum(0, z)
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters, activation='tanh'):
    """Walk through a sequence from the first step to the last, with the same parameters at each step.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : hidden state before the first step, shape (n_a, m)
    parameters : as in rnn_cell_forward
    activation : as in rnn_cell_forward, the same at each step

    Returns
    -------
    a : hidden states, shape (n_a, m, T_x)
    y_pred : predictions, shape (n_y, m, T_x)
    caches : the tuple (list of the T_x caches, x), for the backward pass

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.8 to 10.11, applied from t = 1 to T_x.
    """
    T_x = x.shape[2]
    a = np.zeros_like(a0, shape=(*a0.shape, T_x))
    y_pred = np.zeros_like(a0, shape=(parameters["Wya"].shape[0], x.shape[1], T_x))
    cell_caches = []
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters, activation)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        cell_caches.append(cache)
    return a, y_pred, (cell_caches, x)


def sequence_cross_entropy(y_pred, y):
    """Measure how far predictions are from the truth: summed over time, averaged over the examples.

    L = -(1/m) * sum over t, i and k of y[k, i, t] * log(y_pred[k, i, t])

    Parameters
    ----------
    y_pred : predicted probabilities, shape (n_y, m, T_y), every entry above 0
    y : the truth, one-hot, shape (n_y, m, T_y)

    Returns
    -------
    loss : one number, in nats per sequence

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.12 to 10.14.
    """
    _, m, _ = y.shape
    return float(-np.sum(y * np.log(y_pred)) / m)
