"""What a learner and an instructor see of a grade."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from rich.console import Console

from autograder.compare import difference
from autograder.domain import CheckResult, Grade
from autograder.errors import RecordError
from autograder.parts import OVERWRITTEN
from autograder.report import grade_table, write_class_report, write_feedback

SHA, VERSION = "a1" * 32, "c3" * 32
SENTENCE = "The loss is measured in bits. The formula uses the natural logarithm."
HOSTILE = "<script>alert(1)</script> [red]x[/red] \x1b[31mred\x1b[0m \u202eevil \ud800 `<b>` & \"'"

RIGHT = CheckResult("softmax", "y_pred", 3, 3, "right")
WRONG = CheckResult("loss", "loss", 0, 2, "wrong", f"`loss` is off by a relative error of 4.4e-01. {SENTENCE}", "log-base-two")
REFUSAL = "The file is not a whole notebook."


def grade(student: str = "ada", *checks: CheckResult, assignment: str = "02_rnn", flags: tuple[str, ...] = ()) -> Grade:
    rows = checks or (RIGHT, WRONG)
    score, most = sum(row.points for row in rows), sum(row.max_points for row in rows)
    return Grade(student, assignment, SHA, VERSION, "bubblewrap+seccomp+cgroup", score, most, 0.5, flags, rows)


def refused(student: str) -> Grade:
    rows = [replace(row, points=0, verdict="could-not-tell", finding=REFUSAL, mistake=None) for row in (RIGHT, WRONG)]
    return grade(student, *rows, flags=("unreadable",))


class Page(HTMLParser):
    """What a browser would find: elements, attributes, and the text outside of style sheets."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.code: list[str] = []
        self.text = self.inside = ""
        self.feed(path.read_text(encoding="utf-8"))
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.inside = tag
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.text += "" if tag == "code" else " "

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""
        self.text += "" if tag == "code" else " "

    def handle_data(self, data: str) -> None:
        self.text += "" if self.inside == "style" else data
        if self.inside == "code":
            self.code.append(data)

    @property
    def links(self) -> list[str]:
        return [value for tag, name, value in self.attributes if (tag, name) == ("a", "href")]


def printed(grades: list[Grade], width: int = 160) -> str:
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as capture:
        console.print(grade_table(grades))
    return capture.get()


def feedback(one: Grade, folder: Path) -> Page:
    [path] = write_feedback([one], folder)
    return Page(path)


def class_report(grades: list[Grade], folder: Path) -> Page:
    write_feedback(grades, folder)
    return Page(write_class_report(grades, folder))


def test_the_table_gives_each_submission_a_row_with_score_and_first_mistakes() -> None:
    row = next(line for line in printed([grade("ada"), grade("bo", RIGHT)]).splitlines() if "ada" in line)
    assert row.split() == ["ada", "02_rnn", "3", "5", "log-base-two"]


def test_the_table_names_every_isolation_level_reached() -> None:
    text = printed([grade("ada"), replace(grade("bo"), isolation="none")])
    assert "isolation: bubblewrap+seccomp+cgroup, none" in text


def test_a_row_that_could_not_be_graded_says_so_in_words() -> None:
    lines = printed([grade("ada"), refused("bo")]).splitlines()
    assert "not graded" in next(line for line in lines if "bo" in line)
    assert "not graded" not in next(line for line in lines if "ada" in line)
    assert any("1 of 2 could not be graded" in line for line in lines)


def test_a_partly_graded_row_keeps_its_score_and_says_so() -> None:
    partly = grade("bo", RIGHT, replace(WRONG, verdict="could-not-tell", mistake=None))
    assert "partly graded: 3" in printed([partly])


def test_hostile_text_in_the_table_is_only_text() -> None:
    hostile = grade(HOSTILE, flags=("[link=x]flag[/link]\x1b]0;title\x07",))
    text = printed([hostile], width=300)
    assert "[red]x[/red]" in text and "[31mred" in text and "[link=x]flag[/link]" in text
    assert not {"\x1b", "\x07", "\u202e", "\ud800"} & set(text)


def test_an_empty_table_says_that_there_is_nothing() -> None:
    assert "no submissions" in printed([])


def test_feedback_lies_where_the_class_expects_it(tmp_path: Path) -> None:
    paths = write_feedback([grade("ada l+v@x.y"), grade("bo", assignment="03_bptt")], tmp_path)
    assert paths == [tmp_path / "ada l+v@x.y" / "02_rnn.html", tmp_path / "bo" / "03_bptt.html"]
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["02_rnn.html", "03_bptt.html"]


def test_feedback_says_what_is_right_what_is_not_and_what_comes_next(tmp_path: Path) -> None:
    page = feedback(grade("ada"), tmp_path)
    assert "3 of 5 points" in page.text and "1 of 2 functions are right" in page.text
    assert "✓ right y_pred 3 of 3" in page.text
    assert f"✗ not right yet loss 0 of 2 loss is off by a relative error of 4.4e-01. {SENTENCE}" in page.text
    assert "Start with loss" in page.text
    assert page.code.count("loss") >= 2


def test_feedback_tells_how_the_grade_can_be_made_again(tmp_path: Path) -> None:
    page = feedback(grade("ada"), tmp_path)
    assert {SHA, VERSION, "bubblewrap+seccomp+cgroup"} <= set(page.code)


def test_a_sentence_is_said_once_in_a_function(tmp_path: Path) -> None:
    second = replace(WRONG, check="total", finding=f"`total` is zero everywhere, and it should not be. {SENTENCE}")
    page = feedback(grade("ada", WRONG, second), tmp_path)
    assert page.text.count(SENTENCE) == 1
    assert "total is zero everywhere, and it should not be. As for loss above." in page.text


def test_when_all_is_right_there_is_nothing_to_start_with(tmp_path: Path) -> None:
    page = feedback(grade("ada", RIGHT), tmp_path)
    assert "Everything here is right" in page.text and "Start with" not in page.text


def test_an_ungraded_submission_gets_the_reason_and_no_judgement(tmp_path: Path) -> None:
    page = feedback(refused("bo"), tmp_path)
    assert "Not graded" in page.text and "could not tell" in page.text
    assert page.text.count(REFUSAL) == 1
    assert "not right yet" not in page.text and "0 of" not in page.text
    assert "The file could not be read." in page.text


def test_hostile_text_on_the_pages_is_only_text(tmp_path: Path) -> None:
    bad = replace(WRONG, function=HOSTILE, check=HOSTILE, finding=HOSTILE, mistake=HOSTILE)
    one = grade("eve", RIGHT, bad, flags=(HOSTILE,))
    one = replace(one, submission_sha256=HOSTILE, checks_version=HOSTILE, isolation=HOSTILE)
    for page in (feedback(one, tmp_path), class_report([one], tmp_path)):
        assert "script" not in page.tags and "b" not in page.tags
        assert "<script>alert(1)</script> [red]x[/red] [31mred[0m evil" in page.text
        assert "<b>" in page.code
        assert not {"\x1b", "\u202e", "\ud800"} & set(page.text)
        assert not any(name.startswith("on") for _, name, _ in page.attributes)


def test_pages_stand_alone_and_forbid_everything_from_outside(tmp_path: Path) -> None:
    one = grade("ada", flags=("unreadable",))
    for page in (feedback(one, tmp_path), class_report([one], tmp_path), class_report([], tmp_path)):
        assert "script" not in page.tags and "link" not in page.tags
        policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        assert ("meta", "content", policy) in page.attributes and ("html", "lang", "en") in page.attributes
        assert "title" in page.tags
        levels = [int(tag[1]) for tag in page.tags if tag in ("h1", "h2", "h3", "h4")]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


@pytest.mark.parametrize("student", ["..", ".", "", "../eve", "a/b", "/etc", "a\\b", "a\0b", "a\n", "x" * 101])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, student: str) -> None:
    folder = tmp_path / "feedback"
    for bad in (replace(grade(), student=student), replace(grade(), assignment=student)):
        with pytest.raises(RecordError):
            write_feedback([grade("ada"), bad], folder)
        with pytest.raises(RecordError):
            write_class_report([bad], folder)
    assert not folder.exists()


def test_a_link_in_the_folder_does_not_lead_out_of_it(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "feedback").mkdir()
    (tmp_path / "feedback" / "ada").symlink_to(outside)
    with pytest.raises(RecordError):
        write_feedback([grade("ada")], tmp_path / "feedback")
    assert not list(outside.iterdir())


def test_what_cannot_be_written_is_an_error_of_ours_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    [page] = write_feedback([grade("ada", RIGHT)], tmp_path)
    before = page.read_text(encoding="utf-8")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(RecordError, match="No space left"):
        write_feedback([grade("ada")], tmp_path)
    assert page.read_text(encoding="utf-8") == before
    assert list(page.parent.iterdir()) == [page]


def test_the_folder_itself_may_be_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError):
        write_feedback([grade("ada")], tmp_path / "file")


def test_links_of_the_class_report_lead_to_pages(tmp_path: Path) -> None:
    grades = [grade("ada l+v@x.y"), grade("bo é"), refused("cy"), grade("index.html")]
    page = class_report(grades, tmp_path)
    files = [link for link in page.links if not link.startswith("#")]
    assert len(files) == len(grades)
    assert all((tmp_path / unquote(link)).is_file() for link in files)
    targets = {value for _, name, value in page.attributes if name == "id"}
    assert all(link[1:] in targets for link in page.links if link.startswith("#"))


def test_a_student_without_a_page_is_listed_without_a_link(tmp_path: Path) -> None:
    page = Page(write_class_report([grade("ada")], tmp_path))
    assert "ada" in page.text and "no page" in page.text and page.links == []


def test_the_class_report_says_what_to_explain_again(tmp_path: Path) -> None:
    page = class_report([grade("ada"), grade("bo"), grade("cy", RIGHT, replace(WRONG, points=2, verdict="right"))], tmp_path)
    assert f"loss: 1 of 3 have it right. Most often (2): {SENTENCE}" in page.text
    assert "softmax 3 of 3" in page.text
    assert f"2 loss log-base-two {SENTENCE}" in page.text


def test_a_mistake_counts_once_for_a_student(tmp_path: Path) -> None:
    page = class_report([grade("ada", WRONG, replace(WRONG, check="total"))], tmp_path)
    assert f"1 loss log-base-two {SENTENCE}" in page.text


@pytest.mark.parametrize("where", ["", "Where m = 1 and T_x = 1: ", "For other sizes: "])
@pytest.mark.parametrize("got", [np.full((2, 3), 2.0), np.zeros((2, 3)), np.full((2, 3), np.nan), np.ones((3, 2)), None, "text",
                                 np.ones((2, 3), dtype=np.int64)])  # fmt: skip  # one of each kind of difference
def test_what_was_measured_in_one_submission_is_left_out_of_the_sentence(tmp_path: Path, got: object, where: str) -> None:
    measured = difference("loss", got, np.ones((2, 3)))
    page = class_report([grade("ada", replace(WRONG, finding=f"{where}{measured} {SENTENCE}"))], tmp_path)
    assert f"1 loss log-base-two {SENTENCE}" in page.text


def test_a_sentence_that_was_not_measured_is_kept_whole(tmp_path: Path) -> None:
    told = OVERWRITTEN.format(part="x")
    page = class_report([grade("ada", replace(WRONG, finding=told, mistake="input-overwritten"))], tmp_path)
    assert f"1 loss input-overwritten {told.replace('`', '')}" in page.text


def test_wrong_answers_without_a_known_mistake_are_counted_together(tmp_path: Path) -> None:
    findings = [f"`loss` is off by a relative error of {error}." for error in ("1.0e+00", "2.5e-01")]
    strange = [replace(WRONG, mistake=None, finding=finding) for finding in findings]
    page = class_report([grade("ada", strange[0]), grade("bo", strange[1])], tmp_path)
    assert "2 loss no name Wrong in a way that no known mistake explains." in page.text


def test_what_could_not_be_graded_is_listed_and_not_counted(tmp_path: Path) -> None:
    page = class_report([grade("ada"), refused("bo"), grade("cy", flags=("missing-cell:loss",))], tmp_path)
    assert "3 handed in, 2 graded in full" in page.text
    assert "0 of 2" in page.text and "of 3 have" not in page.text
    assert f"bo 02_rnn not graded unreadable {REFUSAL}" in page.text
    assert "cy 02_rnn graded missing-cell:loss" in page.text


def test_the_spread_of_scores_is_told_in_words_too(tmp_path: Path) -> None:
    page = class_report([grade("ada"), grade("bo"), grade("cy", RIGHT)], tmp_path)
    labels = [value for tag, name, value in page.attributes if (tag, name) == ("svg", "aria-label")]
    assert labels == ["Students by score: 2 with 60 to 70 percent, 1 with 90 to 100 percent."]


def test_each_assignment_gets_its_own_numbers(tmp_path: Path) -> None:
    page = class_report([grade("ada"), grade("ada", RIGHT, assignment="03_bptt")], tmp_path)
    assert page.tags.count("svg") == 2
    marks = [value for _, name, value in page.attributes if name == "id"]
    assert len(marks) == len(set(marks))


def test_a_class_without_submissions_gets_a_page_that_says_so(tmp_path: Path) -> None:
    path = write_class_report([], tmp_path)
    assert path == tmp_path / "index.html"
    assert "No submissions have been graded yet" in Page(path).text
    assert write_feedback([], tmp_path) == []


def test_the_same_grades_give_the_same_pages(tmp_path: Path) -> None:
    first = write_class_report([grade("ada")], tmp_path / "one").read_bytes()
    assert write_class_report([grade("ada")], tmp_path / "two").read_bytes() == first
