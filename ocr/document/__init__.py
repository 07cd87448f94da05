"""What was read: a frozen tree of document, pages, lines, words and characters, and its exporters."""

REJECT_CHAR = "~"
"""Stands for a doubtful character: what Tesseract and OCRopus use, and no character that the shipped model reads."""
