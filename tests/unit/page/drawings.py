"""Pages drawn with letters: ``#`` is ink, ``.`` paper; and pages written by the built-in hand."""

import functools
import textwrap

import numpy as np

from ocr.page.ink.components import find_components
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page


def mask(drawing, *, zoom=1):
    """Ink (H, W) bool of a drawing, each of its characters ``zoom`` x ``zoom`` pixels."""
    rows = textwrap.dedent(drawing).strip("\n").splitlines()
    drawn = np.array([[character == "#" for character in row] for row in rows])
    return np.kron(drawn, np.ones((zoom, zoom), bool))


def components(drawing, *, zoom=1, bridge_px=0):
    return find_components(mask(drawing, zoom=zoom), bridge_px=bridge_px)


def gray(drawing, *, zoom=1, ink=40, paper=230, margin=0):
    """Gray bytes of a drawing."""
    drawn = np.pad(mask(drawing, zoom=zoom), margin)
    return np.where(drawn, ink, paper).astype(np.uint8)


def blocks(*boxes, shape=(200, 440)):
    """Components of filled rectangles (top, left, bottom, right) that do not touch."""
    drawn = np.zeros(shape, bool)
    for top, left, bottom, right in boxes:
        drawn[top:bottom, left:right] = True
    found = find_components(drawn)
    assert len(found) == len(boxes)
    return found


@functools.cache
def written(*lines, seed=3, **settings):
    """Page written by the built-in hand, as a `WrittenPage`."""
    return write_page(
        lines, writer=StrokeWriter(), settings=PageSettings(**settings), rng=np.random.default_rng(seed)
    )


def as_bytes(page_gray):
    """Gray of 0 .. 1 as bytes."""
    return np.rint(np.clip(page_gray, 0, 1) * 255).astype(np.uint8)
