import gzip
import io
import struct
import tracemalloc

import numpy as np
import pytest

from ocr.datasets.idx import read_idx
from ocr.errors import DataError


def idx_bytes(array, *, kind=0x08):
    header = bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


ARRAY = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
RAW = idx_bytes(ARRAY)


def read(content, **settings):
    return read_idx(io.BytesIO(content), name="array-ubyte", **settings)


def packed(content):
    """The same bytes at any time: they stand in the names of tests."""
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 3, 4), (0, 28, 28)])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_reads_back_what_was_written(shape, pack):
    array = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    found = read(pack(idx_bytes(array)))
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_reads_an_open_file_from_where_it_stands_and_leaves_it_open(pack):
    stream = io.BytesIO(b"before" + pack(RAW))
    stream.seek(6)
    np.testing.assert_array_equal(read_idx(stream, name="array"), ARRAY)
    assert not stream.closed


def test_reads_arrays_larger_than_one_chunk():
    array = np.random.default_rng(0).integers(0, 256, size=3_000_000, dtype=np.uint8)
    np.testing.assert_array_equal(read(gzip.compress(idx_bytes(array), 1)), array)


def test_the_limit_itself_is_allowed():
    assert read(RAW, limit_bytes=ARRAY.size).shape == ARRAY.shape


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an IDX file.*found first bytes none"),
        (b"\0", "not an IDX file.*found first bytes 00"),
        (b"<html>", "not an IDX file.*found first bytes 3c68746d"),
        (idx_bytes(ARRAY, kind=0x0D), "found type 0x0d, expected 0x08"),
        (bytes([0, 0, 8, 0]), "found 0 dimensions"),
        (bytes([0, 0, 8, 4]) + bytes(16), "found 4 dimensions"),
        (RAW[:10], "header cut short.*found 10 bytes, expected 16"),
        (RAW[:-1], "cut short.*found 23 bytes of data, expected 24"),
        (RAW[:16], "cut short.*found 0 bytes of data, expected 24"),
        (RAW + b"\0", "found bytes after the data, expected 24"),
        (packed(RAW[:-1]), "cut short"),
        (packed(RAW + b"\0"), "found bytes after the data"),
        (packed(RAW)[:-9], "found damaged data"),
        (packed(RAW)[:-8] + bytes(8), "found damaged data"),
        (packed(RAW) + b"rubbish", "found damaged data"),
        (packed(RAW)[:10] + b"\xff" * 30, "found damaged data"),
    ],
)
def test_a_damaged_file_is_refused_with_one_line_that_names_it(content, message):
    with pytest.raises(DataError, match=message) as caught:
        read(content)
    assert "array-ubyte" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_forged_size_is_refused_before_memory_is_taken():
    forged = bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**32 - 1, 2**32 - 1, 2**32 - 1)
    with pytest.raises(DataError, match=r"too large.*expected at most 1073741824"):
        read(forged)
    with pytest.raises(DataError, match="found 24 bytes declared by the header, expected at most 23"):
        read(RAW, limit_bytes=23)


def test_a_gzip_bomb_is_not_decompressed_past_what_its_header_declares():
    bomb = io.BytesIO(gzip.compress(RAW + bytes(50_000_000), 6))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="found bytes after the data"):
            read_idx(bomb, name="bomb")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
