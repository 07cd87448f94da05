"""Bring a picture to the working scale: gray, dark ink on bright paper, no perspective, letters of one size.

The size of the letters is measured on an overview of the picture; then the picture is decoded as large as
needed and resized.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ocr.image.resize import at_size, page_side, resized
from ocr.page.background import is_light_on_dark
from ocr.page.coordinates import SourceFrame
from ocr.page.page_boundary import find_sheet, find_sheet_corners, sheet_mask
from ocr.page.rectification import Rectification, find_rectification
from ocr.page.scale import measure_text_height

if TYPE_CHECKING:
    from ocr.array_types import Float64, GrayBytes, Mask
    from ocr.image.picture import Picture


# The longer side of the overview, about.
_OVERVIEW_PX = 1000
WORKING_HEIGHT_PX = 38.0
"""Text height at the working scale: half as fine again as the crops it ends in; 48 reads no better."""
SMALL_HEIGHT_PX = 30.0
"""Smaller text is enlarged to this height: strokes and gaps a pixel wide would be lost."""
# ... though not by more than this factor.
_MOST_ENLARGED = 3.0


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
    """

    gray: GrayBytes
    text_height_px: float
    sheet: Mask | None
    rectification: Rectification | None = None

    def source_frame(self, picture: Picture) -> SourceFrame:
        """Return where it lies in the source picture."""
        if self.rectification is not None:
            return self.rectification.source_frame(self.gray.shape, picture)
        return SourceFrame.of_size(self.gray.shape, height=picture.height, width=picture.width)


def working_gray(picture: Picture, *, whole: bool = False) -> WorkingGray:
    """Bring a picture to the working scale.

    Parameters
    ----------
    picture : Picture
    whole : bool
        Use all of the picture, even where it seems to be a sheet on a table.

    Returns
    -------
    WorkingGray
    """
    shape = (picture.height, picture.width)
    overview = picture.gray(at_least_px=round(_OVERVIEW_PX * max(shape) / page_side(shape)))
    is_dark = is_light_on_dark(overview)
    bright = _bright(overview, is_dark=is_dark)
    corners = None if whole else find_sheet_corners(bright)
    rectification = None if corners is None else find_rectification(corners, bright.shape)
    if rectification is not None:
        return _rectified(picture, overview, rectification, is_dark=is_dark)
    sheet = None if whole else _sheet(bright, corners)
    overview_sheet = None if sheet is None else at_size(sheet, bright.shape)
    text_height_px = measure_text_height(bright, sheet=overview_sheet)
    if text_height_px is None:
        return WorkingGray(overview, 0.0, overview_sheet)
    longest = max(overview.shape)
    wanted = min(max(shape), round(longest * WORKING_HEIGHT_PX / text_height_px))
    decoded = overview if wanted <= longest else picture.gray(at_least_px=wanted)
    factor = wanted / max(decoded.shape)
    gray = decoded if factor > 0.9 else resized(decoded, factor)
    working_sheet = None if sheet is None else at_size(sheet, gray.shape)
    working_height_px = text_height_px * max(gray.shape) / longest
    return WorkingGray(_bright(gray, is_dark=is_dark), working_height_px, working_sheet)


def _bright(gray: GrayBytes, *, is_dark: bool) -> GrayBytes:
    """Return a picture with bright paper; light writing on a dark ground is inverted."""
    return 255 - gray if is_dark else gray


def _sheet(bright: GrayBytes, corners: Float64 | None) -> Mask | None:
    """Return the sheet, by its corners if it has any: they show its edge, which looks like a stroke, best."""
    return find_sheet(bright) if corners is None else sheet_mask(corners, bright.shape)


def _rectified(
    picture: Picture, overview: GrayBytes, rectification: Rectification, *, is_dark: bool
) -> WorkingGray:
    """Draw a rectified sheet at the working scale."""
    small = rectification.rectified(_bright(overview, is_dark=is_dark), 1.0)
    sheet = rectification.sheet_mask(small.shape)
    text_height_px = measure_text_height(small, sheet=sheet)
    if text_height_px is None:
        return WorkingGray(small, 0.0, sheet, rectification)
    longest = max(overview.shape)
    factor = min(max(picture.width, picture.height) / longest, WORKING_HEIGHT_PX / text_height_px)
    decoded = overview if factor <= 1 else picture.gray(at_least_px=round(factor * longest))
    gray = _bright(rectification.rectified(decoded, factor), is_dark=is_dark)
    return WorkingGray(gray, text_height_px * factor, rectification.sheet_mask(gray.shape), rectification)


def enlarged(working: WorkingGray) -> WorkingGray:
    """Enlarge a picture of small text."""
    factor = min(SMALL_HEIGHT_PX / working.text_height_px, _MOST_ENLARGED)
    larger = resized(working.gray, factor)
    sheet = None if working.sheet is None else at_size(working.sheet, larger.shape)
    return WorkingGray(larger, working.text_height_px * factor, sheet, working.rectification)
