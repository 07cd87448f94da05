"""From picture to document: joins the stages, one line per stage."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ocr.classifier.model import Model
from ocr.classifier.model_file import load_model
from ocr.classifier.tile import make_tiles
from ocr.document.tree import Character, Discarded, Document, Line, Page, Word
from ocr.geometry import Box
from ocr.language.marks import name_mark
from ocr.language.shapes import settle_shapes
from ocr.language.spacing import find_spaces
from ocr.page.components import find_components
from ocr.page.glyphs import glyph_ink, join_glyphs
from ocr.page.image_io import Picture
from ocr.page.ink import find_ink
from ocr.page.lines import find_lines
from ocr.page.paper import flatten, is_light_on_dark
from ocr.page.scale import letter_height
from ocr.page.writing import is_writing, kept
from ocr.resources import model_path

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from ocr.page.components import Components
    from ocr.page.glyphs import Glyph
    from ocr.page.image_io import ImageSource
    from ocr.page.ink import Ink
    from ocr.page.lines import TextLine

    Float32 = NDArray[np.float32]
    GrayBytes = NDArray[np.uint8]

# A page is first looked at at about this size, to learn how large its letters are.
_OVERVIEW_PX = 1000
# Letters are worked on at this height: twice as fine as the tiles they end in.
_WORKING_LETTER_PX = 48.0
# Breaks in a stroke up to this long are bridged.
_BRIDGE_LETTERS = 0.045
# Alternatives given for each character.
_ALTERNATIVES = 5
# ... unless they are as good as impossible.
_LEAST_LOG_PROBABILITY = -20.0


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Everything the page stages found, for recognition and for the pictures of the stages.

    Attributes
    ----------
    gray : (H, W) uint8 array
        At the working scale, dark ink on bright paper.
    px_per_given : float
        Working pixels per pixel of the given picture.
    letter_px : float
        Letter height in working pixels; 0 for a blank page.
    flat : (H, W) float32 array
        Flattened gray.
    ink : Ink
    components : Components
        Writing.
    dropped : (H, W) int32 array
        Labels of the components that are no writing.
    lines : tuple of TextLine
    glyphs : tuple of tuples of Glyph
        Of each line, left to right.
    discarded : tuple of Discarded
        In pixels of the given picture.
    """

    gray: GrayBytes
    px_per_given: float
    letter_px: float
    flat: Float32
    ink: Ink
    components: Components
    dropped: NDArray[np.int32]
    lines: tuple[TextLine, ...]
    glyphs: tuple[tuple[Glyph, ...], ...]
    discarded: tuple[Discarded, ...]

    def given_box(self, box: Box) -> Box:
        """Return a box of the working scale in pixels of the given picture."""
        return box.scaled(1 / self.px_per_given)


class Reader:
    """Reads pictures with one model; make it once, use it often, from any thread.

    Parameters
    ----------
    model : Model, path or name, optional
        The shipped model if left out.

    Raises
    ------
    ModelError
        If the model cannot be loaded.
    """

    def __init__(self, model: Model | str | os.PathLike[str] | None = None) -> None:
        self.model = model if isinstance(model, Model) else load_model(model_path(model))

    def read(self, image: ImageSource, *, name: str | None = None) -> Document:
        """Read one picture.

        Parameters
        ----------
        image : path, bytes, PIL image or array
        name : str, optional
            What messages and the document call it.

        Returns
        -------
        Document
            With one page; a blank page has no lines and a note.

        Raises
        ------
        ImageError
            If it is no readable picture.
        """
        picture = Picture(image, name=name)
        return Document((self.read_layout(find_layout(picture), picture),), model=self.model.name)

    def read_layout(self, layout: Layout, picture: Picture) -> Page:
        """Classify all glyphs of a layout in one batch and put the page together."""
        tiles = layout_tiles(layout)
        log_probabilities = self.model.log_probabilities(tiles)
        lines = _compose_lines(layout, log_probabilities, self.model.classes)
        return Page(
            lines=lines,
            width=picture.width,
            height=picture.height,
            source=picture.name,
            letter_height_px=layout.letter_px / layout.px_per_given,
            discarded=layout.discarded,
            notes=picture.notes + (() if lines else ("nothing that looks like writing was found",)),
        )


def read(image: ImageSource, *, model: Model | str | os.PathLike[str] | None = None) -> Document:
    """Read one picture with a fresh :class:`Reader`; see :meth:`Reader.read`."""
    return Reader(model).read(image)


def find_layout(picture: Picture) -> Layout:
    """Walk a picture through the page stages: light, ink, components, lines, glyphs."""
    gray, letter_px = _working_gray(picture)
    flat = flatten(gray, letter_px=letter_px or _WORKING_LETTER_PX)
    ink = find_ink(flat, letter_px=letter_px or _WORKING_LETTER_PX)
    found = find_components(ink.mask, bridge_px=round(_BRIDGE_LETTERS * letter_px))
    writing = is_writing(found, letter_px=letter_px) if letter_px else np.zeros(len(found), dtype=bool)
    components, dropped = kept(found, writing)
    lines, strays = find_lines(components, letter_px=letter_px)
    glyphs = tuple(join_glyphs(components, line, letter_px=letter_px) for line in lines)
    px_per_given = gray.shape[1] / picture.width
    not_read = [(found.box(index), "not writing") for index in np.flatnonzero(~writing)]
    not_read += [(components.box(index), "stray") for index in strays]
    discarded = tuple(Discarded(box.scaled(1 / px_per_given), reason) for box, reason in not_read)
    return Layout(gray, px_per_given, letter_px, flat, ink, components, dropped, lines, glyphs, discarded)


def _working_gray(picture: Picture) -> tuple[GrayBytes, float]:
    """Gray at which letters are about 48 px high, dark on bright, and their exact height (0 if there are none)."""
    overview = picture.gray(at_least_px=_OVERVIEW_PX)
    dark = is_light_on_dark(overview)
    letter_px = letter_height(255 - overview if dark else overview)
    if letter_px is None:
        return overview, 0.0
    longest, given = max(overview.shape), max(picture.width, picture.height)
    wanted = min(given, round(longest * _WORKING_LETTER_PX / letter_px))
    source = overview if wanted <= longest else picture.gray(at_least_px=wanted)
    factor = wanted / max(source.shape)
    gray = source if factor > 0.9 else _resized(source, factor)
    return (255 - gray if dark else gray), letter_px * max(gray.shape) / longest


def _resized(gray: GrayBytes, factor: float) -> GrayBytes:
    size = (max(1, round(gray.shape[1] * factor)), max(1, round(gray.shape[0] * factor)))
    return np.asarray(Image.fromarray(gray).resize(size, Image.Resampling.BOX, reducing_gap=2.0))


def layout_tiles(layout: Layout) -> Float32:
    """Tiles (N, 28, 28) of all glyphs of a page, in reading order."""
    return make_tiles(
        glyph_ink(layout.ink.strength, layout.components, glyph) for line in layout.glyphs for glyph in line
    )


def _compose_lines(layout: Layout, log_probabilities: Float32, classes: tuple[str, ...]) -> tuple[Line, ...]:
    """Cut lines into words, let each word settle its shape, and build the tree."""
    spaces = find_spaces([_gaps(line, layout.letter_px) for line in layout.glyphs])
    signs = iter(_signs(layout, log_probabilities))
    lines = [
        _split([next(signs) for _ in line], found) for line, found in zip(layout.glyphs, spaces, strict=True)
    ]
    words = [word for line in lines for word in line]
    letters = [[sign.log_probabilities for sign in word if sign.mark is None] for word in words]
    settled = iter(settle_shapes([np.stack(rows) for rows in letters if rows], classes))
    built = iter(
        _word(layout, word, next(settled) if rows else np.empty((0, len(classes))), classes)
        for word, rows in zip(words, letters, strict=True)
    )
    return tuple(Line(tuple(next(built) for _ in line)) for line in lines)


@dataclass(frozen=True, slots=True, eq=False)
class _Sign:
    """A glyph with what the classifier says of it, or the name of the small mark that it is."""

    glyph: Glyph
    log_probabilities: Float32
    mark: str | None


def _signs(layout: Layout, log_probabilities: Float32) -> list[_Sign]:
    signs = []
    for line, glyphs in zip(layout.lines, layout.glyphs, strict=True):
        for glyph in glyphs:
            row, col = glyph.box.center
            mark = name_mark(
                height=glyph.box.height / layout.letter_px,
                width=glyph.box.width / layout.letter_px,
                below_centre=(row - line.row_at(col)) / layout.letter_px,
            )
            signs.append(_Sign(glyph, log_probabilities[len(signs)], mark))
    return signs


def _split(signs: list[_Sign], spaces: tuple[bool, ...]) -> list[list[_Sign]]:
    """Cut a line into words where there is a space after a sign."""
    words = [[signs[0]]]
    for sign, is_space in zip(signs[1:], spaces, strict=True):
        if is_space:
            words.append([])
        words[-1].append(sign)
    return words


def _gaps(line: tuple[Glyph, ...], letter_px: float) -> list[float]:
    """Paper between neighbouring glyphs of a line, in letter heights."""
    return [(second.box.left - first.box.right) / letter_px for first, second in pairwise(line)]


def _word(layout: Layout, signs: list[_Sign], settled: Float32, classes: tuple[str, ...]) -> Word:
    rows = iter(settled)
    return Word(
        tuple(
            _character(layout, sign.glyph, next(rows), classes)
            if sign.mark is None
            # How often such a mark is named rightly was not measured yet: no alternatives, no false precision.
            else Character(sign.mark, layout.given_box(sign.glyph.box), 0.5)
            for sign in signs
        )
    )


def _character(
    layout: Layout, glyph: Glyph, log_probabilities: Float32, classes: tuple[str, ...]
) -> Character:
    best = np.argsort(log_probabilities)[::-1][:_ALTERNATIVES]
    alternatives = tuple(
        (classes[index], float(np.exp(log_probabilities[index])))
        for index in best
        if log_probabilities[index] > _LEAST_LOG_PROBABILITY
    )
    return Character(alternatives[0][0], layout.given_box(glyph.box), alternatives[0][1], alternatives)
