"""Cut a line so finely that no letter is left joined to another; offer unions of neighbours as glyphs.

Which unions are letters is not decided here: each candidate is classified, and a search over all of them
finds the best path [1]_.

References
----------
.. [1] Casey, Lecolinet, "A survey of methods and strategies in character segmentation", IEEE PAMI 18 (1996).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.geometry import Box
from ocr.page.glyphs import Cut, Glyph, own_ink

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ocr.page.components import Components

    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SegmentSettings:
    """Where cuts are offered and what may be joined; lengths in letter heights.

    Attributes
    ----------
    cuttable_letters : float
        Pieces narrower than this are one letter at most.
    part_letters : float
        No cut leaves a part narrower than this: an l is a stroke wide, but then it is not joined.
    cut_strokes : float
        A cut goes through at most this much ink, in stroke widths.
    most_cuts : int
        Cuts offered per letter height of width.
    most_segments : int
        A glyph is made of at most so many segments: an m cut at both valleys, a % in three parts.
    widest_letters : float
        A glyph of several segments is at most this wide.
    join_gap_letters : float
        Pieces further apart are not parts of one glyph; a broken stroke leaves less.
    whole_letters, two_letters : float
        A piece of ink as narrow as the first is almost certainly one letter, one as wide as the second may as
        well be two ...
    whole_logit : float
        ... and this is the log-odds for the first; they fall to 0 for the second, and on.
    apart_logit : float
        Log-odds that two pieces with paper between them are one letter.
    """

    cuttable_letters: float = 0.7
    part_letters: float = 0.18
    cut_strokes: float = 2.2
    most_cuts: float = 3.0
    most_segments: int = 4
    widest_letters: float = 1.5
    join_gap_letters: float = 0.22
    whole_letters: float = 0.8
    two_letters: float = 1.5
    whole_logit: float = 4.0
    apart_logit: float = -3.0


# Slopes of cuts, in columns per row: upright, and leaning as handwriting does.
_SLOPES = (0.0, -0.35, 0.35)
# What a slanted cut costs, in stroke widths.
_SLANT_PRICE = 0.4


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
    *,
    letter_px: float,
    stroke_px: float,
    settings: SegmentSettings | None = None,
) -> SegmentedLine:
    """Cut the glyphs of a line where letters may touch, and offer unions of neighbours.

    Parameters
    ----------
    components : Components
    glyphs : sequence of Glyph
        Left to right, as :func:`ocr.page.glyphs.join_glyphs` gives them.
    letter_px : float
        Letter height.
    stroke_px : float
        Width of a stroke.
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
    for glyph in glyphs:
        parts = list(_parts(components, glyph, letter_px, stroke_px, settings))
        is_cut += [False] * bool(segments) + [True] * (len(parts) - 1)
        join_logits += [settings.apart_logit] * bool(segments)
        join_logits += [_whole_logit(glyph.box.width / letter_px, settings)] * (len(parts) - 1)
        whole.append(Candidate(len(segments), len(segments) + len(parts), glyph))
        segments += parts
    offered = {(one.start, one.stop): one for one in (*whole, *_candidates(segments, letter_px, settings))}
    candidates = tuple(offered[key] for key in sorted(offered))
    return SegmentedLine(tuple(segments), tuple(is_cut), tuple(join_logits), candidates)


def _whole_logit(width_letters: float, settings: SegmentSettings) -> float:
    """Log-odds that a piece of ink of this width is one letter at any one of its cuts."""
    share = (settings.two_letters - width_letters) / (settings.two_letters - settings.whole_letters)
    return settings.whole_logit * float(np.clip(share, -0.5, 1.0))


def _parts(
    components: Components, glyph: Glyph, letter_px: float, stroke_px: float, settings: SegmentSettings
) -> Iterator[Glyph]:
    """Parts of a glyph between its cuts; the whole glyph if it has none."""
    if glyph.box.width < settings.cuttable_letters * letter_px:
        yield glyph
        return
    mask = own_ink(components, glyph)
    found = find_cuts(mask, letter_px=letter_px, stroke_px=stroke_px, settings=settings)
    cuts = [_on_page(cut, glyph.box) for cut in found]
    for left, right in zip([None, *cuts], [*cuts, None], strict=True):
        part = Glyph(glyph.members, glyph.box, left, right)
        ink = own_ink(components, part)
        rows, cols = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        if rows.size:
            top, start = glyph.box.top, glyph.box.left
            box = Box(
                top + int(rows[0]), start + int(cols[0]), top + int(rows[-1]) + 1, start + int(cols[-1]) + 1
            )
            yield Glyph(glyph.members, box, left, right)


def _on_page(cut: Cut, box: Box) -> Cut:
    """Turn a cut of the ink in a box into one of the page."""
    return Cut(box.left + cut.offset - cut.slope * box.top, cut.slope)


def find_cuts(
    mask: Mask, *, letter_px: float, stroke_px: float, settings: SegmentSettings | None = None
) -> list[Cut]:
    """Find where a wide piece of ink may be cut: where an upright or slanted line meets the least ink.

    A line that meets one run of ink is better than one that meets two, and an upright one is better than a
    slanted one: most letters stand upright, and the foot of an f below an o is reached by slanted lines only.

    Parameters
    ----------
    mask : (h, w) bool array
        Ink of the piece.
    letter_px, stroke_px : float
        Letter height and stroke width.
    settings : SegmentSettings, optional

    Returns
    -------
    list of Cut
        Left to right, with rows and columns of ``mask``; ink at and right of a cut is on its right side.
    """
    settings = settings or SegmentSettings()
    height, width = mask.shape
    middle = (height - 1) / 2
    prices = np.stack([_price(_sheared(mask, slope), stroke_px) for slope in _SLOPES])
    prices += _SLANT_PRICE * stroke_px * (np.array(_SLOPES) != 0)[:, None]
    smooth = np.stack([_smoothed(price, max(1, round(stroke_px / 2))) for price in prices])
    margin = max(1, round(settings.part_letters * letter_px))
    most = max(1, int(settings.most_cuts * width / letter_px))
    chosen: list[tuple[int, float]] = []
    for place in np.argsort(smooth, axis=None, kind="stable"):
        row, col = divmod(int(place), width)
        if len(chosen) == most or prices[row, col] > settings.cut_strokes * stroke_px:
            break
        slope = _SLOPES[row]
        if margin <= col <= width - margin and all(
            abs(col - other) >= margin + abs(slope - other_slope) * middle for other, other_slope in chosen
        ):
            chosen.append((col, slope))
    return [Cut(col - slope * middle, slope) for col, slope in sorted(chosen)]


def _sheared(mask: Mask, slope: float) -> Mask:
    """Shift the rows so that lines of this slope stand upright, where they are in the middle row."""
    if not slope:
        return mask
    height, width = mask.shape
    shift = np.rint(slope * (np.arange(height) - (height - 1) / 2)).astype(np.int64)
    cols = np.arange(width) + shift[:, None]
    inside = (cols >= 0) & (cols < width)
    return np.asarray(mask[np.arange(height)[:, None], np.clip(cols, 0, width - 1)] & inside)


def _price(mask: Mask, stroke_px: float) -> NDArray[np.float64]:
    """Ink that a cut along each column (W,) goes through, and more for each further stroke."""
    ink = mask.sum(axis=0).astype(np.float64)
    runs = (np.diff(np.pad(mask, ((1, 0), (0, 0))).astype(np.int8), axis=0) == 1).sum(axis=0)
    return np.asarray(ink + 0.5 * stroke_px * np.maximum(runs - 1, 0))


def _smoothed(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Smooth values by a running mean over ``width`` of them."""
    return np.convolve(
        np.pad(values, (width // 2, width - 1 - width // 2), mode="edge"), np.ones(width) / width, "valid"
    )


def _candidates(
    segments: Sequence[Glyph], letter_px: float, settings: SegmentSettings
) -> Iterator[Candidate]:
    for start, segment in enumerate(segments):
        glyph = segment
        yield Candidate(start, start + 1, glyph)
        for stop in range(start + 2, min(start + settings.most_segments, len(segments)) + 1):
            following = segments[stop - 1]
            gap = following.box.left - glyph.box.right
            box = Box.around((glyph.box, following.box))
            if gap > settings.join_gap_letters * letter_px or box.width > settings.widest_letters * letter_px:
                break
            members = tuple(sorted({*glyph.members, *following.members}))
            glyph = Glyph(members, box, glyph.left, following.right)
            yield Candidate(start, stop, glyph)
