"""From picture to layout: joins the stages of the page, one line per stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.document.mark_kind import MarkKind
from ocr.document.tree import Rejected
from ocr.page.background import normalize_background
from ocr.page.binarization import Ink, binarize, denoised
from ocr.page.components import find_components
from ocr.page.crossed_out import are_crossed_out
from ocr.page.deblurring import deblurred
from ocr.page.drawings import are_drawings
from ocr.page.glyphs import join_glyphs
from ocr.page.line_removal import without_flanks
from ocr.page.marks import (
    are_on_lattice,
    kept,
    reasons_of_shape,
    stands_on_paper,
    without_faint_bars,
    without_faint_ends,
)
from ocr.page.printed_lines import remove_frames, remove_rules
from ocr.page.reading_order import lines_in_order
from ocr.page.show_through import shows_through, this_side
from ocr.page.working_scale import SMALL_HEIGHT_PX, WORKING_HEIGHT_PX, WorkingGray, enlarged, working_gray

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.array_types import Float32, GrayBytes, Mask
    from ocr.geometry import Box
    from ocr.image.picture import Picture
    from ocr.page.components import Components
    from ocr.page.coordinates import SourceFrame
    from ocr.page.glyphs import Glyph
    from ocr.page.lines import TextLine


# Breaks in a stroke up to this long are bridged.
_BRIDGE_LETTERS = 0.045


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Everything the page stages found, for recognition and for the pictures of the stages.

    Attributes
    ----------
    gray : (H, W) uint8 array
        At the working scale, dark ink on bright paper.
    source : SourceFrame
        Where it lies in the picture that was given.
    text_height_px : float
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
    rules : tuple of Rejected
        What was printed on the paper and taken out of the ink: rules and frames, in pixels of the given
        picture.
    rejected : tuple of Rejected
        These and all ink that is in no glyph.
    """

    gray: GrayBytes
    source: SourceFrame
    text_height_px: float
    sheet: Mask | None
    flat: Float32
    ink: Ink
    components: Components
    dropped: NDArray[np.int32]
    lines: tuple[TextLine, ...]
    glyphs: tuple[tuple[Glyph, ...], ...]
    rules: tuple[Rejected, ...]
    rejected: tuple[Rejected, ...]

    @property
    def px_per_source(self) -> float:
        """Working pixels per pixel of the given picture; of a sheet seen aslant, on average."""
        return self.source.px_per_source

    @property
    def source_text_height_px(self) -> float:
        """Letter height in pixels of the given picture; 0 for a blank page."""
        return self.text_height_px / self.source.px_per_source

    def source_box(self, box: Box) -> Box:
        """Return a box of the working scale in pixels of the given picture, within it."""
        return self.source.box(box)


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
    working = working_gray(picture, whole=whole)
    page = _inked(working, keep_rules=keep_rules)
    # Not on printed paper: rules run together with what they cross.
    if 0 < working.text_height_px < SMALL_HEIGHT_PX and not page.printed:
        working = enlarged(working)
        page = _inked(working, keep_rules=True)
    flat, darkness, ink, printed = page
    text_height_px = working.text_height_px
    found = find_components(ink.mask, bridge_px=round(_BRIDGE_LETTERS * text_height_px))
    behind = shows_through(found, darkness, text_height_px=text_height_px)
    other_side = [found.box(int(index)) for index in np.flatnonzero(behind)]
    if other_side:
        ink, darkness = _on_this_side(ink, darkness, this_side(found, darkness, behind))
        found = find_components(ink.mask, bridge_px=round(_BRIDGE_LETTERS * text_height_px))
    reasons = _why_no_writing(found, darkness, text_height_px, keep_rules=keep_rules)
    components, dropped = kept(found, reasons == "")
    lines, unplaced = lines_in_order(components, text_height_px=text_height_px)
    lines, bars = without_faint_bars(components, lines, darkness)
    lines, ends = without_faint_ends(components, lines, darkness, text_height_px=text_height_px)
    glyphs = tuple(join_glyphs(components, line, text_height_px=text_height_px) for line in lines)
    given = working.source_frame(picture)
    not_read = [(found.box(index), MarkKind(str(reason))) for index, reason in enumerate(reasons) if reason]
    not_read += [(box, MarkKind.SHOW_THROUGH) for box in other_side]
    not_read += [(components.box(int(index)), MarkKind.STRAY) for index in (*unplaced, *bars, *ends)]
    rules, others = (
        tuple(Rejected(given.box(box), reason) for box, reason in boxes) for boxes in (printed, not_read)
    )
    return Layout(
        working.gray,
        given,
        text_height_px,
        working.sheet,
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
    """What is on a picture: in even light, as darkness, its ink, and what was printed on the paper."""

    flat: Float32
    darkness: Float32
    ink: Ink
    printed: list[tuple[Box, MarkKind]]


def _inked(working: WorkingGray, *, keep_rules: bool) -> _Inked:
    """Even the light out, sharpen what is out of focus, find the ink and take out what is printed."""
    text_height_px = working.text_height_px
    length = text_height_px or WORKING_HEIGHT_PX
    flat = normalize_background(working.gray, text_height_px=length, sheet=working.sheet)
    darkness = denoised(flat, text_height_px=length)
    ink = binarize(darkness, text_height_px=length)
    # The edges of small letters are wide because pixels are.
    sharper = deblurred(darkness, ink, text_height_px=length) if text_height_px > SMALL_HEIGHT_PX else None
    if sharper is not None:
        darkness, ink = sharper, binarize(sharper, text_height_px=length)
    printed: list[tuple[Box, MarkKind]] = []
    if text_height_px and not keep_rules:
        darkness, ink, printed = _without_print(darkness, ink, text_height_px)
    return _Inked(flat, darkness, ink, printed)


def _without_print(
    darkness: Float32, ink: Ink, text_height_px: float
) -> tuple[Float32, Ink, list[tuple[Box, MarkKind]]]:
    """Take what is printed on the paper out of the ink: the frames of forms first, then rules and creases."""
    framed, ink, frames = remove_frames(darkness, ink, text_height_px=text_height_px)
    ruled, rules = remove_rules(framed, ink, text_height_px=text_height_px)
    level = without_flanks(framed, rules, text_height_px=text_height_px)
    if level is not None:
        darkness = level
        ruled, rules = remove_rules(
            level, binarize(level, text_height_px=text_height_px), text_height_px=text_height_px
        )
    printed = [(frame.box, MarkKind.FRAME) for frame in frames] + [
        (rule.box, MarkKind.RULE) for rule in rules
    ]
    return darkness, ruled, printed


def _on_this_side(ink: Ink, darkness: Float32, this: Mask) -> tuple[Ink, Float32]:
    """Make paper of all pixels but those of this side of the sheet."""
    none = np.float32(0)
    return Ink(np.where(this, ink.strength, none), ink.mask & this), np.where(this, darkness, none)


def _why_no_writing(
    found: Components, darkness: Float32, text_height_px: float, *, keep_rules: bool
) -> NDArray[np.str_]:
    """Say of each component why it is no writing; empty where it may be."""
    if not text_height_px:
        return np.full(len(found), MarkKind.NOT_WRITING)
    reasons = reasons_of_shape(found, text_height_px=text_height_px)
    reasons[are_drawings(found, text_height_px=text_height_px)] = MarkKind.DRAWING
    reasons[(reasons == "") & are_crossed_out(found, text_height_px=text_height_px)] = MarkKind.CROSSED_OUT
    reasons[~stands_on_paper(found, darkness, text_height_px=text_height_px)] = MarkKind.NOT_WRITING
    if not keep_rules:
        reasons[are_on_lattice(found, text_height_px=text_height_px)] = MarkKind.DOT
    return reasons
