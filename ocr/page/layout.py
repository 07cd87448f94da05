"""The stages of a page, one line each: from a picture to lines of glyphs."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.document.mark_kind import MarkKind
from ocr.document.tree import Rejected
from ocr.geometry import Box
from ocr.numeric import median
from ocr.page.ink.background import normalize_background
from ocr.page.ink.binarization import Ink
from ocr.page.ink.components import find_components, weighted_median_height
from ocr.page.page_ink import ink_of_this_side, working_ink
from ocr.page.printed.cells import GroupKind
from ocr.page.printed.check_boxes import are_in_check_boxes, find_boxes
from ocr.page.printed.comb_removal import cells_of
from ocr.page.printed.row_cuts import cut_into_rows
from ocr.page.scale import (
    WORKING_HEIGHT_PX,
    WorkingGray,
    measured_again,
    with_small_enlarged,
    working_gray,
)
from ocr.page.writing.faint_marks import reject_faint_bars, reject_faint_ends
from ocr.page.writing.glyphs import join_glyphs
from ocr.page.writing.line_cuts import cut_touching_lines
from ocr.page.writing.marks import mark_kinds, split_components
from ocr.page.writing.reading_order import lines_in_order
from ocr.page.writing.tilt import levelled, printed_slope, tilted_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ocr.array_types import Float32, GrayBytes, Int32, Mask
    from ocr.image.picture import Picture
    from ocr.page.ink.components import Components
    from ocr.page.page_ink import Inked, SideInk
    from ocr.page.printed.cells import CellGroup
    from ocr.page.printed.check_boxes import CheckBox, PageBoxes
    from ocr.page.sheet.coordinates import SourceFrame
    from ocr.page.writing.chains import TextLine
    from ocr.page.writing.glyphs import Glyph

# A picture of more pixels at the working scale is looked at before all of it is searched: a page of notes has
# two million, and the stages take half a second for each million.
_LARGE_PIXELS = 3_000_000
# A page whose writing is so much higher or lower than it was measured, as a difference of logarithms, is read
# again at the height of its writing, so many times at most. On looked-at pages that are read well it is -0.15
# to 0.45; where printed lines or a table hid the letters, below -0.7.
_MISMEASURED, _MOST_MEASUREMENTS = 0.6, 2
# It is read again only if more components have the new height than the old one: a shadow is one component,
# letters are many. Heights are alike if their logarithms differ by less than this.
_ALIKE_HEIGHT = 0.45
# Where drawings have this share of the ink, and hardly any component is as high as the text, a grid may still
# join most letters: the page is tried at heights smaller by these factors.
_DRAWN_FRAC, _FEW = 0.25, 20
SMALLER_FACTORS = (0.5, 0.28)
"""Where something else than letters was measured, the text may be so many times as high."""
# Such a height is used if at least so many components have it, more than so many times as many as before, and
# drawings have less than this share: large joined words stay drawings beside the texture of the paper.
_FEWEST, _MANY_MORE, _LEFT_FRAC = 8, 2.0, 0.1
# ... and if the ink is at least this share as dark as before: grain of the paper is far fainter.
_GRAIN_FRAC = 0.5
# The cells of a table are at least so wide.
_NARROWEST_CELL_HEIGHTS = 2.5


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


def find_layout(
    picture: Picture,
    *,
    whole: bool = False,
    keep_rules: bool = False,
    text_height_px: float | None = None,
    height_factor: float = 1.0,
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
    height_factor : float
        The text is so many times as high as it is measured; 1 usually.
    is_noise : callable, optional
        Judges a large picture (H, W) at the working scale, with its text height in pixels, before it is
        searched. If it is noise, all of it is one rejected mark.

    Returns
    -------
    Layout
    """
    is_known = text_height_px is not None
    if text_height_px is None:
        working = with_small_enlarged(working_gray(picture, whole=whole))
    else:
        working = WorkingGray(picture.gray(), text_height_px, sheet=None)
    is_large = working.text_height_px and working.gray.size > _LARGE_PIXELS
    if is_large and is_noise is not None and is_noise(working.gray, working.text_height_px):
        return _unread(working, picture)
    working, inked = working_ink(picture, working, keep_rules=keep_rules, is_known=is_known)
    marked = _marked(working, inked, keep_rules=keep_rules)
    if not is_known:
        marked = _at_height_of_writing(picture, marked, keep_rules=keep_rules)
        if height_factor != 1 and marked.working.text_height_px:
            marked = _at_height(picture, marked, height_factor, keep_rules=keep_rules)
    return _in_lines(picture, marked)


class _Marked(NamedTuple):
    """Components of a page, told apart: writing, and marks of other kinds.

    Attributes
    ----------
    working : WorkingGray
    inked : Inked
    found : SideInk
        All components.
    kinds : tuple of MarkKind or None
        Of each of them; None is writing.
    writing : Components
    rejected_labels : (H, W) int32 array
        Labels of the others, 0 elsewhere.
    boxes : PageBoxes
    """

    working: WorkingGray
    inked: Inked
    found: SideInk
    kinds: tuple[MarkKind | None, ...]
    writing: Components
    rejected_labels: Int32
    boxes: PageBoxes

    @property
    def mismeasured(self) -> float:
        """Logarithm of the height of its writing, in text heights; 0 without any."""
        measured_px = self.working.text_height_px
        height_px = weighted_median_height(self.writing, self.working.gray.shape)
        return log(height_px / measured_px) if height_px and measured_px else 0.0

    @property
    def drawn_frac(self) -> float:
        """Share of the ink that is in drawings."""
        areas = self.found.components.areas
        is_drawn = np.array([kind is MarkKind.DRAWING for kind in self.kinds], dtype=bool)
        return float(areas[is_drawn].sum() / max(1, areas.sum()))

    @property
    def usual_darkness(self) -> float:
        """Median darkness of its ink; 0 without any."""
        return median(self.found.darkness[self.found.ink.mask]) if self.found.ink.mask.any() else 0.0

    def count_of_height(self, mismeasured: float = 0.0) -> int:
        """Count the components of writing that are about as high as text that was mismeasured by so much."""
        away = np.log(np.maximum(self.writing.heights, 1) / self.working.text_height_px)
        return int(np.count_nonzero(np.abs(away - mismeasured) < _ALIKE_HEIGHT))


def _marked(working: WorkingGray, inked: Inked, *, keep_rules: bool) -> _Marked:
    """Find the components of the ink and tell writing from other marks."""
    height = working.text_height_px
    found = ink_of_this_side(inked, height)
    cut = cut_into_rows(found.components, inked.lines, text_height_px=height)
    cut = cut_touching_lines(cut, text_height_px=height)
    found = found._replace(components=cut)
    kinds = mark_kinds(
        found.components,
        found.darkness,
        ground=None if inked.classes is None else inked.classes.ground,
        erased=None if inked.with_print is None else inked.with_print.mask & ~inked.ink.mask,
        lines=[box for kind, box in inked.printed if kind is MarkKind.RULE],
        text_height_px=height,
        keep_rules=keep_rules,
    )
    boxes = find_boxes(inked.with_print, inked.is_print, text_height_px=height)
    boxes = boxes.with_combs([cells_of(comb) for comb in inked.combs])
    is_box = are_in_check_boxes(found.components, boxes.check_boxes, text_height_px=height)
    kinds = tuple(MarkKind.CHECKBOX if one else kind for one, kind in zip(is_box, kinds, strict=True))
    is_writing = np.array([kind is None for kind in kinds], dtype=bool)
    writing, rejected_labels = split_components(found.components, is_writing)
    return _Marked(working, inked, found, kinds, writing, rejected_labels, boxes)


def _at_height_of_writing(picture: Picture, marked: _Marked, *, keep_rules: bool) -> _Marked:
    """Find the ink of a page again if its writing has another height than was measured.

    A grid that joins all letters, or a table beside the sheet, may look like large writing.
    """
    if marked.drawn_frac > _DRAWN_FRAC and marked.count_of_height() < _FEW:
        marked = _without_grid(picture, marked, keep_rules=keep_rules)
    for _ in range(_MOST_MEASUREMENTS):
        away = marked.mismeasured
        if abs(away) < _MISMEASURED or marked.count_of_height(away) <= marked.count_of_height():
            break
        other = _at_height(picture, marked, float(np.exp(away)), keep_rules=keep_rules)
        if abs(other.mismeasured) >= abs(away):
            break
        marked = other
    return marked


def _without_grid(picture: Picture, marked: _Marked, *, keep_rules: bool) -> _Marked:
    """Find the ink of a page at a smaller text height, if its drawings are letters in a grid."""
    least = max(_FEWEST, _MANY_MORE * marked.count_of_height())
    for factor in SMALLER_FACTORS:
        smaller = _at_height(picture, marked, factor, keep_rules=keep_rules)
        is_grain = smaller.usual_darkness < _GRAIN_FRAC * marked.usual_darkness
        if smaller.drawn_frac < _LEFT_FRAC and smaller.count_of_height() > least and not is_grain:
            return smaller
    return marked


def _at_height(picture: Picture, marked: _Marked, factor: float, *, keep_rules: bool) -> _Marked:
    """Find the ink of a page again, at so many times the text height."""
    height_px = factor * marked.working.text_height_px
    working = with_small_enlarged(measured_again(picture, marked.working, height_px))
    again, inked = working_ink(picture, working, keep_rules=keep_rules, is_known=False)
    return _marked(again, inked, keep_rules=keep_rules)


def _in_lines(picture: Picture, marked: _Marked) -> Layout:
    """Put the writing of a page into lines and glyphs."""
    working, inked, found, kinds, writing, rejected_labels, boxes = marked
    height = working.text_height_px
    slope = 0.0 if inked.combs else printed_slope(inked.lines, text_height_px=height)
    level = levelled(writing, slope) if slope else writing
    text = lines_in_order(
        level, text_height_px=height, combs=inked.combs, tables=_tables(boxes.cells, height)
    )
    text = tilted_back(text, slope)
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


def _tables(groups: Iterable[CellGroup], text_height_px: float) -> list[Box]:
    """Return the boxes of tables whose cells are wide enough for words: those of squared paper are not."""
    least = _NARROWEST_CELL_HEIGHTS * text_height_px
    return [
        group.box
        for group in groups
        if group.kind is GroupKind.TABLE and median([cell.box.width for cell in group.cells]) >= least
    ]


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


def _in_source(marks: Iterable[tuple[MarkKind, Box]], source: SourceFrame) -> tuple[Rejected, ...]:
    """Convert marks from working pixels to pixels of the source picture."""
    return tuple(Rejected(source.box(box), kind) for kind, box in marks)
