"""The line network's answers along a line."""

import numpy as np

from ocr.image.picture import Picture
from ocr.line_network.line_image import LINE_ROWS
from ocr.reader import Reader
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page
from ocr.view.line_frames import draw_line_frames


def test_a_bar_stands_below_each_letter():
    drawn = write_page(
        ("lunch at noon",),
        writer=StrokeWriter(),
        settings=PageSettings(letter_height_px=40),
        rng=np.random.default_rng(3),
    )
    reading = Reader().read_picture(Picture(np.rint(drawn.gray * 255).astype(np.uint8)))
    drawing = draw_line_frames(reading.layout, reading.recognized_lines[0])
    pixels = np.asarray(drawing.picture)
    line, bars = pixels[: 3 * LINE_ROWS], pixels[-40:]
    assert (line < 128).any()
    colored = (np.ptp(bars.astype(int), axis=2) > 60).any(axis=0)
    starts = np.flatnonzero(np.diff(colored.astype(int), prepend=0) == 1)
    assert len(starts) >= len("lunchatnoon")
    assert "says nothing" in drawing.caption
