"""From picture to layout: joins the stages of the page, one line per stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from ocr.document.tree import Discarded
from ocr.page.components import find_components
from ocr.page.crossed_out import are_crossed_out
from ocr.page.dots import are_on_lattice
from ocr.page.drawings import are_drawings
from ocr.page.focus import sharpened
from ocr.page.glyphs import join_glyphs
from ocr.page.ink import Ink, denoised, ink_in
from ocr.page.paper import flatten, is_light_on_dark
from ocr.page.printed_frames import take_out_frames
from ocr.page.reading_order import lines_in_order
from ocr.page.rules import take_out_rules
from ocr.page.scale import letter_height
from ocr.page.sheet import at_size, find_sheet
from ocr.page.writing import kept, reasons_of_shape, stands_on_paper, without_faint_bars

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.geometry import Box
    from ocr.page.components import Components
    from ocr.page.glyphs import Glyph
    from ocr.page.image_io import Picture
    from ocr.page.lines import TextLine

    Float32 = NDArray[np.float32]
    GrayBytes = NDArray[np.uint8]
    Mask = NDArray[np.bool_]

# A page is first looked at at about this size, to learn how large its letters are.
_OVERVIEW_PX = 1000
# Letters are worked on at this height: twice as fine as the tiles they end in.
_WORKING_LETTER_PX = 48.0
# Letters smaller than this are enlarged to it, though not more than so many times: strokes and gaps a pixel
# wide would be lost. Not on printed paper: rules run together with what they cross.
_SMALL_LETTER_PX, _MOST_ENLARGED = 30.0, 3.0
# Breaks in a stroke up to this long are bridged.
_BRIDGE_LETTERS = 0.045


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Everything the page stages found, for recognition and for the pictures of the stages.

    Attributes
    ----------
    gray : (H, W) uint8 array
        At the working scale, dark ink on bright paper.
    px_per_given : float
        Working pixels per pixel of the given picture.
    letter_px : float
        Letter height in working pixels; 0 for a blank page.
    sheet : (H, W) bool array or None
        The sheet that was looked at; None where all of the picture was.
    flat : (H, W) float32 array
        Flattened gray.
    ink : Ink
    components : Components
        Writing.
    dropped : (H, W) int32 array
        Labels of the components that are no writing.
    lines : tuple of TextLine
    glyphs : tuple of tuples of Glyph
        Of each line, left to right.
    rules : tuple of Discarded
        What was printed on the paper and taken out of the ink: rules and frames, in pixels of the given
        picture.
    discarded : tuple of Discarded
        These and all ink that is in no glyph.
    """

    gray: GrayBytes
    px_per_given: float
    letter_px: float
    sheet: Mask | None
    flat: Float32
    ink: Ink
    components: Components
    dropped: NDArray[np.int32]
    lines: tuple[TextLine, ...]
    glyphs: tuple[tuple[Glyph, ...], ...]
    rules: tuple[Discarded, ...]
    discarded: tuple[Discarded, ...]

    def given_box(self, box: Box) -> Box:
        """Return a box of the working scale in pixels of the given picture, within it."""
        height, width = (round(side / self.px_per_given) for side in self.gray.shape)
        return box.scaled(1 / self.px_per_given).clipped(height, width)


def find_layout(picture: Picture, *, whole: bool = False, keep_rules: bool = False) -> Layout:
    """Walk a picture through the page stages: light, ink, components, lines, glyphs.

    Parameters
    ----------
    picture : Picture
    whole : bool
        Look at all of the picture, even where it seems to be a sheet on a table.
    keep_rules : bool
        Leave rules, frames and dots of the paper where they are.

    Returns
    -------
    Layout
    """
    page = _inked(*_working_gray(picture, whole=whole), keep_rules=keep_rules)
    if 0 < page.letter_px < _SMALL_LETTER_PX and not page.printed:
        page = _inked(*_enlarged(page.gray, page.letter_px, page.sheet), keep_rules=True)
    gray, letter_px, sheet, flat, darkness, ink, printed = page
    found = find_components(ink.mask, bridge_px=round(_BRIDGE_LETTERS * letter_px))
    reasons = _why_no_writing(found, darkness, letter_px, keep_rules=keep_rules)
    components, dropped = kept(found, reasons == "")
    lines, strays = lines_in_order(components, letter_px=letter_px)
    lines, bars = without_faint_bars(components, lines, darkness)
    glyphs = tuple(join_glyphs(components, line, letter_px=letter_px) for line in lines)
    px_per_given = gray.shape[1] / picture.width
    not_read = [(found.box(index), str(reason)) for index, reason in enumerate(reasons) if reason]
    not_read += [(components.box(int(index)), "stray") for index in (*strays, *bars)]
    rules, others = (
        tuple(Discarded(box.scaled(1 / px_per_given), reason) for box, reason in boxes)
        for boxes in (printed, not_read)
    )
    return Layout(
        gray,
        px_per_given,
        letter_px,
        sheet,
        flat,
        ink,
        components,
        dropped,
        lines,
        glyphs,
        rules,
        rules + others,
    )


class _Inked(NamedTuple):
    """A picture at the working scale, its ink, and what was printed on the paper."""

    gray: GrayBytes
    letter_px: float
    sheet: Mask | None
    flat: Float32
    darkness: Float32
    ink: Ink
    printed: list[tuple[Box, str]]


def _inked(gray: GrayBytes, letter_px: float, sheet: Mask | None, *, keep_rules: bool) -> _Inked:
    """Even the light out, sharpen what is out of focus, find the ink and take out what is printed."""
    length = letter_px or _WORKING_LETTER_PX
    flat = flatten(gray, letter_px=length, sheet=sheet)
    darkness = denoised(flat, letter_px=length)
    ink = ink_in(darkness, letter_px=length)
    # The edges of small letters are wide because pixels are.
    sharper = sharpened(darkness, ink, letter_px=length) if letter_px > _SMALL_LETTER_PX else None
    if sharper is not None:
        darkness, ink = sharper, ink_in(sharper, letter_px=length)
    printed: list[tuple[Box, str]] = []
    if letter_px and not keep_rules:
        ink, printed = _without_print(darkness, ink, letter_px)
    return _Inked(gray, letter_px, sheet, flat, darkness, ink, printed)


def _without_print(darkness: Float32, ink: Ink, letter_px: float) -> tuple[Ink, list[tuple[Box, str]]]:
    """Take what is printed on the paper out of the ink: the frames of forms first, then rules."""
    darkness, ink, frames = take_out_frames(darkness, ink, letter_px=letter_px)
    ink, rules = take_out_rules(darkness, ink, letter_px=letter_px)
    return ink, [(frame.box, "frame") for frame in frames] + [(rule.box, "rule") for rule in rules]


def _why_no_writing(
    found: Components, darkness: Float32, letter_px: float, *, keep_rules: bool
) -> NDArray[np.str_]:
    """Say of each component why it is no writing; empty where it may be."""
    if not letter_px:
        return np.full(len(found), "not writing")
    reasons = reasons_of_shape(found, letter_px=letter_px)
    reasons[are_drawings(found, letter_px=letter_px)] = "drawing"
    reasons[(reasons == "") & are_crossed_out(found, letter_px=letter_px)] = "crossed out"
    reasons[~stands_on_paper(found, darkness, letter_px=letter_px)] = "not writing"
    if not keep_rules:
        reasons[are_on_lattice(found, letter_px=letter_px)] = "dot"
    return reasons


def _working_gray(picture: Picture, *, whole: bool) -> tuple[GrayBytes, float, Mask | None]:
    """Gray at which letters are about 48 px high, dark on bright, their height (0 without any), the sheet."""
    overview = picture.gray(at_least_px=_OVERVIEW_PX)
    dark = is_light_on_dark(overview)
    bright = 255 - overview if dark else overview
    sheet = None if whole else find_sheet(bright)
    looked_at = None if sheet is None else at_size(sheet, bright.shape)
    letter_px = letter_height(bright, sheet=looked_at)
    if letter_px is None:
        return overview, 0.0, looked_at
    longest, given = max(overview.shape), max(picture.width, picture.height)
    wanted = min(given, round(longest * _WORKING_LETTER_PX / letter_px))
    source = overview if wanted <= longest else picture.gray(at_least_px=wanted)
    factor = wanted / max(source.shape)
    gray = source if factor > 0.9 else _resized(source, factor)
    scaled = None if sheet is None else at_size(sheet, gray.shape)
    return (255 - gray if dark else gray), letter_px * max(gray.shape) / longest, scaled


def _enlarged(gray: GrayBytes, letter_px: float, sheet: Mask | None) -> tuple[GrayBytes, float, Mask | None]:
    """Enlarge a picture of small letters."""
    factor = min(_SMALL_LETTER_PX / letter_px, _MOST_ENLARGED)
    larger = _resized(gray, factor)
    return larger, letter_px * factor, None if sheet is None else at_size(sheet, larger.shape)


def _resized(gray: GrayBytes, factor: float) -> GrayBytes:
    size = (max(1, round(gray.shape[1] * factor)), max(1, round(gray.shape[0] * factor)))
    kind = Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(gray).resize(size, kind, reducing_gap=2.0 if factor < 1 else None))
