"""Measure the text height, the one length that all others are multiples of, on an overview of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr import ndimage
from ocr.image.resize import at_size, page_side, resized
from ocr.page.ink.background import normalize_background
from ocr.page.ink.binarization import binarize, denoised
from ocr.page.ink.components import find_components, pen_width_px, weighted_median_height
from ocr.page.printed.line_removal import remove_rules
from ocr.page.writing.marks import are_dots_of_paper, are_on_paper

if TYPE_CHECKING:
    from ocr.array_types import Float32, GrayBytes, Mask
    from ocr.page.ink.binarization import Ink
    from ocr.page.ink.components import Components

# Text on common pages is a fifteenth to a fortieth of the page's side high; the first guess only sets the
# window that separates paper from ink.
_FIRST_GUESS_FRAC = 1 / 14
# ... and if nothing is found so, a word or a character may fill the picture.
_LARGE_GUESS_FRAC = 1 / 4
# ... as it may if the pen seems to be thicker than this share of the text height.
_THICKEST_PEN_HEIGHTS = 0.42
# ... unless it is thinner than this: the least window is three times as wide.
_THINNEST_SHADOW_PX = 6.0
# The pen is that of components between the text height divided by this and multiplied by it.
_ALIKE = 2.0
# The windows of the first pass are at least this high.
_LEAST_GUESS_PX = 16.0
# The first pass is at this size; text that is then at least this high is measured there too.
_FIRST_PASS_PX, CLEAR_PX = 750, 16.0
# Letters of fewer pixels cannot be told from grain.
_LEGIBLE_PX = 8.0
# Rules that join all letters must be removed before letters are measured. These are usually about this large,
# and what spans so much of the page is a net of rules.
_USUAL_HEIGHT_FRAC = 1 / 30
_NET_FRAC = 0.6
# What comes so close to the edge of the sheet is not measured; nor is what comes so close to the edge of the
# picture and has this share of its side.
_EDGE_PX, _LARGE_FRAC = 2, 0.25


class _Measured(NamedTuple):
    """Text height and pen in pixels, no height without letters; whether the paper has no rules and dots."""

    text_height_px: float | None
    is_plain: bool
    pen_px: float


def measure_text_height(
    gray: GrayBytes, *, sheet: Mask | None = None, may_fill: bool = False
) -> float | None:
    """Measure the text height: the median height of letter-like components, each weighted by its height.

    Specks of a noisy page, though many, then count little. Components are found with a window from a first
    guess, then once more with a window from the first result. Both passes are on a smaller picture if letters
    are large enough there and the paper is plain: rules and dots merge with letters.

    Parameters
    ----------
    gray : (H, W) uint8 array
        Dark ink on brighter paper.
    sheet : (H, W) bool array, optional
        The part to measure; everything if left out.
    may_fill : bool
        A word or a character may fill the picture.

    Returns
    -------
    float or None
        In pixels; None if nothing on the page looks like a letter.
    """
    factor = min(1.0, _FIRST_PASS_PX / page_side(gray.shape))
    small = gray if factor == 1 else resized(gray, factor)
    small_sheet = sheet if sheet is None else at_size(sheet, small.shape)
    guess_px = page_side(small.shape) * _FIRST_GUESS_FRAC
    found, is_plain, pen_px = _measure(small, max(_LEAST_GUESS_PX, guess_px), small_sheet)
    if found is not None and found < CLEAR_PX and pen_px > _THICKEST_PEN_HEIGHTS * found:
        # In windows of the first guess the strokes of letters of a few pixels are thicker than they are.
        found, is_plain, pen_px = _measure(small, _LEAST_GUESS_PX, small_sheet)
    if found is None or pen_px > max(_THICKEST_PEN_HEIGHTS * found, _THINNEST_SHADOW_PX):
        # Strokes wider than the window are paper in shadow, and parts of them look like letters.
        if not may_fill:
            return None
        found, is_plain, _ = _measure(small, page_side(small.shape) * _LARGE_GUESS_FRAC, small_sheet)
    if factor == 1 or (is_plain and found is not None and found >= CLEAR_PX):
        again = None if found is None else _measured_again(small, found, small_sheet)
        return None if again is None else again / factor
    # Small letters, and letters on printed paper, are measured at full size.
    found, _, _ = _measure(gray, max(_LEAST_GUESS_PX, (found or guess_px) / factor), sheet)
    return None if found is None else _measured_again(gray, found, sheet)


def _measured_again(gray: GrayBytes, text_height_px: float, sheet: Mask | None) -> float | None:
    """Measure the text height with windows for the height measured first.

    In the small windows of small letters the grain of paper may look like a texture. Then the first height
    stays, but for letters of a few pixels, which may be grain themselves.
    """
    again = _measure(gray, text_height_px, sheet).text_height_px
    return text_height_px if again is None and _LEGIBLE_PX <= text_height_px < CLEAR_PX else again


def _measure(gray: GrayBytes, text_height_px: float, sheet: Mask | None) -> _Measured:
    """Measure the text height with windows for text of a given height."""
    darkness, ink = overview_ink(gray, text_height_px=text_height_px, sheet=sheet)
    components = find_components(ink.mask)
    found = _measure_letters(_within(components, sheet), darkness, text_height_px)
    if not (_has_net(components) or (found.text_height_px is None and _has_rule(components))):
        return found
    usual_px = page_side(gray.shape) * _USUAL_HEIGHT_FRAC
    bare = remove_rules(darkness, ink, text_height_px=usual_px).ink.mask
    components = _within(find_components(bare), sheet)
    return _measure_letters(components, darkness, text_height_px)._replace(is_plain=False)


def overview_ink(gray: GrayBytes, *, text_height_px: float, sheet: Mask | None) -> tuple[Float32, Ink]:
    """Find the ink of an overview.

    Parameters
    ----------
    gray : (H, W) uint8 array
        Dark ink on brighter paper.
    text_height_px : float
    sheet : (H, W) bool array or None
        The part to look at; everything if None.

    Returns
    -------
    (H, W) float32 array
        Darkness, 0 on paper.
    Ink
    """
    flat = normalize_background(gray, text_height_px=text_height_px, sheet=sheet)
    darkness = denoised(flat, text_height_px=text_height_px)
    # Followed further, strokes reach the dots of the paper beside them.
    return darkness, binarize(darkness, text_height_px=text_height_px, follow_faint=False)


def _within(components: Components, sheet: Mask | None) -> Components:
    """Return those that do not reach the edge of the sheet, where a part of the table may still be seen.

    Without a sheet, what is large and reaches the edge of the picture is the table, too.
    """
    if not len(components):
        return components
    height, width = components.runs.shape
    if sheet is None:
        top, left, bottom, right = components.boxes.T
        at_edge = np.minimum.reduce([top, left, height - bottom, width - right]) < _EDGE_PX
        larger = np.maximum(components.heights, components.widths)
        reaching = at_edge & (larger > _LARGE_FRAC * page_side((height, width)))
    else:
        edge = ndimage.binary_dilation(~sheet, iterations=_EDGE_PX)
        reaching = np.bincount(components.labels[edge], minlength=len(components) + 1)[1:] > 0
    return components if reaching.all() else components.only(~reaching)


def _measure_letters(components: Components, darkness: Float32, text_height_px: float) -> _Measured:
    """Measure the height of what may be letters, without the dots of the paper."""
    dots = are_dots_of_paper(components, text_height_px=text_height_px)
    on_paper = are_on_paper(components, darkness, text_height_px=text_height_px)
    letters = components.only(on_paper & ~dots)
    height_px = weighted_median_height(letters, darkness.shape)
    if height_px is None:
        return _Measured(None, not dots.any(), 0.0)
    # A dark table or margin is no stroke.
    alike = (letters.heights > height_px / _ALIKE) & (letters.heights < height_px * _ALIKE)
    return _Measured(height_px, not dots.any(), pen_width_px(letters.mask(alike)))


def _has_net(components: Components) -> bool:
    """Return whether a component spans most of the page both ways."""
    height, width = components.runs.shape
    return bool(np.any((components.heights > _NET_FRAC * height) & (components.widths > _NET_FRAC * width)))


def _has_rule(components: Components) -> bool:
    """Return whether a component spans most of the page's width."""
    return bool(np.any(components.widths > _NET_FRAC * components.runs.shape[1]))
