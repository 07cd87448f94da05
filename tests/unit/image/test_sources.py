"""What a program may have of a picture: each is read as the file is."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.errors import ImageError, SettingError
from ocr.image.picture import Picture
from ocr.image.sources import MOST_BYTES, name_of, sendable

GRAY = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20


def png(gray=GRAY):
    stream = io.BytesIO()
    Image.fromarray(gray).save(stream, format="PNG")
    return stream.getvalue()


class Tensor:
    """What other libraries have, such as one of PyTorch."""

    def __array__(self, dtype=None, copy=None):
        return GRAY.astype(np.int64)


@pytest.mark.parametrize(
    "source",
    [
        png(),
        bytearray(png()),
        memoryview(png()),
        io.BytesIO(png()),
        {"bytes": png(), "path": None},
        GRAY,
        GRAY[:, :, None],
        GRAY.astype(np.int64),
        Tensor(),
    ],
    ids=lambda source: type(source).__name__,
)
def test_each_kind_is_the_same_picture(source):
    assert (Picture(source).gray() == GRAY).all()


def test_an_opened_file_has_the_name_of_its_path(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(png())
    with path.open("rb") as file:
        picture = Picture(file)
    assert picture.source == str(path)
    assert (picture.gray() == GRAY).all()
    row = {"bytes": None, "path": str(path)}
    assert Picture(row).source == str(path)


def test_an_address_is_loaded_by_fsspec():
    fsspec = pytest.importorskip("fsspec")
    fsspec.filesystem("memory").pipe_file("/scans/page.png", png())
    assert (Picture("memory://scans/page.png").gray() == GRAY).all()
    with pytest.raises(ImageError, match="cannot be read"):
        Picture("memory://scans/missing.png")
    with pytest.raises(SettingError, match=r"nothing:// cannot be used"):
        Picture("nothing://a.png")


def read_to_its_end():
    stream = io.BytesIO(png())
    stream.read()
    return stream


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (read_to_its_end(), r"nothing to read in the opened file; go to its start by seek\(0\)"),
        (io.StringIO("text"), "opened as text, expected bytes"),
        ({"image": 1}, r"found the keys \['image'\], expected 'bytes' or 'path'"),
        (GRAY.astype(np.int64) - 1, "found whole numbers from -1 to 219, expected 0 .. 255"),
        (GRAY.astype(np.int32) + 100, "found whole numbers from 100 to 320"),
        (GRAY.astype(complex), "found an array of complex128"),
        (GRAY[:, :, None, None], r"found an array of shape \(3, 4, 1, 1\)"),
        (None, "found NoneType, expected a path"),
        (17, "found int, expected a path"),
        ("a\0b.png", r"picture a\\x00b\.png: no file has such a name"),
    ],
)
def test_what_is_no_picture_is_refused(source, message):
    with pytest.raises(ImageError, match=message):
        Picture(source)


def test_an_endless_file_is_not_read_to_its_end():
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            assert size == MOST_BYTES + 1
            return b"x" * 9

    with pytest.raises(ImageError, match="not a picture"):
        Picture(Endless())


def test_what_is_sent_to_another_process_is_a_path_or_content():
    assert sendable(Path("a.png")) == ("a.png", "a.png")
    assert sendable(io.BytesIO(b"x")) == ("<BytesIO>", b"x")
    name, found = sendable({})
    assert name == name_of({})
    assert isinstance(found, ImageError)
