"""Cut out a field without its printed frame, and find its ink: an empty field has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.geometry import Box
from ocr.page.printed.check_boxes import line_cover

if TYPE_CHECKING:
    from ocr.array_types import Float64, GrayBytes, Mask

# Paper is the brighter part around a field; ink is darker by this share of the contrast of the page, which
# pencil is and noise is not.
_PAPER_QUANTILE, _INK_QUANTILE, _INK_FRAC = 0.8, 0.005, 0.15
# A printed line of the frame covers at least this share of a side, within this share of the field from it.
_FRAME_COVER, _FRAME_DEPTH = 0.7, 0.3
# A frame has lines on so many sides at least; on one or two they are strokes of letters, or a rule.
_FRAME_SIDES = 3
# Lines between cells are within this share of a cell from where they should be.
_SEPARATOR_REACH = 0.15
# Inside the frame, its blurred edge of so many pixels and this share of the field is left out.
_EDGE_PX, _EDGE_FRAC = 2, 0.04
# An empty field has fewer pixels of ink than this share of a square as high as the field: less than a dot.
_DOT_FRAC = 0.001


def dark_on_light(gray: GrayBytes) -> GrayBytes:
    """Return a page (H, W) with dark ink on bright paper: the paper is what most of it is."""
    dark, paper, bright = np.quantile(gray, [_INK_QUANTILE, 0.5, 1 - _INK_QUANTILE])
    return gray if 2 * paper >= dark + bright else 255 - gray


def page_contrast(gray: GrayBytes) -> float:
    """Return how much darker than the paper the ink of a page (H, W) is, in gray levels."""
    dark, bright = np.quantile(gray, [_INK_QUANTILE, _PAPER_QUANTILE])
    return float(max(bright - dark, 1))


class CutField(NamedTuple):
    """A field that was cut out of its page, without its printed frame.

    Attributes
    ----------
    gray : (h, w) uint8 array
        As large as its box; paper where the frame was.
    ink : (h', w') bool array
        Inside the frame.
    """

    gray: GrayBytes
    ink: Mask


def cut_out(
    gray: GrayBytes, box: Box, *, contrast: float, cells: int = 1, is_checkbox: bool = False
) -> CutField:
    """Cut a field out of a page and remove its frame and the lines between the cells of a comb.

    Parameters
    ----------
    gray : (H, W) uint8 array
        The page, dark ink on bright paper.
    box : Box
        The field in it.
    contrast : float
        Of the page, from :func:`page_contrast`.
    cells : int
        Of a comb.
    is_checkbox : bool
        Any long line at the edge is part of a frame: a check box holds no letters.

    Returns
    -------
    CutField
    """
    height, width = box.height, box.width
    around = Box(max(box.top - height, 0), max(box.left - height, 0), box.bottom + height, box.right + height)
    paper = int(np.quantile(gray[around.slices], _PAPER_QUANTILE))
    crop = gray[box.slices].copy()
    ink = np.asarray(crop < paper - _INK_FRAC * contrast)
    edge_px = max(_EDGE_PX, round(_EDGE_FRAC * min(ink.shape)))
    depth_px = round(_FRAME_DEPTH * min(height, width / cells))
    top, bottom = _frame_depths(line_cover(ink), depth_px, edge_px)
    left, right = _frame_depths(line_cover(ink.T), depth_px, edge_px)
    if not is_checkbox and sum(side > 0 for side in (top, bottom, left, right)) < _FRAME_SIDES:
        top = bottom = left = right = 0
    inside = slice(top, height - bottom), slice(left, width - right)
    bare = np.full_like(crop, np.median(crop[inside]) if crop[inside].size else paper)
    bare[inside] = crop[inside]
    _bridge_separators(bare[inside[0]], ink[inside[0]], cells)
    return CutField(bare, np.asarray(bare[inside] < paper - _INK_FRAC * contrast))


def _bridge_separators(crop: GrayBytes, ink: Mask, cells: int) -> None:
    """Replace the lines between cells by what is on both sides of them, in place."""
    width = crop.shape[1]
    cover = line_cover(ink.T)
    for cell in range(1, cells):
        middle, reach = round(cell * width / cells), max(2, round(_SEPARATOR_REACH * width / cells))
        lines = middle - reach + np.flatnonzero(cover[middle - reach : middle + reach + 1] >= _FRAME_COVER)
        if lines.size:
            first, last = max(lines[0] - 2, 0), min(lines[-1] + 2, width - 1)
            shares = np.linspace(0, 1, last - first + 1)
            crop[:, first : last + 1] = (
                crop[:, first : first + 1] * (1 - shares) + crop[:, last : last + 1] * shares
            ).astype(np.uint8)


def is_empty(ink: Mask) -> bool:
    """Return whether a field has no ink inside its frame, not even a dot."""
    return bool(ink.sum() < max(_DOT_FRAC * ink.shape[0] ** 2, 1))


def _frame_depths(cover: Float64, depth_px: int, edge_px: int) -> tuple[int, int]:
    """Return how many rows or columns at each end belong to the frame and its edge; 0 without a frame."""
    lines = np.flatnonzero(cover >= _FRAME_COVER)
    first, last = lines[lines < depth_px], lines[lines >= len(cover) - depth_px]
    return (
        int(first[-1]) + 1 + edge_px if first.size else 0,
        len(cover) - int(last[0]) + edge_px if last.size else 0,
    )
