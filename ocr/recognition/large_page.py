"""Read a page that is too large to be read at once in bands, from top to bottom: a scroll, a dense poster.

Memory follows the largest band, not the page, and letters keep their size.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ocr import ndimage
from ocr.document.tree import Line, Page, Word
from ocr.geometry import Box
from ocr.image.picture import Picture
from ocr.numeric import median
from ocr.page.scale import WORKING_HEIGHT_PX
from ocr.recognition.document_page import NOTHING_FOUND

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.array_types import GrayBytes
    from ocr.document.tree import Character

# So many pixels at the working scale has a band: the stages take 450 MB for them.
_BAND_PIXELS = 8_000_000
# A band ends where there is least ink, within this share of its height; as much as this many text heights
# counts together, since there is little ink between two lines.
_REACH_FRAC, _GAP_HEIGHTS = 0.25, 0.5


class ReadPage(Protocol):
    """Reads a picture."""

    def __call__(self, picture: Picture, *, turn_deg: int | None) -> Page:
        """Return the page of a picture that is turned so far; how far is found by reading if that is None."""
        ...


def read_large_page(
    picture: Picture,
    read: ReadPage,
    *,
    text_height_px: float,
    sample: Callable[[GrayBytes, float], GrayBytes],
    turn_deg: int | None = None,
) -> Page | None:
    """Read a picture in bands that are cut where there is least ink.

    Parameters
    ----------
    picture : Picture
    read : ReadPage
    text_height_px : float
        In pixels of the picture.
    sample : callable
        Returns a small picture of some parts of a large one (H, W), from its text height in pixels. It shows
        how the picture is turned.
    turn_deg : int, optional
        How far to turn the picture anticlockwise: 0, 90, 180 or 270; found by reading the sample if left out.

    Returns
    -------
    Page or None
        None if the sample has no text.
    """
    longest = max(picture.height, picture.width)
    factor = min(1.0, WORKING_HEIGHT_PX / text_height_px)
    gray = picture.gray(at_least_px=ceil(longest * factor))
    if turn_deg is None:
        found = read(Picture(sample(gray, text_height_px * max(gray.shape) / longest)), turn_deg=None)
        if not found.lines:
            return None
        turn_deg = found.turned_deg
    upright = picture.turned(turn_deg // 90)
    turned = np.rot90(gray, turn_deg // 90)
    px_per_source = max(gray.shape) / longest
    count = ceil(picture.height * picture.width * factor**2 / _BAND_PIXELS)
    edges = find_band_edges(turned, count, text_height_px=text_height_px * px_per_source)
    pages = [
        (top, read(Picture(turned[top:bottom], name=picture.source), turn_deg=0))
        for top, bottom in pairwise(edges)
    ]
    return _joined(upright, pages, px_per_source, turn_deg=turn_deg)


def find_band_edges(gray: GrayBytes, count: int, *, text_height_px: float) -> list[int]:
    """Return the rows at which bands begin and the last one ends.

    Parameters
    ----------
    gray : (H, W) uint8 array
    count : int
        How many bands.
    text_height_px : float
        In pixels of the picture.
    """
    height = len(gray)
    reach = int(_REACH_FRAC * height / count)
    gap = max(1, round(_GAP_HEIGHTS * text_height_px))
    edges = [0]
    for place in range(1, count):
        first = max(edges[-1] + 1, place * height // count - reach)
        around = gray[first : place * height // count + reach + 1].astype(np.int16)
        ink = ndimage.uniform_filter1d(np.abs(np.diff(around, axis=1)).mean(axis=1), gap)
        # Of equally empty rows the one in the middle.
        quiet = np.flatnonzero(ink <= ink.min() + 1e-6)
        edges.append(first + int(quiet[len(quiet) // 2]))
    return [*edges, height]


def _joined(
    picture: Picture, pages: Sequence[tuple[int, Page]], px_per_source: float, *, turn_deg: int
) -> Page:
    """Return one page of the pages of bands, each with the row at which it begins."""

    def on_page(box: Box, top: int) -> Box:
        lower = Box(box.top + top, box.left, box.bottom + top, box.right)
        return lower.scaled(1 / px_per_source).clipped(picture.height, picture.width)

    def placed(character: Character, top: int) -> Character:
        return replace(character, box=on_page(character.box, top))

    lines = [
        Line(tuple(Word(tuple(placed(one, top) for one in word.characters)) for word in line.words))
        for top, page in pages
        for line in page.lines
    ]
    heights = [page.letter_height_px / px_per_source for _, page in pages for _ in page.lines]
    rejected = [replace(one, box=on_page(one.box, top)) for top, page in pages for one in page.rejected]
    notes = dict.fromkeys(note for _, page in pages for note in page.notes if note != NOTHING_FOUND)
    parts = f"so large that it was read in {len(pages)} parts, from top to bottom"
    return Page(
        lines=tuple(lines),
        width=picture.width,
        height=picture.height,
        source=picture.source,
        letter_height_px=median(heights) if heights else 0.0,
        rejected=tuple(rejected),
        notes=(*picture.notes, parts, *notes) if lines else (*picture.notes, NOTHING_FOUND),
        turned_deg=turn_deg,
    )
