"""What was taken out of a page before its lines were looked for, and why. Pillow only."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from ocr.geometry import Box
from ocr.page.ink import denoised, ink_in
from ocr.view.overlay import box_corners
from ocr.view.page_drawings import fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.document.tree import Page
    from ocr.layout import Layout

    Mask = NDArray[np.bool_]

_PAPER, _WRITING, _PRINT, _NOT_READ = (255, 255, 255), (120, 128, 140), (86, 180, 233), (213, 94, 0)
_FRAME_PX = 2
# Boxes of print come from the given picture's pixels.
_ROUNDING_PX = 3


class TakenOut(NamedTuple):
    """What is gone: the ``picture``; of print and of other ink, how many pieces for each reason."""

    picture: Image.Image
    printed: dict[str, int]
    others: dict[str, int]


def draw_taken_out(layout: Layout, page: Page, *, longest_px: int) -> TakenOut:
    """Draw writing in gray, print of the paper in light blue, and all other ink that was not read in orange.

    Parameters
    ----------
    layout : Layout
    page : Page
        What was read there, and what was not.
    longest_px : int
        Longer side of the picture.
    """
    colors = np.full((*layout.ink.mask.shape, 3), _PAPER, dtype=np.uint8)
    colors[_printed(layout)] = _PRINT
    colors[layout.components.labels > 0] = _WRITING
    colors[layout.dropped > 0] = _NOT_READ
    picture = fitted(colors, longest_px=longest_px)
    draw, scale = ImageDraw.Draw(picture), picture.width / layout.gray.shape[1]
    others = [one for one in page.discarded if one not in layout.rules]
    for one in others:
        left, top, right, bottom = box_corners(layout.given.working_box(one.box), scale)
        frame = (left - _FRAME_PX, top - _FRAME_PX, right + _FRAME_PX, bottom + _FRAME_PX)
        draw.rectangle(frame, outline=_NOT_READ, width=_FRAME_PX)
    reasons = (dict(Counter(one.reason for one in found)) for found in (layout.rules, others))
    return TakenOut(picture, *reasons)


def _printed(layout: Layout) -> Mask:
    """Ink (H, W) that went with the print of the paper: a layout keeps what is left without it."""
    gone = np.zeros_like(layout.ink.mask)
    for one in layout.rules:
        box = layout.given.working_box(one.box)
        around = Box(box.top - _ROUNDING_PX, box.left, box.bottom + _ROUNDING_PX, box.right)
        gone[around.clipped(*gone.shape).slices] = True
    if layout.rules:
        darkness = denoised(layout.flat, letter_px=layout.letter_px)
        gone &= ink_in(darkness, letter_px=layout.letter_px).mask & ~layout.ink.mask
    return gone
