"""What each corrected line teaches both networks: aligned once, and learnt from several times."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ocr.learning.aligned_glyphs import AlignedGlyphs, aligned_glyphs
from ocr.recognition.labels import LabelGroups

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from ocr.classifier.model import GlyphClassifier
    from ocr.learning.corrected_pages import CorrectedPage, LineWithText


class PageLine(NamedTuple):
    """A corrected line: the number of its page, and its number in the layout of that page."""

    page: int
    line: int


class LineLesson(NamedTuple):
    """What a corrected line teaches.

    Attributes
    ----------
    text : str
        The right text; "" if the line is no writing.
    glyphs : AlignedGlyphs
        None if the text does not fit the ink.
    image : LineWithText or None
        The line as the line network sees it; None if it is no writing.
    """

    text: str
    glyphs: AlignedGlyphs
    image: LineWithText | None


def line_lessons(
    pages: Sequence[CorrectedPage], model: GlyphClassifier, *, rng: np.random.Generator
) -> dict[PageLine, LineLesson]:
    """Align all corrected lines of some pages with their texts, and return what they teach in their order."""
    labels, found = LabelGroups(model.classes), {}
    for number, page in enumerate(pages):
        lattices = page.placed(model, labels)
        glyphs = aligned_glyphs(page, lattices, labels, rng=rng)
        images = page.lines_with_text(lattices)
        for line, text in sorted(page.texts.items()):
            found[PageLine(number, line)] = LineLesson(text, glyphs[line], images.get(line))
    return found
