"""Load a picture from what a program may have of it: a path, an address, bytes, an opened file, an array."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import numpy as np
from PIL import Image

from ocr.errors import OcrError
from ocr.image.limits import as_image_error, picture_error
from ocr.uris import is_remote, locate, printable_uri, reason_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


ImageSource: TypeAlias = (
    "str | os.PathLike[str] | bytes | BinaryIO | Image.Image | NDArray[Any] | Mapping[str, Any]"
)

Sendable: TypeAlias = tuple[str, str | bytes | Image.Image | OcrError]

MOST_BYTES = 500_000_000
"""Most bytes of a file: no picture of an allowed size has more, and it is in memory while it is decoded."""
TOO_LARGE = f"larger than {MOST_BYTES // 10**6} MB; reduce it, or cut it into parts"
"""What is said of a larger one."""
# Interpolation may leave floats a trace beyond black and white.
_ROUNDING = 1e-3
_EXPECTED = "expected a path, an address, bytes, an opened file, a PIL image or an array"


def name_of(source: ImageSource) -> str:
    """Return the name of a source in messages: its path, or the kind of object it is."""
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        return path if isinstance(path, str) else os.fsdecode(path)
    named = source.get("path") if isinstance(source, Mapping) else getattr(source, "name", None)
    return named if isinstance(named, str) and named else f"<{type(source).__name__}>"


def content_of(source: ImageSource, name: str) -> bytes | Image.Image:
    """Load the bytes of a file, or return a Pillow image of what is in memory already.

    Parameters
    ----------
    source : path, address, bytes, opened file, PIL image, array or mapping
        An array is (H, W) or (H, W, 1, 3 or 4): uint8, uint16, bool, other whole numbers in 0 .. 255, or
        float in [0, 1]. A mapping is a row of a data set, with the ``"bytes"`` of a file or its ``"path"``.
    name : str
        Its name in error messages.

    Raises
    ------
    ImageError
        If it is none of these, no regular file, empty, or larger than 500 MB.
    SettingError
        If a library for the address is missing.
    OSError
        Of the file system.
    """
    if isinstance(source, Mapping):
        source = _in_row(source, name)
    if isinstance(source, Image.Image):
        return source
    if isinstance(source, str | os.PathLike):
        path = name_of(source)
        source = remote_bytes(path) if is_remote(path) else _file_bytes(path, name)
    elif hasattr(source, "read"):
        source = _read_all(source, name)
    if isinstance(source, bytes | bytearray | memoryview):
        return _checked(source, name)
    if isinstance(source, np.ndarray) or hasattr(source, "__array__"):
        return _from_array(np.asarray(source), name)
    raise picture_error(name, f"found {type(source).__name__}, {_EXPECTED}")


def sendable(source: ImageSource) -> Sendable:
    """Return the name of a source, and what can be sent to another process: its path, or its content."""
    name = name_of(source)
    if isinstance(source, str | os.PathLike):
        return name, name
    try:
        with as_image_error(name):
            return name, content_of(source, name)
    except OcrError as error:
        return name, error


def _in_row(row: Mapping[str, Any], name: str) -> ImageSource:
    """Return the picture in a row of a data set."""
    for key in ("bytes", "path"):
        if row.get(key) is not None:
            found: ImageSource = row[key]
            return found
    raise picture_error(name, f"found the keys {sorted(map(str, row))[:5]}, expected 'bytes' or 'path'")


def _checked(content: bytes | bytearray | memoryview, name: str) -> bytes:
    """Return the bytes of a file that is neither empty nor too large."""
    size = content.nbytes if isinstance(content, memoryview) else len(content)
    if size > MOST_BYTES:
        raise picture_error(name, TOO_LARGE)
    if not size:
        raise picture_error(name, "the file is empty; expected a JPEG, PNG, TIFF or other picture")
    return bytes(content)


def _read_all(file: Any, name: str) -> bytes:
    """Read an opened file from where it stands to its end."""
    content = file.read(MOST_BYTES + 1)
    if not isinstance(content, bytes | bytearray | memoryview):
        raise picture_error(name, "opened as text, expected bytes; open it by open(path, 'rb')")
    if not len(content):
        raise picture_error(name, "found nothing to read in the opened file; go to its start by seek(0)")
    return bytes(content)


def _file_bytes(path: str, name: str) -> bytes:
    """Load a regular file; a pipe or device is refused before it is opened, since it might never answer."""
    if "\0" in path:
        raise picture_error(name, "no file has such a name; is the path right?")
    status = os.stat(path)  # noqa: PTH116 - Path("") would be the current folder
    if stat.S_ISDIR(status.st_mode):
        raise picture_error(name, "found a folder, expected a picture; name a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise picture_error(name, "found a pipe or device, expected a file; pipe pictures to 'ocr read -'")
    if status.st_size > MOST_BYTES:
        raise picture_error(name, TOO_LARGE)
    return Path(path).read_bytes()


def remote_bytes(uri: str) -> bytes:
    """Load a file by its address, such as "s3://scans/page.jpg", by fsspec.

    Raises
    ------
    ImageError
        If it cannot be read, is no file, or is larger than 500 MB.
    SettingError
        If a library for the address is missing.
    """
    location = locate(uri)
    try:
        found = location.system.info(location.path)
        size = found.get("size")
        problem = "found a folder, expected a picture" if found.get("type") == "directory" else None
        if size is not None and size > MOST_BYTES:
            problem = TOO_LARGE
        if problem is None:
            return bytes(location.system.cat_file(location.path))
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        problem = f"cannot be read ({reason_of(error)}); is the address right, and open to you?"
    raise picture_error(printable_uri(uri), problem)


def _from_array(array: NDArray[Any], name: str) -> Image.Image:
    """Convert an array to a Pillow image of 8 bits."""
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in {3, 4})
    if not fits or array.size == 0:
        found = f"found an array of shape {array.shape}"
        raise picture_error(name, f"{found}, expected (H, W) or (H, W, 1, 3 or 4)")
    return Image.fromarray(np.ascontiguousarray(_as_bytes(array, name)))


def _as_bytes(array: NDArray[Any], name: str) -> NDArray[np.uint8]:
    """Convert the values of an array to 0 .. 255."""
    if array.dtype == np.uint16:
        return (array >> 8).astype(np.uint8)
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if np.issubdtype(array.dtype, np.integer):
        least, most = int(array.min()), int(array.max())
        if not 0 <= least <= most <= 255:
            found = f"found whole numbers from {least} to {most}"
            raise picture_error(name, f"{found}, expected 0 .. 255; make them uint8 or uint16")
        return array.astype(np.uint8)
    if np.issubdtype(array.dtype, np.floating) and np.isfinite(array).all():
        low, high = float(array.min()), float(array.max())
        if not -_ROUNDING <= low <= high <= 1 + _ROUNDING:
            found = f"found floats from {low:g} to {high:g}"
            raise picture_error(
                name, f"{found}, expected 0 (black) .. 1 (white); divide them by the value of white"
            )
        return np.asarray(np.rint(np.clip(array, 0, 1) * 255), np.uint8)
    raise picture_error(
        name, f"found an array of {array.dtype}, expected whole numbers, bool or finite floats in 0 .. 1"
    )
