"""Whatever is cut off or scribbled over: pages, or one error of one line."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.page import files

from ocr.errors import ImageError
from ocr.image.picture import Album

MADE_BY = {"PDF": "pypdfium2", "HEIC": "pillow_heif"}
FORMATS = ("JPEG", "MPO", "PNG", "TIFF", "GIF", "WEBP", "BMP", "PPM", "AVIF", "PDF", "HEIC")


@functools.cache
def whole(format_):
    if format_ == "PDF":
        return files.pdf((40, 30), (30, 40), resolution=72)
    if format_ == "HEIC":
        return files.heic(1, 2)
    if format_ in {"JPEG", "BMP", "PPM"}:
        return files.encoded(files.page(1), format_)
    return files.several(format_)


def look_at(content, pages):
    """How many pages were seen, and what was said."""
    said, seen = [], 0
    try:
        album = Album(content, name="a", pages=pages)
    except ImageError as error:
        return 0, [str(error)]
    for number in album.numbers:
        try:
            picture = album.picture(number)
            # Sizes that come out large cost time, not safety.
            if picture.width * picture.height < 2e6:
                picture.gray(at_least_px=30)
            seen += 1
        except ImageError as error:
            said.append(str(error))
    return seen, said


@pytest.mark.parametrize("pages", [None, "1-"])
@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=40)
@given(st.data())
def test_truncated(format_, pages, data):
    pytest.importorskip(MADE_BY.get(format_, "PIL"))
    content = whole(format_)
    length = data.draw(st.integers(1, len(content)))
    seen, said = look_at(content[:length], pages)
    assert seen or said
    assert all(one.isprintable() and one.startswith("picture a") for one in said)
    if length == len(content):
        assert not said


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=40)
@given(st.data())
def test_scribbled(format_, data):
    pytest.importorskip(MADE_BY.get(format_, "PIL"))
    content = bytearray(whole(format_))
    rng = np.random.default_rng(data.draw(st.integers(0, 1 << 30)))
    for place in rng.integers(0, len(content), 1 + rng.integers(8)):
        content[place] = rng.integers(256)
    seen, said = look_at(bytes(content), "1-" if rng.integers(2) else None)
    assert seen or said
    assert all(one.isprintable() and one.startswith("picture a") for one in said)
