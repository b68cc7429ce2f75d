"""Bach's four-part chorales from the corpus of music21, as a small file for `experiments.chorales`.

This runs in an environment of its own, which has music21 and little else; `make chorales` makes both the environment and the
file. The chorales are not part of the course.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).resolve().parents[1] / "_build" / "chorales.npz"
VOICES = 4
ALIKE = 0.9

Note = tuple[float, float, int]  # begin and length in quarter notes, and the pitch as MIDI counts, 60 for the middle c
Pitches = NDArray[np.uint8]


def sampled(voices: Iterable[Iterable[Note]], quarters: float) -> Pitches:
    """What sounds at each quarter note, shape (steps, voices); 0 where a voice is silent."""
    voices = list(voices)
    pitches = np.zeros((int(np.ceil(quarters)), len(voices)), np.uint8)
    for voice, notes in enumerate(voices):
        for begin, length, pitch in notes:
            pitches[int(np.ceil(begin)) : int(np.ceil(begin + length)), voice] = pitch
    return pitches


def alike(one: Pitches, other: Pitches) -> bool:
    """Whether two chorales are as long and have the same chords, in any key, at more than nine steps of ten."""
    if one.shape != other.shape:
        return False
    apart = one.astype(int) - other
    return bool(np.mean(np.all(apart == np.median(apart), axis=1)) > ALIKE)


def distinct(chorales: dict[str, Pitches]) -> dict[str, Pitches]:
    """The chorales without those that are like an earlier one: some cantatas share a setting, or a setting is printed twice."""
    kept: dict[str, Pitches] = {}
    for name, pitches in chorales.items():
        if not any(alike(pitches, other) for other in kept.values()):
            kept[name] = pitches
    return kept


def four_part() -> Iterator[tuple[str, Pitches]]:
    """All works of Bach in the corpus that have just four parts, in the order of their names."""
    from music21 import corpus  # only the environment of this script has it

    paths = sorted((Path(path) for path in corpus.getComposer("bach")), key=lambda path: path.name)
    for number, path in enumerate(paths, 1):
        score = corpus.parse(path)
        if len(score.parts) == VOICES:
            voices = [[(float(note.offset), float(note.quarterLength), max(pitch.midi for pitch in note.pitches))
                       for note in part.flatten().notes] for part in score.parts]  # fmt: skip  # one table
            yield path.name, sampled(voices, float(score.highestTime))
        if number % 50 == 0 or number == len(paths):
            print(f"{number} of {len(paths)} files read", file=sys.stderr)


def main() -> None:
    """Write the file: all chorales one after the other as `pitches`, how long each is as `lengths`, and their `names`."""
    parser = argparse.ArgumentParser(description="Write the four-part chorales of music21's corpus, sampled at quarter notes.")
    parser.add_argument("--output", type=Path, default=FILE, help="the file to write (default: where the experiment looks)")
    output: Path = parser.parse_args().output
    every = dict(four_part())
    chorales = distinct(every)
    output.parent.mkdir(parents=True, exist_ok=True)
    lengths = [len(pitches) for pitches in chorales.values()]
    np.savez_compressed(output, pitches=np.concatenate(list(chorales.values())), lengths=lengths, names=list(chorales))
    print(f"{output}: {len(chorales)} chorales of {sum(lengths):,} quarter notes; {len(every) - len(chorales)} are like others")


if __name__ == "__main__":
    main()
