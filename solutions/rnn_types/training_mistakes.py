"""Known wrong answers of the functions that train: one step downhill, and the loop for every wiring."""

from autograder.domain import Mistake

DESCEND, TRAIN = "descend", "train"

TRAINING = (
    Mistake("uphill", DESCEND,
            "Every parameter goes along its gradient. Which way is downhill?",
            (("value - learning_rate", "value + learning_rate"),)),
    Mistake("rate-ignored", DESCEND,
            "The step is as long as the gradient itself. What is the learning rate for?",
            (("value - learning_rate * gradients", "value - gradients"),)),
    Mistake("networks-left-alone", DESCEND,
            "What lies inside a dictionary has not moved. The encoder and the decoder learn as well.",
            (("descend(value, gradients[name], learning_rate)", "{key: inner.copy() for key, inner in value.items()}"),)),
    Mistake("step-only", DESCEND,
            "This is the step, without the place that it starts from. What is a parameter after it has moved?",
            (("value - learning_rate", "-learning_rate"),)),
    Mistake("nothing-learnt", TRAIN,
            "The parameters at the end are those of the beginning. What becomes of what the update gives back?",
            (("parameters = update(parameters,", "update(parameters,"),)),
    Mistake("uphill", TRAIN,
            "The loss grows from step to step. Look at the sign of what goes back.",
            (("backward(dz, caches)", "backward(-dz, caches)"),)),
    Mistake("averaged-twice", TRAIN,
            "The steps are too short by the number of examples. The loss is a mean already.",
            (("backward(dz, caches)", "backward(dz / y.shape[1], caches)"),)),
    Mistake("first-batch-again", TRAIN,
            "Every step learns from the first batch. The others have been drawn for a reason.",
            (("in batches:", "in batches[:1] * len(batches):"),)),
    Mistake("last-batch-left-out", TRAIN,
            "There is one step less than there are batches. Which one has not been learnt from?",
            (("in batches:", "in batches[:-1]:"),)),
    Mistake("losses-added-up", TRAIN,
            "Each loss holds all those before it. The curve is to show the loss of each batch alone.",
            (("np.array(losses)", "np.cumsum(losses)"),)),
    Mistake("loss-per-step", TRAIN,
            "The losses are means over the steps of a sequence. The loss of this course is a sum over time.",
            (("(said, due))", "(said, due) / due.shape[2])"),)),
)  # fmt: skip  # a table: a name, a function, a sentence, an edit
