"""The pages that speed is measured on, made by the project itself; also a program that writes one to a file.

    python tests/benchmarks/speed_pages.py photo FILE MEGAPIXELS
    python tests/benchmarks/speed_pages.py scan FILE MEGAPIXELS
    python tests/benchmarks/speed_pages.py text FILE CHARACTERS

A photo is a colored JPEG and a scan a gray PNG of the same page of notes, enlarged, on paper of 4 by 3; a
text is a gray PNG that is as large as its characters need. The seed is fixed: all runs measure the same
pictures.
"""

import json
import sys

import numpy as np
from hard_pages import clean_pages
from PIL import Image

from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page

_SEED = 7
# Warm paper under a lamp, as in the sample pages.
_TINT = (1.0, 0.97, 0.9)
# A phone's grain in gray levels. So many rows of it repeat: 200 megapixels of chance would take a minute, and
# a PNG does not look back so far.
_GRAIN, _GRAIN_ROWS = 3.0, 64
# Words that a text repeats, and how many characters a line takes.
_WORDS = ("THE", "QUICK", "BROWN", "FOX", "JUMPS", "OVER", "12", "LAZY", "DOGS", "AND", "3", "CATS")
_LINE = 60
_LETTER_PX = 40


def photo(megapixels, *, color):
    """A page of notes on paper of 4 by 3, of so many megapixels: uint8 (H, W), or (H, W, 3) if in color."""
    page = np.rint(clean_pages(1, fonts=None, seed=_SEED)[0].gray * 235).astype(np.uint8)
    side = max(page.shape[0] / 3, page.shape[1] / 4)
    room = [
        (0, max(0, round(parts * side) - length)) for parts, length in zip((3, 4), page.shape, strict=True)
    ]
    small = Image.fromarray(np.pad(page, room, constant_values=235))
    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    large = np.array(small.resize((round(height * 4 / 3), height), Image.Resampling.BICUBIC))
    _add_grain(large)
    if not color:
        return large
    return np.dstack([(large * share).astype(np.uint8) for share in _TINT])


def _add_grain(picture):
    """Add the sensor's noise in place, a strip of rows after the other."""
    strip = np.random.default_rng(_SEED).normal(0, _GRAIN, (_GRAIN_ROWS, picture.shape[1])).astype(np.int16)
    for top in range(0, len(picture), _GRAIN_ROWS):
        rows = picture[top : top + _GRAIN_ROWS]
        rows[:] = np.clip(rows + strip[: len(rows)], 0, 255)


def lines_of(count):
    """Lines of words with so many characters in all, spaces left out."""
    lines, line, left, word = [], "", count, 0
    while left:
        part = _WORDS[word % len(_WORDS)][:left]
        if line and len(line) + 1 + len(part) > _LINE:
            lines.append(line)
            line = ""
        line = f"{line} {part}".strip()
        left -= len(part)
        word += 1
    return [*lines, line]


def text_page(count, *, text_height_px=_LETTER_PX):
    """A page of so many characters: uint8 (H, W)."""
    page = write_page(
        lines_of(count),
        writer=StrokeWriter(slant_deg=3),
        settings=PageSettings(letter_height_px=text_height_px),
        rng=np.random.default_rng(_SEED),
    )
    return np.rint(page.gray * 255).astype(np.uint8)


def write(kind, path, amount):
    """Write one picture; its height and width."""
    picture = text_page(int(amount)) if kind == "text" else photo(float(amount), color=kind == "photo")
    form = {"quality": 88} if kind == "photo" else {"compress_level": 1}
    Image.fromarray(picture).save(path, **form)
    return picture.shape[:2]


if __name__ == "__main__":
    print(json.dumps(write(*sys.argv[1:])))
