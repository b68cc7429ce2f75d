"""Fuzzers for the bytes that come back: from a sandbox, in a notebook, in an archive.

`python -m tools.fuzz` runs them under atheris; the tests call the same targets under hypothesis. A target is a module with
``check(data)``, which raises when a property is broken, ``seeds()``, ``damaged(data, chance)``, and its ``WORDS``.
"""
