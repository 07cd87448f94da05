"""Convert the weights of a network to the bytes of an npz file, and back without trusting them.

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
from ocr.errors import ModelError
from ocr.files import write_by_rename

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ocr.classifier.network import Network

DTYPES: dict[str, np.dtype[Any]] = {
    "int8": np.dtype("i1"),
    "float16": np.dtype("<f2"),
    "float32": np.dtype("<f4"),
}
"""Types in which weights are stored. Biases are float32 beside int8, and of the weights' type otherwise."""

_FLOAT32 = np.dtype("<f4")
# An int8 weight w stands for w * scale of its output: each output's largest weight is 127.
_LARGEST = 127

# Of a .npy header for arrays like these; NumPy pads it to 118.
_MOST_HEADER_BYTES = 256
# Weights and biases of trained networks are below 30. Sums of a thousand products of larger ones than these
# overflow in five layers.
_MOST_WEIGHT = 1e4


def save_network(network: Network, path: Path, *, dtype: np.dtype[Any], what: str) -> None:
    """Write a network to a file; the same weights give the same bytes.

    Raises
    ------
    ModelError
        If it cannot be written; what was there before is still there. The message calls it ``what``.
    """
    write_by_rename(path, packed(network, dtype), what=what, failure=ModelError)


def load_network(path: Path, *, sizes: Sequence[int], dtype: np.dtype[Any], what: str) -> Network:
    """Load a network of some sizes from a file of the program.

    Raises
    ------
    ModelError
        If it cannot be read or is not such a file. The message calls it ``what``.
    """
    try:
        return unpacked(path.read_bytes(), sizes=sizes, dtype=dtype)
    except (OSError, ValueError) as error:
        message = f"{what} {path}: damaged ({error}); install the program anew"
        raise ModelError(message) from error


def packed(network: Network, dtype: np.dtype[Any]) -> bytes:
    """Return the npz file of a network: the same bytes for the same weights.

    Raises
    ------
    ValueError
        If a weight is not finite, or too large for the type.
    """
    arrays: dict[str, Any] = {}
    with np.errstate(over="ignore", invalid="ignore"):
        for index, layer in enumerate(network):
            arrays |= {f"{name}_{index}": array for name, array in _stored(layer, dtype).items()}
    given = [array for layer in network for array in (layer.weights, layer.bias)]
    if not all(map(_are_usable, given)) or not all(np.isfinite(one).all() for one in arrays.values()):
        problem = f"weights are not finite or too large for {dtype.name}"
        raise ValueError(problem)
    buffer = io.BytesIO()
    # Stored, not deflated: weights hardly shrink, and reading is one copy.
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _are_usable(array: NDArray[Any]) -> bool:
    """Whether values are finite, and small enough that no answer overflows."""
    return bool(array.min() >= -_MOST_WEIGHT and array.max() <= _MOST_WEIGHT)


def _stored(layer: Layer, dtype: np.dtype[Any]) -> dict[str, NDArray[Any]]:
    """Return the arrays that store a layer."""
    if dtype.kind == "f":
        return {"weights": layer.weights.astype(dtype), "bias": layer.bias.astype(dtype)}
    # A weight that is not finite makes its scale so, and is refused by that.
    scale = (np.abs(layer.weights).max(axis=0) / _LARGEST).astype(_FLOAT32)
    rounded = np.rint(layer.weights / np.where(scale > 0, scale, 1))
    # The scale of weights around 1e-43 is so coarse that the quotient can pass 127.
    np.clip(rounded, -_LARGEST, _LARGEST, out=rounded)
    return {"weights": rounded.astype(dtype), "scale": scale, "bias": layer.bias.astype(_FLOAT32)}


def _members(
    shapes: Iterable[tuple[int, int]], dtype: np.dtype[Any]
) -> list[dict[str, tuple[tuple[int, ...], np.dtype[Any]]]]:
    """Return for each layer the shape and type of each array that stores it."""
    bias_dtype = dtype if dtype.kind == "f" else _FLOAT32
    layers = []
    for inputs, outputs in shapes:
        layer = {"weights": ((inputs, outputs), dtype), "bias": ((outputs,), bias_dtype)}
        if dtype.kind != "f":
            layer["scale"] = ((outputs,), _FLOAT32)
        layers.append(layer)
    return layers


def _restored(arrays: dict[str, NDArray[Any]]) -> Layer:
    """Return the float32, read-only layer of stored arrays.

    Raises
    ------
    ValueError
        If a weight or bias is too large to calculate with.
    """
    with np.errstate(over="ignore"):
        weights = np.multiply(arrays["weights"], arrays.get("scale", np.float32(1)), dtype=np.float32)
    bias = arrays["bias"].astype(np.float32)
    if not (_are_usable(weights) and _are_usable(bias)):
        problem = f"weights or biases are not from {-_MOST_WEIGHT:g} to {_MOST_WEIGHT:g}"
        raise ValueError(problem)
    weights.flags.writeable = bias.flags.writeable = False
    return Layer(weights, bias)


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
    return unpacked_layers(content, shapes=pairwise(sizes), dtype=dtype)


def unpacked_layers(content: bytes, *, shapes: Iterable[tuple[int, int]], dtype: np.dtype[Any]) -> Network:
    """Read an npz file that must hold exactly layers with these inputs and outputs; see :func:`unpacked`."""
    layers = _members(shapes, dtype)
    names = sorted(f"{name}_{index}.npy" for index, layer in enumerate(layers) for name in layer)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sorted(archive.namelist()) != names:
                problem = f"found members {reprlib.repr(archive.namelist())}, expected {len(names)} arrays"
                raise ValueError(problem)
            arrays = [
                {name: read_member(archive, f"{name}_{index}.npy", *form) for name, form in layer.items()}
                for index, layer in enumerate(layers)
            ]
    # What zipfile raises for damage; RuntimeError is raised for an encrypted member.
    except (zipfile.BadZipFile, EOFError, RuntimeError, OSError, struct.error) as error:
        raise ValueError(str(error)) from error
    return tuple(_restored(layer) for layer in arrays)


def read_member(
    archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> NDArray[Any]:
    """Read one array whose header says exactly ``shape`` and ``dtype``, stored and of finite values.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    size = math.prod(shape) * dtype.itemsize
    info = archive.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED or not size < info.file_size <= size + _MOST_HEADER_BYTES:
        problem = f"member {name} is packed or declares {info.file_size} bytes, expected about {size}, stored"
        raise ValueError(problem)
    with archive.open(info) as member:
        header = npy_header(member)
        if header != _expected_header(shape, dtype):
            problem = f"member {name} has header {reprlib.repr(header)}, expected {shape} of {dtype.name}"
            raise ValueError(problem)
        values = np.frombuffer(member.read(size), dtype=dtype)
    # A product that overflows float16 would be infinite here, and would make every answer nonsense.
    if values.size != math.prod(shape) or not np.isfinite(values).all():
        problem = f"member {name} is cut short or holds values that are not finite"
        raise ValueError(problem)
    return values.reshape(shape)


def npy_header(member: IO[bytes]) -> str:
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
