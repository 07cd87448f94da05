"""How large the letters are: the one length that all others are multiples of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.image.resize import at_size, page_side, resized
from ocr.page.background import normalize_background
from ocr.page.binarization import binarize, denoised
from ocr.page.components import Components, find_components
from ocr.page.marks import are_on_lattice, kept, stands_on_paper
from ocr.page.printed_lines import remove_rules

if TYPE_CHECKING:
    from ocr.array_types import Float32, GrayBytes, Mask


# Letters as shown on common pages take a fifteenth to a fortieth of the page's side; the first guess only
# sets the window that separates paper from ink.
_FIRST_GUESS_FRAC = 1 / 14
# The first look is at this size; letters that are then at least this high are measured there too.
_FIRST_LOOK_PX, _CLEAR_PX = 750, 16.0
# A component that may be a letter: not a speck, not a rule, not a filled block.
_SMALLEST_PX = 6
_MOST_SLENDER = 8.0
_FULLEST = 0.85
# Rules that join all letters must go before letters are measured. These are usually about this large, and
# what spans so much of the page is a net of rules.
_USUAL_LETTER_FRAC = 1 / 30
_NET_FRAC = 0.6


def text_height(gray: GrayBytes, *, sheet: Mask | None = None) -> float | None:
    """Estimate the height of the letters, in pixels.

    Components are found with a window from a first guess, then once more with a window from the first answer.
    Both are done on a smaller picture if the letters are large enough on it and the paper is plain: rules and
    dots run together with letters.
    The estimate is the median of the heights of letter-like components, each weighted by its height, so that
    the many specks of a noisy page count little.

    Parameters
    ----------
    gray : (H, W) uint8 array
        Dark ink on brighter paper.
    sheet : (H, W) bool array, optional
        Where to look; everywhere if left out.

    Returns
    -------
    float or None
        None if nothing on the page looks like a letter.
    """
    factor = min(1.0, _FIRST_LOOK_PX / page_side(gray.shape))
    small = gray if factor == 1 else resized(gray, factor)
    small_sheet = sheet if sheet is None else at_size(sheet, small.shape)
    first_guess = page_side(small.shape) * _FIRST_GUESS_FRAC
    estimate, is_plain = _measured(small, max(16.0, first_guess), small_sheet)
    if factor == 1 or (is_plain and estimate is not None and estimate >= _CLEAR_PX):
        return None if estimate is None else _scaled(_measured(small, estimate, small_sheet)[0], 1 / factor)
    # Small letters, and letters on printed paper, are looked at as they are.
    estimate, _ = _measured(gray, max(16.0, (estimate or first_guess) / factor), sheet)
    return None if estimate is None else _measured(gray, estimate, sheet)[0]


def _scaled(length: float | None, factor: float) -> float | None:
    return None if length is None else length * factor


def _measured(gray: GrayBytes, text_height_px: float, sheet: Mask | None) -> tuple[float | None, bool]:
    """Measure the letters through windows for letters of a given height; tell whether the paper is plain."""
    darkness = denoised(
        normalize_background(gray, text_height_px=text_height_px, sheet=sheet), text_height_px=text_height_px
    )
    ink = binarize(darkness, text_height_px=text_height_px)
    components = find_components(ink.mask)
    height, has_dots = _of_letters(components, darkness, text_height_px)
    has_rules = _has_net(components) or (height is None and _has_rule(components))
    if has_rules:
        usual_px = page_side(gray.shape) * _USUAL_LETTER_FRAC
        components = find_components(remove_rules(darkness, ink, text_height_px=usual_px)[0].mask)
        height, has_dots = _of_letters(components, darkness, text_height_px)
    return height, not has_rules and not has_dots


def _of_letters(
    components: Components, darkness: Float32, text_height_px: float
) -> tuple[float | None, bool]:
    """Height of what may be letters; and whether there are dots of the paper, which are none."""
    dots = are_on_lattice(components, text_height_px=text_height_px)
    on_paper = stands_on_paper(components, darkness, text_height_px=text_height_px)
    letters, _ = kept(components, on_paper & ~dots)
    return weighted_median_height(letters, components.labels.shape), bool(dots.any())


def _has_net(components: Components) -> bool:
    """Say whether a component spans most of the page both ways."""
    height, width = components.labels.shape
    return bool(np.any((components.heights > _NET_FRAC * height) & (components.widths > _NET_FRAC * width)))


def _has_rule(components: Components) -> bool:
    """Say whether a component spans most of the page's width."""
    return bool(np.any(components.widths > _NET_FRAC * components.labels.shape[1]))


def weighted_median_height(components: Components, shape: tuple[int, ...]) -> float | None:
    """Median height of the components that may be letters, each weighted by its height; None without any.

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
        & (areas < _FULLEST * heights * widths)
        # A one or an l is slender and upright; what is slender and lies down is a rule.
        & ((slender < _MOST_SLENDER) | (heights > widths))
    )
    # What is half as wide as the picture is hardly a letter; but a word in one stroke may be all there is.
    narrow = likely & (widths < 0.5 * max(shape))
    if not likely.any():
        return None
    kept = np.sort(heights[narrow if narrow.any() else likely])
    weights = np.cumsum(kept.astype(np.float64))
    return float(kept[np.searchsorted(weights, weights[-1] / 2)])
