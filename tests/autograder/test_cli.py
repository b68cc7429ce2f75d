"""The command line as a person meets it: a real process, its words and its exit code."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.keys import VARIABLE

ROOT = Path(__file__).resolve().parents[2]
COURSE = load_course(ROOT)
RNN = COURSE.topic("rnn")
SAMPLES = ROOT / "examples" / "submissions"


def run(*words, cwd=ROOT):
    command = [sys.executable, "-m", "autograder", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def grade(tmp_path, *words, assignment="rnn"):
    done = run("grade", "--assignment", assignment, "--no-gradebook", "--out", tmp_path / "results.jsonl", *words)
    assert "Traceback" not in done.stdout + done.stderr
    return done, [json.loads(line) for line in (tmp_path / "results.jsonl").read_text().splitlines()]


def test_a_class_is_graded_and_a_table_is_shown(tmp_path):
    done, lines = grade(tmp_path, SAMPLES / "amara" / "02_rnn", SAMPLES / "dana" / "02_rnn" / "rnn.ipynb")
    assert done.returncode == 0
    assert {line["student"]: line["score"] for line in lines} == {"amara": RNN.max_score, "dana": RNN.max_score - 7}
    assert "bias-forgotten" in done.stdout.replace("\n", "")
    assert "bubblewrap" in done.stdout


def test_both_names_of_an_assignment_work(tmp_path):
    assert grade(tmp_path, SAMPLES / "amara", assignment="03_bptt")[1][0]["score"] == COURSE.topic("bptt").max_score


def test_something_that_cannot_be_graded_is_exit_code_1_and_the_others_are_graded(tmp_path):
    done, lines = grade(tmp_path, SAMPLES / "mei", SAMPLES / "amara")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: 1 of 2 submissions could not be graded")
    assert [(line["student"], line["score"]) for line in lines] == [("amara", RNN.max_score), ("mei", 0)]
    assert {row["verdict"] for row in lines[1]["checks"]} == {"could-not-tell"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["grade", "--assignment", "rnn", "nowhere.ipynb"], "nowhere.ipynb does not exist"),
        (["grade", "--assignment", "golf", "README.md"], "There is no assignment 'golf'"),
        (["grade", "README.md"], "Say either --assignment"),
        (["grade", "--assignment", "rnn", "--student", "../../etc", SAMPLES / "amara"], "cannot be a student's id"),
        (["grade", "--by-name", "golf", "README.md"], "no exercise 'golf'"),
    ],
)
def test_wrong_words_are_one_line_and_exit_code_2(words, says):
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: ")
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_empty_folder_and_a_wrong_course(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "is empty" in run("grade", "--assignment", "rnn", tmp_path / "empty").stderr
    done = run("grade", "--assignment", "rnn", "--course", tmp_path, SAMPLES)
    assert done.returncode == 1
    assert "is no course folder" in done.stderr


def test_odd_files_become_rows_and_stop_nobody(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "folder.ipynb").mkdir()
    with (folder / "huge.ipynb").open("wb") as file:
        file.truncate(200 * 1000 * 1000)
    (folder / "-rf {0} *.ipynb").write_text("{}")
    shutil.copy(SAMPLES / "amara" / "02_rnn" / "rnn.ipynb", folder / "good.ipynb")
    done, lines = grade(tmp_path, folder)
    assert done.returncode == 1
    scores = {line["student"]: line["score"] for line in lines}
    assert scores.pop("good") == RNN.max_score
    assert len(scores) == 3
    assert set(scores.values()) == {0}
    assert all(line["flags"] for line in lines if line["student"] != "good")


def test_an_archive_is_graded_and_a_broken_one_is_one_line(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for student in ("amara", "mei"):
            archive.write(SAMPLES / student / "02_rnn" / "rnn.ipynb", f"submitted/{student}/02_rnn/rnn.ipynb")
    done, lines = grade(tmp_path, tmp_path / "class.zip")
    assert done.returncode == 1
    assert [(line["student"], line["score"]) for line in lines] == [("amara", RNN.max_score), ("mei", 0)]
    whole = (tmp_path / "class.zip").read_bytes()
    (tmp_path / "class.zip").write_bytes(whole[: len(whole) // 2])
    done = run("grade", "--assignment", "rnn", tmp_path / "class.zip")
    assert done.returncode == 2
    assert "damaged, cut off, or no archive at all; nothing of it was graded." in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_by_name_judges_notebooks_that_were_never_ours(tmp_path):
    text = """%matplotlib inline
import numpy as np
import h5py
from rnn_utils import softmax

hidden = 5
def scale():
    return 1.0

for epoch in range(10**9):
    train()

def rnn_cell_forward(xt, a_prev, parameters):
    return None

def rnn_cell_forward(xt, a_prev, parameters):
    a_next = scale() * np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    return a_next, softmax(parameters["Wya"] @ a_next + parameters["by"]), (a_next, a_prev, xt, parameters)

def rnn_backward(da, caches):
    return {}
!ls
"""
    (tmp_path / "homework.py").write_text(text)
    done = run("grade", "--by-name", "rnn_cell_forward,rnn_backward", "--out", tmp_path / "out.jsonl", tmp_path / "homework.py")
    assert done.returncode == 0
    (line,) = [json.loads(one) for one in (tmp_path / "out.jsonl").read_text().splitlines()]
    points = {}
    for row in line["checks"]:
        points[row["function"]] = points.get(row["function"], 0) + row["points"]
    assert points == {"rnn_cell_forward": 7, "rnn_backward": 0}


def test_doctor_says_the_level_and_why():
    done = run("doctor")
    assert done.returncode == 0
    assert done.stdout.startswith("isolation: bubblewrap")
    assert "namespaces" in done.stdout


def test_help_teaches():
    done = run("grade", "--help")
    assert done.returncode == 0
    assert "--by-name" in done.stdout
    assert "Exit code" in done.stdout


def test_report_writes_pages(tmp_path):
    grade(tmp_path, SAMPLES / "dana")
    done = run("report", tmp_path / "results.jsonl", "--out", tmp_path / "pages")
    assert done.returncode == 0
    assert (tmp_path / "pages" / "index.html").is_file()
    assert "without a bias" in (tmp_path / "pages" / "dana" / "02_rnn.html").read_text()


NO_LANDLOCK = """
import errno, os, pyseccomp, sys
kernel = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
kernel.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "landlock_create_ruleset")
kernel.load()
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def without_bubblewrap(*words, landlock=True):
    """The same command where no bwrap is on the path, as on a machine without namespaces; or without Landlock too."""
    folder = str(Path(sys.executable).parent)
    assert shutil.which("bwrap", path=folder) is None
    command = [sys.executable, *(() if landlock else ("-c", NO_LANDLOCK)), *map(str, words)]
    environment = {"PATH": folder, VARIABLE: os.environ[VARIABLE]}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_without_namespaces_landlock_takes_their_place(landlocked, tmp_path):
    words = ["-m", "autograder", "grade", "-a", "rnn", "--no-gradebook", "--out", tmp_path / "results.jsonl"]
    done = without_bubblewrap(*words, SAMPLES / "amara")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "results.jsonl").read_text())
    assert found["isolation"] == landlocked.level and found["score"] > 0
    told = without_bubblewrap("-m", "autograder", "doctor")
    assert told.returncode == 0 and told.stdout.startswith(f"isolation: {landlocked.level}")
    assert "apt-get install" in told.stdout, "how to reach the first rung"


def test_without_isolation_grading_refuses_in_one_line(tmp_path):
    words = ["-m", "autograder", "grade", "-a", "rnn", "--no-gradebook", "--out", tmp_path / "results.jsonl"]
    refused = without_bubblewrap(*words, SAMPLES / "amara", landlock=False)
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert "apt-get install" in refused.stderr
    accepted = without_bubblewrap(*words, "--unsafe-no-sandbox", SAMPLES / "amara", landlock=False)
    assert accepted.returncode == 0
    assert json.loads((tmp_path / "results.jsonl").read_text())["isolation"] == "none"
