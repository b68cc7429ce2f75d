"""Grades become things a person reads: a table in the terminal, a page for each learner, a page for the instructor."""

from autograder.report.classroom import write_class_report
from autograder.report.feedback import write_feedback
from autograder.report.table import grade_table

__all__ = ["grade_table", "write_class_report", "write_feedback"]
