"""The picture that is worked on: gray, dark on bright, straight, with letters of a known height."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ocr.image.resize import at_size, page_side, resized
from ocr.page.background import is_light_on_dark
from ocr.page.coordinates import SourceFrame
from ocr.page.page_boundary import find_sheet, sheet_corners, within
from ocr.page.rectification import Rectification, rectification
from ocr.page.scale import text_height

if TYPE_CHECKING:
    from ocr.array_types import GrayBytes, Mask
    from ocr.image.picture import Picture


# A page is first looked at at about this size, to learn how large its letters are.
_OVERVIEW_PX = 1000
WORKING_LETTER_PX = 38.0
"""Letters are worked on at this height: half as fine again as the crops they end in; 48 reads no better."""
SMALL_LETTER_PX = 30.0
"""Letters smaller than this are enlarged to it: strokes and gaps a pixel wide would be lost."""
# ... though not more than so many times.
_MOST_ENLARGED = 3.0


class WorkingGray(NamedTuple):
    """A picture at the working scale.

    Attributes
    ----------
    gray : (H, W) uint8 array
        Dark ink on bright paper.
    text_height_px : float
        Letter height; 0 without any.
    sheet : (H, W) bool array or None
        The sheet that is looked at; None where all of the picture is.
    straight : Rectification or None
        How the sheet was straightened, if it was.
    """

    gray: GrayBytes
    text_height_px: float
    sheet: Mask | None
    straight: Rectification | None = None

    def source_frame(self, picture: Picture) -> SourceFrame:
        """Say where it lies in the picture that was given."""
        if self.straight is not None:
            return self.straight.source_frame(self.gray.shape, picture)
        return SourceFrame.of_size(self.gray.shape, height=picture.height, width=picture.width)


def working_gray(picture: Picture, *, whole: bool = False) -> WorkingGray:
    """Bring a picture to the scale at which letters are about 38 pixels high.

    Parameters
    ----------
    picture : Picture
    whole : bool
        Look at all of the picture, even where it seems to be a sheet on a table.

    Returns
    -------
    WorkingGray
    """
    shape = (picture.height, picture.width)
    overview = picture.gray(at_least_px=round(_OVERVIEW_PX * max(shape) / page_side(shape)))
    dark = is_light_on_dark(overview)
    bright = 255 - overview if dark else overview
    corners = None if whole else sheet_corners(bright)
    straight = None if corners is None else rectification(corners, bright.shape)
    if straight is not None:
        return _straightened(picture, overview, straight, dark=dark)
    if whole:  # noqa: SIM108 - read apart
        sheet = None
    else:
        # Corners tell the edge of a sheet, which looks like a stroke, better than the grain does.
        sheet = find_sheet(bright) if corners is None else within(corners, bright.shape)
    looked_at = None if sheet is None else at_size(sheet, bright.shape)
    text_height_px = text_height(bright, sheet=looked_at)
    if text_height_px is None:
        return WorkingGray(overview, 0.0, looked_at)
    longest, given = max(overview.shape), max(picture.width, picture.height)
    wanted = min(given, round(longest * WORKING_LETTER_PX / text_height_px))
    source = overview if wanted <= longest else picture.gray(at_least_px=wanted)
    factor = wanted / max(source.shape)
    gray = source if factor > 0.9 else resized(source, factor)
    scaled = None if sheet is None else at_size(sheet, gray.shape)
    return WorkingGray(255 - gray if dark else gray, text_height_px * max(gray.shape) / longest, scaled)


def _straightened(
    picture: Picture, overview: GrayBytes, straight: Rectification, *, dark: bool
) -> WorkingGray:
    """Draw a sheet straight at the working scale."""
    bright = 255 - overview if dark else overview
    small = straight.drawn(bright, 1.0)
    sheet = straight.paper(small.shape)
    text_height_px = text_height(small, sheet=sheet)
    if text_height_px is None:
        return WorkingGray(small, 0.0, sheet, straight)
    longest, given = max(overview.shape), max(picture.width, picture.height)
    factor = min(given / longest, WORKING_LETTER_PX / text_height_px)
    source = overview if factor <= 1 else picture.gray(at_least_px=round(factor * longest))
    gray = straight.drawn(source, factor)
    return WorkingGray(
        255 - gray if dark else gray, text_height_px * factor, straight.paper(gray.shape), straight
    )


def enlarged(working: WorkingGray) -> WorkingGray:
    """Enlarge a picture of small letters."""
    factor = min(SMALL_LETTER_PX / working.text_height_px, _MOST_ENLARGED)
    larger = resized(working.gray, factor)
    sheet = None if working.sheet is None else at_size(working.sheet, larger.shape)
    return WorkingGray(larger, working.text_height_px * factor, sheet, working.straight)
