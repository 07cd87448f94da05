"""Find the ink of a page: what the pen left on this side of the sheet, without what is printed."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.document.mark_kind import MarkKind
from ocr.image.resize import page_side
from ocr.page.ink.background import normalize_background
from ocr.page.ink.binarization import Ink, binarize, denoised, thinned
from ocr.page.ink.components import find_components
from ocr.page.ink.deblurring import deblurred
from ocr.page.ink.pixel_classifier import classify_pixels
from ocr.page.printed.box_sides import find_box_sides
from ocr.page.printed.comb_lines import find_combs, scaled_combs, sides_again
from ocr.page.printed.comb_removal import erase_combs, is_written, sides_of
from ocr.page.printed.line_removal import remove_print
from ocr.page.printed.writing_mask import erase_judged_lines, likely_ink, text_height_without_lines
from ocr.page.scale import (
    SMALL_HEIGHT_PX,
    WORKING_HEIGHT_PX,
    WorkingGray,
    measured_again,
    with_small_enlarged,
)
from ocr.page.writing.faint_marks import are_of_other_side, this_side

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocr.array_types import Float32, Mask
    from ocr.geometry import Box
    from ocr.image.picture import Picture
    from ocr.page.ink.components import Components
    from ocr.page.ink.pixel_classifier import PixelClasses
    from ocr.page.printed.printed_lines import Frame, PrintedLine

# Breaks in a stroke up to this long are bridged.
_BRIDGE_HEIGHTS = 0.045
# A text height that nobody knows is this share of the page's side: the networks need to know it within a
# factor of about two.
_UNKNOWN_HEIGHT_FRAC = 1 / 12
# ... and strips that are no higher than a few pixels are not enlarged many times for them.
_LEAST_UNKNOWN_PX = 2.0
# A pixel belongs to a line if that is at least so likely.
_LIKELY_LINE = 0.5
# Text heights whose logarithms differ less are the same.
_SAME_HEIGHT = 0.3
# A text height is wrong if the page, brought to its scale, is measured so much otherwise.
_CONFIRMED = 0.45


class Inked(NamedTuple):
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
    combs : tuple of Frame
        Combs that were erased.
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


class SideInk(NamedTuple):
    """Components of this side of the sheet, on its darkness and ink, and boxes of those of the other side."""

    components: Components
    darkness: Float32
    ink: Ink
    behind: tuple[Box, ...]


def working_ink(
    picture: Picture, working: WorkingGray, *, keep_rules: bool, is_known: bool
) -> tuple[WorkingGray, Inked]:
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
        other = with_small_enlarged(measured_again(picture, working, again))
        factor = other.gray.shape[1] / working.gray.shape[1]
        found = _inked(other, keep_rules=False, combs=scaled_combs(inked.combs, factor))
        confirmed = _heights_again(found, other.text_height_px)
        if not working.text_height_px or _are_alike(confirmed, other.text_height_px, _CONFIRMED):
            return other, found
    return working, inked if working.text_height_px else _inked(working, keep_rules=True)


def _heights_again(inked: Inked, height: float) -> list[float]:
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


def _inked(working: WorkingGray, *, keep_rules: bool, combs: tuple[Frame, ...] = ()) -> Inked:
    """Normalize the background, deblur what is out of focus, find the ink and remove what is printed.

    Combs that were found at another scale are not searched again, but for their sides: the boxes fit the
    letters less well there.
    """
    height = working.text_height_px or WORKING_HEIGHT_PX
    darkness = denoised(
        normalize_background(working.gray, text_height_px=height, sheet=working.sheet), text_height_px=height
    )
    ink = binarize(darkness, text_height_px=height)
    # The edges of letters that were enlarged are wide because pixels are: only those far out of focus are
    # sharpened, and no boxes, which are found better as they are.
    is_enlarged = working.text_height_px <= SMALL_HEIGHT_PX
    sharp = None if is_enlarged else deblurred(darkness, ink, text_height_px=height)
    darkness, ink = _found_again(darkness, ink, sharp, text_height_px=height)
    thin = thinned(darkness, ink, text_height_px=height) if working.text_height_px else None
    darkness, ink = _found_again(darkness, ink, thin, text_height_px=height)
    if keep_rules or not working.text_height_px:
        return Inked(darkness, ink)
    combs = sides_again(ink.strength, combs) or _printed_combs(darkness, ink, text_height_px=height)
    if is_enlarged and not combs:
        sharp = deblurred(darkness, ink, text_height_px=height, is_enlarged=True)
        darkness, ink = _found_again(darkness, ink, sharp, text_height_px=height)
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
    sides += [side for comb in combs for side in sides_of(comb)]
    return Inked(
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


def _printed_combs(darkness: Float32, ink: Ink, *, text_height_px: float) -> tuple[Frame, ...]:
    """Find the combs that are no words in capitals, whose bars and stems look like rows of boxes."""
    combs = find_combs(ink.strength, text_height_px=text_height_px)
    if not combs:
        return ()
    classes = classify_pixels(darkness, ink.strength, text_height_px=text_height_px)
    return tuple(comb for comb in combs if not is_written(comb, ink.mask, classes))


def _found_again(
    darkness: Float32, ink: Ink, better: Float32 | None, *, text_height_px: float
) -> tuple[Float32, Ink]:
    """Return a better darkness with the ink in it; what was found before if there is none."""
    return (darkness, ink) if better is None else (better, binarize(better, text_height_px=text_height_px))


def ink_of_this_side(inked: Inked, text_height_px: float) -> SideInk:
    """Find the components of ink, without what shines through from the other side of the sheet."""
    bridge_px = round(_BRIDGE_HEIGHTS * text_height_px)
    darkness, ink = inked.darkness, inked.ink
    components = find_components(ink.mask, bridge_px=bridge_px)
    is_behind = are_of_other_side(components, darkness, text_height_px=text_height_px)
    if not is_behind.any():
        return SideInk(components, darkness, ink, ())
    behind = tuple(components.box(int(index)) for index in np.flatnonzero(is_behind))
    this = this_side(components, darkness, is_behind)
    none = np.float32(0)
    ink = Ink(np.where(this, ink.strength, none), ink.mask & this)
    components = find_components(ink.mask, bridge_px=bridge_px)
    return SideInk(components, np.where(this, darkness, none), ink, behind)
