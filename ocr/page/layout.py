"""The stages of a page, one line each: from a picture to lines of glyphs."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.document.mark_kind import MarkKind
from ocr.document.tree import Rejected
from ocr.geometry import Box
from ocr.image.resize import page_side
from ocr.page.background import normalize_background
from ocr.page.binarization import Ink, binarize, denoised, thinned
from ocr.page.check_boxes import are_in_check_boxes, find_boxes
from ocr.page.comb_lines import erase_combs, find_combs, scaled_combs
from ocr.page.combs import find_box_sides
from ocr.page.components import find_components
from ocr.page.deblurring import deblurred
from ocr.page.faint_marks import are_of_other_side, reject_faint_bars, reject_faint_ends, this_side
from ocr.page.glyphs import join_glyphs
from ocr.page.line_removal import remove_print
from ocr.page.marks import mark_kinds, split_components
from ocr.page.pixel_classifier import classify_pixels
from ocr.page.reading_order import lines_in_order
from ocr.page.row_cuts import cut_at_rules
from ocr.page.scale import (
    SMALL_HEIGHT_PX,
    WORKING_HEIGHT_PX,
    WorkingGray,
    enlarged,
    measured_again,
    working_gray,
)
from ocr.page.writing_mask import erase_judged_lines, likely_ink, text_height_without_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ocr.array_types import Float32, GrayBytes, Int32, Mask
    from ocr.image.picture import Picture
    from ocr.page.cells import CellGroup
    from ocr.page.check_boxes import CheckBox
    from ocr.page.components import Components
    from ocr.page.coordinates import SourceFrame
    from ocr.page.glyphs import Glyph
    from ocr.page.lines import TextLine
    from ocr.page.pixel_classifier import PixelClasses
    from ocr.page.printed_lines import Frame, PrintedLine


# Breaks in a stroke up to this long are bridged.
_BRIDGE_HEIGHTS = 0.045
# A text height that nobody knows is this share of the page's side: the networks need to know it within a
# factor of about two.
_UNKNOWN_HEIGHT_FRAC = 1 / 12
# ... and strips that are no higher than a few pixels are not enlarged many times for them.
_LEAST_UNKNOWN_PX = 2.0
# A picture of more pixels at the working scale is looked at before all of it is searched: a page of notes has
# two million, and the stages take half a second for each million.
_LARGE_PIXELS = 3_000_000
# A pixel belongs to a line if that is at least so likely.
_LIKELY_LINE = 0.5
# Text heights whose logarithms differ less are the same.
_SAME_HEIGHT = 0.3
# A text height is wrong if the page, brought to its scale, is measured so much otherwise.
_CONFIRMED = 0.45


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Layout:
    """Everything the page stages found, for recognition and for the pictures of the stages.

    Attributes
    ----------
    gray : (H, W) uint8 array
        At the working scale, dark ink on bright paper.
    source : SourceFrame
        Where it lies in the source picture.
    text_height_px : float
        In working pixels; 0 for a blank page.
    sheet : (H, W) bool array or None
        The sheet that was read; None for all of the picture.
    ink : Ink
    components : Components
        Writing.
    rejected_labels : (H, W) int32 array
        Labels of the components that are no writing, 0 elsewhere.
    lines : tuple of TextLine
    glyphs : tuple of tuples of Glyph
        Of each line, left to right.
    rules : tuple of Rejected
        Rules and frames that were removed from the ink, in pixels of the source picture.
    rejected : tuple of Rejected
        These and all ink that is in no glyph.
    box_sides : tuple of Box
        Upright sides of the boxes of forms, in working pixels.
    cells : tuple of CellGroup
        Tables, combs and boxes, in working pixels.
    check_boxes : tuple of CheckBox
        In working pixels.
    """

    gray: GrayBytes
    source: SourceFrame
    text_height_px: float
    sheet: Mask | None
    ink: Ink
    components: Components
    rejected_labels: Int32
    lines: tuple[TextLine, ...]
    glyphs: tuple[tuple[Glyph, ...], ...]
    rules: tuple[Rejected, ...]
    rejected: tuple[Rejected, ...]
    box_sides: tuple[Box, ...] = ()
    cells: tuple[CellGroup, ...] = ()
    check_boxes: tuple[CheckBox, ...] = ()

    def flat(self) -> Float32:
        """Compute the gray (H, W) with a normalized background, paper 1, which is drawn in explanations."""
        height = self.text_height_px or WORKING_HEIGHT_PX
        return normalize_background(self.gray, text_height_px=height, sheet=self.sheet)

    @property
    def px_per_source(self) -> float:
        """Working pixels per pixel of the source picture; of a rectified sheet, on average."""
        return self.source.px_per_source

    @property
    def source_text_height_px(self) -> float:
        """Text height in pixels of the source picture; 0 for a blank page."""
        return self.text_height_px / self.source.px_per_source

    def source_box(self, box: Box) -> Box:
        """Convert a box of the working picture to pixels of the source picture, clipped to it."""
        return self.source.box(box)


class _Inked(NamedTuple):
    """What is on a picture: as darkness, and as ink without what is printed.

    Attributes
    ----------
    darkness : (H, W) float32 array
        0 on paper.
    ink : Ink
    printed : tuple of (MarkKind, Box)
        Frames and rules that were removed.
    classes : PixelClasses or None
        What the pixels are; None where nothing was removed.
    box_sides : tuple of Box
        Upright sides of boxes that were removed.
    lines : tuple of PrintedLine
        Rules, and sides of frames.
    bare : Ink or None
        Without what the detector alone found.
    with_print : Ink or None
        With all that is printed.
    is_print : (H, W) bool array or None
        What was erased, and what the networks take for lines; None where nothing was searched.
    """

    darkness: Float32
    ink: Ink
    printed: tuple[tuple[MarkKind, Box], ...] = ()
    classes: PixelClasses | None = None
    box_sides: tuple[Box, ...] = ()
    lines: tuple[PrintedLine, ...] = ()
    bare: Ink | None = None
    combs: tuple[Frame, ...] = ()
    with_print: Ink | None = None
    is_print: Mask | None = None


class _Found(NamedTuple):
    """Components of this side of the sheet, on its darkness and ink, and boxes of those of the other side."""

    components: Components
    darkness: Float32
    ink: Ink
    behind: tuple[Box, ...]


def find_layout(
    picture: Picture,
    *,
    whole: bool = False,
    keep_rules: bool = False,
    text_height_px: float | None = None,
    is_noise: Callable[[GrayBytes, float], bool] | None = None,
) -> Layout:
    """Find the lines of a picture and the glyphs in them.

    Parameters
    ----------
    picture : Picture
    whole : bool
        Use all of the picture, even where it seems to be a sheet on a table.
    keep_rules : bool
        Keep rules, frames and dots of the paper in the ink.
    text_height_px : float, optional
        Of a part of a picture that is at the working scale: all of it is used, and it is not measured again.
    is_noise : callable, optional
        Judges a large picture (H, W) at the working scale, with its text height in pixels, before it is
        searched. If it is noise, all of it is one rejected mark.

    Returns
    -------
    Layout
    """
    if text_height_px is None:
        working = _with_small_enlarged(working_gray(picture, whole=whole))
    else:
        working = WorkingGray(picture.gray(), text_height_px, sheet=None)
    is_large = working.text_height_px and working.gray.size > _LARGE_PIXELS
    if is_large and is_noise is not None and is_noise(working.gray, working.text_height_px):
        return _unread(working, picture)
    working, inked = _working_ink(
        picture, working, keep_rules=keep_rules, is_known=text_height_px is not None
    )
    height = working.text_height_px
    found = _components_of_this_side(inked, height)
    cut = cut_at_rules(found.components, inked.lines, text_height_px=height)
    found = found._replace(components=cut)
    kinds = mark_kinds(found.components, found.darkness, text_height_px=height, keep_rules=keep_rules)
    boxes = find_boxes(inked.with_print, inked.is_print, text_height_px=height)
    is_box = are_in_check_boxes(found.components, boxes.check_boxes, text_height_px=height)
    kinds = tuple(MarkKind.CHECKBOX if one else kind for one, kind in zip(is_box, kinds, strict=True))
    is_writing = np.array([kind is None for kind in kinds], dtype=bool)
    writing, rejected_labels = split_components(found.components, is_writing)
    text = lines_in_order(writing, text_height_px=height, combs=inked.combs)
    text = reject_faint_bars(writing, text, found.darkness)
    text = reject_faint_ends(writing, text, found.darkness, text_height_px=height)
    glyphs = tuple(join_glyphs(writing, line, text_height_px=height) for line in text.lines)
    source = working.source_frame(picture)
    marks = [(kind, found.components.box(index)) for index, kind in enumerate(kinds) if kind is not None]
    marks += [(MarkKind.SHOW_THROUGH, box) for box in found.behind]
    marks += [(MarkKind.STRAY, writing.box(index)) for index in text.rejected]
    rules = _in_source(inked.printed, source)
    return Layout(
        gray=working.gray,
        source=source,
        text_height_px=height,
        sheet=working.sheet,
        ink=found.ink,
        components=writing,
        rejected_labels=rejected_labels,
        lines=text.lines,
        glyphs=glyphs,
        rules=rules,
        rejected=rules + _in_source(marks, source),
        box_sides=inked.box_sides,
        cells=boxes.cells,
        check_boxes=boxes.check_boxes,
    )


def _unread(working: WorkingGray, picture: Picture) -> Layout:
    """Return the layout of a picture that is noise: without ink, all of it rejected."""
    shape, source = working.gray.shape, working.source_frame(picture)
    nothing, labels = np.zeros(shape, np.float32), np.zeros(shape, np.int32)
    return Layout(
        gray=working.gray,
        source=source,
        text_height_px=working.text_height_px,
        sheet=working.sheet,
        ink=Ink(nothing, nothing > 0),
        components=find_components(nothing > 0),
        rejected_labels=labels,
        lines=(),
        glyphs=(),
        rules=(),
        rejected=_in_source([(MarkKind.UNREADABLE, Box(0, 0, *shape))], source),
    )


def _working_ink(
    picture: Picture, working: WorkingGray, *, keep_rules: bool, is_known: bool
) -> tuple[WorkingGray, _Inked]:
    """Find the ink of a picture that was brought to the working scale, and measure its text again.

    Boxes and rules that letters touch are measured as if they were letters. Once they are erased the text
    height is measured again, unless it is known.
    """
    if keep_rules or is_known:
        return working, _inked(working, keep_rules=keep_rules)
    unknown = max(_LEAST_UNKNOWN_PX, _UNKNOWN_HEIGHT_FRAC * page_side(working.gray.shape))
    height = working.text_height_px or unknown
    inked = _inked(working._replace(text_height_px=height), keep_rules=False)
    measured = _heights_again(inked, height)
    if working.text_height_px and _are_alike(measured, height, _SAME_HEIGHT):
        return working, inked
    for again in measured:
        other = _with_small_enlarged(measured_again(picture, working, again))
        factor = other.gray.shape[1] / working.gray.shape[1]
        found = _inked(other, keep_rules=False, combs=scaled_combs(inked.combs, factor))
        confirmed = _heights_again(found, other.text_height_px)
        if not working.text_height_px or _are_alike(confirmed, other.text_height_px, _CONFIRMED):
            return other, found
    return working, inked if working.text_height_px else _inked(working, keep_rules=True)


def _heights_again(inked: _Inked, height: float) -> list[float]:
    """Measure the text height without the lines that the detector found, and without all lines."""
    if not inked.printed or inked.classes is None or inked.bare is None:
        return []
    # Where the networks found no other line both are the same ink.
    inks = [inked.bare] if inked.bare is inked.ink else [inked.bare, inked.ink]
    found = [
        text_height_without_lines(ink, inked.classes, inked.lines, text_height_px=height) for ink in inks
    ]
    return [one for one in found if one is not None]


def _are_alike(heights_px: Iterable[float], height_px: float, most: float) -> bool:
    """Whether one of several text heights is another one, within this difference of their logarithms."""
    return any(abs(log(one / height_px)) < most for one in heights_px)


def _with_small_enlarged(working: WorkingGray) -> WorkingGray:
    """Enlarge small text before rules are removed: there a rule is as thick as what it crosses."""
    return enlarged(working) if 0 < working.text_height_px < SMALL_HEIGHT_PX else working


def _inked(working: WorkingGray, *, keep_rules: bool, combs: tuple[Frame, ...] = ()) -> _Inked:
    """Normalize the background, deblur what is out of focus, find the ink and remove what is printed.

    Combs that were found at another scale are not searched again: the boxes fit the letters less well there.
    """
    height = working.text_height_px or WORKING_HEIGHT_PX
    darkness = denoised(
        normalize_background(working.gray, text_height_px=height, sheet=working.sheet), text_height_px=height
    )
    ink = binarize(darkness, text_height_px=height)
    # The edges of small letters are wide because pixels are.
    is_large = working.text_height_px > SMALL_HEIGHT_PX
    sharp = deblurred(darkness, ink, text_height_px=height) if is_large else None
    if sharp is not None:
        darkness, ink = sharp, binarize(sharp, text_height_px=height)
    thin = thinned(darkness, ink, text_height_px=height) if working.text_height_px else None
    if thin is not None:
        darkness, ink = thin, binarize(thin, text_height_px=height)
    if keep_rules or not working.text_height_px:
        return _Inked(darkness, ink)
    combs = combs or find_combs(ink.strength, text_height_px=height)
    before = ink
    if combs:
        darkness, ink = erase_combs(darkness, ink, combs, text_height_px=height)
    classes = classify_pixels(darkness, ink.strength, text_height_px=height)
    if combs:
        ink = likely_ink(ink, before, classes, text_height_px=height)
    bare = remove_print(darkness, ink, text_height_px=height, classes=classes)
    printed = [(MarkKind.FRAME, frame.box) for frame in combs + bare.frames]
    printed += [(MarkKind.RULE, rule.box) for rule in bare.rules]
    judged = erase_judged_lines(ink, bare, classes, text_height_px=height)
    printed += [(MarkKind.RULE, box) for box in judged.lines]
    straight = [*bare.rules, *(side for frame in combs + bare.frames for side in frame.sides)]
    # Faint sides are no ink, but the networks see them.
    lines = (before.mask & ~judged.ink.mask) | (classes.line > np.maximum(classes.writing, _LIKELY_LINE))
    sides = [
        side
        for side in find_box_sides(lines, text_height_px=height)
        if not any(comb.box.holds_center(side) for comb in combs)
    ]
    sides += [side.box for comb in combs for side in comb.sides if side.upright]
    return _Inked(
        judged.darkness,
        judged.ink,
        tuple(printed),
        classes,
        tuple(sides),
        tuple(straight),
        bare.ink,
        combs,
        before,
        lines,
    )


def _components_of_this_side(inked: _Inked, text_height_px: float) -> _Found:
    """Find the components of ink, without what shines through from the other side of the sheet."""
    bridge_px = round(_BRIDGE_HEIGHTS * text_height_px)
    darkness, ink = inked.darkness, inked.ink
    components = find_components(ink.mask, bridge_px=bridge_px)
    is_behind = are_of_other_side(components, darkness, text_height_px=text_height_px)
    if not is_behind.any():
        return _Found(components, darkness, ink, ())
    behind = tuple(components.box(int(index)) for index in np.flatnonzero(is_behind))
    this = this_side(components, darkness, is_behind)
    none = np.float32(0)
    ink = Ink(np.where(this, ink.strength, none), ink.mask & this)
    components = find_components(ink.mask, bridge_px=bridge_px)
    return _Found(components, np.where(this, darkness, none), ink, behind)


def _in_source(marks: Iterable[tuple[MarkKind, Box]], source: SourceFrame) -> tuple[Rejected, ...]:
    """Convert marks from working pixels to pixels of the source picture."""
    return tuple(Rejected(source.box(box), kind) for kind, box in marks)
