"""From any source to what decoders take; what is none is refused."""

import numpy as np
import pytest

from ocr.errors import ImageError
from ocr.image import sources
from ocr.image.picture import Picture


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([[0, 128, 255]], np.uint8), [[0, 128, 255]]),
        (np.array([[0, 32768, 65535]], np.uint16), [[0, 128, 255]]),
        (np.array([[False, True]]), [[0, 255]]),
        (np.array([[0.0, 0.5, 1.0, 1.0005, -0.0005]]), [[0, 128, 255, 255, 0]]),
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
        (np.full((2, 2), 256, np.int32), "whole numbers from 256 to 256"),
        (np.zeros((2, 2), complex), "complex"),
        (np.array([[np.nan]]), "finite"),
        (np.array([["a"]]), "expected whole numbers"),
        (np.array([[0.0, 255.0]]), r"floats from 0 to 255, expected 0 \(black\) .. 1 \(white\); divide"),
        (np.array([[-1.0, 1.0]]), "floats from -1 to 1, expected 0"),
    ],
)
def test_arrays_that_are_no_pictures(array, reason):
    with pytest.raises(ImageError, match=reason):
        Picture(array)


def test_what_is_no_source_at_all():
    with pytest.raises(ImageError, match="found int, expected a path"):
        Picture(7)


def test_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MOST_BYTES", 10)
    (tmp_path / "large.png").write_bytes(bytes(11))
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: pytest.fail("was read"))
    with pytest.raises(ImageError, match="larger than"):
        Picture(tmp_path / "large.png")
    with pytest.raises(ImageError, match="larger than"):
        Picture(bytes(11))


def test_folder_is_no_picture(tmp_path):
    with pytest.raises(ImageError, match="found a folder, expected a picture"):
        Picture(tmp_path)
