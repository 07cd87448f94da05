"""Refuse files whose decoding takes far longer than their pixels: endless comments, parts and scans."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from ocr.image.limits import picture_error

if TYPE_CHECKING:
    from collections.abc import Iterator

# Numbers as text, and runs of pixels, are read one after the other: so many bytes take about four seconds.
_MOST_SLOW_BYTES = 8_000_000
# The numbers of a PNM follow its comments, which are read byte by byte.
_PNM_WITHIN = 65_536
_PNM_NUMBER = rb"(?:\s|#[^\n]*\n)+\d+"
_PNM_SIZE = re.compile(rb"P[1-6]" + 2 * _PNM_NUMBER)
# Where a BMP says how it is compressed, and the numbers for runs of pixels.
_BMP_COMPRESSION, _BMP_RUNS = slice(30, 34), (1, 2)
# Extended metadata of a phone is split into hundreds of segments of 64 kB; each is added to those before it.
_MOST_SEGMENTS, _MOST_EXIF_BYTES = 2000, 4_000_000
# A progressive JPEG has ten scans or so, an encoder that tries hard makes fifty. Each goes over all pixels.
_MOST_SCANS = 100
_START_OF_SCAN = b"\xff\xda"
# A PNG is written in parts of 8 kB or more: so many are 400 MB.
_MOST_PARTS = 50_000
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Blocks of a GIF have 255 bytes, but a comment grows block by block, and is copied each time.
_MOST_BLOCKS, _MOST_COMMENT_BYTES = 500_000, 1_000_000
_GIF_COMMENT = 0xFE


def check_costs(content: bytes, name: str) -> None:
    """Refuse a file that would take very long to open or to decode.

    Raises
    ------
    ImageError
        For a PNM of long text or comments, a BMP of long runs, a JPEG of very many segments or scans, a PNG
        of very many parts, and a GIF of long comments or very many blocks.
    """
    reason = _reason(content)
    if reason is not None:
        raise picture_error(name, reason)


def _reason(content: bytes) -> str | None:
    """Return why a file is refused; None if it is not."""
    if re.match(rb"P[1-6]\s", content[:3]):
        return _reason_of_pnm(content)
    if content.startswith(b"BM"):
        is_run = int.from_bytes(content[_BMP_COMPRESSION], "little") in _BMP_RUNS
        if is_run and len(content) > _MOST_SLOW_BYTES:
            return _too_slow(content, "runs of pixels")
    if content.startswith(b"\xff\xd8"):
        return _reason_of_jpeg(content)
    if content.startswith(_PNG_SIGNATURE) and _has_many_parts(content):
        return f"damaged (more than {_MOST_PARTS:,} parts); try to save it anew"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return _reason_of_gif(content)
    return None


def _too_slow(content: bytes, kind: str) -> str:
    megabytes = f"{len(content) / 1e6:.0f} MB of {kind}, expected at most {_MOST_SLOW_BYTES // 10**6}"
    return f"{megabytes}; save it as PNG"


def _reason_of_pnm(content: bytes) -> str | None:
    if content[1:2] in b"123" and len(content) > _MOST_SLOW_BYTES:
        return _too_slow(content, "numbers as text")
    if not _PNM_SIZE.match(content[:_PNM_WITHIN]):
        return "damaged (no width and height after its comments); save it as PNG"
    return None


def _reason_of_jpeg(content: bytes) -> str | None:
    exif_bytes = 0
    for count, (start, length) in enumerate(_segments(content), 1):
        if content[start + 4 : start + 8] == b"Exif":
            exif_bytes += length
        if count > _MOST_SEGMENTS:
            return f"damaged (more than {_MOST_SEGMENTS:,} segments); try to save it anew"
        if exif_bytes > _MOST_EXIF_BYTES:
            return f"damaged (more than {_MOST_EXIF_BYTES // 10**6} MB of tags); try to save it anew"
    if content.count(_START_OF_SCAN) > _MOST_SCANS:
        return f"damaged (more than {_MOST_SCANS} scans); try to save it anew"
    return None


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each segment before the first scan of a JPEG starts, and how long it is."""
    place = 2
    while content[place : place + 1] == b"\xff" and content[place : place + 2] != _START_OF_SCAN:
        length = content[place + 2 : place + 4]
        if len(length) < 2:
            return
        (size,) = struct.unpack(">H", length)
        yield place, size
        place += 2 + size


def _has_many_parts(content: bytes) -> bool:
    """Return whether a PNG has very many parts."""
    place = len(_PNG_SIGNATURE)
    for _ in range(_MOST_PARTS):
        if place + 8 > len(content):
            return False
        place += 12 + int.from_bytes(content[place : place + 4])
    return True


def _reason_of_gif(content: bytes) -> str | None:
    """Go through the blocks of a GIF."""
    place = 13 + _color_bytes(content[10:11])
    blocks = comment_bytes = 0
    while content[place : place + 1] in {b"\x21", b"\x2c"}:
        is_comment = content[place : place + 2] == bytes([0x21, _GIF_COMMENT])
        if content[place] == 0x21:
            place += 2
        else:
            place += 11 + _color_bytes(content[place + 9 : place + 10])
        while True:
            blocks += 1
            size = content[place] if place < len(content) else 0
            place += 1 + size
            comment_bytes += size if is_comment else 0
            if comment_bytes > _MOST_COMMENT_BYTES:
                return (
                    f"damaged (more than {_MOST_COMMENT_BYTES // 10**6} MB of comments); try to save it anew"
                )
            if blocks > _MOST_BLOCKS:
                return f"damaged (more than {_MOST_BLOCKS:,} blocks); try to save it anew"
            if not size:
                break
    return None


def _color_bytes(flags: bytes) -> int:
    """Return how many bytes a table of colors has, by the flags before it."""
    return 3 * 2 ** ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0
