"""Known wrong answers about padding, which are made in the same way in every function that is told of lengths."""

from autograder.domain import Mistake

COUNTED = "np.arange(y.shape[2]) < lengths[:, np.newaxis]"
PADDING_COUNTS = "Padding counts as if it had been said. What does `lengths` say?"


def with_wrong_padding(function: str, sentence: str = PADDING_COUNTS) -> tuple[Mistake, ...]:
    """Too many steps, one too few, one too many; the sentence is that of the first."""
    return (
        Mistake("padding-counts", function, sentence, ((COUNTED, "np.ones(y.shape[1:], dtype=bool)"),)),
        Mistake("last-step-lost", function,
                "The last step of each sequence is lost. How many steps does a length of one count?",
                ((COUNTED, "np.arange(1, y.shape[2] + 1) < lengths[:, np.newaxis]"),)),
        Mistake("one-step-too-many", function,
                "One step of the padding counts. How many steps does a length of one count?",
                ((COUNTED, "np.arange(y.shape[2]) <= lengths[:, np.newaxis]"),)),
    )  # fmt: skip  # a table: a name, a function, a sentence, an edit
