"""Sizes that are refused, and limits of Pillow that come back."""

import threading
import warnings

import pytest
from PIL import Image

from ocr.errors import ImageError
from ocr.image.decoding import open_image
from ocr.image.limits import check_size, most_pixels, pillow_limits
from unit.page import files


@pytest.mark.parametrize(
    ("mode", "format_", "megapixels"),
    [
        ("L", "JPEG", 256),
        ("RGB", "JPEG", 256),
        ("L", "PNG", 256),
        ("L", "TIFF", 256),
        ("1", "TIFF", 200),
        ("RGB", "PNG", 100),
        ("LA", "PNG", 100),
        ("CMYK", "JPEG", 100),
        ("RGB", "WEBP", 50),
        ("RGB", "AVIF", 50),
        ("L", "GIF", 100),
    ],
)
def test_what_takes_less_memory_may_be_larger(mode, format_, megapixels):
    content = files.encoded(Image.new(mode, (9, 9)), format_)
    assert most_pixels(open_image(content, "a")) == megapixels * 10**6


def test_transparency_animation_and_progress_take_more():
    content = files.encoded(Image.new("RGB", (9, 9)), "JPEG", progressive=True)
    assert most_pixels(open_image(content, "a")) == 100 * 10**6
    assert most_pixels(open_image(files.encoded(files.page(1), transparency=9), "a")) == 100 * 10**6
    assert most_pixels(open_image(files.several("PNG"), "a")) == 100 * 10**6


def test_check_size():
    check_size(9, 10, "a", most=90)
    with pytest.raises(ImageError, match=r"^picture a: 9 x 11 pixels, expected at most 0 megapixels"):
        check_size(9, 11, "a", most=90)
    for width, height in ((0, 9), (9, 0), (-3, -3)):
        with pytest.raises(ImageError, match="expected at least one"):
            check_size(width, height, "a", most=90)


def test_a_picture_longer_than_any_strip_is_refused():
    check_size(100_000, 10, "a", most=10**9)
    for width, height in ((100_001, 1), (1, 255_000_000)):
        with pytest.raises(ImageError, match=r"expected at most 100000 a side; cut it into pages"):
            check_size(width, height, "a", most=10**9)


def test_bombs_are_refused_by_name():
    with pytest.raises(ImageError, match="picture a: more than 256 megapixels"), pillow_limits("a"):
        raise Image.DecompressionBombError


def test_limits_of_pillow_come_back_when_the_last_one_is_done():
    before, filters = Image.MAX_IMAGE_PIXELS, warnings.filters[:]
    first_is_in, second_is_out = threading.Event(), threading.Event()

    def first():
        with pillow_limits("b"):
            first_is_in.set()
            second_is_out.wait()

    thread = threading.Thread(target=first)
    thread.start()
    first_is_in.wait()
    with pillow_limits("a"):
        raised = Image.MAX_IMAGE_PIXELS
    still = Image.MAX_IMAGE_PIXELS
    second_is_out.set()
    thread.join()
    assert raised == still == 256_000_000
    assert (Image.MAX_IMAGE_PIXELS, warnings.filters[:]) == (before, filters)
