# Two commands matter: `make course` builds everything and grades the sample class; `make test` tests everything.
PYTHON ?= python3
VENV := .venv
VENV_TORCH := .venv-torch
VENV_PRACTICE := .venv-practice
VENV_CHORALES := .venv-chorales
PRACTICE := _build/html/practice
VENV_FUZZ := .venv-fuzz
SECONDS ?= 60
BIN := $(CURDIR)/$(VENV)/bin
export PATH := $(BIN):$(PATH)
export MPLBACKEND := Agg

.PHONY: help course test site practice epub exercises sample submissions data mutants keys bench bench-hostile bench-torch crosscheck experiments chorales fuzz spell lint types contracts isolation browser clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

course: isolation site exercises sample  ## the site, the release, and the sample class graded

test: export OPENBLAS_NUM_THREADS := 1  # each process of the suite, and all that it starts, has one core
test: export OMP_NUM_THREADS := 1
test: isolation browser $(VENV)/installed $(VENV_PRACTICE)/installed $(VENV_FUZZ)/installed  ## the whole test suite
	$(BIN)/python -m pytest --numprocesses auto --dist loadgroup

site: $(VENV)/installed $(PRACTICE)/index.html  ## the book, into _build/html; warnings are errors
	$(BIN)/jupyter-book build book --config _config.yml --toc book/_toc.yml --path-output . -W --keep-going

practice:  ## the site, its notebooks for the reader's browser made anew; PYODIDE=folder serves Python too
	rm -rf $(PRACTICE)
	$(MAKE) site

$(PRACTICE)/index.html: $(VENV_PRACTICE)/installed tools/practice.py $(wildcard exercises/*/*)
	$(VENV_PRACTICE)/bin/python tools/practice.py --output $(PRACTICE) $(if $(PYODIDE),--pyodide "$(PYODIDE)")
	@touch $@

epub: $(VENV)/installed  ## the book as an electronic book, _build/epub/unrolled.epub
	$(BIN)/jupyter-book build book --config _config.yml --toc book/_toc.yml --path-output . --builder custom --custom-builder epub -W --keep-going

exercises: $(VENV)/installed  ## the release, from the topics, through nbgrader
	$(BIN)/python -m autograder release

sample: $(VENV)/installed  ## grade the sample class and hold it against examples/class.toml
	$(BIN)/python examples/grade_class.py

submissions: $(VENV)/installed  ## make the sample class anew from examples/class.toml
	$(BIN)/python examples/make_submissions.py

data: $(VENV)/installed  ## book/data again, from the packages that it comes from
	for script in book/data/make_*.py; do $(BIN)/python $$script || exit 1; done

mutants: $(VENV)/installed  ## break every reference function in every way, and count what the hidden checks notice
	$(BIN)/python -m tools.mutants

keys: $(VENV)/installed  ## judge model answers and known mistakes under KEYS keys (20), as students have them
	$(BIN)/python -m tools.keys --keys $(or $(KEYS),20)

experiments: $(VENV)/installed  ## the questions of the notes, measured; writes experiments/results
	$(BIN)/python -m experiments

chorales: $(VENV_CHORALES)/installed  ## Bach's chorales out of music21, for `python -m experiments chorales`
	$(VENV_CHORALES)/bin/python experiments/chorale_data.py

bench: $(VENV)/installed  ## this grader and nbgrader's own, in turn, on the same notebooks
	$(BIN)/python benchmarks/against_nbgrader.py

bench-hostile: $(VENV)/installed  ## 200 submissions, half of them hostile, beside 200 honest ones: times, and whether every grade is right
	$(BIN)/python benchmarks/hostile_batch.py

bench-torch: $(VENV_TORCH)/installed  ## the fast networks and PyTorch's, in turn; prints a table
	$(VENV_TORCH)/bin/python benchmarks/against_pytorch.py

crosscheck: $(VENV_TORCH)/installed  ## the model answers beside PyTorch, Keras and ONNX: forward and all gradients
	$(VENV_TORCH)/bin/python -m tools.crosscheck

fuzz: $(VENV_FUZZ)/installed  ## fuzz the bytes that come back, SECONDS=60 for each target; TARGETS=frames for one
	OPENBLAS_NUM_THREADS=1 $(VENV_FUZZ)/bin/python -m tools.fuzz --seconds $(SECONDS) $(TARGETS)

spell: $(VENV)/installed  ## the prose against a dictionary and tools/words.txt
	$(BIN)/python -m tools.spell

lint: $(VENV)/installed  ## ruff
	$(BIN)/ruff check .

types: $(VENV)/installed  ## mypy
	$(BIN)/mypy

contracts: $(VENV)/installed  ## import-linter: arrows go down
	$(BIN)/lint-imports

isolation:  ## install bubblewrap where that needs no password, else say how
	@sh tools/install_bubblewrap.sh

browser:  ## install Chromium where that needs no password, else say how
	@sh tools/install_chromium.sh

$(VENV)/installed: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	@touch $@

$(VENV_TORCH)/installed: requirements-torch.txt
	$(PYTHON) -m venv $(VENV_TORCH)
	$(VENV_TORCH)/bin/python -m pip install --quiet --requirement requirements-torch.txt
	@touch $@

$(VENV_CHORALES)/installed: requirements-chorales.txt
	$(PYTHON) -m venv $(VENV_CHORALES)
	$(VENV_CHORALES)/bin/python -m pip install --quiet --requirement requirements-chorales.txt
	@touch $@

$(VENV_FUZZ)/installed: requirements-fuzz.txt
	$(PYTHON) -m venv $(VENV_FUZZ)
	$(VENV_FUZZ)/bin/python -m pip install --quiet --requirement requirements-fuzz.txt
	@touch $@

$(VENV_PRACTICE)/installed: requirements-practice.txt requirements-browser.txt
	$(PYTHON) -m venv $(VENV_PRACTICE)
	$(VENV_PRACTICE)/bin/python -m pip install --quiet --requirement requirements-practice.txt
	rm -rf $(VENV_PRACTICE)/wheels
	$(VENV_PRACTICE)/bin/python -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.12 \
		--dest $(VENV_PRACTICE)/wheels --requirement requirements-browser.txt
	@touch $@

clean:  ## everything that is made, but the virtual environments and the gradebook
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache
