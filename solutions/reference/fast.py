"""The networks for speed, under the names of the readable ones: ``from solutions.reference import fast``, ``fast.lstm_forward``.

Same arguments and results as the readable ones, to rounding; the caches are laid out otherwise, so a forward pass of this
module needs the backward pass of this module. What makes them fast: one product a step for all gates, inputs and biases
(two in a GRU), the gradients of all weights in one product at the end and dx in another, no copies in the loop, everything
that does not depend on the step before done for many steps at once, and memory that can be used again (``reuse``).
"""

from solutions.reference.fast_gru import gru_backward, gru_forward
from solutions.reference.fast_lstm import lstm_backward, lstm_forward
from solutions.reference.fast_memory import Caches
from solutions.reference.fast_rnn import rnn_backward, rnn_forward

__all__ = ["Caches", "gru_backward", "gru_forward", "lstm_backward", "lstm_forward", "rnn_backward", "rnn_forward"]
