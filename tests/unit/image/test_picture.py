"""Opening pictures: any kind, upright, no larger than needed, and one error for all that is wrong."""

import io
import threading
import warnings

import numpy as np
import pytest
from PIL import ExifTags, Image

from ocr.errors import ImageError
from ocr.image import limits
from ocr.image.picture import Picture
from unit.page.files import encoded

# Every corner and the middle of each side differ, so that no turn goes unseen.
SIGN = (
    np.array([[0, 60, 90, 120], [30, 255, 255, 150], [240, 220, 200, 180]], np.uint8)
    .repeat(8, 0)
    .repeat(8, 1)
)


def with_orientation(value):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = value
    return exif


# What a camera stores for each tag value, so that the upright picture is SIGN.
STORED = {
    1: SIGN,
    2: SIGN[:, ::-1],
    3: SIGN[::-1, ::-1],
    4: SIGN[::-1],
    5: SIGN.T,
    6: np.rot90(SIGN),
    7: SIGN[::-1, ::-1].T,
    8: np.rot90(SIGN, -1),
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("format_", ["PNG", "TIFF", "JPEG", "WEBP"])
def test_upright_as_the_camera_says(orientation, format_):
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation]))
    options = {"JPEG": {"quality": 95}, "WEBP": {"lossless": True}}.get(format_, {})
    picture = Picture(encoded(stored, format_, exif=with_orientation(orientation), **options))
    gray = picture.gray()
    assert (picture.height, picture.width) == SIGN.shape == gray.shape
    middles = (slice(3, None, 8), slice(3, None, 8))
    assert np.abs(gray[middles].astype(int) - SIGN[middles]).max() <= 12


@pytest.mark.parametrize("orientation", [0, 9, 77])
def test_impossible_orientation_is_none(orientation):
    picture = Picture(encoded(Image.fromarray(SIGN), exif=with_orientation(orientation)))
    assert np.array_equal(picture.gray(), SIGN)


def test_pillow_image_is_turned_too():
    image = Image.open(io.BytesIO(encoded(Image.fromarray(STORED[6].copy()), exif=with_orientation(6))))
    assert np.array_equal(Picture(image).gray(), SIGN)


@pytest.mark.parametrize("quarters", range(4))
def test_a_picture_can_be_turned_anticlockwise(quarters):
    picture = Picture(Image.fromarray(SIGN))
    turned = picture.turned(quarters)
    assert (turned.height, turned.width) == np.rot90(SIGN, quarters).shape
    assert np.array_equal(turned.gray(), np.rot90(SIGN, quarters))
    assert np.array_equal(turned.turned(-quarters).gray(), SIGN)
    assert np.array_equal(picture.gray(), SIGN), "the picture itself stays as it is"


def test_too_many_pixels_are_refused_before_decoding(monkeypatch):
    monkeypatch.setattr(limits, "MOST_WHOLE_BYTES", 360)
    Picture(encoded(Image.new("RGB", (9, 10))))
    with pytest.raises(ImageError, match="10 x 10 pixels, expected at most"):
        Picture(encoded(Image.new("RGB", (10, 10))))
    assert Picture(encoded(Image.new("RGB", (10, 10)), "JPEG")).width == 10


def test_limits_and_warnings_of_pillow_are_left_as_they_were():
    before = Image.MAX_IMAGE_PIXELS, warnings.filters[:]
    Picture(SIGN).gray()
    with pytest.raises(ImageError):
        Picture(b"no picture")
    assert (Image.MAX_IMAGE_PIXELS, warnings.filters[:]) == before


def test_many_threads_read_at_once():
    picture, failed = Picture(encoded(Image.fromarray(SIGN))), []

    def look():
        failed.extend(turn for turn in range(20) if not np.array_equal(picture.gray(), SIGN))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_damage_that_shows_only_when_decoded():
    content = encoded(Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64)).astype(np.uint8)))
    picture = Picture(content[: len(content) // 2])
    with pytest.raises(ImageError, match=r"^picture <bytes>: "):
        picture.gray()


@pytest.mark.parametrize("seed", range(60))
def test_scribbled_bytes_are_a_picture_or_one_error(seed):
    rng = np.random.default_rng(seed)
    format_ = ["PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP"][seed % 6]
    content = bytearray(
        encoded(Image.fromarray(SIGN), format_, **({"exif": with_orientation(6)} if seed % 2 else {}))
    )
    for place in rng.integers(0, len(content), 6):
        content[place] = rng.integers(256)
    outcome = look_at(bytes(content))
    assert outcome.isprintable()
    assert outcome == "read" or outcome.startswith("picture <bytes>: ")


def look_at(content):
    try:
        picture = Picture(content)
        # Sizes that come out large cost time, not safety.
        if picture.width * picture.height < 1e6:
            picture.gray()
    except ImageError as error:
        return str(error)
    return "read"
