"""What the functions of topic `language_model` are tried on: sizes, and descriptions of the inputs drawn for them."""

from solutions.reference.language_model import PARAMETERS

# T_x is T_y under the name by which the grader's sentences know it.
SIZES = (
    {"n_y": 4, "n_a": 5, "m": 3, "T_y": 6, "T_x": 6},
    {"n_y": 6, "n_a": 3, "m": 5, "T_y": 4, "T_x": 4},
    {"n_y": 3, "n_a": 4, "m": 1, "T_y": 5, "T_x": 5},
    {"n_y": 5, "n_a": 2, "m": 4, "T_y": 1, "T_x": 1},
)
# Scores thousands apart, so that most probabilities are no floating-point numbers; and a last word that is impossible.
IMPROBABLE = {"n_y": 4, "n_a": 3, "m": 6, "T_y": 5, "T_x": 5, "scale": 20000}
IMPOSSIBLE = {"n_y": 5, "n_a": 4, "m": 3, "T_y": 7, "T_x": 7, "last": 1}
COUNTED = (*SIZES, {"n_y": 3, "n_a": 1, "m": 9, "T_y": 8, "T_x": 8})
LOGARITHMS = ({"m": 5}, {"m": 3}, {"m": 1}, {"m": 4, "last": 1})
# Adam ends less than 0.05 above what can be learned, for each of 300 seeds; the first task starts 1.7 or more above.
TASKS = ({"n_y": 4, "n_a": 9, "m": 12, "T_y": 5, "batch": 5}, {"n_y": 3, "n_a": 6, "m": 1, "T_y": 1, "T_x": 1, "batch": 1})

# Where there is such a last word, it comes at the last step of all sequences and nowhere else: it counts in the longest only.
Y = (
    "lambda sizes, rng: np.moveaxis(np.eye(sizes['n_y'])[np.where("
    "(np.arange(sizes['T_y']) == sizes['T_y'] - 1) & ('last' in sizes), sizes['n_y'] - 1, "
    "rng.integers(sizes['n_y'] - ('last' in sizes), size=(sizes['m'], sizes['T_y'])))], -1, 0).copy() | made"
)
LENGTHS = "lambda sizes, rng: np.append(rng.integers(1, max(sizes['T_y'], 2), size=sizes['m'] - 1), sizes['T_y']) | made"
SPEAKING = {
    **PARAMETERS,
    "Wya": "lambda sizes, rng: sizes.get('scale', 0.6) * rng.standard_normal((sizes['n_y'], sizes['n_a'])) | made",
    "by": "lambda sizes, rng: np.append(0.6 * rng.standard_normal(sizes['n_y'] - 1), "
    "-np.inf if 'last' in sizes else 0.3)[:, None] | made",
}
SPOKEN = {"y": Y, "lengths": LENGTHS}
IS_IMPOSSIBLE = "np.isinf(parameters['by']).any()"
IS_IMPROBABLE = "np.max(np.abs(parameters['Wya'])) > 100"
ONLY_THE_LAST = (
    "None if np.all(np.isfinite(log_probability[:-1])) and log_probability[-1] == -np.inf "
    "else 'must be minus infinity for a sequence that holds what is impossible, and finite for any other.'"
)

PLAIN = {"y": "n_y m T_y | one-hot", "lengths": LENGTHS}
NOTHING_BEFORE = "np.zeros((parameters['Waa'].shape[0], y.shape[1]))"
OWNERS = {
    "dWax": ("n_a n_y", "parameters.Wax"),
    "dWaa": ("n_a n_a", "parameters.Waa"),
    "dba": ("n_a 1", "parameters.ba"),
    "dWya": ("n_y n_a", "parameters.Wya"),
    "dby": ("n_y 1", "parameters.by"),
}
MOVED = {"Wax": "n_a n_y", "ba": "n_a 1"}

# Each sequence counts on from where it begins. All that cannot be learned is where: the entropy of the first words.
COUNTING = (
    "lambda sizes, rng: np.moveaxis(np.eye(sizes['n_y'])[(rng.integers(sizes['n_y'], size=(sizes['m'], 1)) "
    "+ np.arange(sizes['T_y'])) % sizes['n_y']], -1, 0).copy() | made"
)
CANNOT_BE_LEARNED = "np.sum(y[:, :, 0] * np.log(y[:, :, 0].mean(axis=1, keepdims=True) + 1e-300)) / y.shape[1]"
LOSS_AFTER = f"language_model_gradients(y, lengths, trained)[0] + {CANNOT_BE_LEARNED}"
