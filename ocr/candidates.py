"""The candidate glyphs of a page: lines cut where letters may end, all pieces classified in one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.joints import shipped_joints
from ocr.classifier.tile import make_tiles
from ocr.page.cuts import keep_cuts, offer_cuts
from ocr.page.glyphs import glyph_ink, own_ink
from ocr.page.segments import segment_line, stroke_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from ocr.classifier.model import Model
    from ocr.layout import Layout
    from ocr.page.glyphs import Glyph
    from ocr.page.segments import SegmentedLine

    Float = NDArray[np.float64]
    Float32 = NDArray[np.float32]


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
    shapes: list[Float]


def find_candidates(layout: Layout, model: Model) -> Candidates:
    """Cut the lines of a layout wherever a letter may end, and classify what lies between."""
    lines = segment_lines(layout)
    return Candidates(lines, classify(layout, lines, model))


def segment_lines(layout: Layout) -> list[SegmentedLine]:
    """Cut every line of a page into segments; the cuts of a line are judged in one batch."""
    stroke_px = stroke_width(layout.components.labels > 0)
    return [_segmented(layout, glyphs, stroke_px) for glyphs in layout.glyphs]


def _segmented(layout: Layout, glyphs: Sequence[Glyph], stroke_px: float) -> SegmentedLine:
    components, letter_px = layout.components, layout.letter_px
    offered = [
        offer_cuts(own_ink(components, glyph), letter_px=letter_px, stroke_px=stroke_px) for glyph in glyphs
    ]
    log_odds = shipped_joints().log_odds(np.concatenate([cuts.inputs for cuts in offered]))
    stops = np.cumsum([len(cuts.cols) for cuts in offered])
    cuts = [
        keep_cuts(own, odds, height=glyph.box.height, letter_px=letter_px)
        for glyph, own, odds in zip(glyphs, offered, np.split(log_odds, stops[:-1]), strict=True)
    ]
    return segment_line(components, glyphs, cuts, letter_px=letter_px)


def classify(layout: Layout, lines: Sequence[SegmentedLine], model: Model) -> list[Float]:
    """Log-probabilities (N, K) of the candidates of each line, all classified in one batch."""
    tiles = tiles_of(layout, (candidate.glyph for line in lines for candidate in line.candidates))
    rows = model.log_probabilities(tiles).astype(np.float64)
    stops = np.cumsum([len(line.candidates) for line in lines])
    return np.split(rows, stops[:-1]) if lines else []


def tiles_of(layout: Layout, glyphs: Iterable[Glyph]) -> Float32:
    """Tiles (N, 28, 28) of glyphs, as the network sees them."""
    return make_tiles(glyph_ink(layout.ink.strength, layout.components, glyph) for glyph in glyphs)
