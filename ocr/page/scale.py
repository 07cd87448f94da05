"""Measure the text height: the one length that all others are multiples of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.image.resize import at_size, page_side, resized
from ocr.page.background import normalize_background
from ocr.page.binarization import binarize, denoised
from ocr.page.components import Components, find_components
from ocr.page.marks import are_on_lattice, kept, stands_on_paper
from ocr.page.printed_lines import remove_rules

if TYPE_CHECKING:
    from ocr.array_types import Float32, GrayBytes, Mask


# Text on common pages is a fifteenth to a fortieth of the page's side high; the first guess only sets the
# window that separates paper from ink.
_FIRST_GUESS_FRAC = 1 / 14
# The windows of the first pass are at least this high.
_LEAST_GUESS_PX = 16.0
# The first pass is at this size; text that is then at least this high is measured there too.
_FIRST_PASS_PX, _CLEAR_PX = 750, 16.0
# A component that may be a letter: not a speck, not a rule, not a filled block.
_SMALLEST_PX = 6
_MOST_SLENDER = 8.0
_FULLEST_FRAC = 0.85
# Rules that join all letters must be removed before letters are measured. These are usually about this large,
# and what spans so much of the page is a net of rules.
_USUAL_HEIGHT_FRAC = 1 / 30
_NET_FRAC = 0.6


class _Measured(NamedTuple):
    """The text height in pixels, None without letters; and whether the paper has neither rules nor dots."""

    text_height_px: float | None
    is_plain: bool


def measure_text_height(gray: GrayBytes, *, sheet: Mask | None = None) -> float | None:
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

    Returns
    -------
    float or None
        In pixels; None if nothing on the page looks like a letter.
    """
    factor = min(1.0, _FIRST_PASS_PX / page_side(gray.shape))
    small = gray if factor == 1 else resized(gray, factor)
    small_sheet = sheet if sheet is None else at_size(sheet, small.shape)
    guess_px = page_side(small.shape) * _FIRST_GUESS_FRAC
    found, is_plain = _measure(small, max(_LEAST_GUESS_PX, guess_px), small_sheet)
    if factor == 1 or (is_plain and found is not None and found >= _CLEAR_PX):
        again = None if found is None else _measure(small, found, small_sheet).text_height_px
        return None if again is None else again / factor
    # Small letters, and letters on printed paper, are measured at full size.
    found, _ = _measure(gray, max(_LEAST_GUESS_PX, (found or guess_px) / factor), sheet)
    return None if found is None else _measure(gray, found, sheet).text_height_px


def _measure(gray: GrayBytes, text_height_px: float, sheet: Mask | None) -> _Measured:
    """Measure the text height with windows for text of a given height."""
    flat = normalize_background(gray, text_height_px=text_height_px, sheet=sheet)
    darkness = denoised(flat, text_height_px=text_height_px)
    ink = binarize(darkness, text_height_px=text_height_px)
    components = find_components(ink.mask)
    found = _measure_letters(components, darkness, text_height_px)
    if not (_has_net(components) or (found.text_height_px is None and _has_rule(components))):
        return found
    usual_px = page_side(gray.shape) * _USUAL_HEIGHT_FRAC
    components = find_components(remove_rules(darkness, ink, text_height_px=usual_px)[0].mask)
    return _measure_letters(components, darkness, text_height_px)._replace(is_plain=False)


def _measure_letters(components: Components, darkness: Float32, text_height_px: float) -> _Measured:
    """Measure the height of what may be letters, without the dots of the paper."""
    dots = are_on_lattice(components, text_height_px=text_height_px)
    on_paper = stands_on_paper(components, darkness, text_height_px=text_height_px)
    letters, _ = kept(components, on_paper & ~dots)
    return _Measured(weighted_median_height(letters, components.labels.shape), not dots.any())


def _has_net(components: Components) -> bool:
    """Return whether a component spans most of the page both ways."""
    height, width = components.labels.shape
    return bool(np.any((components.heights > _NET_FRAC * height) & (components.widths > _NET_FRAC * width)))


def _has_rule(components: Components) -> bool:
    """Return whether a component spans most of the page's width."""
    return bool(np.any(components.widths > _NET_FRAC * components.labels.shape[1]))


def weighted_median_height(components: Components, shape: tuple[int, ...]) -> float | None:
    """Return the median height of components that may be letters, weighted by height; None without any.

    Parameters
    ----------
    components : Components
    shape : (int, int)
        Rows and columns of the picture.
    """
    heights, widths, areas = components.heights, components.widths, components.areas
    slender = np.maximum(heights, widths) / np.maximum(np.minimum(heights, widths), 1)
    likely = (
        (heights >= _SMALLEST_PX)
        & (heights < 0.9 * shape[0])
        & (areas < _FULLEST_FRAC * heights * widths)
        # A one or an l is slender and upright; what is slender and level is a rule.
        & ((slender < _MOST_SLENDER) | (heights > widths))
    )
    # What is half as wide as the picture is hardly a letter; but a word in one stroke may be all there is.
    narrow = likely & (widths < 0.5 * max(shape))
    if not likely.any():
        return None
    ranked = np.sort(heights[narrow if narrow.any() else likely])
    weights = np.cumsum(ranked.astype(np.float64))
    return float(ranked[np.searchsorted(weights, weights[-1] / 2)])
