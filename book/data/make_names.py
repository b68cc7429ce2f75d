"""Write names.txt: the first names of the package `names`, which are those of the United States census of 1990."""

from __future__ import annotations

from pathlib import Path

import names

LISTS = ("first:female", "first:male")


def first_names() -> list[str]:
    """Every first name once, lower case, in alphabetical order."""
    lines = [line for key in LISTS for line in Path(names.FILES[key]).read_text(encoding="ascii").splitlines()]
    return sorted({line.split()[0].lower() for line in lines})


if __name__ == "__main__":
    Path(__file__).with_name("names.txt").write_bytes(("\n".join(first_names()) + "\n").encode())
