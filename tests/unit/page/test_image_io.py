"""Opening pictures: any kind, upright, no larger than needed, and one error for all that is wrong."""

import io
import threading
import warnings

import numpy as np
import pytest
from PIL import ExifTags, Image

from ocr.errors import ImageError
from ocr.page import content, limits
from ocr.page.image_io import Picture, printable

# Every corner and the middle of each side differ, so that no turn goes unseen.
SIGN = (
    np.array([[0, 60, 90, 120], [30, 255, 255, 150], [240, 220, 200, 180]], np.uint8)
    .repeat(8, 0)
    .repeat(8, 1)
)


def encoded(image, format_="PNG", **options):
    stream = io.BytesIO()
    image.save(stream, format=format_, **options)
    return stream.getvalue()


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


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([[0, 128, 255]], np.uint8), [[0, 128, 255]]),
        (np.array([[0, 32768, 65535]], np.uint16), [[0, 128, 255]]),
        (np.array([[False, True]]), [[0, 255]]),
        (np.array([[0.0, 0.5, 1.0, 2.0, -1.0]]), [[0, 128, 255, 255, 0]]),
        (np.array([[0.25]], np.float32), [[64]]),
        (np.full((1, 2, 3), 77, np.uint8), [[77, 77]]),
        (np.array([[[0, 0, 0, 0], [0, 0, 0, 255]]], np.uint8), [[255, 0]]),
    ],
)
def test_arrays(array, expected):
    picture = Picture(array)
    assert picture.gray().tolist() == expected
    assert picture.format is None


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.zeros((0, 5)), "shape"),
        (np.zeros(5), "shape"),
        (np.zeros((2, 2, 2)), "shape"),
        (np.zeros((2, 2, 3, 1)), "shape"),
        (np.zeros((2, 2), np.int32), "int32"),
        (np.zeros((2, 2), complex), "complex"),
        (np.array([[np.nan]]), "finite"),
        (np.array([["a"]]), "expected uint8"),
    ],
)
def test_arrays_that_are_no_pictures(array, reason):
    with pytest.raises(ImageError, match=reason):
        Picture(array)


def test_what_is_no_source_at_all():
    with pytest.raises(ImageError, match="found int, expected a path"):
        Picture(7)


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


def test_too_many_pixels_are_refused_before_decoding(monkeypatch):
    monkeypatch.setattr(limits, "MOST_WHOLE_BYTES", 360)
    Picture(encoded(Image.new("RGB", (9, 10))))
    with pytest.raises(ImageError, match="10 x 10 pixels, expected at most"):
        Picture(encoded(Image.new("RGB", (10, 10))))
    assert Picture(encoded(Image.new("RGB", (10, 10)), "JPEG")).width == 10


def test_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "_MOST_BYTES", 10)
    (tmp_path / "large.png").write_bytes(bytes(11))
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: pytest.fail("was read"))
    with pytest.raises(ImageError, match="larger than"):
        Picture(tmp_path / "large.png")
    with pytest.raises(ImageError, match="larger than"):
        Picture(bytes(11))


def test_folder_is_no_picture(tmp_path):
    with pytest.raises(ImageError, match="found a folder, expected a picture"):
        Picture(tmp_path)


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


def test_printable():
    assert printable("Größe 1.png") == "Größe 1.png"
    assert printable("a\nb\x1b[31m\udcff") == r"a\nb\x1b[31m\udcff"
