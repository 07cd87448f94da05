"""Erase the printed lines that the geometric detector leaves, where the pixel networks recognise them.

The detector finds long straight lines and closed frames. The networks find the sides of boxes that letters
touch, wavy rules, and thick frames. Both erase; what is left of a line beside erased pixels goes too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr import ndimage
from ocr.numeric import distinct, fit_line
from ocr.page.ink.binarization import Ink, binarize
from ocr.page.ink.components import find_components, means_in, weighted_median_height
from ocr.page.ink.pixel_classifier import FAINTEST
from ocr.page.printed.row_cuts import cut_into_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.geometry import Box
    from ocr.page.ink.components import Components
    from ocr.page.ink.pixel_classifier import PixelClasses
    from ocr.page.printed.line_removal import PrintRemoved
    from ocr.page.printed.printed_lines import PrintedLine

# A pixel belongs to a line if that is more likely than writing, and at least so likely.
_LIKELY_LINE, _LIKELY_WRITING, _UNLIKELY_WRITING = 0.5, 0.5, 0.4
_SURELY_WRITING = 0.7
# A letter that touches no line is so wide and no larger. If so much of it were erased all would be lost.
_NARROWEST_LETTER_HEIGHTS, _LARGEST_LETTER_HEIGHTS, _LOST_FRAC = 0.25, 1.4, 0.3
# One that stands on a long line is so high; where lines cross some pixels look like writing.
_LOWEST_ON_LINE_HEIGHTS = 0.5
# A line is followed over strokes of this width that cross it; if it is then shorter than this it may be the
# bar of a T.
_BRIDGE_HEIGHTS, _SHORTEST_HEIGHTS = 0.25, 1.6
# Bars of T that touch one another are longer; but a page of printed lines has one at least so long.
_LONG_HEIGHTS = 5.0
# Pieces of one line are at least so long, at most so thick, and climb by no more than this. The next one
# follows within so much, at most so far aside; together they cover so much of the line.
_PIECE_SHORTEST_HEIGHTS, _PIECE_THICKEST_HEIGHTS, _PIECE_SLOPE = 0.15, 0.2, 0.05
_PIECE_GAP_HEIGHTS, _PIECE_ASIDE_HEIGHTS, _PIECES_FRAC = 2.0, 0.1, 0.3
# A tick box is at least so large, and its sides enclose so much of the rectangle around them.
_SMALLEST_BOX_HEIGHTS, _ENCLOSED_FRAC = 0.45, 0.75
# Its sides have gaps up to this length. One that is alone is at least so long.
_BREAK_HEIGHTS, _ALONE_HEIGHTS = 0.15, 3.0
# A line that is no box is at most so thick, on average; but the lines of a grid meet, and it is at least so
# high and wide.
_THICKEST_HEIGHTS, _GRID_HEIGHTS = 0.5, 2.5
# An arc is so high, as a share of its length, and its columns are on average so far off a straight line.
_FLATTEST_ARC, _STEEPEST_ARC, _BENT_FRAC = 0.07, 0.35, 0.012
# An outline around words is at least so high and wide, fills at most this share of its box and encloses at
# least this one. It is no thicker than this. Some of it was erased, and not nearly all: then strokes of
# letters are left.
_LOWEST_OUTLINE_HEIGHTS, _THIN_FRAC, _HOLLOW_FRAC = 1.35, 0.35, 0.45
_DEPTH_HEIGHTS, _PARTLY_FRAC, _MOSTLY_FRAC, _ONE_HOLE_FRAC = 0.2, 0.15, 0.75, 0.75
# The edges of a line are too faint to be judged, and become ink once the line is gone: they reach so far.
_EDGE_HEIGHTS = 0.1
# A side of a box begins and ends within so much of erased pixels above and below it.
_END_HEIGHTS = 0.12
# The text height is measured on so many letters or more, of at least so much of the height known before.
_FEWEST_LETTERS, _LOWEST_LETTER_HEIGHTS = 3, 0.25
# A side of a box is so high from line to line.
_LOWEST_SIDE_HEIGHTS, _HIGHEST_SIDE_HEIGHTS = 0.8, 3.2
# So much of a line is ink.
_INKED_FRAC = 0.3
# A component with this share of its pixels within this distance of erased ones is what is left of a line.
_REMNANT_HEIGHTS, _REMNANT_FRAC = 0.2, 0.85
# It is not larger than this, or not likely to be writing: an I stands beside the sides of its box.
_LARGEST_REMNANT_HEIGHTS = 0.75


# A line is reported if the detector left ink of at least this mean strength of it.
_STILL_INK = 0.25


class LinesErased(NamedTuple):
    """A page without the lines that the networks recognised; arrays (H, W).

    Attributes
    ----------
    darkness : float32 array
        0 where lines were erased.
    ink : Ink
    lines : tuple of Box
        Around each line that was erased.
    """

    darkness: Float32
    ink: Ink
    lines: tuple[Box, ...]


def erase_judged_lines(
    ink: Ink, bare: PrintRemoved, classes: PixelClasses, *, text_height_px: float
) -> LinesErased:
    """Erase printed lines by what the networks answer; strokes that cross them stay.

    Parameters
    ----------
    ink : Ink
        All ink of the page, with the lines.
    bare : PrintRemoved
        What :func:`ocr.page.printed.line_removal.remove_print` left of it.
    classes : PixelClasses
        What the networks answered.
    text_height_px : float
    """
    candidates = ink.strength > FAINTEST
    is_line = (classes.line > classes.writing) & (classes.line > _LIKELY_LINE)
    parts = find_components(is_line, bridge_px=round(_BRIDGE_HEIGHTS * text_height_px))
    is_long = _are_printed(parts, text_height_px)
    if not is_long.any():
        return LinesErased(bare.darkness, bare.ink, ())
    seen = parts.mask(is_long)
    # Lines too faint to be ink do no harm, except where they are ink.
    is_long &= means_in(parts, ink.mask) > _INKED_FRAC
    marks = find_components(bare.ink.mask)
    unlikely = classes.writing <= _SURELY_WRITING
    with_lines = marks.mask(means_in(marks, seen) > _REMNANT_FRAC)
    erased = parts.mask(is_long) | (with_lines & ~_letters_on_lines(with_lines & ~unlikely, text_height_px))
    erased &= ~_single_letters(marks, erased, classes, text_height_px)
    if not (erased & (bare.ink.strength > 0)).any():
        return LinesErased(bare.darkness, bare.ink, ())
    # Between the rules of squared paper stand the stems of letters.
    erased |= unlikely & sides_between(erased, candidates, text_height_px=text_height_px)
    erased |= _near(erased, _EDGE_HEIGHTS * text_height_px) & ~candidates
    left = binarize(np.where(erased, np.float32(0), bare.erased), text_height_px=text_height_px)
    remnants = _remnants(left.mask, erased, ink.mask, classes.writing, text_height_px)
    ink = likely_ink(left, bare.ink, classes, but=remnants, text_height_px=text_height_px)
    darkness = np.where(erased | remnants, np.float32(0), bare.darkness)
    # The others were found by the detector, too.
    is_new = is_long & (means_in(parts, bare.ink.strength) > _STILL_INK)
    return LinesErased(darkness, ink, tuple(parts.box(int(index)) for index in np.flatnonzero(is_new)))


def _letters_on_lines(surely_written: Mask, text_height_px: float) -> Mask:
    """Find the letters (H, W) among surely written pixels of marks that are hardly more than a line."""
    parts = find_components(surely_written)
    return parts.mask(parts.heights > _LOWEST_ON_LINE_HEIGHTS * text_height_px)


def _single_letters(parts: Components, erased: Mask, classes: PixelClasses, text_height_px: float) -> Mask:
    """Find components (H, W) of which much was erased, though they are letters by size and rather writing."""
    shorter, longer = np.sort([parts.heights, parts.widths], axis=0) / text_height_px
    is_letter = (shorter > _NARROWEST_LETTER_HEIGHTS) & (longer < _LARGEST_LETTER_HEIGHTS)
    is_letter &= means_in(parts, classes.writing) > means_in(parts, classes.line)
    return parts.mask(is_letter & (means_in(parts, erased) > _LOST_FRAC))


def likely_ink(
    ink: Ink, before: Ink, classes: PixelClasses, *, but: Mask | None = None, text_height_px: float
) -> Ink:
    """Keep the ink that was ink before dark lines were erased, and what is likely writing.

    Beside dark lines paper is no ink, and neither are faint strokes.

    Parameters
    ----------
    ink : Ink
        Found again without the lines.
    before : Ink
        With the lines.
    classes : PixelClasses
    but : (H, W) bool array, optional
        Pixels that are dropped in any case.
    text_height_px : float
    """
    kept = _near(classes.writing > _LIKELY_WRITING, _EDGE_HEIGHTS * text_height_px) | before.mask
    if but is not None:
        kept &= ~but
    return Ink(np.where(kept, ink.strength, np.float32(0)), ink.mask & kept)


def _are_printed(parts: Components, text_height_px: float) -> Mask:
    """Whether likely lines (N,) are long and thin, or boxes or grids."""
    lengths = np.maximum(parts.heights, parts.widths) / text_height_px
    is_box = _enclose(parts, text_height_px)
    # One small box alone is an O or a D.
    if np.count_nonzero(is_box) == 1 and lengths[is_box][0] < _ALONE_HEIGHTS:
        is_box[:] = False
    has_print = (lengths >= _LONG_HEIGHTS).any() or is_box.any()
    is_thin = np.minimum(parts.heights, parts.widths) > _GRID_HEIGHTS * text_height_px
    is_thin |= parts.areas <= _THICKEST_HEIGHTS * lengths * text_height_px**2
    is_long = lengths >= (_SHORTEST_HEIGHTS if has_print else np.inf)
    is_line = is_thin & is_long
    for index in np.flatnonzero(is_line & ~is_box):
        is_line[index] = not _is_arc(parts.ink(int(index)))
    return np.asarray(is_box | is_line | _continue_one_another(parts, text_height_px))


def _is_arc(ink: Mask) -> bool:
    """Whether a long piece of ink is bent, such as the top of a bubble around a word."""
    along = ink if ink.shape[1] > ink.shape[0] else ink.T
    high, long = along.shape
    if not _FLATTEST_ARC < high / long < _STEEPEST_ARC:
        return False
    counts = along.sum(axis=0)
    cols = np.flatnonzero(counts)
    rows = np.arange(high) @ along[:, cols] / counts[cols]
    return bool(fit_line(cols, rows).mean_deviation > _BENT_FRAC * long)


def _continue_one_another(parts: Components, text_height_px: float) -> Mask:
    """Whether likely lines (N,) are pieces of a long one: letters stand on it and interrupt it."""
    found = np.zeros(len(parts), bool)
    for axes in ([0, 1, 2, 3], [1, 0, 3, 2]):
        boxes = parts.boxes[:, axes] / text_height_px
        lengths = boxes[:, 3] - boxes[:, 1]
        thickest = _PIECE_THICKEST_HEIGHTS + _PIECE_SLOPE * lengths
        is_piece = (boxes[:, 2] - boxes[:, 0] <= thickest) & (lengths >= _PIECE_SHORTEST_HEIGHTS)
        pieces = np.flatnonzero(is_piece)[np.argsort(boxes[is_piece, 1])]
        line_of = _numbered_lines(boxes[pieces])
        for line in range(line_of.max(initial=-1) + 1):
            own = pieces[line_of == line]
            extent = boxes[own, 3].max() - boxes[own, 1].min()
            if extent >= _LONG_HEIGHTS and lengths[own].sum() >= _PIECES_FRAC * extent:
                found[own] = True
    return found


def _numbered_lines(pieces: Float64) -> Int64:
    """Return the number (n,) of the line that each level piece (n, 4), sorted by columns, belongs to."""
    line_of = np.arange(len(pieces))
    middles = (pieces[:, 0] + pieces[:, 2]) / 2
    for index, (_, left, _, right) in enumerate(pieces):
        gaps = pieces[index + 1 :, 1] - right
        run = np.maximum(0.0, (pieces[index + 1 :, 1] + pieces[index + 1 :, 3] - left - right) / 2)
        aside = np.abs(middles[index + 1 :] - middles[index])
        follows = np.flatnonzero(
            (gaps > -_PIECE_SHORTEST_HEIGHTS)
            & (gaps <= _PIECE_GAP_HEIGHTS)
            & (aside <= _PIECE_ASIDE_HEIGHTS + _PIECE_SLOPE * run)
        )
        if follows.size:
            line_of[index + 1 + follows[gaps[follows].argmin()]] = line_of[index]
    return np.searchsorted(distinct(line_of), line_of)


def _has_one_hole(holes: Mask) -> bool:
    """Whether nearly all of what is enclosed is one piece: a comb has cells, and letters small holes."""
    sizes = np.bincount(ndimage.label(holes)[0].ravel())[1:]
    return bool(sizes.size and sizes.max() >= _ONE_HOLE_FRAC * sizes.sum())


def _enclose(parts: Components, text_height_px: float) -> Mask:
    """Whether lines (N,) are the sides of boxes: most of what lies between them is enclosed."""
    found = np.minimum(parts.heights, parts.widths) >= _SMALLEST_BOX_HEIGHTS * text_height_px
    for index in np.flatnonzero(found):
        ink = parts.ink(int(index))
        found[index] = np.count_nonzero(_filled(ink, text_height_px)) >= _ENCLOSED_FRAC * ink.size
    return np.asarray(found)


def _filled(ink: Mask, text_height_px: float) -> Mask:
    """Return ink (h, w) with all that it encloses, also where it has small gaps."""
    reach = max(1, round(_BREAK_HEIGHTS / 2 * text_height_px))
    closed = ndimage.maximum_filter(np.pad(ink, reach), 2 * reach + 1)
    filled = ndimage.binary_erosion(ndimage.binary_fill_holes(closed), np.ones((3, 3), dtype=bool), reach)
    return np.asarray(filled[reach : len(filled) - reach, reach : filled.shape[1] - reach])


def text_height_without_lines(
    ink: Ink, classes: PixelClasses, lines: Sequence[PrintedLine], *, text_height_px: float
) -> float | None:
    """Measure the text height on ink without its lines; None if there is hardly any writing.

    Parameters
    ----------
    ink : Ink
        Without the lines.
    classes : PixelClasses
    lines : sequence of PrintedLine
        What is written over several rows between them is several components.
    text_height_px : float
        What was taken for the text height while the lines were erased.
    """
    components = cut_into_rows(find_components(ink.mask), lines, text_height_px=text_height_px)
    likely = means_in(components, classes.writing)
    is_high = components.heights > _LOWEST_LETTER_HEIGHTS * text_height_px
    # At a scale that is wrong the networks are less sure.
    for least in (_SURELY_WRITING, _UNLIKELY_WRITING):
        is_written = is_high & (likely > least)
        if np.count_nonzero(is_written) >= _FEWEST_LETTERS:
            return weighted_median_height(components.only(is_written), ink.mask.shape)
    return None


def sides_between(erased: Mask, inked: Mask, *, text_height_px: float) -> Mask:
    """Find the columns of ink (H, W) that run from one erased line to the next: sides of boxes.

    Parameters
    ----------
    erased : (H, W) bool array
        Level lines.
    inked : (H, W) bool array
    text_height_px : float
    """
    solid = np.pad((erased | inked).T.view(np.int8), ((0, 0), (1, 1)))
    steps = np.diff(solid, axis=1)
    (cols, tops), bottoms = np.nonzero(steps == 1), np.nonzero(steps == -1)[1]
    lengths = (bottoms - tops) / text_height_px
    is_side = (lengths > _LOWEST_SIDE_HEIGHTS) & (lengths < _HIGHEST_SIDE_HEIGHTS)
    cols, tops, bottoms = cols[is_side], tops[is_side], bottoms[is_side]
    end = max(2, round(_END_HEIGHTS * text_height_px))
    gone = np.pad(np.cumsum(erased.T, axis=1, dtype=np.int32), ((0, 0), (1, 0)))
    meets_lines = gone[cols, tops + end] > gone[cols, tops]
    meets_lines &= gone[cols, bottoms] > gone[cols, bottoms - end]
    marks = np.zeros((solid.shape[0], erased.shape[0] + 1), np.int8)
    marks[cols[meets_lines], tops[meets_lines]] = 1
    marks[cols[meets_lines], bottoms[meets_lines]] -= 1
    return np.asarray(np.cumsum(marks, axis=1, dtype=np.int8)[:, :-1].T.astype(bool))


def _near(mask: Mask, distance_px: float) -> Mask:
    """Return the mask (H, W) of all pixels within a distance, level and upright."""
    side = 2 * max(1, round(distance_px)) + 1
    return ndimage.maximum_filter(mask, side)


def _remnants(mask: Mask, erased: Mask, before: Mask, writing: Float32, text_height_px: float) -> Mask:
    """Find the components of ink, not likely writing, that lie beside erased pixels nearly everywhere."""
    components = find_components(mask)
    beside = _near(erased, _REMNANT_HEIGHTS * text_height_px)
    likely = means_in(components, writing)
    is_small = np.maximum(components.heights, components.widths) < _LARGEST_REMNANT_HEIGHTS * text_height_px
    is_remnant = means_in(components, beside) > _REMNANT_FRAC
    is_remnant &= likely < np.where(is_small, _SURELY_WRITING, _LIKELY_WRITING)
    # What is no writing was one large mark with the lines; its parts would be read as letters.
    whole = find_components(before)
    with_lines = whole.mask(means_in(whole, erased) > 0)
    was_with_lines = means_in(components, with_lines) > _REMNANT_FRAC
    is_remnant |= was_with_lines & (likely < _UNLIKELY_WRITING)
    return components.mask(is_remnant) | (mask & _outlines(whole, erased, text_height_px))


def _outlines(whole: Components, erased: Mask, text_height_px: float) -> Mask:
    """Find the outlines around words (H, W), such as bubbles, of which a part was erased as lines.

    Letters that touch them from within stay.
    """
    found = np.zeros_like(erased)
    is_outline = np.minimum(whole.heights, whole.widths) >= _LOWEST_OUTLINE_HEIGHTS * text_height_px
    is_outline &= whole.areas <= _THIN_FRAC * whole.heights * whole.widths
    share = means_in(whole, erased)
    is_outline &= (share >= _PARTLY_FRAC) & (share <= _MOSTLY_FRAC)
    for index in np.flatnonzero(is_outline):
        ink = whole.ink(int(index))
        filled = _filled(ink, text_height_px)
        if np.count_nonzero(filled) >= _HOLLOW_FRAC * ink.size and _has_one_hole(filled & ~ink):
            depth = max(1, round(_DEPTH_HEIGHTS * text_height_px))
            inner = ndimage.binary_erosion(np.pad(filled, 1), np.ones((3, 3), dtype=bool), depth)[1:-1, 1:-1]
            found[whole.box(int(index)).slices] |= ink & ~inner
    return found
