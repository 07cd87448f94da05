"""A small picture in colour beside the gray one."""

import io

import numpy as np
import pytest
from PIL import Image

from ocr.image.colours import COLOURS_PX
from ocr.image.picture import Picture


def halves(width=600, height=400):
    """Red on the left, blue on the right."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2, 0] = 200
    pixels[:, width // 2 :, 2] = 200
    return Image.fromarray(pixels)


def stored(image, kind, **options):
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_colours_of_a_file(kind):
    colours = Picture(stored(halves(), kind)).colours(at_least_px=500)
    assert colours.shape == (129, COLOURS_PX, 3)
    assert np.abs(colours[60, 20].astype(int) - (200, 0, 0)).max() < 6
    assert np.abs(colours[60, 170].astype(int) - (0, 0, 200)).max() < 6


def test_a_jpeg_has_the_same_gray_with_its_colours_and_without():
    content = stored(halves(2400, 1600), "JPEG")
    alone, beside = Picture(content), Picture(content)
    beside.colours(at_least_px=700)
    np.testing.assert_array_equal(beside.gray(at_least_px=700), alone.gray(at_least_px=700))


def test_colours_lie_as_the_picture_is_turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Picture(stored(halves(), "JPEG", exif=exif))
    assert (picture.height, picture.width) == (600, 400)
    colours = picture.colours(at_least_px=500)
    assert colours.shape == (COLOURS_PX, 129, 3)
    assert colours[20, 60, 0] > 190
    np.testing.assert_array_equal(picture.turned(1).colours(at_least_px=500), np.rot90(colours))


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "I;16"])
def test_other_modes_are_gray(mode):
    image = halves().convert("L").convert(mode) if mode != "I;16" else Image.new("I;16", (600, 400), 30000)
    colours = Picture(stored(image, "PNG")).colours(at_least_px=500)
    assert colours.shape == (129, COLOURS_PX, 3)
    assert (np.ptp(colours, axis=2) == 0).all()
