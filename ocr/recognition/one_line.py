"""Take all ink of a picture for one line of text: a word cut from a page, a name in a field, a label.

In a word of one stroke no component has the size of a letter, so the stages of a page cannot know how large
letters are, and what they know of letters and marks does not hold. If all ink is one line, its spread about
the centre of the line is enough to know the text height.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr import ndimage
from ocr.image.resize import resized
from ocr.line_network.line_image import ink_centres, ink_spread
from ocr.numeric import distinct
from ocr.page.ink.background import is_light_on_dark, normalize_background
from ocr.page.ink.binarization import Ink, binarize, denoised
from ocr.page.ink.components import EIGHT_NEIGHBOURS, Components, find_components
from ocr.page.layout import Layout
from ocr.page.scale import WORKING_HEIGHT_PX
from ocr.page.sheet.coordinates import SourceFrame
from ocr.page.writing.chains import TextLine
from ocr.page.writing.glyphs import join_glyphs

if TYPE_CHECKING:
    from ocr.array_types import Float32, GrayBytes, Mask
    from ocr.image.picture import Picture

# The text height of a line in spreads of its ink: cap heights of lines on pages are 3 to 4 of them.
_HEIGHT_SPREADS = 3.4
# The first guess is this share of the picture's shorter side; then it is measured so often, each time within
# this factor.
_GUESS_FRAC, _MEASUREMENTS, _MOST_CHANGE = 0.6, 2, 3.3
# Components with a smaller share of the ink are specks.
_LEAST_INK_FRAC = 0.01
# A square of this size, in text heights, that is all ink is no stroke of a pen, but a shadow or an edge.
_SOLID_HEIGHTS = 0.6
# Paper that is added around the picture, as a share of its shorter side.
_MARGIN_FRAC = 0.25
# A picture is decoded with at least this many pixels on its longer side, and given up if the line would need
# more at the working scale.
_DECODED_PX, _MOST_PIXELS = 2500, 4_000_000


def one_line_layout(picture: Picture) -> Layout | None:
    """Return the layout of a picture if all of its ink is one line.

    Returns
    -------
    Layout or None
        None without ink, and for a picture that is no line, by its size.
    """
    margin_px = max(4, round(_MARGIN_FRAC * min(picture.height, picture.width)))
    with_margin = picture.with_margin(margin_px)
    gray = with_margin.gray(at_least_px=min(_DECODED_PX, max(with_margin.height, with_margin.width)))
    if is_light_on_dark(gray):
        gray = 255 - gray
    height_px = (
        _GUESS_FRAC
        * min(picture.height, picture.width)
        * max(gray.shape)
        / max(with_margin.height, with_margin.width)
    )
    for measured in range(_MEASUREMENTS + 1):
        factor = WORKING_HEIGHT_PX / height_px
        if gray.size * factor**2 > _MOST_PIXELS:
            return None
        working = resized(gray, factor)
        ink, components = _ink_without_specks(working)
        if not len(components):
            return None
        if measured < _MEASUREMENTS:
            change = _HEIGHT_SPREADS * ink_spread(ink.strength) / WORKING_HEIGHT_PX
            height_px *= float(np.clip(change, 1 / _MOST_CHANGE, _MOST_CHANGE))
    source = SourceFrame.of_size(
        working.shape, height=picture.height, width=picture.width, margin_px=margin_px
    )
    line = _line_through(ink, components)
    return Layout(
        gray=working,
        source=source,
        text_height_px=WORKING_HEIGHT_PX,
        sheet=None,
        ink=ink,
        components=components,
        rejected_labels=np.zeros(working.shape, np.int32),
        lines=(line,),
        glyphs=(join_glyphs(components, line, text_height_px=WORKING_HEIGHT_PX),),
        rules=(),
        rejected=(),
    )


def _line_through(ink: Ink, components: Components) -> TextLine:
    """Return the line of all components, straight through the centre of the ink."""
    centres = ink_centres(ink.strength)
    slope, offset = np.polyfit(np.arange(len(centres)), centres, 1)
    order = np.argsort(components.boxes[:, 1] + components.boxes[:, 3], kind="stable")
    return TextLine(tuple(order.tolist()), float(slope), float(offset))


def _ink_without_specks(gray: GrayBytes) -> tuple[Ink, Components]:
    """Find the ink of a picture at the working scale, and its components, without specks."""
    flat = normalize_background(gray, text_height_px=WORKING_HEIGHT_PX, sheet=None)
    darkness = denoised(flat, text_height_px=WORKING_HEIGHT_PX)
    ink = binarize(darkness, text_height_px=WORKING_HEIGHT_PX)
    components = find_components(ink.mask)
    components = components.only(~_are_solid(components))
    components = components.only(components.areas >= _LEAST_INK_FRAC * components.areas.sum())
    return _only(ink, components), components


def _are_solid(components: Components) -> Mask:
    """Return whether each component (n,) is no writing: thicker somewhere than any pen."""
    side = round(_SOLID_HEIGHTS * WORKING_HEIGHT_PX)
    mask = components.labels > 0
    core = ndimage.binary_erosion(mask, np.ones((side, side), bool))
    is_solid = np.zeros(len(components), bool)
    is_solid[distinct(components.labels[core]) - 1] = True
    return is_solid


def _only(ink: Ink, components: Components) -> Ink:
    """Return the ink of some components with its soft edge."""
    mask = components.labels > 0
    around = ndimage.binary_dilation(mask, EIGHT_NEIGHBOURS)
    strength: Float32 = np.where(around, ink.strength, np.float32(0))
    return ink._replace(strength=strength, mask=mask)
