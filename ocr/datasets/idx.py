"""Reader for IDX, the file format of MNIST and EMNIST, that trusts no header.

An IDX file is: two zero bytes, one byte for the element type (0x08 = uint8), one byte for the number of
dimensions, each dimension as a big-endian uint32, then the elements with the last dimension running
fastest [1]_. A file may be compressed with gzip.

.. [1] LeCun, Cortes, Burges, "The MNIST database of handwritten digits", section "file formats".
"""

from __future__ import annotations

import gzip
import math
import os
import struct
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np

from ocr.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

LIMIT_BYTES = 2**30
"""Largest array that is read by default. The largest EMNIST file, byclass-train, has 0.55e9 bytes."""

_UINT8 = 0x08
_MAX_DIMS = 3
_GZIP_MAGIC = b"\x1f\x8b"
# Read in chunks: GzipFile.readinto would hold a second copy of the whole file, and memory is touched only as
# far as there is data, whatever the header claims.
_CHUNK_BYTES = 2**20


def read_idx(stream: BinaryIO, *, name: str, limit_bytes: int = LIMIT_BYTES) -> NDArray[np.uint8]:
    """Read an IDX file of bytes, compressed with gzip or plain.

    Not more is decompressed than the header declares, except one byte that shows whether there is more (and
    what gzip buffers for it), and nothing is allocated before the declared size is known to be allowed.

    Parameters
    ----------
    stream : seekable binary file
        Read from its current position to its end, and left open.
    name : str
        What error messages call it.
    limit_bytes : int
        Largest number of elements that the header may declare.

    Returns
    -------
    ndarray of uint8, of the declared shape (one to three dimensions)

    Raises
    ------
    DataError
        If it cannot be decompressed, is no IDX file of bytes, declares more than ``limit_bytes``, is cut
        short, or has bytes after its end.
    """
    try:
        with _plain(stream) as plain:
            return _read_array(plain, where=name, limit_bytes=limit_bytes)
    except (OSError, EOFError, zlib.error) as error:
        message = f"IDX file, {name}: found damaged data ({error}), expected a whole file; fetch it again"
        raise DataError(message) from error


@contextmanager
def _plain(stream: BinaryIO) -> Iterator[BinaryIO]:
    """Yield a stream of the decompressed bytes; the first bytes decide, which are surer than a name."""
    magic = stream.read(len(_GZIP_MAGIC))
    stream.seek(-len(magic), os.SEEK_CUR)
    if magic != _GZIP_MAGIC:
        yield stream
        return
    with gzip.GzipFile(fileobj=stream, mode="rb") as unzipped:
        yield cast("BinaryIO", unzipped)


def _read_array(stream: BinaryIO, *, where: str, limit_bytes: int) -> NDArray[np.uint8]:
    """Read header and elements.

    Raises
    ------
    DataError
        As :func:`read_idx` does.
    """
    shape = _read_shape(stream, where=where)
    size = math.prod(shape)
    if size > limit_bytes:
        message = (
            f"IDX file too large, {where}: found {size} bytes declared by the header, "
            f"expected at most {limit_bytes}; check that this is an EMNIST file"
        )
        raise DataError(message)
    flat = np.empty(size, dtype=np.uint8)
    found = 0
    while found < size:
        chunk = stream.read(min(_CHUNK_BYTES, size - found))
        if not chunk:
            message = (
                f"IDX file cut short, {where}: found {found} bytes of data, expected {size}; fetch it again"
            )
            raise DataError(message)
        flat[found : found + len(chunk)] = np.frombuffer(chunk, dtype=np.uint8)
        found += len(chunk)
    # Reading past the end also makes gzip compare its checksum.
    if stream.read(1):
        message = f"IDX file, {where}: found bytes after the data, expected {size} bytes; fetch it again"
        raise DataError(message)
    return flat.reshape(shape)


def _read_shape(stream: BinaryIO, *, where: str) -> tuple[int, ...]:
    """Read the header and return the declared shape."""
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        message = (
            f"not an IDX file, {where}: found first bytes {magic.hex() or 'none'}, "
            "expected 0000 and a type; give an EMNIST file that ends in -ubyte or -ubyte.gz"
        )
        raise DataError(message)
    element_type, dims = magic[2], magic[3]
    if element_type != _UINT8:
        message = f"IDX file, {where}: found type 0x{element_type:02x}, expected 0x08 (uint8); fetch it again"
        raise DataError(message)
    if not 1 <= dims <= _MAX_DIMS:
        message = f"IDX file, {where}: found {dims} dimensions, expected 1 to {_MAX_DIMS}; fetch it again"
        raise DataError(message)
    declared = stream.read(4 * dims)
    if len(declared) < 4 * dims:
        message = (
            f"IDX header cut short, {where}: found {4 + len(declared)} bytes, "
            f"expected {4 + 4 * dims}; fetch it again"
        )
        raise DataError(message)
    return struct.unpack(f">{dims}I", declared)
