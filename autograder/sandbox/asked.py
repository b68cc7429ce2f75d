"""Questions from inside: a function that is wrong is answered for by its reference, here, if the question is a small one.

Whatever arrives is hostile. A reference may take as much time and memory as its arguments ask for, so these are bounded first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.domain import Made
from autograder.draws import Living
from autograder.sandbox import wire

Given = Mapping[str, Callable[..., Any]]
MAX_ASKED_LENGTH = 512
MAX_ASKED_SIZE = 16_384  # four times what any exercise needs: a reference is done with it in about a second
MAX_ASKED_NUMBER = 4096  # a whole number in a question: a step of a training, a size, an index
MAX_ANSWERED_SIZE = wire.MAX_FRAME // 8  # entries, where a size that is asked for meets an array
MAX_MEASURED_SIZE = 256  # where a reference may call a function for each entry


def answer(message: tuple[Any, ...], given: Given) -> tuple[Any, ...]:
    """Call the stand-in asked for; whatever is wrong with its arguments is the asker's trouble."""
    match message:
        case ("ask", str(name), list(arguments), dict(named)) if name in given:
            if not _small([arguments, named]):
                return "refused", None
            try:
                with np.errstate(all="ignore"):
                    return "answer", given[name](*arguments, **named)
            except Exception:  # noqa: BLE001  # a reference met by hostile arguments may raise anything
                return "refused", None
    return "refused", None


def with_functions(given: Given, calls: Sequence[tuple[Any, ...] | Made]) -> Given:
    """The stand-ins, taking the functions among the inputs by their text. No other text is ever made into a function."""
    sent = [one for call in calls for one in (call.drawn.values() if isinstance(call, Made) else call)]
    made = {one.text: one.made() for one in sent if isinstance(one, Living)}
    ours = {text: one for text, one in made.items() if callable(one)}
    if not ours:
        return given

    def taking(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            inputs = (*arguments, *named.values())
            if not any(isinstance(one, str) and one in ours for one in inputs):
                return function(*arguments, **named)
            if not all(np.size(one) <= MAX_MEASURED_SIZE for one in inputs):
                raise ValueError("too many slopes to measure here")
            known = {key: ours[one] if isinstance(one, str) and one in ours else one for key, one in named.items()}
            return function(*(ours[one] if isinstance(one, str) and one in ours else one for one in arguments), **known)

        return call

    return {name: taking(function) for name, function in given.items()}


def _small(value: Any) -> bool:
    """Whether arguments are small enough for a reference to be called here, on our side: products of them stay small."""
    parts = list(_parts(value))
    arrays = [one for one in parts if isinstance(one, np.ndarray)]
    numbers = [abs(one) for one in parts if isinstance(one, int)]
    numbers += [max(int(one.max()), -int(one.min())) for one in arrays if one.dtype.kind in "iu" and one.size]
    largest = max(numbers, default=0)
    size = max((one.size for one in arrays), default=0)
    fits = size <= MAX_ASKED_SIZE and all(length <= MAX_ASKED_LENGTH for one in arrays for length in one.shape)
    return fits and largest <= MAX_ASKED_NUMBER and largest * size <= MAX_ANSWERED_SIZE


def _parts(value: Any) -> Iterator[Any]:
    """Everything in dictionaries, tuples and lists that is none of these."""
    if isinstance(value, (dict, tuple, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _parts(inner)
    else:
        yield value
