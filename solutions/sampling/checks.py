"""Hidden checks of topic `sampling`: what goes in, what comes out, and what it is worth."""

import numpy as np

from autograder.domain import Example, Exercise, Output
from autograder.draws import Living
from solutions.reference import (
    beam_search,
    draw_index,
    greedy,
    predict_next,
    sample,
    top_k,
    top_p,
    with_temperature,
    without_unknown,
)
from solutions.reference.one_to_many import FEEDING_BACK
from solutions.sampling.inputs import (
    ALWAYS,
    BEYOND,
    BORDER,
    DISTRIBUTION,
    DRAWN,
    EXACT,
    INDEX,
    LOGS,
    MOST_LIKELY,
    ONE_EACH,
    PLAIN,
    SEQUENCES,
    TALKING,
    case,
    option,
)

PREDICTING = ("softmax", "rnn_cell_forward", "rnn_forward")
BROUGHT = (*PREDICTING, "output_backward", "rnn_cell_backward", "rnn_backward")
DATA = ("names.txt",)

EXERCISES = (
    Exercise(
        draw_index,
        draws={
            "probabilities": DISTRIBUTION,
            "u": "lambda sizes, rng: sizes['u'] if 'u' in sizes else float(rng.random()) | made",
        },
        outputs=(
            Output("index", points=3, rule=INDEX, where=f"not ({BEYOND}) and not ({BORDER})"),
            Output("index at borders, and where some are impossible", (), rule=INDEX, where=f"not ({BEYOND}) and {BORDER}"),
            Output("index where the sum is below 1", (), rule=INDEX, where=BEYOND),
        ),
        sizes=(
            *(case(n_y=n_y, u=u) for n_y, u in ((5, 0.97), (4, 0.02), (7, 0.45), (3, 0.6), (6, 0.8))),
            *(case(n_y=3 + extra) for extra in range(4)),
            case(**EXACT[2], u=0.375),
            *(case(**EXACT[0], u=u) for u in (0.0, 0.25, 0.7, 0.75, 0.9)),
            case(n_y=7, impossible=[0, 3, 6]),
            case(n_y=4, sum=0.9999, u=0.99995),
            case(exact=[0.25, 0.25, 0.4999, 0.0, 0.0], n_y=5, u=0.99995),
            case(n_y=1, u=0.5),
        ),
        examples=(
            Example((np.array([0.5, 0.25, 0.25]), 0.6), 1),
            Example((np.array([0.5, 0.25, 0.25]), 0.75), 2),
            Example((np.array([0.0, 1.0, 0.0]), 0.0), 1),
            Example((np.array([0.5, 0.4999, 0.0]), 0.99995), 1),
        ),
    ),
    Exercise(
        without_unknown,
        draws={"probabilities": DISTRIBUTION, "unk": option("unk")},
        outputs=(Output("known", axes="n_y", points=2),),
        sizes=(case(n_y=5, unk=1), case(n_y=3, unk=2), case(n_y=6, unk=0), case(n_y=2, unk=1)),
        examples=(Example((np.array([0.25, 0.5, 0.25]), 1), np.array([0.5, 0.0, 0.5])),),
    ),
    Exercise(
        with_temperature,
        draws={"probabilities": DISTRIBUTION, "temperature": option("temperature")},
        outputs=(
            Output("tempered", axes="n_y", points=3, where="temperature > 0.01 and np.all(probabilities > 0)"),
            Output("tempered where some are impossible", axes="n_y", where="np.any(probabilities == 0)"),
            Output("tempered with a small temperature", axes="n_y", where="temperature <= 0.01"),
        ),
        sizes=(
            *(case(n_y=n_y, temperature=T) for n_y, T in ((5, 0.5), (4, 2.5), (3, 1.0), (6, 0.7), (1, 0.5))),
            case(**EXACT[0], temperature=0.6),
            case(**EXACT[1], temperature=3.0),
            case(n_y=6, impossible=[2, 5], temperature=1.8),
            case(n_y=5, temperature=1e-3),
            case(exact=[0.001, 0.001, 0.499, 0.499], n_y=4, temperature=1e-4),
        ),
        examples=(
            Example((np.array([0.25, 0.75]), 0.5), np.array([0.1, 0.9])),
            Example((np.array([0.0, 0.2, 0.8]), 2.0), np.array([0.0, 1 / 3, 2 / 3])),
            Example((np.array([0.25, 0.5, 0.25]), 0.0001), np.array([0.0, 1.0, 0.0])),
        ),
    ),
    Exercise(
        top_k,
        draws={"probabilities": DISTRIBUTION, "k": option("k")},
        outputs=(
            Output("kept", axes="n_y", points=2, where="len(set(probabilities)) == len(probabilities)"),
            Output("kept of equally likely ones", axes="n_y", where="len(set(probabilities)) < len(probabilities)"),
        ),
        sizes=(
            *(case(n_y=n_y, k=k) for n_y, k in ((6, 2), (5, 3), (4, 1), (3, 3), (3, 5))),
            *(case(**EXACT[2], k=k) for k in (1, 2, 4)),
            case(**EXACT[1], k=5),
            case(**EXACT[3], k=13),
            case(n_y=9, different=3, k=5),
        ),
        examples=(Example((np.array([0.125, 0.25, 0.5, 0.125]), 2), np.array([0.0, 1 / 3, 2 / 3, 0.0])),),
    ),
    Exercise(
        top_p,
        draws={"probabilities": DISTRIBUTION, "p": option("p")},
        outputs=(
            Output("kept", axes="n_y", points=3, where="len(set(probabilities)) == len(probabilities)"),
            Output("kept of equally likely ones", axes="n_y", where="len(set(probabilities)) < len(probabilities)"),
        ),
        sizes=(
            *(case(n_y=n_y, p=p) for n_y, p in ((6, 0.7), (5, 0.45), (4, 0.1), (7, 0.9))),
            *(case(**EXACT[2], p=p) for p in (0.25, 0.5, 0.6)),
            case(**EXACT[1], p=1.0),
            case(**EXACT[3], p=0.65),
            case(n_y=8, different=4, p=0.55),
        ),
        examples=(
            Example((np.array([0.125, 0.25, 0.5, 0.125]), 0.75), np.array([0.0, 1 / 3, 2 / 3, 0.0])),
            Example((np.array([0.125, 0.25, 0.5, 0.125]), 0.4), np.array([0.0, 0.0, 1.0, 0.0])),
        ),
    ),
    Exercise(
        predict_next,
        draws={
            "index": "lambda sizes, rng: None if 'first' in sizes else int(rng.integers(1, sizes['n_y'])) | made",
            "a_prev": "n_a 1",
            "parameters": FEEDING_BACK,
            "unk": option("unk"),
        },
        outputs=(Output("probabilities", (0,), "n_y", points=3), Output("a_next", (1,), "n_a 1", points=2)),
        sizes=(
            case(n_y=5, n_a=4, unk=1),
            case(n_y=3, n_a=6, unk=2),
            case(n_y=4, n_a=3, unk=0, first=1),
            case(n_y=6, n_a=1, unk=3),
        ),
        needs=("softmax", "rnn_cell_forward", "without_unknown"),
        examples=(Example((None, np.zeros((1, 1)), ALWAYS, 1), (np.array([0.3, 0.0, 0.6, 0.1]), np.zeros((1, 1)))),),
    ),
    Exercise(
        sample,
        draws={
            **TALKING,
            "rng": "| generator",
            "max_length": option("max_length"),
            "temperature": option("temperature", "1.0"),
            "k": option("k"),
            "p": option("p"),
        },
        outputs=(
            Output("indices", points=4, rule=DRAWN, where=PLAIN),
            Output("indices at another temperature", (), points=2, rule=DRAWN, where="temperature != 1 and k is None"),
            Output("indices with top-k", (), points=2, rule=DRAWN, where="k is not None and p is None"),
            Output("indices with top-p", (), points=2, rule=DRAWN, where="p is not None and k is None"),
            Output("indices, one number a step", (), rule=ONE_EACH),
        ),
        sizes=(
            case(n_y=6, n_a=4, eos=0, unk=1, max_length=30),
            case(n_y=7, n_a=5, eos=2, unk=4, max_length=240, threshold=90, loud=0.8),
            case(n_y=6, n_a=7, eos=5, unk=0, max_length=240, threshold=90, loud=2.5),
            case(n_y=4, n_a=6, eos=3, unk=0, max_length=1),
            case(n_y=7, n_a=4, eos=1, unk=5, max_length=240, temperature=0.3, threshold=90, loud=0.5),
            case(n_y=5, n_a=4, eos=1, unk=2, max_length=9, k=1),
            case(n_y=5, n_a=6, eos=4, unk=2, max_length=3, k=1),
            case(n_y=8, n_a=5, eos=0, unk=3, max_length=80, k=3, threshold=90),
            case(n_y=8, n_a=5, eos=6, unk=3, max_length=80, p=0.6, threshold=90, loud=0.7),
            case(n_y=9, n_a=5, eos=6, unk=3, max_length=60, p=0.8, k=4, temperature=2.0, threshold=90),
            case(n_y=9, n_a=4, eos=7, unk=2, max_length=60, p=0.7, k=4, temperature=2.5, threshold=90, loud=1.0),
        ),
        needs=("predict_next", "draw_index", "with_temperature", "top_k", "top_p", "without_unknown", *PREDICTING),
        examples=(Example((ALWAYS, 0, 1, Living("np.random.default_rng(0)"), 5, 0.01), [2, 2, 2, 2, 2]),),
    ),
    Exercise(
        greedy,
        draws={**TALKING, "max_length": option("max_length")},
        outputs=(Output("indices", points=4, rule=MOST_LIKELY),),
        sizes=(
            case(n_y=6, n_a=4, eos=0, unk=1, max_length=12),
            case(n_y=7, n_a=5, eos=2, unk=4, max_length=20, threshold=90),
            case(n_y=5, n_a=6, eos=4, unk=2, max_length=15),
            case(n_y=4, n_a=3, eos=1, unk=0, max_length=1),
        ),
        needs=("predict_next", "without_unknown", *PREDICTING),
        examples=(Example((ALWAYS, 0, 1, 3), [2, 2, 2]),),
    ),
    Exercise(
        beam_search,
        draws={**TALKING, "width": option("width"), "max_length": option("max_length"), "alpha": option("alpha", "0.0")},
        outputs=(
            Output("sequences", (0,), points=4, rule=SEQUENCES, where="alpha == 0"),
            Output("log_probabilities", (1,), points=3, rule=LOGS),
            Output("sequences by normalised score", (0,), points=2, rule=SEQUENCES, where="alpha != 0"),
        ),
        sizes=(
            case(n_y=6, n_a=4, eos=0, unk=1, width=3, max_length=8, slope=6, threshold=2),
            case(n_y=5, n_a=6, eos=2, unk=4, width=1, max_length=7),
            case(n_y=4, n_a=3, eos=3, unk=0, width=200, max_length=4),
            case(n_y=7, n_a=5, eos=2, unk=4, width=2, max_length=1),
            case(n_y=5, n_a=4, eos=2, unk=0, width=4, max_length=9, alpha=0.7, slope=4, threshold=0.5),
            case(n_y=6, n_a=5, eos=5, unk=2, width=5, max_length=8, alpha=1.5, slope=3, threshold=0),
            case(n_y=5, n_a=6, eos=1, unk=3, width=16, max_length=8, alpha=0.7, slope=4, threshold=0.5),
            case(n_y=6, n_a=4, eos=0, unk=4, width=16, max_length=8, alpha=1.5, slope=4, threshold=0.5),
        ),
        needs=("predict_next", "without_unknown", *PREDICTING),
        examples=(
            Example((ALWAYS, 0, 1, 3, 2), ([[2, 2], [], [2]], np.log(np.array([0.36, 0.3, 0.18])))),
        ),
    ),
)
