"""From a path, bytes, a PIL image or an array to what decoders take: bytes, or a PIL image."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PIL import Image

from ocr.page.damage import picture_error

if TYPE_CHECKING:
    from numpy.typing import NDArray

ImageSource: TypeAlias = "str | os.PathLike[str] | bytes | Image.Image | NDArray[Any]"

# Pictures that take one byte a pixel or more on disk and still exceed this are not read from a stream.
_MOST_BYTES = 1 << 30


def name_of(source: ImageSource) -> str:
    """Name of a source in messages: its path, or what kind of object it is."""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    return f"<{type(source).__name__}>"


def content_of(source: ImageSource, name: str) -> bytes | Image.Image:
    """Bytes of a file, or a Pillow image of what is in memory already.

    Parameters
    ----------
    source : path, bytes, PIL image or array
        An array is (H, W) or (H, W, 3 or 4): uint8, uint16, bool, or float in [0, 1].
    name : str
        What error messages call it.

    Raises
    ------
    ImageError
        If it is none of these, no regular file, empty, or larger than 1 GiB.
    OSError
        What the file system says.
    """
    if isinstance(source, Image.Image):
        return source
    if isinstance(source, np.ndarray):
        return _from_array(source, name)
    if isinstance(source, str | os.PathLike):
        source = _file_bytes(os.fspath(source), name)
    if not isinstance(source, bytes | bytearray | memoryview):
        raise picture_error(
            name, f"found {type(source).__name__}, expected a path, bytes, a PIL image or an array"
        )
    if len(source) > _MOST_BYTES:
        raise picture_error(name, f"larger than {_MOST_BYTES >> 30} GiB; reduce it first")
    if not len(source):
        raise picture_error(name, "the file is empty; expected a JPEG, PNG, TIFF or other picture")
    return bytes(source)


def _file_bytes(path: str, name: str) -> bytes:
    """Read a regular file; a pipe or device is refused before it is opened, for it might never answer."""
    if "\0" in path:
        raise picture_error(name, "no file has such a name; is the path right?")
    status = os.stat(path)  # noqa: PTH116 - Path("") would be the current folder
    if stat.S_ISDIR(status.st_mode):
        raise picture_error(name, "found a folder, expected a picture; name a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise picture_error(name, "found a pipe or device, expected a file; pipe pictures to 'ocr read -'")
    if status.st_size > _MOST_BYTES:
        raise picture_error(name, f"larger than {_MOST_BYTES >> 30} GiB; reduce it first")
    return Path(path).read_bytes()


def _from_array(array: NDArray[Any], name: str) -> Image.Image:
    """Wrap an array as a Pillow image of 8 bits."""
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in {3, 4})
    if not fits or array.size == 0:
        found = f"found an array of shape {array.shape}"
        raise picture_error(name, f"{found}, expected (H, W), (H, W, 3) or (H, W, 4)")
    if array.dtype == np.uint8:
        return Image.fromarray(np.ascontiguousarray(array))
    if array.dtype == np.uint16:
        return Image.fromarray((array >> 8).astype(np.uint8))
    if array.dtype == np.bool_:
        return Image.fromarray(array.astype(np.uint8) * 255)
    if np.issubdtype(array.dtype, np.floating) and np.isfinite(array).all():
        return Image.fromarray(np.rint(np.clip(array, 0, 1) * 255).astype(np.uint8))
    raise picture_error(
        name, f"found an array of {array.dtype}, expected uint8, uint16, bool or finite floats in 0 .. 1"
    )
