"""From the lines of glyphs of a page to its text: one stage per line of :func:`recognize`."""

from __future__ import annotations

import string
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.alphabet import restricted
from ocr.classifier.writer_profile import writer_of
from ocr.language.word_model import WordModel
from ocr.line_network.line_model import own_line_network
from ocr.numeric import median
from ocr.recognition.glyph_metrics import (
    metrics_of_writer,
    search_line_metrics,
    shipped_glyph_metrics,
    with_glyph_metrics,
)
from ocr.recognition.hypotheses import decode_lines
from ocr.recognition.labels import LabelGroups
from ocr.recognition.line_filter import filter_lines
from ocr.recognition.line_reading import reread_lines, rescued_lines
from ocr.recognition.segments import classify_lines, crops_of, segment_lines
from ocr.recognition.spacing import shipped_styles
from ocr.recognition.transcribe import transcribe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, Mask
    from ocr.classifier.model import GlyphClassifier
    from ocr.classifier.writer_profile import WriterProfile
    from ocr.document.tree import Line
    from ocr.language.ngram import Language
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.glyph_metrics import GlyphMetrics, LineMetrics
    from ocr.recognition.segments import LineLattice
    from ocr.recognition.spacing import SpacingStyles


# How much the metrics of a glyph count against its shape: both agree more often than if they were
# independent.
_METRICS_WEIGHT = 0.7
# Writing is joined if more than this share of at least so many letters are cut from the one before, and a
# character scores less than this.
_JOINED_SHARE, _JOINED_COUNT, _JOINED_SCORE = 0.5, 8, -1.2
_LETTERS_AND_DIGITS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True, eq=False)
class RecognizedPage:
    """The text of a page, and how it was found.

    Attributes
    ----------
    lines : tuple of Line
        The text, as parts of a document.
    recognized_lines : tuple of RecognizedLine
        How each of these lines was read.
    rejected_lines : tuple of RecognizedLine
        Lines of the layout that are not writing.
    writing_score : float
        How much writing is on the page: for each character, the probability that its line is writing, less a
        half.
    lattices : tuple of LineLattice
        All lines with their candidates, classified by shape: input for another call with other characters.
    """

    lines: tuple[Line, ...]
    recognized_lines: tuple[RecognizedLine, ...]
    rejected_lines: tuple[RecognizedLine, ...]
    writing_score: float
    lattices: tuple[LineLattice, ...]

    @property
    def character_count(self) -> int:
        """Number of characters read, also on rejected lines."""
        return sum(len(one.steps) for one in (*self.recognized_lines, *self.rejected_lines))

    @property
    def score(self) -> float:
        """Score of all paths, also of rejected lines."""
        return sum(one.score for one in (*self.recognized_lines, *self.rejected_lines))


def recognize(
    layout: Layout,
    model: GlyphClassifier,
    language: Language,
    *,
    lattices: Sequence[LineLattice] | None = None,
    allowed: Mask | None = None,
) -> RecognizedPage:
    """Read all lines of a layout.

    Parameters
    ----------
    layout : Layout
    model : GlyphClassifier
    language : Language
    lattices : sequence of LineLattice, optional
        From an earlier call with this layout and model, :attr:`RecognizedPage.lattices`; found if left out.
    allowed : (K,) bool array, optional
        Which classes may be read; all characters if left out.

    Returns
    -------
    RecognizedPage
    """
    labels = LabelGroups(model.classes, allowed)
    classified = classify_lines(layout, segment_lines(layout), model) if lattices is None else lattices
    writer = writer_of(model)
    placed = place_lines(layout, classified, labels, writer)
    words = WordModel(language, labels.names)
    decoded = decode_lines(
        placed, labels, words, text_height_px=layout.text_height_px, styles=_styles_of(writer)
    )
    filtered = filter_lines(decoded, labels)
    lines = transcribe(layout, filtered.kept, labels, words)
    return RecognizedPage(
        lines, filtered.kept, filtered.rejected, filtered.writing_score, lattices=tuple(classified)
    )


def reread(
    layout: Layout, page: RecognizedPage, model: GlyphClassifier, language: Language
) -> RecognizedPage:
    """Read lines again with the line network, and keep what is more probable; see `reread_lines`.

    Rejected lines that are read surely without cutting them come back. A model that does not know all letters
    and digits is one for other pages: what it reads stays.
    """
    if not any((page.recognized_lines, page.rejected_lines)) or not knows_text(model):
        return page
    labels = LabelGroups(model.classes)
    words = WordModel(language, labels.names)
    network = own_line_network(model)
    lines = reread_lines(layout, page.recognized_lines, labels, words, network)
    rescued = rescued_lines(layout, page.rejected_lines, labels, words, network)
    if lines == page.recognized_lines and not rescued:
        return page
    if rescued:
        line_of = {member: number for number, line in enumerate(layout.lines) for member in line.members}

        def place(line: RecognizedLine) -> int:
            return line_of[line.lattice.segments[0].members[0]]

        lines = tuple(sorted((*lines, *rescued), key=place))
        back = set(map(place, rescued))
        rejected = tuple(line for line in page.rejected_lines if place(line) not in back)
        page = replace(page, rejected_lines=rejected)
    return with_lines(layout, page, lines, labels, words)


def knows_text(model: GlyphClassifier) -> bool:
    """Return whether a model knows all letters and digits, so that the line network may help it."""
    return set(_LETTERS_AND_DIGITS) <= set(model.classes)


def with_lines(
    layout: Layout,
    page: RecognizedPage,
    lines: tuple[RecognizedLine, ...],
    labels: LabelGroups,
    words: WordModel,
) -> RecognizedPage:
    """Return a page with other lines."""
    return replace(page, lines=transcribe(layout, lines, labels, words), recognized_lines=lines)


def _styles_of(writer: WriterProfile | None) -> SpacingStyles:
    """Return the styles of spacing, with the prior of a writer if it is known."""
    styles = shipped_styles()
    if writer is None or len(writer.spacing) != len(styles.log_prior):
        return styles
    return replace(styles, log_prior=np.array(writer.spacing))


def place_lines(
    layout: Layout,
    lattices: Sequence[LineLattice],
    labels: LabelGroups,
    writer: WriterProfile | None = None,
) -> list[LineLattice]:
    """Return the lattices with the metrics of their lines and the log-probabilities that follow from them.

    Classes that may not be read get a log-probability of -inf, by shape as well. The sizes of a known writer
    count beside the shipped ones.
    """
    metrics = shipped_glyph_metrics(labels.classes)
    if writer is not None:
        metrics = metrics_of_writer(metrics, labels.classes, writer.extents)
    allowed = [
        replace(
            one,
            shape_log_probabilities=restricted(one.shape_log_probabilities, labels.classes, labels.allowed),
        )
        for one in lattices
    ]
    return [
        replace(
            one,
            line_metrics=line_metrics,
            log_probabilities=with_glyph_metrics(
                one.shape_log_probabilities, line_metrics.extents(one.boxes), metrics, weight=_METRICS_WEIGHT
            ),
        )
        for one, line_metrics in zip(allowed, _find_line_metrics(layout, allowed, metrics), strict=True)
    ]


def _find_line_metrics(
    layout: Layout, lattices: Sequence[LineLattice], metrics: GlyphMetrics
) -> list[LineMetrics]:
    """Find baseline and cap height of every line: of each by itself, then drawn towards those of the page."""
    if not lattices:
        return []
    searches, counts = [], []
    for line, lattice in zip(layout.lines, lattices, strict=True):
        single = [n for n, one in enumerate(lattice.candidates) if one.stop == one.start + 1]
        searches.append(
            search_line_metrics(
                lattice.boxes[single],
                np.exp(lattice.shape_log_probabilities[single]),
                slope=line.slope,
                text_height_px=layout.text_height_px,
                metrics=metrics,
            )
        )
        counts.append(len(single))
    usual = median(np.repeat([search.best().cap_height_px for search in searches], counts))
    return [search.best(usual) for search in searches]


def is_joined(page: RecognizedPage) -> bool:
    """Return whether a page is joined handwriting: most letters are cut apart, and they read badly."""
    cuts = [is_cut for one in page.recognized_lines for is_cut in one.is_cut_in_words.tolist()]
    reads_badly = page.score < _JOINED_SCORE * page.character_count
    return bool(reads_badly and len(cuts) >= _JOINED_COUNT and sum(cuts) > _JOINED_SHARE * len(cuts))


def chosen_crops(layout: Layout, lines: Sequence[RecognizedLine]) -> Float32:
    """Return the crops (N, 28, 28) of the glyphs that were read, in reading order."""
    return crops_of(layout, (glyph for one in lines for glyph in one.glyphs))
