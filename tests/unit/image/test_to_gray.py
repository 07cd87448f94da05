"""Every mode of Pillow becomes gray, no finer and no coarser than asked."""

import numpy as np
import pytest
from PIL import Image

from ocr.image import picture
from ocr.image.picture import Picture, reduced_gray
from unit.page.files import encoded


@pytest.mark.parametrize(
    ("mode", "values", "expected"),
    [
        ("I;16", np.array([[0, 65535]], np.uint16), [[0, 255]]),
        ("I;16", np.array([[0, 255]], np.uint16), [[0, 1]]),
        ("I", np.array([[0, 200]], np.int32), [[0, 200]]),
        ("I", np.array([[0, 65535]], np.int32), [[0, 255]]),
        ("I", np.array([[-5, 1_000_000]], np.int32), [[0, 255]]),
        ("F", np.array([[0.0, 1.0]], np.float32), [[0, 255]]),
        ("F", np.array([[0.0, 255.0]], np.float32), [[0, 255]]),
        ("F", np.array([[np.nan, np.inf, -np.inf, 0.0]], np.float32), [[255, 255, 0, 0]]),
    ],
)
def test_deep_pictures_take_the_smallest_full_scale_that_holds_them(mode, values, expected):
    image = Image.fromarray(values)
    assert image.mode == mode
    assert Picture(image).gray().tolist() == expected


@pytest.mark.parametrize(
    "mode", ["L", "RGB", "1", "P", "CMYK", "YCbCr", "LAB", "HSV", "RGBA", "LA", "PA", "RGBX"]
)
def test_every_mode_keeps_black_and_white(mode):
    image = Image.fromarray(np.array([[0, 255] * 4], np.uint8)).convert("RGB")
    try:
        image = image.convert(mode)
    except ValueError:
        image = image.convert("RGBA" if mode == "PA" else "L").convert(mode)
    gray = Picture(image).gray()
    assert gray[0, 0] <= 3
    assert gray[0, 1] >= 252


def test_transparency_is_white_paper():
    layer = np.zeros((1, 3, 4), np.uint8)
    layer[0, :, 3] = 0, 128, 255
    assert Picture(Image.fromarray(layer)).gray().tolist() == [[255, 127, 0]]


@pytest.mark.parametrize("format_", ["PNG", "JPEG"])
@pytest.mark.parametrize("at_least", [40, 50, 99, 100, 101, 250, 400, 1000])
def test_no_finer_and_no_coarser_than_asked(format_, at_least):
    wide = np.tile(np.linspace(0, 255, 400).astype(np.uint8), (300, 1))
    picture = Picture(encoded(Image.fromarray(wide), format_))
    longest = max(picture.gray(at_least_px=at_least).shape)
    assert longest >= min(at_least, 400)
    assert longest < 2 * at_least or longest == 400
    assert (picture.width, picture.height) == (400, 300)


def test_reduced_png_is_the_mean():
    assert Picture(np.array([[0, 100], [100, 200]], np.uint8)).gray(at_least_px=1).tolist() == [[100]]


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1), (3, 2)])
def test_tiny_pictures(size):
    picture = Picture(encoded(Image.new("L", size, 9), "JPEG"))
    assert picture.gray(at_least_px=1000).shape == size[::-1]
    assert min(picture.gray(at_least_px=1).shape) == 1


def test_gray_is_not_copied_and_a_preview_is_not_drafted():
    image = Image.new("L", (40, 30), 7)
    assert reduced_gray(image, 40) is image

    def draft(mode, size):
        pytest.fail("is another picture")

    image.draft, image.format = draft, "HEIF"
    assert reduced_gray(image, 20).size == (20, 15)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "I;16", "I", "F"])
def test_strips_make_the_same_picture(mode, monkeypatch):
    rng = np.random.default_rng(5)
    if mode in {"I;16", "I", "F"}:
        kinds = {"I;16": np.uint16, "I": np.int32, "F": np.float32}
        image = Image.fromarray((rng.random((61, 47)) * 60_000).astype(kinds[mode]))
    else:
        image = Image.fromarray(rng.integers(0, 256, (61, 47, 4), np.uint8)).convert(mode)
        if mode == "P":
            image.info["transparency"] = 3
    whole = np.asarray(picture.reduced_gray(image.copy(), None))
    for pixels in (1, 47 * 7, 47 * 8 + 5):
        monkeypatch.setattr(picture, "_STRIP_PIXELS", pixels)
        np.testing.assert_array_equal(np.asarray(picture.reduced_gray(image.copy(), None)), whole)
