"""What was read: a frozen tree of document, pages, lines, words and characters, and its exporters."""

REJECT_CHAR = "~"
"""Stands for a doubtful sign: what Tesseract and OCRopus use, and no sign that the shipped model reads."""
