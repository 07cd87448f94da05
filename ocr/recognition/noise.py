"""Judge a page of very many marks by a sample of them: a texture or a scribble is not read whole.

Every mark can be read as something, and marks that are no characters take longest. On pages of notes there
are fewer; on a dense page of text the sample takes a few percent of the time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ocr.document.mark_kind import MarkKind
from ocr.document.tree import Rejected
from ocr.geometry import Box
from ocr.image.picture import Picture
from ocr.numeric import distinct, median

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.array_types import Float64, GrayBytes
    from ocr.page.layout import Layout
    from ocr.page.writing.glyphs import Glyph
    from ocr.recognition.recognize import RecognizedPage


# More marks than on most pages of notes: such a page is judged before it is read. One of so many is judged
# before it is turned, if upright it is no writing.
_MANY, _SOME = 600, 150
# The writing score for each character of a sample of what is no writing: -0.29 or less for scribbles and
# textures however they lie, and 0.13 or more for upright writing, also where it is joined and hard to read.
_NOISE = -0.1
# A sample has so many parts of lines, spread over the page, of about so many characters each.
_RUNS, _RUN_LENGTH = 8, 12
# A large picture is judged by four tiles of so many text heights, with a text height of paper between them: a
# tile has some six lines. They are chosen among all tiles by how much is in them: of so many of 100 tiles
# there is less.
_TILE_HEIGHTS, _TILE_RANKS = 12, (50, 65, 80, 95)
# A sample of fewer characters says nothing.
_FEWEST = 40
# The sides of the part of the picture that is turned, in text heights: about seven lines. Upright writing in
# it has 0.01 or more, of 600 to 1,000 characters of textures and scribbles none has more than -0.2.
_PART_HEIGHTS = 16


class FindLayout(Protocol):
    """Finds the layout of the sheet on a picture, or of all of it, or of a part with a known text height."""

    def __call__(
        self,
        picture: Picture,
        *,
        whole: bool = False,
        text_height_px: float | None = None,
        height_factor: float = 1.0,
    ) -> Layout:
        """Return the layout; see :func:`ocr.page.layout.find_layout`."""
        ...


def is_noise(
    gray: GrayBytes,
    text_height_px: float,
    *,
    find_layout: FindLayout,
    recognize: Callable[[Layout], RecognizedPage],
    turns: Sequence[int] = (0, 1, 3, 2),
) -> bool:
    """Judge by a few tiles of a large picture whether it is no writing in any orientation.

    Parameters
    ----------
    gray : (H, W) uint8 array
    text_height_px : float
    find_layout : callable
        Finds the layout of a picture.
    recognize : callable
        Reads a layout.
    turns : sequence of int
        In which quarter turns, anticlockwise, it may be writing.
    """
    picture = Picture(tiles_of(gray, text_height_px))
    layouts = (find_layout(picture.turned(quarters), text_height_px=text_height_px) for quarters in turns)
    samples = (recognize(_sample(layout)) for layout in layouts)
    return all(one.character_count >= _FEWEST and _is_no_writing(one) for one in samples)


def tiles_of(gray: GrayBytes, text_height_px: float) -> GrayBytes:
    """Return a picture of four tiles of a picture (H, W), two by two, with paper around them."""
    gap, side = round(text_height_px), round(_TILE_HEIGHTS * text_height_px)
    tops, lefts = (np.arange(0, max(1, length - side + 1), side) for length in gray.shape)
    tiles = [gray[top : top + side, left : left + side] for top in tops for left in lefts]
    contents = [float(np.abs(np.diff(tile[::2].astype(np.int16), axis=1)).mean()) for tile in tiles]
    order = np.argsort(contents)
    chosen = [tiles[order[len(tiles) * rank // 100]] for rank in _TILE_RANKS]
    canvas = np.full((2 * side + 3 * gap, 2 * side + 3 * gap), median(gray[::8, ::8]), np.uint8)
    for number, tile in enumerate(chosen):
        top, left = (gap + place * (side + gap) for place in divmod(number, 2))
        canvas[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    return canvas


def recognize_unless_noise(
    layout: Layout, find_layout: FindLayout, recognize: Callable[[Layout], RecognizedPage]
) -> tuple[Layout, RecognizedPage]:
    """Read a layout; if it has very many marks that are no writing in any orientation, read none of it.

    A sample of the layout is read, and samples of a part of the picture that is turned.

    Parameters
    ----------
    layout : Layout
    find_layout : callable
        Finds the layout of a picture.
    recognize : callable
        Reads a layout.

    Returns
    -------
    layout : Layout
        As given; or without lines, their glyphs rejected.
    recognized : RecognizedPage
    """
    if _size(layout) > _MANY:
        is_noise = _is_no_writing(recognize(_sample(layout))) and _is_noise_turned(
            layout, find_layout, recognize
        )
        if is_noise:
            layout = _without_lines(layout)
    return layout, recognize(layout)


def may_be_turned(
    layout: Layout,
    recognized: RecognizedPage,
    find_layout: FindLayout,
    recognize: Callable[[Layout], RecognizedPage],
) -> bool:
    """Judge by a part of a page that was read whether it may be writing if it is turned.

    Parameters
    ----------
    layout : Layout
    recognized : RecognizedPage
        What was read upright.
    find_layout : callable
        Finds the layout of a picture.
    recognize : callable
        Reads a layout.
    """
    if _size(layout) < _SOME or not _is_no_writing(recognized):
        return True
    return not _is_noise_turned(layout, find_layout, recognize)


def _is_noise_turned(
    layout: Layout, find_layout: FindLayout, recognize: Callable[[Layout], RecognizedPage]
) -> bool:
    """Whether a part of a page is no writing if it is turned, however far."""
    part, height = middle_part(layout), layout.text_height_px
    turned = (find_layout(part.turned(quarters), text_height_px=height) for quarters in (1, 3, 2))
    return all(_is_no_writing(recognize(_sample(found))) for found in turned)


def _is_no_writing(recognized: RecognizedPage) -> bool:
    return recognized.writing_score < _NOISE * recognized.character_count


def _size(layout: Layout) -> float:
    """Return about how many characters a layout has."""
    return float(sum(_sizes(glyphs, layout).sum() for glyphs in layout.glyphs))


def _sizes(glyphs: Sequence[Glyph], layout: Layout) -> Float64:
    """Return about how many characters each glyph may be: joined ones are wider than high."""
    return np.array([max(1.0, glyph.box.width / layout.text_height_px) for glyph in glyphs])


def _sample(layout: Layout) -> Layout:
    """Return a layout with parts of some lines, spread evenly over the characters of the page."""
    ends = np.cumsum([_sizes(glyphs, layout).sum() for glyphs in layout.glyphs])
    if not ends.size:
        return layout
    chosen = distinct(np.searchsorted(ends, ends[-1] * (np.arange(_RUNS) + 0.5) / _RUNS))
    return replace(
        layout,
        lines=tuple(layout.lines[line] for line in chosen),
        glyphs=tuple(_middle_run(layout.glyphs[line], layout) for line in chosen),
    )


def _middle_run(glyphs: Sequence[Glyph], layout: Layout) -> tuple[Glyph, ...]:
    """Return the glyphs in the middle of a line, of about so many characters as a run has; at least one."""
    sizes = _sizes(glyphs, layout)
    before, middle = np.cumsum(sizes) - sizes, sizes.sum() / 2
    first, stop = np.searchsorted(before, (middle - _RUN_LENGTH / 2, middle + _RUN_LENGTH / 2))
    return tuple(glyphs[max(0, min(first, stop - 1)) : stop])


def middle_part(layout: Layout) -> Picture:
    """Return the picture around the middle glyph of a page."""
    glyphs = [glyph for line in layout.glyphs for glyph in line]
    row, col = (int(middle) for middle in glyphs[len(glyphs) // 2].box.center)
    reach = round(_PART_HEIGHTS * layout.text_height_px / 2)
    around = Box(row - reach, col - reach, row + reach, col + reach).clipped(*layout.gray.shape)
    return Picture(layout.gray[around.slices])


def _without_lines(layout: Layout) -> Layout:
    """Return a layout whose glyphs are all rejected."""
    unread = tuple(
        Rejected(layout.source_box(glyph.box), MarkKind.UNREADABLE)
        for glyphs in layout.glyphs
        for glyph in glyphs
    )
    return replace(layout, lines=(), glyphs=(), rejected=layout.rejected + unread)
