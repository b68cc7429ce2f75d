"""The order of topics: the one place that numbers them. A topic is a folder of this name beside this file."""

SYLLABUS: dict[str, tuple[int, str]] = {
    "notation": (1, "Notation: from words to arrays"),
    "rnn": (2, "The recurrent network, forward"),
    "bptt": (3, "Back-propagation through time"),
    "rnn_types": (4, "Types of networks: one to many, many to one, many to many"),
    "language_model": (5, "Language models"),
    "sampling": (6, "Sampling novel sequences"),
    "gradients": (7, "Vanishing and exploding gradients"),
    "gru": (8, "Gated recurrent units"),
    "lstm": (9, "Long short-term memory"),
    "brnn": (10, "Bidirectional networks"),
    "deep_rnn": (11, "Deep networks"),
    "speed": (12, "Speed: from the loop to matrix products"),
}
