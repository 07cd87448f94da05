"""What was taken out of a page before its lines were looked for, and why. Pillow only."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from ocr.page.ink import denoised, ink_in
from ocr.page.rules import find_rules
from ocr.view.overlay import box_corners
from ocr.view.page_drawings import fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.document.tree import Page
    from ocr.layout import Layout

    Mask = NDArray[np.bool_]

_PAPER, _WRITING, _RULE, _NOT_READ = (255, 255, 255), (120, 128, 140), (86, 180, 233), (213, 94, 0)
_FRAME_PX = 2


class TakenOut(NamedTuple):
    """What is gone: the ``picture``, how many ``rules``, and how many pieces for each of the ``reasons``."""

    picture: Image.Image
    rules: int
    reasons: dict[str, int]


def draw_taken_out(layout: Layout, page: Page, *, longest_px: int) -> TakenOut:
    """Draw writing in gray, rules of the paper in light blue, and all other ink that was not read in orange.

    The rules are found anew: a layout keeps what is left without them.

    Parameters
    ----------
    layout : Layout
    page : Page
        What was read there, and what was not.
    longest_px : int
        Longer side of the picture.
    """
    colors = np.full((*layout.ink.mask.shape, 3), _PAPER, dtype=np.uint8)
    rules, ruled = _rules(layout)
    colors[ruled] = _RULE
    colors[layout.components.labels > 0] = _WRITING
    colors[layout.dropped > 0] = _NOT_READ
    picture = fitted(colors, longest_px=longest_px)
    draw, scale = ImageDraw.Draw(picture), picture.width / layout.gray.shape[1]
    for one in page.discarded:
        left, top, right, bottom = box_corners(layout.given.working_box(one.box), scale)
        frame = (left - _FRAME_PX, top - _FRAME_PX, right + _FRAME_PX, bottom + _FRAME_PX)
        draw.rectangle(frame, outline=_NOT_READ, width=_FRAME_PX)
    return TakenOut(picture, rules, dict(Counter(one.reason for one in page.discarded)))


def _rules(layout: Layout) -> tuple[int, Mask]:
    """How many rules there were, and the ink (H, W) that went with them."""
    if not layout.letter_px:
        return 0, np.zeros_like(layout.ink.mask)
    darkness = denoised(layout.flat, letter_px=layout.letter_px)
    before = ink_in(darkness, letter_px=layout.letter_px)
    rules = len(find_rules(before.strength, letter_px=layout.letter_px))
    return rules, before.mask & ~layout.ink.mask if rules else np.zeros_like(layout.ink.mask)
