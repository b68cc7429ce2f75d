"""Known wrong ways to reshape a distribution and to draw from it."""

from autograder.domain import Mistake

Table = tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]


def made_in(function: str, table: Table) -> tuple[Mistake, ...]:
    """The mistakes of a table, made in one function."""
    return tuple(Mistake(name, function, sentence, edits) for name, sentence, edits in table)


FOUND = 'possible[np.searchsorted(borders, u, side="right")]'
REACHED = 'np.searchsorted(np.cumsum(probabilities), u, side="right")'
NOT_SCALED = "What is left does not sum to 1. By what must it be divided?"

DRAW_INDEX: Table = (
    ("beyond-the-end",
     "Where rounding left the sum below 1, a symbol is drawn that does not exist. What if u lies beyond all of them?",
     ((FOUND, REACHED),)),
    ("first-when-beyond",
     "Where u lies beyond the sum, the first symbol is drawn. What does a search return that finds nothing?",
     ((FOUND, "np.argmax(np.cumsum(probabilities) > u)"),)),
    ("impossible-last",
     "Where u lies beyond the sum, the last symbol is drawn although it is impossible.",
     ((FOUND, f"min({REACHED}, len(probabilities) - 1)"),)),
    ("impossible-at-a-border",
     "A u that falls exactly on a border goes to the wrong side of it. At u = 0 that can be a symbol that is impossible.",
     ((FOUND, f"min({REACHED}, possible[-1])".replace("right", "left")),)),
    ("border-to-the-left",
     "A u that falls exactly on a border goes to the wrong side of it. Must the cumulative sum reach u, or be greater?",
     (('"right"', '"left"'),)),
    ("not-accumulated",
     "The number is held against single probabilities. What must be added up first?",
     ((FOUND, "np.argmax(probabilities > u)"),)),
    ("most-likely-taken",
     "The most likely symbol comes whatever u is. Chance should have a say.",
     ((FOUND, "np.argmax(probabilities)"),)),
    ("likeliest-first",
     "The symbols lie in the order of their probabilities. In which order does the docstring lay them?",
     (("possible = np.flatnonzero(probabilities)", 'possible = np.argsort(-probabilities, kind="stable")[: np.sum(probabilities > 0)]'),)),
    ("from-the-other-end",
     "The symbols lie from the last to the first. From which end is u measured?",
     (("u, side", "1 - u, side"),)),
    ("one-too-early",
     "The symbol before the one that is due is drawn. Whose cumulative sum must be greater than u?",
     ((FOUND, f"max(min({REACHED}, possible[-1]) - 1, 0)"),)),
)  # fmt: skip  # a table: a name, a sentence, an edit

WITHOUT_UNKNOWN: Table = (
    ("not-scaled", NOT_SCALED, ((" / np.sum(known)", ""),)),
    ("shared-equally",
     "What the unknown symbol had is shared equally. The docstring says in what proportion the others get it.",
     (("known / np.sum(known)",
       "known + (np.arange(len(known)) != unk) * probabilities[unk] / (len(known) - 1)"),)),
    ("given-to-the-most-likely",
     "All that the unknown symbol had goes to the most likely one. Who should get a part of it?",
     (("known / np.sum(known)", "known + (np.arange(len(known)) == np.argmax(known)) * probabilities[unk]"),)),
    ("cut-out",
     "The unknown symbol's entry is gone, and every later index has moved. What should stand there?",
     (("known / np.sum(known)", "np.delete(known / np.sum(known), unk)"),)),
    ("always-index-1",
     "It is always symbol 1 that is forbidden. The function is told which one it is.",
     (("known[unk]", "known[1]"),)),
    ("softmax-once-more",
     "The result went through a softmax, and these were no scores. What is already true of probabilities?",
     (("known / np.sum(known)", "(np.exp(known) * (known > 0)) / np.sum(np.exp(known) * (known > 0))"),)),
)  # fmt: skip  # as above

WITH_TEMPERATURE: Table = (
    ("multiplied",
     "A high temperature sharpens, and a low one flattens. Which way round should it be?",
     (("(1 / temperature)", "temperature"),)),
    ("not-scaled", NOT_SCALED, (("weights / np.sum(weights)", "weights"),)),
    ("probabilities-as-scores",
     "The probabilities are divided by the temperature and go through a softmax. What are the scores that belong to them?",
     (("(probabilities / np.max(probabilities)) ** (1 / temperature)", "np.exp(probabilities / temperature)"),)),
    ("powers-underflow",
     "At a small temperature every power underflows to zero, and zero is divided by zero. What could be done before?",
     (("(probabilities / np.max(probabilities))", "probabilities"),)),
    ("impossible-made-possible",
     "What was impossible can now be drawn. Was something small added, to keep a logarithm happy?",
     (("(probabilities / np.max(probabilities))", "((probabilities + 1e-8) / np.max(probabilities + 1e-8))"),)),
    ("divided-only",
     "The temperature changes nothing: a factor is lost when the sum becomes 1. Where does it stand in the formula?",
     ((") ** (1 / temperature)", ") / temperature"),)),
)  # fmt: skip  # as above

SORTED = 'np.argsort(-probabilities, kind="stable")'

TOP_K: Table = (
    ("not-scaled", NOT_SCALED, (("kept / np.sum(kept)", "kept"),)),
    ("ties-all-kept",
     "Where several are as likely as the last one kept, all of them are kept. Count how many there are.",
     ((SORTED + "[:k]", "probabilities >= np.sort(probabilities)[-min(k, len(probabilities))]"),)),
    ("ties-to-the-last",
     "Of equally likely symbols the last ones are kept. The docstring says which.",
     ((SORTED, 'np.argsort(probabilities, kind="stable")[::-1]'),)),
    ("least-likely-kept",
     "The least likely symbols are kept. In which direction does your sort go?",
     (("(-probabilities", "(probabilities"),)),
    ("first-ones-kept",
     "The first k symbols are kept. Which are the most likely?",
     ((SORTED, "np.arange(len(probabilities))"),)),
    ("one-too-many",
     "One symbol too many is kept.",
     (("[:k]", "[: k + 1]"),)),
    ("equally-likely-after",
     "All that are kept are equally likely. What becomes of the proportions between them?",
     (("= probabilities[most_likely]", "= 1"),)),
    ("not-put-back",
     "The probabilities come back sorted. Each belongs in its symbol's place.",
     (("kept[most_likely] = ", "kept[:k] = "),)),
)  # fmt: skip  # as above

TOP_P: Table = (
    ("not-scaled", NOT_SCALED, (("kept / np.sum(kept)", "kept"),)),
    ("stops-too-early",
     "The symbol that makes the sum reach p is left out. How much have the kept ones together?",
     (("order[before < p]", "order[before + probabilities[order] <= p]"),)),
    ("one-more-at-the-border",
     "Where the sum reaches p exactly, one symbol too many is kept.",
     (("before < p", "before <= p"),)),
    ("in-order-of-index",
     "The symbols are taken in the order of their indices. Which come first?",
     ((SORTED, "np.arange(len(probabilities))"),)),
    ("least-likely-first",
     "The least likely symbols are taken first. In which direction does your sort go?",
     (("(-probabilities", "(probabilities"),)),
    ("ties-to-the-last",
     "Of equally likely symbols the last ones are kept. The docstring says which.",
     ((SORTED, 'np.argsort(probabilities, kind="stable")[::-1]'),)),
    ("not-put-back",
     "The probabilities come back sorted. Each belongs in its symbol's place.",
     (("kept[nucleus] = ", "kept[: len(nucleus)] = "),)),
    ("part-of-the-likeliest",
     "Every symbol is held against the most likely one. It is the sum of those that are kept which must reach p.",
     (("order[before < p]", "order[probabilities[order] >= p * np.max(probabilities)]"),)),
)  # fmt: skip  # as above
