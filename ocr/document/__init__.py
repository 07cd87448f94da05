"""What was read: a frozen tree of document, pages, lines, words and characters, and its exporters."""

REJECT_CHAR = "~"
"""Stands for a doubtful character, as in Tesseract and OCRopus; the shipped model never reads it."""
