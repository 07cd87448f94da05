"""A line of a page cut out, to draw on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from ocr.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.layout import Layout
    from ocr.page.glyphs import Glyph

# Paper around the line, in letter heights.
_MARGIN_LETTERS = 0.3


class Strip(NamedTuple):
    """Part of a page in even light: its ``picture`` (mode L), its ``box``, and how much it was enlarged."""

    picture: Image.Image
    box: Box
    scale: float

    def at(self, row: float, col: float) -> tuple[float, float]:
        """Where a place of the page lies in the picture, as (x, y)."""
        return (col - self.box.left) * self.scale, (row - self.box.top) * self.scale


def line_strip(layout: Layout, segments: Sequence[Glyph], *, letter_px: float, widest_px: float) -> Strip:
    """Cut out the segments of a line.

    Parameters
    ----------
    layout : Layout
    segments : sequence of Glyph
        One at least.
    letter_px, widest_px : float
        Height of letters in the picture, unless it would be wider than ``widest_px``.
    """
    around, margin = Box.around(one.box for one in segments), round(_MARGIN_LETTERS * layout.letter_px)
    box = Box(around.top - margin, around.left - margin, around.bottom + margin, around.right + margin)
    box = box.clipped(*layout.flat.shape)
    scale = min(letter_px / layout.letter_px, widest_px / box.width)
    picture = Image.fromarray(np.rint(np.clip(layout.flat[box.slices], 0, 1) * 255).astype(np.uint8))
    size = (max(1, round(box.width * scale)), max(1, round(box.height * scale)))
    return Strip(picture.resize(size), box, scale)
