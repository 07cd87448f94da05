"""Find the upright sides of boxes in what was erased from a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.ndimage.runs import row_runs
from ocr.page.ink.components import find_components

if TYPE_CHECKING:
    from ocr.array_types import Mask
    from ocr.geometry import Box

# A side of a box is at least so high where nothing crosses it, with gaps up to this length, and so narrow.
_RUN_HEIGHTS, _GAP_HEIGHTS, _WIDEST_HEIGHTS = 0.45, 0.5, 0.35
# From top to bottom it is so high: longer ones belong to tables and to squared paper.
_LOWEST_HEIGHTS, _HIGHEST_HEIGHTS = 0.8, 2.8


def find_box_sides(printed: Mask, *, text_height_px: float) -> tuple[Box, ...]:
    """Find the upright sides of boxes.

    Parameters
    ----------
    printed : (H, W) bool array
        What was erased from the page.
    text_height_px : float
    """
    run, gap = max(3, round(_RUN_HEIGHTS * text_height_px)), 1 + round(_GAP_HEIGHTS * text_height_px)
    upright = row_runs(printed.T)
    upright = upright.only(upright.lengths >= run)
    parts = find_components(upright.joined(upright.gaps < gap).mask().T)
    is_side = parts.widths <= _WIDEST_HEIGHTS * text_height_px
    is_side &= parts.heights >= _LOWEST_HEIGHTS * text_height_px
    is_side &= parts.heights <= _HIGHEST_HEIGHTS * text_height_px
    return tuple(parts.box(int(index)) for index in np.flatnonzero(is_side))
