"""The data of the book: small, made again byte for byte, and as its README says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import pytest
from babel import Locale

from book.data import make_dates, make_entities, make_readings

DATA = Path(__file__).resolve().parents[2] / "book" / "data"
MADE = {
    "names.txt": "make_names.py",
    "dates.tsv": "make_dates.py",
    "readings.tsv": "make_readings.py",
    "entities.tsv": "make_entities.py",
}
HEADERS = {
    "dates.tsv": ("written", "iso", "locale"),
    "readings.tsv": ("phrase", "readings", "positions"),
    "sentiment.tsv": ("label", "sentence"),
    "entities.tsv": ("sentence", "tags"),
    "melodies.tsv": ("title", "source", "notes"),
}
FILES = ("names.txt", *HEADERS)
MEGABYTE = 2**20


def lines(name: str) -> list[str]:
    return (DATA / name).read_text(encoding="utf-8").removesuffix("\n").split("\n")


def table(name: str) -> list[tuple[str, ...]]:
    """The rows of a file without its header, each with as many fields as the header."""
    rows = [tuple(line.split("\t")) for line in lines(name)]
    assert rows[0] == HEADERS[name]
    assert {len(row) for row in rows} == {len(HEADERS[name])}
    return rows[1:]


def test_all_of_it_is_small() -> None:
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.suffix in (".tsv", ".txt")) < 3 * MEGABYTE


@pytest.mark.parametrize("name", FILES)
def test_files_are_plain_text(name: str) -> None:
    text = (DATA / name).read_bytes().decode("utf-8")
    assert text.endswith("\n") and "\r" not in text and "\n\n" not in text
    assert unicodedata.is_normalized("NFC", text)
    assert not {character for character in text if unicodedata.category(character) in ("Cf", "Zl", "Zp")}
    assert {character for character in text if unicodedata.category(character) == "Zs"} <= {" "}
    fields = [field for line in text.splitlines() for field in line.split("\t")]
    assert all(field and field == field.strip() for field in fields)


@pytest.mark.parametrize("name", FILES)
def test_no_row_comes_twice(name: str) -> None:
    assert [line for line, count in Counter(lines(name)).items() if count > 1] == []


@pytest.mark.parametrize(("name", "script"), MADE.items())
def test_scripts_make_their_files_again(name: str, script: str, tmp_path: Path) -> None:
    shutil.copy(DATA / script, tmp_path)
    subprocess.run([sys.executable, tmp_path / script], check=True, cwd=tmp_path)
    assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


def test_the_readme_tells_rows_sizes_and_versions() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    for name in FILES:
        rows = len(lines(name)) - (name in HEADERS)
        size = round((DATA / name).stat().st_size / 1000)
        told = re.search(rf"^\| `{re.escape(name)}` \|[^|\n]*\| ([\d,]+) \| (\d+) kB \|", readme, re.MULTILINE)
        assert told and told.groups() == (f"{rows:,}", str(size)), name
    pinned = (DATA.parents[1] / "requirements.txt").read_text()
    for package in ("names", "Babel", "pypinyin"):
        assert f"{package} {version(package)}" in readme
        assert f"{package}=={version(package)}\n" in pinned


def test_names_are_letters_in_order() -> None:
    names = lines("names.txt")
    assert names == sorted(names)
    assert [name for name in names if not re.fullmatch("[a-z]{2,11}", name)] == []
    assert {"anna", "emma", "james", "mary", "robert"} <= set(names)


def test_dates_are_what_their_locale_writes() -> None:
    rows = table("dates.tsv")
    locales = {name: Locale.parse(name) for name in {row[2] for row in rows}}
    assert len(locales) == len(make_dates.LOCALES)
    days = [date.fromisoformat(iso) for _, iso, _ in rows]
    assert {day.year for day in days} == set(range(1950, 2050))
    wrong = [row for row, day in zip(rows, days, strict=True) if row[0] not in make_dates.every_way(day, locales[row[2]])]
    assert wrong == []


def test_a_written_date_and_its_locale_say_which_day_is_meant() -> None:
    meant = defaultdict(set)
    for written, iso, locale in table("dates.tsv"):
        meant[written, locale].add(iso)
    assert [key for key, days in meant.items() if len(days) > 1] == []


def test_each_character_has_its_reading_and_positions_point_at_polyphones() -> None:
    allowed = {item.split()[0]: item.split()[1:] for item in make_readings.READINGS.split("|")}
    for phrase, readings, positions in table("readings.tsv"):
        sounds, places = readings.split(), [int(place) for place in positions.split()]
        assert len(sounds) == len(phrase), phrase
        assert all(re.fullmatch("[a-z]+[1-5]", sound) for sound in sounds), phrase
        assert places == sorted(set(places)) and {phrase[place] for place in places} <= set(allowed), phrase
        assert sounds[places[0]] in allowed[phrase[places[0]]], phrase
        assert phrase[: places[0]] in ("", *make_readings.OPENINGS), phrase


def test_what_stands_left_of_a_polyphone_does_not_decide_its_reading() -> None:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings, positions in table("readings.tsv"):
        first = int(positions.split()[0])
        seen[phrase[: first + 1]][readings.split()[first]] += 1
    alone = [counts for prefix, counts in seen.items() if len(prefix) == 1]
    assert all(len(counts) >= 2 for counts in alone)
    best = sum(max(counts.values()) for counts in seen.values()) / sum(chain.from_iterable(c.values() for c in seen.values()))
    assert 0.5 < best < 0.6


def test_labels_are_in_balance_and_counting_words_is_not_enough() -> None:
    rows = table("sentiment.tsv")
    counts = Counter(label for label, _ in rows)
    assert set(counts) == {"positive", "negative"} and counts["positive"] == counts["negative"]
    assert all(re.fullmatch(r"([a-z]+|,)( ([a-z]+|,))*", sentence) for _, sentence in rows)
    assert 150 <= len({word for _, sentence in rows for word in sentence.split()}) <= 300
    assert len({sentence for _, sentence in rows}) == len(rows)
    good = {"good", "great", "lovely", "funny", "clever", "kind", "friendly", "brilliant", "wonderful", "loved", "love"}
    bad = {"bad", "awful", "terrible", "dull", "boring", "silly", "rude", "slow", "weak", "dirty", "hated", "hate"}
    scores = [(label == "positive", sum((w in good) - (w in bad) for w in sentence.split())) for label, sentence in rows]
    misled = sum(positive != (score > 0) for positive, score in scores if score)
    assert 0.1 < misled / len(rows) < 0.25


def test_each_token_has_a_tag_and_names_need_their_context() -> None:
    tags_of: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence, tags in table("entities.tsv"):
        assert len(sentence.split()) == len(tags.split()), sentence
        assert re.fullmatch("[a-z]+( [a-z]+)*", sentence), sentence
        for token, tag in zip(sentence.split(), tags.split(), strict=True):
            tags_of[token][tag] += 1
    total = sum(tags_of.values(), Counter[str]())
    assert set(total) == {"O", "PER", "LOC", "ORG"}
    assert max(total[tag] for tag in ("PER", "LOC", "ORG")) < 1.25 * min(total[tag] for tag in ("PER", "LOC", "ORG"))
    assert len(table("entities.tsv")) > len(make_entities.BY_HAND) + len(make_entities.FRAMES)
    assert sum(set(counts) >= {"PER", "LOC", "ORG"} for counts in tags_of.values()) >= 10
    names = [counts for counts in tags_of.values() if set(counts) - {"O"}]
    assert sum(max(counts.values()) for counts in names) < 0.75 * sum(sum(counts.values()) for counts in names)


NOTE = re.compile(r"(R|[A-G]#?[3-6]):(\d+(?:\.\d+)?)")
METRE = re.compile(r"; (\d)/(\d)(?:, upbeat (\d))?$")
KEY = {"C", "D", "E", "F", "G", "A", "B", "F#", "G#"}  # C major and A minor with its raised sixth and seventh


def melody(title: str) -> tuple[list[tuple[str, Fraction]], Fraction, Fraction]:
    """The notes of a tune, the length of its bars, and of its upbeat, in quarter notes."""
    ((_, source, notes),) = [row for row in table("melodies.tsv") if row[0] == title]
    metre = METRE.search(source)
    found = [NOTE.fullmatch(note) for note in notes.split()]
    assert metre and all(found), title
    bar = Fraction(4 * int(metre[1]), int(metre[2]))
    return [(note[1], Fraction(note[2])) for note in found if note], bar, Fraction(metre[3] or 0)


TITLES = [line.split("\t")[0] for line in lines("melodies.tsv")[1:]]


@pytest.mark.parametrize("title", TITLES)
def test_bars_are_whole(title: str) -> None:
    notes, bar, upbeat = melody(title)
    place = -upbeat % bar
    for pitch, length in notes:
        inside = place % bar
        assert inside + length <= bar or inside == 0, (pitch, place)  # from the start of a bar a note may be tied over
        place += length
    assert sum(length for _, length in notes) % bar == 0  # the last bar gives its upbeat back


@pytest.mark.parametrize("title", TITLES)
def test_tunes_stay_in_their_key_and_come_home(title: str) -> None:
    notes, _, _ = melody(title)
    assert {pitch.rstrip("3456") for pitch, _ in notes} <= KEY | {"R"}
    assert notes[-1][0] in ("C4", "C5", "A3", "A4")
    assert all(length >= Fraction(1, 4) and (4 * length).denominator == 1 for _, length in notes)


def bars(title: str) -> list[list[tuple[str, Fraction]]]:
    notes, bar, upbeat = melody(title)
    found: dict[int, list[tuple[str, Fraction]]] = defaultdict(list)
    place = -upbeat % bar
    for note in notes:
        found[int(place // bar)].append(note)
        place += note[1]
    return [found[number] for number in sorted(found)]


@pytest.mark.parametrize(("title", "once", "again"), [
    ("Frère Jacques", slice(0, None, 2), slice(1, None, 2)),
    ("Twinkle, Twinkle, Little Star", slice(0, 4), slice(8, 12)),
    ("Au clair de la lune", slice(0, 4), slice(12, 16)),
    ("Ode to Joy", slice(4, 8), slice(12, 16)),
    ("London Bridge", slice(0, 2), slice(4, 6)),
    ("Jingle Bells, chorus", slice(0, 6), slice(8, 14)),
    ("Amazing Grace", slice(1, 3), slice(13, 15)),
    ("Auld Lang Syne", slice(5, 8), slice(13, 16)),
    ("Greensleeves", slice(1, 5), slice(9, 13)),
    ("Good King Wenceslas", slice(0, 4), slice(4, 8)),
    ("Minuet, first half", slice(0, 6), slice(8, 14)),
    ("Korobeiniki", slice(2, 4), slice(6, 8)),
])  # fmt: skip
def test_what_is_sung_twice_is_written_twice(title: str, once: slice, again: slice) -> None:
    assert bars(title)[once] == bars(title)[again] != []
