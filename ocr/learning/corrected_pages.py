"""Pages with their right text, and which line of the text is which line of the picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.geometry import Box
from ocr.page.layout import find_layout
from ocr.recognition.network_reading import line_image, line_strip
from ocr.recognition.orientation import best_orientation
from ocr.recognition.recognize import place_lines, recognize, reread
from ocr.recognition.segments import crops_of
from ocr.recognition.turn_choice import evidence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr.array_types import Float32
    from ocr.classifier.model import GlyphClassifier
    from ocr.image.picture import Picture
    from ocr.language.ngram import Language
    from ocr.learning.correction_store import Correction
    from ocr.page.layout import Layout
    from ocr.recognition.labels import LabelGroups
    from ocr.recognition.recognize import RecognizedPage
    from ocr.recognition.segments import LineLattice

# A line of the picture and one of the text are the same if at least this share of their characters agrees,
# and a line of the picture and the box of a correction if they cover this share of each other.
_LEAST_ALIKE, _LEAST_COVERED = 0.3, 0.5


class CorrectedLine(NamedTuple):
    """The right text of a line; with its box on the upright page if that is known."""

    text: str
    box: Box | None = None


class LineWithText(NamedTuple):
    """A line as the line network sees it, (36, W), and its right text."""

    pixels: Float32
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class CorrectedPage:
    """A page whose right text is known.

    Attributes
    ----------
    layout : Layout
    lattices : tuple of LineLattice
        Of the lines of the layout.
    crops : tuple of (N, 28, 28) float32 arrays
        Of the candidates of each line.
    texts : mapping of int to str
        Number of a line of the layout -> its right text; "" if it is no writing.
    read : tuple of str
        What was read on each line of the layout.
    """

    layout: Layout
    lattices: tuple[LineLattice, ...]
    crops: tuple[Float32, ...]
    texts: dict[int, str]
    read: tuple[str, ...]

    def classified(self, model: GlyphClassifier) -> list[LineLattice]:
        """Return the lattices with what a model sees in their candidates."""
        return [
            replace(lattice, shape_log_probabilities=model.log_probabilities(crops).astype(np.float64))
            for lattice, crops in zip(self.lattices, self.crops, strict=True)
        ]

    def placed(self, model: GlyphClassifier, labels: LabelGroups) -> list[LineLattice]:
        """Return the lattices with what a model sees, and with the metrics of their lines."""
        return place_lines(self.layout, self.classified(model), labels)

    def lines_with_text(self, lattices: Sequence[LineLattice]) -> dict[int, LineWithText]:
        """Return the lines that have a right text as the line network sees them, by their numbers.

        ``lattices`` come from :meth:`placed`.
        """
        found = {}
        for number, text in sorted(self.texts.items()):
            if text:
                lattice = lattices[number]
                metrics = lattice.line_metrics
                image = line_image(line_strip(self.layout, lattice.segments, metrics), metrics)
                found[number] = LineWithText(image.pixels, text)
        return found


def prepare_page(
    picture: Picture,
    lines: Sequence[CorrectedLine],
    *,
    model: GlyphClassifier,
    language: Language,
    turn_deg: int | None = None,
) -> CorrectedPage:
    """Read a picture, and find out which of its lines is which line of the right text.

    Parameters
    ----------
    picture : Picture
    lines : sequence of CorrectedLine
        In reading order.
    model : GlyphClassifier
    language : Language
    turn_deg : int, optional
        How far to turn the picture to be upright; found by reading if left out.

    Returns
    -------
    CorrectedPage
    """
    read_all = partial(recognize, model=model, language=language)
    evidence = partial(evidence_of, model=model)
    attempt = best_orientation(picture, find_layout, read_all, evidence, turn_deg=turn_deg)
    layout, lattices = attempt.layout, attempt.recognized.lattices
    found = texts_by_line(layout, attempt.recognized, model, language)
    placed = [one for one in lines if one.box is not None]
    texts = matched_by_text(found, [one.text for one in lines if one.box is None])
    boxes = [layout.source_box(Box.around(one.box for one in lattice.segments)) for lattice in lattices]
    texts |= matched_by_box(boxes, placed)
    crops = tuple(crops_of(layout, (one.glyph for one in lattice.candidates)) for lattice in lattices)
    return CorrectedPage(layout, lattices, crops, texts, tuple(found))


def texts_by_line(
    layout: Layout, page: RecognizedPage, model: GlyphClassifier, language: Language
) -> list[str]:
    """Return what is read on each line of a layout, with and without cuts; "" for lines that are rejected.

    Parameters
    ----------
    layout : Layout
    page : RecognizedPage
        As the lattices are read: the second reading is made here.
    model : GlyphClassifier
    language : Language

    Returns
    -------
    list of str
    """
    line_of = {member: number for number, line in enumerate(layout.lines) for member in line.members}
    texts = [""] * len(page.lattices)
    # The second reading may bring rejected lines back.
    found = reread(layout, page, model, language)
    for read, line in zip(found.recognized_lines, found.lines, strict=True):
        texts[line_of[read.lattice.segments[0].members[0]]] = line.text
    return texts


def matched_by_text(found: Sequence[str], right: Sequence[str]) -> dict[int, str]:
    """Match lines in order so that as much of their characters as possible agrees; return number and text."""
    likeness = np.array([[_likeness(one, other) for other in right] for one in found]).reshape(
        len(found), len(right)
    )
    best = np.zeros((len(found) + 1, len(right) + 1))
    for row in range(len(found)):
        for col in range(len(right)):
            best[row + 1, col + 1] = max(
                best[row, col + 1], best[row + 1, col], best[row, col] + likeness[row, col]
            )
    row, col, matched = len(found), len(right), {}
    while row and col:
        if best[row, col] == best[row - 1, col]:
            row -= 1
        elif best[row, col] == best[row, col - 1]:
            col -= 1
        else:
            row, col = row - 1, col - 1
            matched[row] = right[col]
    # Where both have as many lines, those between two matches are the same as well, however badly read.
    if len(found) == len(right):
        matched |= {number: text for number, text in enumerate(right) if number not in matched and text}
    return dict(sorted(matched.items()))


def _likeness(found: str, right: str) -> float:
    """Return the share of characters that agree, 0 if they are few; case and spaces do not count."""
    first, second = ("".join(text.lower().split()) for text in (found, right))
    if not first or not second:
        return 0.0
    alike = SequenceMatcher(None, first, second, autojunk=False).ratio()
    return alike if alike >= _LEAST_ALIKE else 0.0


def matched_by_box(boxes: Sequence[Box], lines: Iterable[CorrectedLine | Correction]) -> dict[int, str]:
    """Match corrections with the boxes of lines, both on the upright page; return number and text."""
    matched = {}
    for line in lines:
        shares = [0.0 if line.box is None else _covered(line.box, box) for box in boxes]
        if shares and max(shares) >= _LEAST_COVERED:
            matched[int(np.argmax(shares))] = line.text
    return matched


def _covered(first: Box, second: Box) -> float:
    """Return the area that two boxes share over the area that they cover together."""
    height = min(first.bottom, second.bottom) - max(first.top, second.top)
    width = min(first.right, second.right) - max(first.left, second.left)
    shared = max(0, height) * max(0, width)
    return shared / max(1, first.height * first.width + second.height * second.width - shared)
