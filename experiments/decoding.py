"""Question 8. What temperature, top-k and a beam do to sampled names.

A tanh network learns first names; then it speaks, at several temperatures, with several k, and searches with beams of several
widths. The decoders are those of solutions.reference.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush

import numpy as np

from experiments.learning import BATCH_SIZE, TASKS
from experiments.networks import Array, Arrays, Network, evaluate, start
from experiments.plan import Experiment, Row, Settings
from experiments.tasks import ALPHABET, names, spelled
from experiments.training import train
from solutions.reference import beam_search, predict_next, sample, sequence_log_probability

SEEDS = range(5)
UNITS, STEPS, LEARNING_RATE = 96, 3000, 0.003
TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0)
KS = (1, 2, 3, 5, 8, 12, 18)
WIDTHS = (1, 2, 3, 5, 10, 20, 40, 80, 160)
SAMPLES, LONGEST = 1000, 25
EOS, UNK = ALPHABET.index("."), len(ALPHABET)


def runs(reduced: bool) -> list[Settings]:
    """One network for each seed; for tests: two seeds, less training, fewer samples."""
    return [
        {"seed": seed, "steps": 600 if reduced else STEPS, "samples": 150 if reduced else SAMPLES}
        for seed in SEEDS[: 2 if reduced else None]
    ]


def measure(seed: int, steps: int, samples: int) -> list[Row]:
    """Learn names, and decode in every way: "value" is the temperature, k, the width, or how many letters there are at least."""
    task, examples = TASKS["names"](), np.random.default_rng([seed, 1])
    network = start(["rnn"], task.n_x, [UNITS], task.n_y, np.random.default_rng([seed, 0]))
    network = train(network, lambda: task.draw(examples, BATCH_SIZE), steps, LEARNING_RATE)
    parameters, bits = with_unknown(network), task.score(*evaluate(network, task.test))

    def say(temperature: float = 1.0, k: int | None = None) -> list[str]:
        rng = np.random.default_rng([seed, 2])  # the same luck for all
        return words(sample(parameters, EOS, UNK, rng, LONGEST, temperature, k) for _ in range(samples))

    rows = [{"way": "temperature", "value": t, "bits": bits, **describe(say(t), parameters)} for t in TEMPERATURES]
    rows += [{"way": "top-k", "value": k, "bits": bits, **describe(say(k=k), parameters)} for k in KS]
    for width in WIDTHS:
        found, logs = beam_search(parameters, EOS, UNK, width, LONGEST)
        rows.append({"way": "beam", "value": width, "bits": bits, "best": float(logs[0]), "first": shown(words(found))})
    for shortest in (0, 1):
        exact, log = likeliest(parameters, shortest)
        rows.append({"way": "exact", "value": shortest, "bits": bits, "best": log, "first": shown(words([exact]))})
    return rows


def with_unknown(network: Network) -> Arrays:
    """The parameters as the decoders want them: with a symbol <UNK> more, which they leave out."""
    p = network.parameters
    row, column = ((0, 1), (0, 0)), ((0, 0), (0, 1))
    wider = {"Wax": np.pad(p["Wax1"], column), "Wya": np.pad(p["Wya"], row), "by": np.pad(p["by"], row)}
    return wider | {"Waa": p["Waa1"], "ba": p["ba1"]}


def words(said: Iterable[list[int]]) -> list[str]:
    """Letters for indices."""
    return ["".join(ALPHABET[index] for index in one) for one in said]


def shown(said: list[str]) -> str:
    """The first ten, for a reader; a name without a letter is a dash."""
    return " ".join(name or "-" for name in said[:10])


def describe(said: list[str], parameters: Arrays) -> Row:
    """How many names are those of the training list, of the list held out, different ones; how long, and how probable.

    "learnt" : share of the names said that stand in the training list; "distinct" : share of different names among all
    "new" : share of the names said that are different, and not in the training list
    "hit" : share of the names held out that have been said at least once
    "nats" : mean log probability for each character, the end counted, by the network as it is: temperature 1, all symbols
    """
    learnt, held_out = (set(some) for some in names())
    different = set(said)
    lengths = np.array([len(name) + 1 for name in said])
    return {
        "learnt": float(np.mean([name in learnt for name in said])),
        "distinct": len(different) / len(said),
        "new": len(different - learnt) / len(said),
        "hit": len(different & held_out) / len(held_out),
        "nats": float(np.sum(log_probabilities(said, parameters)) / np.sum(lengths)),
        "length": float(np.mean(lengths - 1)),
        "first": shown(said),
    }


def log_probabilities(said: list[str], parameters: Arrays) -> Array:
    """How probable each name is, its end included, in nats; a name that was cut off at the largest length is given an end."""
    y = spelled(said).y
    known = {**parameters, "Wax": parameters["Wax"][:, :UNK], "Wya": parameters["Wya"][:UNK], "by": parameters["by"][:UNK]}
    return sequence_log_probability(y, np.array([len(name) + 1 for name in said]), known)


def likeliest(parameters: Arrays, shortest: int = 0) -> tuple[list[int], float]:
    """The most probable of all sequences with at least so many symbols, and its log probability: no beam, no largest length.

    Beginnings wait in a queue, the most probable first. A probability never grows when a symbol is added: so the first sequence
    that comes out with its end is better than whatever else is waiting, and than all that it can become.
    """
    queue: list[tuple[float, list[int], Array]] = [(0.0, [], np.zeros_like(parameters["ba"]))]
    while True:
        price, said, a = heappop(queue)
        if said and said[-1] == EOS:
            return said[:-1], -price
        chances, a_next = predict_next(said[-1] if said else None, a, parameters, UNK)
        for index in np.flatnonzero(chances):
            if index != EOS or len(said) >= shortest:
                heappush(queue, (price - float(np.log(chances[index])), [*said, int(index)], a_next))


EXPERIMENT = Experiment("decoding", "What do temperature, top-k and a beam do to sampled names?", runs, measure)
