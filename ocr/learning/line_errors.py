"""Count the character errors of a model on corrected lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr.evaluation.edit_distance import edit_distance
from ocr.learning.corrected_pages import texts_by_line
from ocr.recognition.recognize import recognize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ocr.classifier.model import Model
    from ocr.language.ngram import Language
    from ocr.learning.corrected_pages import CorrectedPage
    from ocr.learning.line_lessons import PageLine


@dataclass(frozen=True, slots=True)
class LineErrors:
    """Character errors on some lines.

    Attributes
    ----------
    edits, characters : int
        Edits of the text, and characters of the right text, of all lines.
    by_line : tuple of int
        Edits of each line.
    """

    edits: int
    characters: int
    by_line: tuple[int, ...] = ()

    @classmethod
    def joined(cls, parts: Iterable[LineErrors]) -> LineErrors:
        """Return the errors on several groups of lines."""
        each = list(parts)
        by_line = tuple(edits for one in each for edits in one.by_line)
        return cls(sum(one.edits for one in each), sum(one.characters for one in each), by_line)

    @property
    def share(self) -> float:
        """Errors for each character."""
        return self.edits / max(1, self.characters)


def errors_on(
    pages: Sequence[CorrectedPage], lines: Collection[PageLine], model: Model, language: Language
) -> LineErrors:
    """Count the character errors of a model on some lines of some pages."""
    numbers_of: dict[int, set[int]] = {}
    for page, number in lines:
        numbers_of.setdefault(page, set()).add(number)
    return LineErrors.joined(
        errors_of(pages[page], numbers, read_again(pages[page], model, language))
        for page, numbers in sorted(numbers_of.items())
    )


def errors_of(page: CorrectedPage, lines: Collection[int], read: Sequence[str]) -> LineErrors:
    """Compare what was read on some lines of a page with their right text."""
    edits = tuple(edit_distance(page.texts[line], read[line]) for line in sorted(lines))
    return LineErrors(sum(edits), sum(len(page.texts[line]) for line in lines), edits)


def read_again(page: CorrectedPage, model: Model, language: Language) -> list[str]:
    """Return what a model reads on each line of the layout of a page."""
    recognized = recognize(page.layout, model, language, lattices=page.classified(model))
    return texts_by_line(page.layout, recognized, model, language)
