"""Several sequences at once, the likeliest kept: a search for what a network finds most likely as a whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solutions.reference.one_to_many import FEEDING_BACK
from solutions.reference.sampling import predict_next
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]


@shapes(parameters=FEEDING_BACK)
def beam_search(
    parameters: dict[str, Array], eos: int, unk: int, width: int, max_length: int, alpha: float = 0.0
) -> tuple[list[list[int]], Array]:
    """Look for the most likely sequences with a beam of a few that grow side by side.

    The beam begins with one empty sequence, and max_length times this is done: every sequence of the beam that has not
    ended is replaced by all that it can become by one more symbol (<UNK> and whatever else has probability 0 excepted);
    one that <EOS> has ended stays as it is and competes. Of all these the best ``width`` are the new beam.
    The score of a sequence is its log probability divided by its length to the power alpha; <EOS> counts in both.

    Parameters
    ----------
    parameters : as in predict_next: state and input begin as zeros, and each symbol is the next input
    eos, unk : indices of <EOS> and <UNK>; probabilities are those without <UNK>
    width : how many sequences are kept, 1 or more; 1 is greedy
    max_length : how many symbols a sequence may have, <EOS> counted, 1 or more
    alpha : 0 compares log probabilities as they are, which favours short sequences; 1 compares their means

    Returns
    -------
    sequences : a list of at most ``width`` sequences, the best score first, each a list of whole numbers without <EOS>
    log_probabilities : the log probability of each, that of its <EOS> included where it has ended, shape (len(sequences),)

    Source: Graves (2012), Sequence Transduction with Recurrent Neural Networks, section 2.5; Wu et al. (2016),
    Google's Neural Machine Translation System, section 7, for alpha (there with another formula for the length).
    """
    beam: list[tuple[list[int], float, Array]] = [([], 0.0, np.zeros_like(parameters["ba"]))]
    for _ in range(max_length):
        candidates = []
        for said, log_probability, a in beam:
            if said and said[-1] == eos:
                candidates.append((said, log_probability, a))
                continue
            probabilities, a_next = predict_next(said[-1] if said else None, a, parameters, unk)
            for index in np.flatnonzero(probabilities):
                candidates.append(([*said, int(index)], log_probability + np.log(probabilities[index]), a_next))
        beam = sorted(candidates, key=lambda one: -one[1] / len(one[0]) ** alpha)[:width]
    sequences = [said[:-1] if said[-1] == eos else said for said, _, _ in beam]
    return sequences, np.array([log_probability for _, log_probability, _ in beam])
