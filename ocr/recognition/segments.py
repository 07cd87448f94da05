"""From the glyphs of a line to a lattice: segments between cuts, and candidate glyphs made of neighbours.

Letters of handwriting touch, so ink is cut wherever a letter may end. Which unions of neighbouring segments
are letters is not decided here: every candidate is classified, and a search over all of them finds the best
path [1]_.

References
----------
.. [1] Casey, Lecolinet, "A survey of methods and strategies in character segmentation", IEEE PAMI 18 (1996).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.crop import make_crops
from ocr.geometry import Box
from ocr.ndimage.runs import row_runs
from ocr.numeric import ink_bounds, median
from ocr.page.printed.cells import GroupKind
from ocr.page.writing.box_gaps import comb_gaps_px, table_gaps_px
from ocr.page.writing.glyphs import Cut, Glyph, glyph_ink, own_ink
from ocr.recognition.cut_classifier import shipped_cut_classifier
from ocr.recognition.cuts import keep_cuts, offer_cuts
from ocr.recognition.glyph_metrics import UNKNOWN_LINE_METRICS, LineMetrics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.classifier.model import GlyphClassifier
    from ocr.page.ink.components import Components
    from ocr.page.layout import Layout
    from ocr.page.writing.chains import TextLine
    from ocr.recognition.cuts import ScoredCut


# A glyph has at most so many segments: an m is cut at both valleys, a % is in three parts.
_MOST_SEGMENTS = 6
# A glyph of several segments is at most this wide, in text heights.
_WIDEST_HEIGHTS = 1.6
# Segments further apart, in text heights, are not parts of one glyph; a broken stroke leaves less.
_JOIN_GAP_HEIGHTS = 0.22
# Added to the log-odds that both sides of a cut are one letter: a cut must be likelier than not to be made,
# because parts of letters often look like letters.
_CUT_LOGIT = 1.3
# Log-odds that two segments with paper between them are one letter.
_APART_LOGIT = -3.0
# So many crops are made at once: a page of 26,000 letters has 100,000.
_BATCH = 4096


@dataclass(frozen=True, slots=True)
class Candidate:
    """Segments ``start`` .. ``stop`` - 1 of a line, taken as one glyph."""

    start: int
    stop: int
    glyph: Glyph


def _not_yet() -> Float64:
    return np.empty((0, 0))


@dataclass(frozen=True, slots=True, eq=False)
class LineLattice:
    """A line of n segments and N candidate glyphs, with what each stage of recognition finds out about them.

    Segmentation gives the first four attributes. The later stages return copies with the others filled in.

    Attributes
    ----------
    segments : tuple of n Glyph
        The smallest parts of ink, left to right.
    is_cut : (n - 1,) bool array
        Whether a cut through ink separates two neighbouring segments: no space can be there.
    join_logits : (n - 1,) float64 array
        Log-odds that two neighbouring segments are parts of one letter.
    candidates : tuple of N Candidate
        Each segment by itself, unions of neighbours, and each connected piece of ink as a whole.
    shape_log_probabilities : (N, K) float64 array
        Log-probability of each class for each candidate, by its shape alone.
    line_metrics : LineMetrics
        Baseline and cap height.
    log_probabilities : (N, K) float64 array
        Log-probability of each class by shape and by size and height on the line; after the second search
        also by the line network.
    space_logits : (n - 1,) float64 array
        Log-odds that there is a space between two neighbouring segments; -inf at cuts. After the second
        search also by the line network.
    comb_gaps_px : (n - 1,) float64 array or None
        What counts as the gap between neighbouring segments in the boxes of a form; NaN elsewhere.
    """

    segments: tuple[Glyph, ...]
    is_cut: Mask
    join_logits: Float64
    candidates: tuple[Candidate, ...]
    shape_log_probabilities: Float64 = field(default_factory=_not_yet)
    line_metrics: LineMetrics = UNKNOWN_LINE_METRICS
    log_probabilities: Float64 = field(default_factory=_not_yet)
    space_logits: Float64 = field(default_factory=_not_yet)
    comb_gaps_px: Float64 | None = None

    @property
    def gaps_px(self) -> Float64:
        """Columns (n - 1,) of paper between neighbouring segments; negative where their boxes overlap."""
        gaps = np.array(
            [second.box.left - first.box.right for first, second in pairwise(self.segments)], np.float64
        )
        return self.in_combs(np.arange(gaps.size), gaps)

    def in_combs(self, nodes: Int64, gaps_px: Float64) -> Float64:
        """Return gaps (m,) at nodes (m,), with those in the boxes of a form in place of the measured ones."""
        if self.comb_gaps_px is None:
            return gaps_px
        own = self.comb_gaps_px[nodes]
        return np.where(np.isnan(own), gaps_px, own)

    @property
    def boxes(self) -> Float64:
        """Top, left, bottom and right (N, 4) of the candidates, in pixels."""
        return _sides(one.glyph for one in self.candidates)

    @property
    def segment_boxes(self) -> Float64:
        """Top, left, bottom and right (n, 4) of the segments, in pixels."""
        return _sides(self.segments)


def _sides(glyphs: Iterable[Glyph]) -> Float64:
    boxes = [glyph.box for glyph in glyphs]
    return np.array([[box.top, box.left, box.bottom, box.right] for box in boxes], np.float64)


def segment_lines(layout: Layout) -> list[LineLattice]:
    """Return the lattice of every line of a page; the cuts of a line are classified in one batch."""
    stroke_px = stroke_width(layout.components.labels > 0)
    return [
        _in_boxes(layout, line, _segmented(layout, glyphs, stroke_px))
        for line, glyphs in zip(layout.lines, layout.glyphs, strict=True)
    ]


def _in_boxes(layout: Layout, line: TextLine, lattice: LineLattice) -> LineLattice:
    """Return a lattice with what counts as gaps in the boxes of a form and the cells of a table."""
    tables = [[cell.box for cell in group.cells] for group in layout.cells if group.kind is GroupKind.TABLE]
    if not layout.box_sides and not tables:
        return lattice
    boxes = [segment.box for segment in lattice.segments]
    gaps = comb_gaps_px(layout.box_sides, line, boxes, text_height_px=layout.text_height_px)
    in_tables = table_gaps_px(tables, boxes, text_height_px=layout.text_height_px)
    return replace(lattice, comb_gaps_px=np.where(np.isnan(in_tables), gaps, in_tables))


def _segmented(layout: Layout, glyphs: Sequence[Glyph], stroke_px: float) -> LineLattice:
    components, text_height_px = layout.components, layout.text_height_px
    offered = [
        offer_cuts(own_ink(components, glyph), text_height_px=text_height_px, stroke_px=stroke_px)
        for glyph in glyphs
    ]
    log_odds = shipped_cut_classifier().log_odds(np.concatenate([cuts.inputs for cuts in offered]))
    stops = np.cumsum([len(cuts.cols) for cuts in offered])
    cuts = [
        keep_cuts(own, odds, height=glyph.box.height, text_height_px=text_height_px)
        for glyph, own, odds in zip(glyphs, offered, np.split(log_odds, stops[:-1]), strict=True)
    ]
    return segment_line(components, glyphs, cuts, text_height_px=text_height_px)


def stroke_width(mask: Mask) -> float:
    """Return the median length of the horizontal runs of ink, in pixels: about the width of a stroke.

    It is 1 without ink.
    """
    lengths = row_runs(mask).lengths
    return median(lengths) if lengths.size else 1.0


def segment_line(
    components: Components,
    glyphs: Sequence[Glyph],
    cuts: Sequence[Sequence[ScoredCut]],
    *,
    text_height_px: float,
) -> LineLattice:
    """Cut the glyphs of a line where letters may touch, and make candidates of neighbouring segments.

    Parameters
    ----------
    components : Components
    glyphs : sequence of Glyph
        Left to right, from :func:`ocr.page.writing.glyphs.join_glyphs`.
    cuts : sequence of sequences of ScoredCut
        Of each glyph, left to right, in rows and columns of its box.
    text_height_px : float

    Returns
    -------
    LineLattice
    """
    segments: list[Glyph] = []
    is_cut: list[bool] = []
    join_logits: list[float] = []
    whole: list[Candidate] = []
    for glyph, own in zip(glyphs, cuts, strict=True):
        parts, log_odds = _parts(components, glyph, own)
        is_cut += [False] * bool(segments) + [True] * len(log_odds)
        join_logits += [_APART_LOGIT] * bool(segments)
        join_logits += [_CUT_LOGIT - odds for odds in log_odds]
        whole.append(Candidate(len(segments), len(segments) + len(parts), glyph))
        segments += parts
    candidates = {(one.start, one.stop): one for one in (*whole, *_unions(segments, text_height_px))}
    return LineLattice(
        tuple(segments),
        np.array(is_cut, dtype=bool),
        np.array(join_logits, dtype=np.float64),
        tuple(candidates[key] for key in sorted(candidates)),
    )


def _parts(
    components: Components, glyph: Glyph, cuts: Sequence[ScoredCut]
) -> tuple[list[Glyph], list[float]]:
    """Return the parts of a glyph between its cuts, and the log-odds of each cut between two parts."""
    if not cuts:
        return [glyph], []
    lines = [_on_page(scored.cut, glyph.box) for scored in cuts]
    parts: list[Glyph] = []
    log_odds: list[float] = []
    for place, (left, right) in enumerate(pairwise([None, *lines, None])):
        part = Glyph(glyph.members, glyph.box, left, right)
        ink = own_ink(components, part)
        if not ink.any():
            continue
        if parts:
            log_odds.append(cuts[place - 1].log_odds)
        parts.append(Glyph(glyph.members, _box_of(ink, glyph.box), left, right))
    return parts, log_odds


def _box_of(ink: Mask, around: Box) -> Box:
    """Return the smallest box on the page around the ink in a box."""
    rows, cols = ink_bounds(ink) or (slice(0, 0), slice(0, 0))
    top, left = around.top, around.left
    return Box(top + rows.start, left + cols.start, top + rows.stop, left + cols.stop)


def _on_page(cut: Cut, box: Box) -> Cut:
    """Return a cut of the ink in a box in coordinates of the page."""
    return Cut(box.left + cut.offset - cut.slope * box.top, cut.slope)


def _unions(segments: Sequence[Glyph], text_height_px: float) -> Iterator[Candidate]:
    """Yield each segment, and each union of neighbours that is narrow enough for a letter."""
    for start, segment in enumerate(segments):
        glyph = segment
        yield Candidate(start, start + 1, glyph)
        for stop in range(start + 2, min(start + _MOST_SEGMENTS, len(segments)) + 1):
            following = segments[stop - 1]
            gap = following.box.left - glyph.box.right
            box = Box.around((glyph.box, following.box))
            if gap > _JOIN_GAP_HEIGHTS * text_height_px or box.width > _WIDEST_HEIGHTS * text_height_px:
                break
            members = tuple(sorted({*glyph.members, *following.members}))
            glyph = Glyph(members, box, glyph.left, following.right)
            yield Candidate(start, stop, glyph)


def classify_lines(
    layout: Layout, lattices: Sequence[LineLattice], model: GlyphClassifier
) -> list[LineLattice]:
    """Return the lattices with the log-probabilities of their candidates by shape, all from a few batches."""
    if not lattices:
        return []
    glyphs = [one.glyph for lattice in lattices for one in lattice.candidates]
    batches = (glyphs[start : start + _BATCH] for start in range(0, len(glyphs), _BATCH))
    rows = np.concatenate([model.log_probabilities(crops_of(layout, batch)) for batch in batches])
    rows = rows.astype(np.float64)
    stops = np.cumsum([len(lattice.candidates) for lattice in lattices])
    return [
        replace(lattice, shape_log_probabilities=own)
        for lattice, own in zip(lattices, np.split(rows, stops[:-1]), strict=True)
    ]


def crops_of(layout: Layout, glyphs: Iterable[Glyph]) -> Float32:
    """Return the crops (N, 28, 28) of glyphs, as the network sees them."""
    return make_crops(glyph_ink(layout.ink.strength, layout.components, glyph) for glyph in glyphs)
