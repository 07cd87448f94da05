"""From the candidate glyphs of a page to its lines: place, decode, and tell writing from marks."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.alphabet import NOT_A_CHARACTER, restricted
from ocr.recognition.confidence import probabilities_in_word
from ocr.recognition.decoder import DecoderSettings, Edge, decode
from ocr.recognition.glyph_metrics import (
    Frame,
    GlyphMetrics,
    search_line_metrics,
    shipped_glyph_metrics,
    with_glyph_metrics,
)
from ocr.recognition.labels import LabelGroups
from ocr.recognition.line_filter import is_writing, plausibility
from ocr.recognition.segments import Candidates, crops_of, find_candidates
from ocr.recognition.spacing import space_logits
from ocr.recognition.transcribe import RecognizedLine, transcribed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, Float64, Mask
    from ocr.classifier.model import Model
    from ocr.document.tree import Line
    from ocr.language.ngram import Language
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import Path as LatticePath
    from ocr.recognition.segments import SegmentedLine


# How much the place on the line counts against the shape: they agree more often than independent witnesses
# would.
_METRICS_WEIGHT = 0.7
# How much it counts against a candidate that it looks like no character, such as two letters at once, beside
# what this leaves to each character; and the surest that this can be.
_DOUBT_WEIGHT, _SUREST_DOUBT = 2.0, 0.98
# Writing in which more than this share of at least so many letters touch the one before, and in which a
# character scores less than this, is joined.
_JOINED_SHARE, _JOINED_COUNT, _JOINED_SCORE = 0.5, 8, -1.2


class RecognizedPage(NamedTuple):
    """What a page comes to.

    Attributes
    ----------
    lines : tuple of Line
    recognitions : tuple of RecognizedLine
        How each was read, for pictures and explanations.
    left_out : tuple of RecognizedLine
        What was found as a line but does not read like one.
    evidence : float
        Of writing: for each character -0.5 .. 0.5, how likely its line is to be writing, less a half.
    candidates : Candidates
        Among which it was chosen.
    """

    lines: tuple[Line, ...]
    recognitions: tuple[RecognizedLine, ...]
    left_out: tuple[RecognizedLine, ...]
    evidence: float
    candidates: Candidates

    @property
    def character_count(self) -> int:
        """How many characters were read, those of lines left out too."""
        return sum(len(one.steps) for one in (*self.recognitions, *self.left_out))

    @property
    def score(self) -> float:
        """Score of all paths, those of lines left out too."""
        return sum(one.score for one in (*self.recognitions, *self.left_out))


def recognize(
    layout: Layout,
    model: Model,
    language: Language,
    *,
    candidates: Candidates | None = None,
    allowed: Mask | None = None,
    settings: DecoderSettings | None = None,
) -> RecognizedPage:
    """Read all lines of a layout.

    Parameters
    ----------
    layout : Layout
    model : Model
    language : Language
    candidates : Candidates, optional
        Of this layout and model, if they were found before.
    allowed : (K,) bool array, optional
        Which classes may be read; all characters if left out.
    settings : DecoderSettings, optional

    Returns
    -------
    RecognizedPage
    """
    candidates = find_candidates(layout, model) if candidates is None else candidates
    segmented = candidates.lines
    allowed = np.ones(len(model.classes), dtype=bool) if allowed is None else allowed
    shapes = [restricted(rows, model.classes, allowed) for rows in candidates.shapes]
    placement = shipped_glyph_metrics(model.classes)
    frames = _frames(layout, segmented, shapes, placement)
    placed = [
        with_glyph_metrics(rows, frame.places(_boxes(line)), placement, weight=_METRICS_WEIGHT)
        for line, rows, frame in zip(segmented, shapes, frames, strict=True)
    ]
    logits = _space_logits(segmented, layout.text_height_px)
    readings = LabelGroups(model.classes, allowed)
    settings = settings or DecoderSettings()
    recognitions = tuple(
        RecognizedLine(
            line,
            shape,
            rows,
            frame,
            *_decoded(
                line,
                rows,
                gaps,
                none=_none(shape, model.classes),
                readings=readings,
                language=language,
                settings=settings,
            ),
        )
        for line, shape, rows, frame, gaps in zip(segmented, shapes, placed, frames, logits, strict=True)
    )
    plausibilities = [_plausibility(one, readings, model.classes) for one in recognitions]
    evidence = sum(len(one.steps) * (p - 0.5) for one, p in zip(recognitions, plausibilities, strict=True))
    kept = is_writing(plausibilities)
    recognitions, left_out = (
        tuple(one for one, keep in zip(recognitions, kept, strict=True) if keep == wanted)
        for wanted in (True, False)
    )
    believed = partial(probabilities_in_word, readings=readings, language=language, settings=settings)
    lines = transcribed(layout, recognitions, readings, model.classes, believed)
    return RecognizedPage(lines, recognitions, left_out, evidence, candidates)


def is_joined(found: RecognizedPage) -> bool:
    """Tell whether a page is joined handwriting: letters mostly hang together, and read badly."""
    cuts = [
        one.line.is_cut[one.line.candidates[step.candidate].start - 1]
        for one in found.recognitions
        for step in one.steps[1:]
        if not step.space_before
    ]
    badly = found.score < _JOINED_SCORE * found.character_count
    return badly and len(cuts) >= _JOINED_COUNT and sum(cuts) > _JOINED_SHARE * len(cuts)


def _none(shapes: Float64, classes: tuple[str, ...]) -> Float64:
    """Probability (N,) that glyphs are no characters; 0 from a model that does not know."""
    if NOT_A_CHARACTER not in classes:
        return np.zeros(len(shapes))
    return np.asarray(np.exp(shapes[:, classes.index(NOT_A_CHARACTER)]))


def _plausibility(recognition: RecognizedLine, readings: LabelGroups, classes: tuple[str, ...]) -> float:
    candidates = [step.candidate for step in recognition.steps]
    read = [step.reading for step in recognition.steps]
    rows = np.arange(len(read))
    shapes = recognition.shapes[candidates]
    return plausibility(
        readings.log_probabilities(recognition.log_probabilities[candidates])[rows, read],
        readings.log_probabilities(shapes)[rows, read],
        _none(shapes, classes),
        [readings.names[reading] for reading in read],
    )


def chosen_crops(layout: Layout, recognitions: Sequence[RecognizedLine]) -> Float32:
    """Crops (N, 28, 28) of the glyphs that were read, in reading order."""
    return crops_of(
        layout, (one.line.candidates[step.candidate].glyph for one in recognitions for step in one.steps)
    )


def _boxes(line: SegmentedLine) -> Float64:
    boxes = [candidate.glyph.box for candidate in line.candidates]
    return np.array([[box.top, box.left, box.bottom, box.right] for box in boxes], dtype=np.float64)


def _frames(
    layout: Layout, lines: Sequence[SegmentedLine], shapes: Sequence[Float64], placement: GlyphMetrics
) -> list[Frame]:
    """Baseline and size of every line: first each by itself, then drawn towards what most of the page has."""
    searches, counts = [], []
    for line, segmented, rows in zip(layout.lines, lines, shapes, strict=True):
        alone = [n for n, one in enumerate(segmented.candidates) if one.stop == one.start + 1]
        searches.append(
            search_line_metrics(
                _boxes(segmented)[alone],
                np.exp(rows[alone]),
                slope=line.slope,
                text_height_px=layout.text_height_px,
                placement=placement,
            )
        )
        counts.append(len(alone))
    if not searches:
        return []
    usual = float(np.median(np.repeat([search.best().capital_px for search in searches], counts)))
    return [search.best(usual) for search in searches]


def _space_logits(lines: Sequence[SegmentedLine], text_height_px: float) -> list[Float64]:
    """Log-odds of a space between neighbouring segments; -inf at cuts, which lie within a piece of ink."""
    gaps = [
        [(second.box.left - first.box.right) / text_height_px for first, second in pairwise(line.segments)]
        for line in lines
    ]
    cut = [np.array(line.is_cut, dtype=bool) for line in lines]
    open_gaps = [
        [gap for gap, inside in zip(own, line.is_cut, strict=True) if not inside]
        for own, line in zip(gaps, lines, strict=True)
    ]
    result = []
    for inside, values in zip(cut, space_logits(open_gaps), strict=True):
        logits = np.full(inside.size, -np.inf)
        logits[~inside] = values
        result.append(logits)
    return result


def _decoded(
    line: SegmentedLine,
    rows: Float64,
    gaps: Float64,
    *,
    none: Float64,
    readings: LabelGroups,
    language: Language,
    settings: DecoderSettings,
) -> LatticePath:
    order, scores = readings.best(rows, settings.readings)
    doubts = _DOUBT_WEIGHT * np.log1p(-np.minimum(none, _SUREST_DOUBT))
    joined, parted = (-np.logaddexp(0, sign * np.array(line.join_logits)) for sign in (-1, 1))
    edges = [
        Edge(
            candidate.start,
            candidate.stop,
            order[number],
            scores[number]
            + doubts[number]
            + joined[candidate.start : candidate.stop - 1].sum()
            # The place before the candidate is where it is parted from its neighbour.
            + parted[max(candidate.start - 1, 0) : candidate.start].sum(),
        )
        for number, candidate in enumerate(line.candidates)
    ]
    return decode(edges, gaps, readings=readings, language=language, settings=settings)
