"""Frames are removed, cells parted, and check boxes read, on drawn boxes of all sizes and turns."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.forms.field_ink import cut_out, is_empty, page_contrast
from ocr.geometry import Box
from ocr.page.printed.check_boxes import read_tick

PAPER, PRINT, PEN = 240, 100, 30
MARKS = {
    "cross": [((0.2, 0.2), (0.8, 0.8)), ((0.8, 0.2), (0.2, 0.8))],
    "tick": [((0.2, 0.55), (0.42, 0.8)), ((0.42, 0.8), (0.85, 0.15))],
    "stroke": [((0.2, 0.8), (0.8, 0.2))],
}


def drawn(side, mark=None, *, frame=True, noise=3.0, turn_deg=0.0, gray=PEN):
    """A page with one box of 20 .. 20 + side, and a line of ink elsewhere."""
    page = Image.new("L", (3 * side + 40, side + 40), PAPER)
    draw = ImageDraw.Draw(page)
    line_px = max(1, side // 24)
    draw.rectangle((2 * side + 20, 20, 2 * side + 34, 20 + side // 3), fill=PEN)
    if frame:
        draw.rectangle((20, 20, 20 + side, 20 + side), outline=PRINT, width=line_px)
    for start, end in MARKS.get(mark, []):
        points = [(20 + side * col, 20 + side * row) for col, row in (start, end)]
        draw.line(points, fill=gray, width=2 * line_px)
    page = page.rotate(turn_deg, Image.Resampling.BILINEAR, fillcolor=PAPER)
    values = np.asarray(page) + np.random.default_rng(1).normal(0, noise, page.size[::-1])
    return np.clip(values, 0, 255).astype(np.uint8)


def ticked(page, side, *, grow=1):
    box = Box(20 - grow, 20 - grow, 20 + side + grow, 20 + side + grow)
    return read_tick(cut_out(page, box, contrast=page_contrast(page), is_checkbox=True).ink)


@pytest.mark.parametrize("side", [16, 24, 40, 96])
@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_is_a_tick(side, mark):
    found = ticked(drawn(side, mark), side)
    assert found.is_ticked
    assert found.probability > 0.9


@pytest.mark.parametrize("side", [16, 24, 40, 96])
@pytest.mark.parametrize("frame", [True, False])
def test_an_empty_box_is_not_ticked(side, frame):
    found = ticked(drawn(side, frame=frame), side)
    assert not found.is_ticked
    assert found.probability > 0.9


@pytest.mark.parametrize("turn_deg", [-0.5, 0.5])
@pytest.mark.parametrize("grow", [0, 2, 4])
def test_a_box_that_is_a_little_turned_or_moved(turn_deg, grow):
    for mark in (None, "cross"):
        assert ticked(drawn(48, mark, turn_deg=turn_deg), 48, grow=grow).is_ticked == (mark is not None)


def test_pencil_is_ink():
    assert ticked(drawn(40, "tick", gray=150), 40).is_ticked


def test_the_lines_of_a_comb_are_removed_and_strokes_across_them_stay():
    page = np.full((60, 240), PAPER, np.uint8)
    page[10:50, 20:220][[0, -1]] = PRINT
    page[10:50, 20:221:40] = PRINT
    page[28:32, 70:130] = PEN
    cut = cut_out(page, Box(10, 20, 50, 221), contrast=page_contrast(page), cells=5)
    dark = cut.gray < PAPER - 60
    rows, cols = np.nonzero(dark)
    assert (rows.min(), rows.max()) == (18, 21)
    assert (cols.min(), cols.max()) == (50, 109)
    assert dark[18:22, 50:110].all()


def test_an_empty_field_has_no_ink():
    page = drawn(60)
    box = Box(20, 20, 81, 81)
    assert is_empty(cut_out(page, box, contrast=page_contrast(page)).ink)
    page[50:53, 50:53] = PEN
    assert not is_empty(cut_out(page, box, contrast=page_contrast(page)).ink)


def test_an_empty_comb_has_no_ink():
    page = np.full((60, 240), PAPER, np.uint8)
    page[10:50, 20:221][[0, -1]] = PRINT
    page[10:50, 20:221:40] = PRINT
    box = Box(10, 20, 50, 221)
    assert is_empty(cut_out(page, box, contrast=page_contrast(page), cells=5).ink)
