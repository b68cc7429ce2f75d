"""Write dates.tsv: dates of 1950 to 2049 as people write them in many languages, from the CLDR data inside Babel.

The hundred years are chosen so that a year of two digits says which century is meant.
"""

from __future__ import annotations

import random
import unicodedata
from datetime import date, timedelta
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton

LOCALES = (
    "ar", "bg", "cs", "de", "el", "en_GB", "en_US", "es", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "nl", "pl", "pt",
    "ru", "sv", "tr", "uk", "vi", "zh_Hans_CN", "zh_Hant_TW",
)  # fmt: skip
FORMATS = ("short", "medium", "long", "full")
SKELETONS = ("yMd", "yMEd", "yMMMd", "yMMMEd")
ROWS_PER_LOCALE = 160
FIRST, LAST = date(1950, 1, 1), date(2049, 12, 31)
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " "})
MARKS = str.maketrans(dict.fromkeys("\u200e\u200f\u061c\u200b"))  # they steer the direction of writing and are not seen


def plain(written: str) -> str:
    """One code point where Unicode has one, ordinary spaces, and no invisible marks."""
    return unicodedata.normalize("NFC", written).translate(SPACES).translate(MARKS).strip()


def every_way(day: date, locale: Locale) -> list[str]:
    """The four formats of the locale, then those of its skeletons that it knows under exactly that name."""
    written = [format_date(day, style, locale) for style in FORMATS]
    known = [skeleton for skeleton in SKELETONS if skeleton in locale.datetime_skeletons]
    return [plain(text) for text in written + [format_skeleton(skeleton, day, locale=locale) for skeleton in known]]


def rows(seed: int = 1950) -> list[tuple[str, str, str]]:
    """(written, iso, locale), unique, ordered by locale and then as drawn."""
    draw = random.Random(seed)
    found: dict[tuple[str, str, str], None] = {}
    for name in LOCALES:
        locale, wanted = Locale.parse(name), len(found) + ROWS_PER_LOCALE
        while len(found) < wanted:
            day = FIRST + timedelta(days=draw.randrange((LAST - FIRST).days + 1))
            found[draw.choice(every_way(day, locale)), day.isoformat(), name] = None
    return list(found)


if __name__ == "__main__":
    lines = ["\t".join(row) for row in [("written", "iso", "locale"), *rows()]]
    Path(__file__).with_name("dates.tsv").write_bytes(("\n".join(lines) + "\n").encode())
