"""Short lines of a page stay: a line is judged against the others."""

import numpy as np
import pytest

from ocr.reader import Reader
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page


@pytest.mark.parametrize("short", ["11", "17", "1", "AI:", "1 1"])
def test_a_short_line_between_others(short):
    settings = PageSettings(letter_height_px=48, rotation_jitter_deg=0)
    lines = ("CALL THE BANK", short, "BUY BREAD AND MILK")
    page = write_page(lines, writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(4))
    found = Reader().read(np.rint(page.gray * 255).astype(np.uint8)).text.splitlines()
    assert len(found) == 3
    assert (found[0], found[2]) == (lines[0], lines[2])
