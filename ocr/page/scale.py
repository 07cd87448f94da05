"""Bring a picture to the working scale: decoded and resized so that all letters have about one height.

The text height is measured on an overview, see :mod:`ocr.page.text_height`.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.image.resize import at_size, page_side, resized
from ocr.numeric import ink_bounds, quantile
from ocr.page.ink.background import is_light_on_dark
from ocr.page.sheet.coordinates import SourceFrame
from ocr.page.sheet.page_boundary import find_photo, find_sheet, without_table
from ocr.page.sheet.rectification import Rectification, find_rectification, levelling
from ocr.page.skew import measure_skew
from ocr.page.text_height import CLEAR_PX, measure_text_height

if TYPE_CHECKING:
    from ocr.array_types import GrayBytes, Mask
    from ocr.image.picture import Picture


# The longer side of the overview, about.
_OVERVIEW_PX = 1000
# A strip needs a longer overview, of at most so many pixels when it is halved as often as possible: one that
# is 20 times as long as wide is not affected.
_MOST_OVERVIEW_PIXELS = 2_500_000
# The stages need about 55 bytes for each pixel of the working scale, and half a second for each million. Real
# pages have up to two million. This is an A3 page in small print, which needs about 700 MB.
_MOST_WORKING_PIXELS = 12_000_000
# A page that would have more than so many times as many at the working scale is too large to be read at once.
_TOO_LARGE = 1.2
WORKING_HEIGHT_PX = 38.0
"""Text height at the working scale: half as fine again as the crops it ends in; 48 reads no better."""
SMALL_HEIGHT_PX = 30.0
"""Smaller text is enlarged to this height: strokes and gaps a pixel wide would be lost."""
# ... though not by more than this factor.
_MOST_ENLARGED = 3.0
# A sheet with a smaller share of the picture's side is measured on a larger overview.
_SMALL_SHEET = 0.75
# Letters that are too small for the overview are looked for where the strongest differences of neighbouring
# pixels, of 200 the strongest, are so many times the mean: those of grain are 3.5 times, of writing 7 to 100.
_EDGE_RANK, _LEAST_EDGES = 0.995, 5.0

# Text at least this high, as a share of the shorter side, fills its picture; a margin as wide as this share
# of it is added then.
_FILLING_FRAC, _MARGIN_FRAC = 0.25, 0.75
# ... which is as wide as seven lines of text that is smaller than this share: textures look so.
_SMALL_FRAC = 0.1
# What is longer than so many times its width is no line that fills its picture: lines cut from pages are up
# to 25 times as long. A margin would make most of the work.
_LONGEST_LINE = 60
# A page is levelled if its lines are steeper than this. What follows copes with flatter ones: the networks
# learnt from lines up to 0.12, and every warp blurs a little.
_SKEWED = 0.08


class WorkingGray(NamedTuple):
    """A picture at the working scale.

    Attributes
    ----------
    gray : (H, W) uint8 array
        Dark ink on bright paper.
    text_height_px : float
        0 for a blank page.
    sheet : (H, W) bool array or None
        The sheet that is read; None for all of the picture.
    rectification : Rectification or None
        How the sheet was rectified, if it was.
    margin_px : int
        Width, in pixels of the source picture, of the paper that was added around it.
    is_inverted : bool
        Whether the picture shows light writing on a dark ground.
    """

    gray: GrayBytes
    text_height_px: float
    sheet: Mask | None
    rectification: Rectification | None = None
    margin_px: int = 0
    is_inverted: bool = False

    def source_frame(self, picture: Picture) -> SourceFrame:
        """Return where it lies in the source picture."""
        if self.rectification is not None:
            return self.rectification.source_frame(self.gray.shape, picture)
        return SourceFrame.of_size(
            self.gray.shape, height=picture.height, width=picture.width, margin_px=self.margin_px
        )


def working_gray(picture: Picture, *, whole: bool = False) -> WorkingGray:
    """Bring a picture to the working scale.

    A word or a character that fills its picture has no paper around it that would show what is ink and how
    large. Such a picture is measured again with a margin, and so is one in which no letters were found. The
    margin stays if the text fills the picture.

    Parameters
    ----------
    picture : Picture
    whole : bool
        Use all of the picture, even where it seems to be a sheet on a table.

    Returns
    -------
    WorkingGray
    """
    found = _working_gray(picture, whole=whole, may_fill=False)
    if found.sheet is not None:
        return found if found.text_height_px else _of_small_text(picture, found)
    px_per_source = found.source_frame(picture).px_per_source
    shorter_px = min(picture.height, picture.width) * px_per_source
    if found.text_height_px and found.text_height_px < _FILLING_FRAC * shorter_px:
        return found
    if max(picture.height, picture.width) <= _LONGEST_LINE * min(picture.height, picture.width):
        margin_px = math.ceil(_MARGIN_FRAC * min(picture.height, picture.width))
        with_margin = _working_gray(picture.with_margin(margin_px), whole=True, may_fill=True)
        if with_margin.text_height_px:
            return _unless_needless(with_margin._replace(margin_px=margin_px), picture)
    return found if found.text_height_px else _of_small_text(picture, found)


def _unless_needless(found: WorkingGray, picture: Picture) -> WorkingGray:
    """Remove the margin if the text turned out to be so small that it has enough paper around it."""
    px_per_source = found.source_frame(picture).px_per_source
    shorter_px = min(picture.height, picture.width) * px_per_source
    if found.text_height_px >= _SMALL_FRAC * shorter_px:
        return found
    margin_px = round(found.margin_px * px_per_source)
    inner = found.gray[margin_px : len(found.gray) - margin_px, margin_px : found.gray.shape[1] - margin_px]
    return found._replace(gray=inner.copy(), margin_px=0)


def _of_small_text(picture: Picture, found: WorkingGray) -> WorkingGray:
    """Bring a picture to the working scale whose letters are too small for the overview.

    They are measured on the busiest part of the picture, as large as it needs to be.
    """
    if found.rectification is not None:
        return found
    longest = max(found.gray.shape)
    zoom, on_overview = 2, None
    # The sides of the overview are rounded up.
    while longest > 1 and zoom * (longest - 1) < max(picture.height, picture.width):
        decoded = picture.gray(at_least_px=zoom * longest)
        part = _busiest_part(_on_sheet(decoded, found.sheet), zoom)
        height = None if part is None else measure_text_height(_bright(part, is_dark=found.is_inverted))
        if height is not None:
            on_overview = height * longest / max(decoded.shape)
            # Words look like letters where these are not clear.
            if height >= CLEAR_PX:
                break
        zoom *= 2
    if on_overview is None:
        return found
    return _at_working_scale(picture, found.gray, on_overview, sheet=found.sheet, is_dark=found.is_inverted)


def _on_sheet(gray: GrayBytes, sheet: Mask | None) -> GrayBytes:
    """Return a picture without what is beside its sheet, whose mask has any size."""
    return gray if sheet is None else without_table(gray, at_size(sheet, gray.shape))


def _busiest_part(gray: GrayBytes, parts: int) -> GrayBytes | None:
    """Return the part of a picture with the strongest edges, of ``parts`` a side; None for blank paper."""
    rows, cols = (max(1, length // parts) for length in gray.shape)
    corners = product(range(0, gray.shape[0] - rows + 1, rows), range(0, gray.shape[1] - cols + 1, cols))
    windows = [gray[top : top + rows, left : left + cols] for top, left in corners]
    # Every eighth row shows enough.
    edges = [np.abs(np.diff(window[::8].astype(np.int16), axis=1)) for window in windows]
    if not edges[0].size:
        return None
    strongest = [float(quantile(one, _EDGE_RANK)) for one in edges]
    best = int(np.argmax(strongest))
    return windows[best] if strongest[best] > _LEAST_EDGES * float(edges[best].mean()) else None


def text_height_if_too_large(picture: Picture) -> float | None:
    """Return the text height, in pixels of the picture, of a page that cannot be read at once.

    Returns
    -------
    float or None
        None if all of the picture can be read without reducing its letters below the working height, and for
        a sheet on a table.
    """
    pixels = picture.height * picture.width
    if pixels <= _MOST_WORKING_PIXELS:
        return None
    found = working_gray(picture)
    if found.sheet is not None or not found.text_height_px:
        return None
    height_px = found.text_height_px / found.source_frame(picture).px_per_source
    wanted = pixels * min(1.0, WORKING_HEIGHT_PX / height_px) ** 2
    return height_px if wanted > _TOO_LARGE * _MOST_WORKING_PIXELS else None


def _working_gray(picture: Picture, *, whole: bool, may_fill: bool) -> WorkingGray:
    """Bring a picture to the working scale as it is."""
    shape = (picture.height, picture.width)
    overview_px = round(
        min(_OVERVIEW_PX * max(shape) / page_side(shape), _longest_px(shape, _MOST_OVERVIEW_PIXELS))
    )
    colours = picture.colours(at_least_px=overview_px)
    found = find_photo(colours) if whole else find_sheet(colours)
    overview = picture.gray(at_least_px=overview_px)
    corners = None if found is None else found.corners_in(overview)
    rectification = None if corners is None else find_rectification(corners, overview.shape)
    if rectification is not None:
        return _rectified(picture, overview, rectification)
    sheet = None if found is None else found.mask(overview.shape, corners)
    # Of a sheet of a few pixels nothing is left without its edge.
    sheet = sheet if sheet is not None and sheet.any() else None
    is_dark = is_light_on_dark(overview, sheet)
    if sheet is None:
        text_height_px = measure_text_height(_bright(overview, is_dark=is_dark), may_fill=may_fill)
    else:
        text_height_px = _height_on_sheet(picture, overview, sheet, is_dark=is_dark)
    if text_height_px is None and is_dark and not may_fill:
        # A deep shadow on most of the page looks like a dark ground.
        text_height_px = measure_text_height(overview, sheet=sheet)
        is_dark = text_height_px is None
    if text_height_px is None:
        return WorkingGray(overview, 0.0, sheet, is_inverted=is_dark)
    if not may_fill:
        bright = _bright(overview, is_dark=is_dark)
        slope = measure_skew(bright, text_height_px=text_height_px, sheet=sheet)
        if abs(slope) > _SKEWED:
            return _rectified(picture, overview, levelling(slope, overview.shape, sheet))
    return _at_working_scale(picture, overview, text_height_px, sheet=sheet, is_dark=is_dark)


def _height_on_sheet(picture: Picture, overview: GrayBytes, sheet: Mask, *, is_dark: bool) -> float | None:
    """Measure the text height on a sheet in an overview; a small sheet as if it filled the picture."""
    rows, cols = ink_bounds(sheet) or (slice(None), slice(None))
    share = page_side(sheet[rows, cols].shape) / page_side(sheet.shape)
    if share >= _SMALL_SHEET:
        return measure_text_height(_bright(overview, is_dark=is_dark), sheet=sheet)
    longest = max(overview.shape)
    larger = picture.gray(at_least_px=round(longest / share))
    factor = max(larger.shape) / longest
    rows, cols = (slice(int(part.start * factor), int(part.stop * factor)) for part in (rows, cols))
    seen, part = _bright(larger[rows, cols], is_dark=is_dark), at_size(sheet, larger.shape)[rows, cols]
    text_height_px = measure_text_height(seen, sheet=part)
    return None if text_height_px is None else text_height_px / factor


def _at_working_scale(
    picture: Picture, overview: GrayBytes, text_height_px: float, *, sheet: Mask | None, is_dark: bool
) -> WorkingGray:
    """Decode a picture as large as its text, which is so high on the overview, needs."""
    shape = (picture.height, picture.width)
    longest = max(overview.shape)
    most_px = min(max(shape), _longest_px(shape, _MOST_WORKING_PIXELS))
    wanted = round(min(most_px, longest * WORKING_HEIGHT_PX / text_height_px))
    decoded = overview if wanted <= longest else picture.gray(at_least_px=wanted)
    factor = wanted / max(decoded.shape)
    gray = decoded if factor > 0.9 else resized(decoded, factor)
    working_sheet = None if sheet is None else at_size(sheet, gray.shape)
    working_height_px = text_height_px * max(gray.shape) / longest
    bright = _bright(gray, is_dark=is_dark)
    return WorkingGray(bright, working_height_px, working_sheet, is_inverted=is_dark)


def measured_again(picture: Picture, working: WorkingGray, text_height_px: float) -> WorkingGray:
    """Bring a picture to the working scale of another text height, in pixels of what it was brought to."""
    if working.rectification is not None:
        on_overview = text_height_px * working.rectification.width / working.gray.shape[1]
        return _rectified_at(
            picture,
            working.rectification,
            on_overview,
            working.rectification.picture_px,
            is_dark=working.is_inverted,
        )
    whole = picture.with_margin(working.margin_px) if working.margin_px else picture
    overview = _bright(working.gray, is_dark=working.is_inverted)
    again = _at_working_scale(
        whole, overview, text_height_px, sheet=working.sheet, is_dark=working.is_inverted
    )
    return again._replace(margin_px=working.margin_px)


def _longest_px(shape: tuple[int, ...], pixels: int) -> float:
    """Return the longer side of a picture (H, W) that is reduced to so many pixels."""
    return math.sqrt(pixels * max(shape) / min(shape))


def _bright(gray: GrayBytes, *, is_dark: bool) -> GrayBytes:
    """Return a picture with bright paper; light writing on a dark ground is inverted."""
    return 255 - gray if is_dark else gray


def _rectified(picture: Picture, overview: GrayBytes, rectification: Rectification) -> WorkingGray:
    """Draw a rectified sheet at the working scale."""
    small = rectification.rectified(overview, 1.0)
    sheet = rectification.sheet_mask(small.shape)
    is_dark = is_light_on_dark(small, sheet)
    small = _bright(small, is_dark=is_dark)
    text_height_px = measure_text_height(small, sheet=sheet)
    if text_height_px is None:
        return WorkingGray(small, 0.0, sheet, rectification, is_inverted=is_dark)
    return _rectified_at(picture, rectification, text_height_px, max(overview.shape), is_dark=is_dark)


def _rectified_at(
    picture: Picture, rectification: Rectification, text_height_px: float, longest: int, *, is_dark: bool
) -> WorkingGray:
    """Draw a rectified sheet as large as its text needs, which is so high in an overview of some length."""
    size = rectification.height * rectification.width
    most = min(max(picture.width, picture.height) / longest, math.sqrt(_MOST_WORKING_PIXELS / size))
    factor = min(most, WORKING_HEIGHT_PX / text_height_px)
    decoded = picture.gray(at_least_px=max(1, round(factor * longest)))
    gray = _bright(rectification.rectified(decoded, factor), is_dark=is_dark)
    sheet = rectification.sheet_mask(gray.shape)
    return WorkingGray(gray, text_height_px * factor, sheet, rectification, is_inverted=is_dark)


def with_small_enlarged(working: WorkingGray) -> WorkingGray:
    """Enlarge small text before rules are removed: there a rule is as thick as what it crosses."""
    if not 0 < working.text_height_px < SMALL_HEIGHT_PX:
        return working
    most = max(1.0, math.sqrt(_MOST_WORKING_PIXELS / working.gray.size))
    factor = min(SMALL_HEIGHT_PX / working.text_height_px, _MOST_ENLARGED, most)
    larger = resized(working.gray, factor)
    sheet = None if working.sheet is None else at_size(working.sheet, larger.shape)
    return working._replace(gray=larger, text_height_px=working.text_height_px * factor, sheet=sheet)
