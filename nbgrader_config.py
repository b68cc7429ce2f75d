"""How nbgrader works in this course: its own commands and gradebook, our judging."""

from pathlib import Path

c = get_config()

root = Path(__file__).parent.resolve()
c.CourseDirectory.course_id = "unrolled"
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "_build/source"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook' / 'gradebook.db'}"

# Students' notebooks are rebuilt from the release before anything else reads them, and judged outside their process.
c.Autograde.exporter_class = "autograder.nbgrader_plugin.RebuildingExporter"
c.Autograde.pre_convert_hook = "autograder.nbgrader_plugin.set_aside_unreadable_times"
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_plugin.JudgeOutside",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.HTMLExporter.sanitize_html = True
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
