"""What was read: a frozen tree of document, pages, lines, words and characters, and its exporters."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import os

    from PIL import Image

REJECT_CHAR = "~"
"""Stands for a doubtful character, as in Tesseract and OCRopus; the shipped model never reads it."""

PagePicture: TypeAlias = "str | os.PathLike[str] | Image.Image"
"""A path, or a Pillow image; both are turned as their orientation tag says, and then as the page was."""
