"""No page shows what an older figure, result or library has drawn."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from book.extensions import fresh_outputs
from tests.book.conftest import ROOT


@pytest.fixture
def app(tmp_path: Path) -> SimpleNamespace:
    for name in ("book/figures/cells.py", "book/data/names.txt", "experiments/results/norms.csv", "_config.yml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one\n")
    build = tmp_path / "_build"
    return SimpleNamespace(srcdir=tmp_path / "book", outdir=build / "html", doctreedir=build / ".doctrees", _warncount=0)


def build(app: SimpleNamespace) -> list[str]:
    """Go through both ends of a build; give the pages that are read again."""
    read = fresh_outputs.outdated(app, SimpleNamespace(found_docs={"rnn", "bptt"}))
    fresh_outputs.remember(app, None)
    return read


@pytest.mark.parametrize("name", ["book/figures/cells.py", "book/data/names.txt", "experiments/results/norms.csv"])
def test_a_changed_file_empties_the_cache(app: SimpleNamespace, tmp_path: Path, name: str) -> None:
    assert build(app) == ["bptt", "rnn"]
    kept = tmp_path / "_build" / ".jupyter_cache" / "executed"
    kept.touch()
    assert build(app) == []
    assert kept.exists()
    (tmp_path / name).write_text("two\n")
    assert build(app) == ["bptt", "rnn"]
    assert not kept.exists()
    assert build(app) == []


def test_site_and_book_forget_each_for_itself(app: SimpleNamespace, tmp_path: Path) -> None:
    build(app)
    app.doctreedir = tmp_path / "_build" / ".doctrees-epub"
    kept = tmp_path / "_build" / ".jupyter_cache" / "executed"
    kept.touch()
    assert build(app) == ["bptt", "rnn"]
    assert kept.exists()


def test_a_new_or_renamed_file_is_noticed(app: SimpleNamespace, tmp_path: Path) -> None:
    before = fresh_outputs.fingerprint(tmp_path)
    (tmp_path / "book/figures/cells.py").rename(tmp_path / "book/figures/gates.py")
    assert fresh_outputs.fingerprint(tmp_path) != before


def test_another_library_is_noticed(app: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fresh_outputs.fingerprint(tmp_path)
    monkeypatch.setattr(fresh_outputs, "version", lambda name: "0.0")
    assert fresh_outputs.fingerprint(tmp_path) != before


def test_a_build_with_warnings_is_repeated_in_full(app: SimpleNamespace) -> None:
    app._warncount = 1
    build(app)
    assert build(app) == ["bptt", "rnn"]
    app._warncount = 0
    assert build(app) == ["bptt", "rnn"]
    assert build(app) == []


def test_what_cells_read_is_part_of_the_fingerprint() -> None:
    read = {path.relative_to(ROOT).as_posix() for path in fresh_outputs.files(ROOT)}
    assert {"book/figures/style.py", "book/data/names.txt", "book/extensions/quiz.py", "solutions/reference/rnn.py"} <= read
