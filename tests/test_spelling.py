"""Every word of the prose is in a dictionary, or among the project's own words."""

from __future__ import annotations

from tools import spell


def test_every_word_is_known() -> None:
    assert spell.unknown(spell.all_prose()) == [], "a slip, or a word for tools/words.txt"


def test_the_list_is_sorted_and_holds_no_word_twice() -> None:
    listed = spell.OWN_WORDS.read_text(encoding="utf-8").split()
    assert listed == sorted(set(listed))


def test_a_slip_is_found_where_it_is_prose_and_nowhere_else() -> None:
    text = """---
key: headslipp
---
A paragraf with `kode` and $formular$, [a link](adress.md) and {numref}`fig-namme`.

```{code-cell} ipython3
---
mystnb:
  image:
    alt: >-
      A pictur of a cell.
---
varriable = 1
```

```{quiz} Whitch one?
- [x] This | Becouse.
```

```{math}
:label: labbel
formullar
```
"""
    found = [line.split(": ")[1] for line in spell.unknown({"page.md": text})]
    assert found == ["paragraf", "pictur", "Whitch", "Becouse"]
    assert spell.unknown({"page.md": text})[0] == "page.md:4: paragraf"
