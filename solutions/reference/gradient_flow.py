"""How a gradient fares on its way back through a tanh network: the Jacobian from state to state, and its norm.

Pascanu, Mikolov and Bengio (2013), On the difficulty of training recurrent neural networks, section 2; first Bengio, Simard and
Frasconi (1994), Learning long-term dependencies with gradient descent is difficult.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solutions.reference.shapes import shapes

Array = NDArray[np.floating]


@shapes(W="n_a n_a")
def spectral_radius(W: Array) -> float:
    """Find the largest absolute value among the eigenvalues of a matrix. Eigenvalues may be complex.

    Parameters
    ----------
    W : a square matrix, shape (n_a, n_a)

    Returns
    -------
    radius : one number, not negative

    Source: the definition; the norm of the k-th power of W grows like the k-th power of its spectral radius (Gelfand).
    """
    return float(np.max(np.abs(np.linalg.eigvals(W))))


@shapes(a="n_a m T_x", Waa="n_a n_a")
def state_jacobian(a: Array, Waa: Array, start: int) -> Array:
    """Tell how the last hidden state follows small changes of an earlier one, in a tanh network.

    One step is a<t> = tanh(W_aa a<t-1> + ...), so da<t>/da<t-1> = diag(1 - a<t>^2) W_aa, with the square taken element
    by element; over several steps the chain rule multiplies these matrices, the latest one on the left. Each example has
    states of its own, and therefore a Jacobian of its own.

    Parameters
    ----------
    a : hidden states of all steps, shape (n_a, m, T_x)
    Waa : weights from hidden state to hidden state, shape (n_a, n_a)
    start : index of the earlier state, a[:, :, start]; from 0 to T_x - 1

    Returns
    -------
    jacobian : shape (n_a, n_a, m); jacobian[j, k, i] is the derivative of a[j, i, T_x - 1] by a[k, i, start].
        Where start is T_x - 1, it is the identity matrix for each example

    Source: Pascanu, Mikolov and Bengio (2013), section 2, where the square stands for tanh; held against measured slopes.
    """
    n_a, m, T_x = a.shape
    jacobian = np.zeros_like(a, shape=(n_a, n_a, m))
    jacobian[range(n_a), range(n_a)] = 1
    for t in range(start + 1, T_x):
        slope = 1 - a[:, :, t] ** 2
        jacobian = slope[:, None] * np.einsum("jl,lki->jki", Waa, jacobian)
    return jacobian


@shapes(a="n_a m T_x", Waa="n_a n_a")
def jacobian_norms(a: Array, Waa: Array) -> Array:
    """Measure for every lag how much of a change can arrive: the norm of da<T>/da<T - lag>, in a tanh network.

    The norm is the spectral one, the largest singular value: by so much a change is stretched at most. With s the largest
    singular value of W_aa, the norm at a lag is never above s^lag. Where all states are zero, tanh is as good as linear, the
    Jacobian is a power of W_aa, and its norm grows like rho^lag, where rho is the spectral radius of W_aa.

    Parameters
    ----------
    a : hidden states of all steps, shape (n_a, m, T_x)
    Waa : weights from hidden state to hidden state, shape (n_a, n_a)

    Returns
    -------
    norms : shape (m, T_x); norms[i, lag] is that of the Jacobian of example i's last state by its state lag steps before.
        Lag 0 comes first, and the norm there is 1

    Source: Pascanu, Mikolov and Bengio (2013), section 2.
    """
    T_x = a.shape[2]
    jacobians = [state_jacobian(a, Waa, T_x - 1 - lag) for lag in range(T_x)]
    return np.stack([np.linalg.norm(one, ord=2, axis=(0, 1)) for one in jacobians], axis=1)
