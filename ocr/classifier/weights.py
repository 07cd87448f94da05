"""The weights of a network as the bytes of an npz file, and back without trusting them.

Every member's size and NumPy header is compared, as text, with what the caller expects before any of its data
is read, because a header alone can claim terabytes. Pickles are never loaded.
"""

from __future__ import annotations

import io
import math
import reprlib
import struct
import zipfile
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from ocr.classifier.network import Layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.classifier.network import Network

DTYPES: dict[str, np.dtype[Any]] = {"float16": np.dtype("<f2"), "float32": np.dtype("<f4")}
"""Types in which weights are stored."""

# Of a .npy header for arrays like these; NumPy pads it to 118.
_MOST_HEADER_BYTES = 256


def packed(network: Network, dtype: np.dtype[Any]) -> bytes:
    """Give the npz file of a network: the same bytes for the same weights.

    Raises
    ------
    ValueError
        If a weight is not finite, or too large for the type.
    """
    arrays: dict[str, Any] = {}
    with np.errstate(over="ignore"):
        for index, layer in enumerate(network):
            arrays[f"weights_{index}"] = layer.weights.astype(dtype)
            arrays[f"bias_{index}"] = layer.bias.astype(dtype)
    if not all(np.isfinite(array).all() for array in arrays.values()):
        problem = f"weights are not finite or too large for {dtype.name}"
        raise ValueError(problem)
    buffer = io.BytesIO()
    # Stored, not deflated: weights hardly shrink, and reading is one copy.
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def unpacked(content: bytes, *, sizes: Sequence[int], dtype: np.dtype[Any]) -> Network:
    """Read an npz file that must hold exactly a network of these sizes.

    Parameters
    ----------
    content : bytes
        The file.
    sizes : sequence of int
        Widths from input to output.
    dtype : dtype
        One of `DTYPES`.

    Returns
    -------
    Network
        float32, read-only.

    Raises
    ------
    ValueError
        If the file is damaged or holds anything else.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for index, (inputs, outputs) in enumerate(pairwise(sizes)):
        shapes[f"weights_{index}.npy"] = (inputs, outputs)
        shapes[f"bias_{index}.npy"] = (outputs,)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sorted(archive.namelist()) != sorted(shapes):
                problem = f"found members {reprlib.repr(archive.namelist())}, expected {len(shapes)} arrays"
                raise ValueError(problem)
            arrays = [_read_member(archive, name, shape, dtype) for name, shape in shapes.items()]
    # What zipfile raises for damage; RuntimeError is how it says that a member is encrypted.
    except (zipfile.BadZipFile, EOFError, RuntimeError, OSError, struct.error) as error:
        raise ValueError(str(error)) from error
    return tuple(Layer(weights, bias) for weights, bias in zip(arrays[::2], arrays[1::2], strict=True))


def _read_member(
    archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> NDArray[np.float32]:
    """Read one array whose header says exactly ``shape`` and ``dtype``."""
    size = math.prod(shape) * dtype.itemsize
    info = archive.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED or not size < info.file_size <= size + _MOST_HEADER_BYTES:
        problem = f"member {name} is packed or declares {info.file_size} bytes, expected about {size}, stored"
        raise ValueError(problem)
    with archive.open(info) as member:
        header = _npy_header(member)
        if header != _expected_header(shape, dtype):
            problem = f"member {name} has header {reprlib.repr(header)}, expected {shape} of {dtype.name}"
            raise ValueError(problem)
        values = np.frombuffer(member.read(size), dtype=dtype)
    # A product that overflows float16 would be infinite here, and would make every answer nonsense.
    if values.size != math.prod(shape) or not np.isfinite(values).all():
        problem = f"member {name} is cut short or holds values that are not finite"
        raise ValueError(problem)
    array = values.astype(np.float32).reshape(shape)
    array.flags.writeable = False
    return array


def _npy_header(member: IO[bytes]) -> str:
    """Return the text of a .npy header of version 1 without spaces, "" for any other; evaluate nothing."""
    start = member.read(10)
    if len(start) < 10 or not start.startswith(b"\x93NUMPY\x01\x00"):
        return ""
    (length,) = struct.unpack("<H", start[8:])
    text = member.read(min(length, _MOST_HEADER_BYTES)).decode("latin-1")
    return text.replace(" ", "").strip("\n")


def _expected_header(shape: tuple[int, ...], dtype: np.dtype[Any]) -> str:
    """Return what NumPy writes for an array, without spaces."""
    header = {"descr": dtype.str, "fortran_order": False, "shape": shape}
    return "{" + "".join(f"{key!r}:{value!r}," for key, value in header.items()).replace(" ", "") + "}"
