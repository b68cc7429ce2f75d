"""Judges NumPy exercises from outside the student's process, and says which mistake was made."""

__version__ = "0.1.0"
