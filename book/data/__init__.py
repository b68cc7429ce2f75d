"""The data of the book, and the scripts that make it."""
