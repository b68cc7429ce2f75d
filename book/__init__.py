"""The book: chapters in MyST, and the code that draws their figures."""
