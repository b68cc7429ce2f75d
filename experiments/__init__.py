"""Experiments that answer the questions which the notes leave open; one short script for each question.

``python -m experiments`` runs all of them and writes ``results/``, which is committed and which the chapters plot.
"""
