"""Part a line where letters may touch; offer unions of neighbours as glyphs.

Which unions are letters is not decided here: each candidate is classified, and a search over all of them
finds the best path [1]_.

References
----------
.. [1] Casey, Lecolinet, "A survey of methods and strategies in character segmentation", IEEE PAMI 18 (1996).

The candidate glyphs of a page: lines cut where letters may end, all pieces classified in one batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.crop import make_crops
from ocr.geometry import Box
from ocr.page.glyphs import Cut, Glyph, glyph_ink, own_ink
from ocr.recognition.cut_classifier import shipped_cut_classifier
from ocr.recognition.cuts import keep_cuts, offer_cuts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ocr.array_types import Float32, Float64, Mask
    from ocr.classifier.model import Model
    from ocr.page.components import Components
    from ocr.page.layout import Layout
    from ocr.recognition.cuts import ScoredCut


@dataclass(frozen=True, slots=True)
class SegmentSettings:
    """What may be joined; lengths in letter heights.

    Attributes
    ----------
    most_segments : int
        A glyph is made of at most so many segments: an m cut at both valleys, a % in three parts.
    widest_letters : float
        A glyph of several segments is at most this wide.
    join_gap_letters : float
        Pieces further apart are not parts of one glyph; a broken stroke leaves less.
    cut_weight, cut_logit : float
        What the network says of a cut counts this much, and this is added to the log-odds that both sides are
        one letter: a cut must be likelier than not to be made, for pieces of letters often look like letters.
    apart_logit : float
        Log-odds that two pieces with paper between them are one letter.
    """

    most_segments: int = 6
    widest_letters: float = 1.6
    join_gap_letters: float = 0.22
    cut_weight: float = 1.0
    cut_logit: float = 1.3
    apart_logit: float = -3.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """Segments ``start`` .. ``stop`` - 1 of a line, taken as one glyph."""

    start: int
    stop: int
    glyph: Glyph


@dataclass(frozen=True, slots=True)
class SegmentedLine:
    """A line as segments, left to right, and the glyphs that they may form.

    Attributes
    ----------
    segments : tuple of Glyph
        Finest pieces.
    is_cut : tuple of bool
        For each place between two segments, whether it is a cut through ink: no space can be there.
    join_logits : tuple of float
        For each of these places, the log-odds that both sides are of one letter.
    candidates : tuple of Candidate
        Each segment by itself, unions of neighbours, and each piece of ink as a whole.
    """

    segments: tuple[Glyph, ...]
    is_cut: tuple[bool, ...]
    join_logits: tuple[float, ...]
    candidates: tuple[Candidate, ...]


def stroke_width(mask: Mask) -> float:
    """Median length of the horizontal runs of ink, in pixels: about the width of a stroke; 1 without ink."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1).ravel()
    lengths = np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)
    return float(np.median(lengths)) if lengths.size else 1.0


def segment_line(
    components: Components,
    glyphs: Sequence[Glyph],
    cuts: Sequence[Sequence[ScoredCut]],
    *,
    text_height_px: float,
    settings: SegmentSettings | None = None,
) -> SegmentedLine:
    """Cut the glyphs of a line where letters may touch, and offer unions of neighbours.

    Parameters
    ----------
    components : Components
    glyphs : sequence of Glyph
        Left to right, as :func:`ocr.page.glyphs.join_glyphs` gives them.
    cuts : sequence of sequences of ScoredCut
        Of each glyph, left to right, in rows and columns of its box.
    text_height_px : float
        Letter height.
    settings : SegmentSettings, optional

    Returns
    -------
    SegmentedLine
    """
    settings = settings or SegmentSettings()
    segments: list[Glyph] = []
    is_cut: list[bool] = []
    join_logits: list[float] = []
    whole: list[Candidate] = []
    for glyph, own in zip(glyphs, cuts, strict=True):
        parts, log_odds = _parts(components, glyph, own)
        is_cut += [False] * bool(segments) + [True] * len(log_odds)
        join_logits += [settings.apart_logit] * bool(segments)
        join_logits += [settings.cut_logit - settings.cut_weight * odds for odds in log_odds]
        whole.append(Candidate(len(segments), len(segments) + len(parts), glyph))
        segments += parts
    offered = {
        (one.start, one.stop): one for one in (*whole, *_candidates(segments, text_height_px, settings))
    }
    candidates = tuple(offered[key] for key in sorted(offered))
    return SegmentedLine(tuple(segments), tuple(is_cut), tuple(join_logits), candidates)


def _parts(
    components: Components, glyph: Glyph, cuts: Sequence[ScoredCut]
) -> tuple[list[Glyph], list[float]]:
    """Parts of a glyph between its cuts, and the log-odds of each cut between two parts."""
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
    """Smallest box on the page around some of the ink in a box."""
    rows, cols = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    top, left = around.top, around.left
    return Box(top + int(rows[0]), left + int(cols[0]), top + int(rows[-1]) + 1, left + int(cols[-1]) + 1)


def _on_page(cut: Cut, box: Box) -> Cut:
    """Turn a cut of the ink in a box into one of the page."""
    return Cut(box.left + cut.offset - cut.slope * box.top, cut.slope)


def _candidates(
    segments: Sequence[Glyph], text_height_px: float, settings: SegmentSettings
) -> Iterator[Candidate]:
    for start, segment in enumerate(segments):
        glyph = segment
        yield Candidate(start, start + 1, glyph)
        for stop in range(start + 2, min(start + settings.most_segments, len(segments)) + 1):
            following = segments[stop - 1]
            gap = following.box.left - glyph.box.right
            box = Box.around((glyph.box, following.box))
            if (
                gap > settings.join_gap_letters * text_height_px
                or box.width > settings.widest_letters * text_height_px
            ):
                break
            members = tuple(sorted({*glyph.members, *following.members}))
            glyph = Glyph(members, box, glyph.left, following.right)
            yield Candidate(start, stop, glyph)


class Candidates(NamedTuple):
    """What the letters of a page may be.

    Attributes
    ----------
    lines : list of SegmentedLine
        Each with its candidate glyphs.
    shapes : list of (N, K) arrays
        Log-probabilities of each class for the candidates of each line, by their shape alone.
    """

    lines: list[SegmentedLine]
    shapes: list[Float64]


def find_candidates(layout: Layout, model: Model) -> Candidates:
    """Cut the lines of a layout wherever a letter may end, and classify what lies between."""
    lines = segment_lines(layout)
    return Candidates(lines, classify(layout, lines, model))


def segment_lines(layout: Layout) -> list[SegmentedLine]:
    """Cut every line of a page into segments; the cuts of a line are judged in one batch."""
    stroke_px = stroke_width(layout.components.labels > 0)
    return [_segmented(layout, glyphs, stroke_px) for glyphs in layout.glyphs]


def _segmented(layout: Layout, glyphs: Sequence[Glyph], stroke_px: float) -> SegmentedLine:
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


def classify(layout: Layout, lines: Sequence[SegmentedLine], model: Model) -> list[Float64]:
    """Log-probabilities (N, K) of the candidates of each line, all classified in one batch."""
    crops = crops_of(layout, (candidate.glyph for line in lines for candidate in line.candidates))
    rows = model.log_probabilities(crops).astype(np.float64)
    stops = np.cumsum([len(line.candidates) for line in lines])
    return np.split(rows, stops[:-1]) if lines else []


def crops_of(layout: Layout, glyphs: Iterable[Glyph]) -> Float32:
    """Crops (N, 28, 28) of glyphs, as the network sees them."""
    return make_crops(glyph_ink(layout.ink.strength, layout.components, glyph) for glyph in glyphs)
