"""Worked examples of topic `deep_rnn`, which a learner can follow by hand: gates of 1/2 or 3/4, candidates of 1/2."""

import numpy as np

from autograder.domain import Example

ONE, ZERO = np.array([[1.0]]), np.array([[0.0]])
LOG3, HALF = np.log(3.0) * ONE, np.arctanh(0.5) * ONE  # the sigmoid of log 3 is 3/4
PLAIN = {"Wax": ZERO, "Waa": HALF / 2, "ba": HALF / 2}
# A candidate of 1/2 and gates of 3/4, but an input gate of 1/2. The forget gate sees a state of 1.
LONG = {**{"W" + gate: np.array([[0.0, 0.0]]) for gate in "ico"}, "Wf": np.log([[3.0, 1.0]]),
        "bf": ZERO, "bi": ZERO, "bc": HALF, "bo": LOG3}  # fmt: skip  # one layer
# A memory of 2 turns the forget gate to 1/2 and the input gate to 3/4; the new one, 11/8, turns the output gate to 1/2.
PEEPING = {**LONG, "pf": -LOG3 / 2, "pi": LOG3 / 2, "po": -LOG3 / 1.375}
# The first unit's candidate reads the second unit, of which the reset gate lets three quarters pass.
STILL = np.zeros((2, 3))
GATED = {"Wu": STILL, "bu": np.log([[3.0], [3.0]]), "Wr": STILL, "br": np.log([[1 / 3], [3.0]]),
         "Wc": np.array([[0.0, 4 / 3 * np.arctanh(0.5), 0.0], [0.0, 0.0, 0.0]]),
         "bc": np.array([[0.0], [0.0]])}  # fmt: skip  # one layer
SIMPLE = {"Wu": STILL, "bu": GATED["bu"], "Wc": 0.75 * GATED["Wc"], "bc": GATED["bc"]}
ONES, SHOWN = np.array([[1.0], [1.0]]), np.array([[0.625], [0.25]])
TWICE = np.stack([SHOWN, [[0.75 * np.tanh(0.25 * np.arctanh(0.5)) + 0.25 * 0.625], [0.0625]]], axis=2)
# The second layer hears a quarter of what the first one says, and the first class is three times as likely as the other.
TWO_LAYERS = {"layers": [{"Wax": ZERO, "Waa": ZERO, "ba": HALF}, {"Wax": 2 * np.arctanh(0.25) * ONE, "Waa": ZERO, "ba": ZERO}],
              "Wya": np.array([[4 * np.log(3.0)], [0.0]]), "by": np.array([[0.0], [0.0]])}  # fmt: skip  # one network
TWO_STEPS = np.array([[[0.0, 0.0]]])

STEPS = (
    Example((ZERO, (ONE,), PLAIN, "rnn"), ((0.5 * ONE,),)),
    Example((ZERO, (ONES,), GATED, "gru"), ((SHOWN,),)),
    Example((ZERO, (ONE, 2 * ONE), LONG, "lstm"), ((0.75 * np.tanh(1.75) * ONE, 1.75 * ONE),)),
    Example((ZERO, (ONES,), SIMPLE, "simplified_gru"), ((SHOWN,),)),
    Example((ZERO, (ONE, 2 * ONE), PEEPING, "peephole_lstm"), ((0.5 * np.tanh(1.375) * ONE, 1.375 * ONE),)),
)
WALKS = (Example((TWO_STEPS, ONES, GATED, "gru"), (TWICE,)),)
NETWORKS = (
    Example(
        (TWO_STEPS, [ONE, ONE], TWO_LAYERS, ["rnn", "rnn"]),
        ([np.array([[[0.5, 0.5]]]), np.array([[[0.25, 0.25]]])], np.array([[[0.75, 0.75]], [[0.25, 0.25]]])),
    ),
)
COUNTS = (
    Example((10000, [100], 2, ["rnn"]), 1010302),
    Example((3, [4, 2], 5, ["gru", "lstm"]), 167),
    Example((3, [4, 2], 5, ["simplified_gru", "peephole_lstm"]), 141),
)
