"""Refuse files whose decoding takes far longer than their pixels: endless comments, segments and scans."""

from __future__ import annotations

import re
import struct

from ocr.image.limits import picture_error

# Numbers as text are read one after the other: so many bytes take about four seconds.
_MOST_TEXT_BYTES = 8_000_000
# The width of a PNM follows its comments, which are read byte by byte.
_PNM_WITHIN = 65_536
_PNM_WIDTH = re.compile(rb"P[1-6]\s(?:\s|#[^\n]*\n)*\d")
# Extended metadata of a phone is split into hundreds of segments of 64 kB; each is added to those before it.
_MOST_SEGMENTS = 2000
# A progressive JPEG has ten scans or so, an encoder that tries hard makes fifty. Each goes over all pixels.
_MOST_SCANS = 100
_START_OF_SCAN = b"\xff\xda"


def check_costs(content: bytes, name: str) -> None:
    """Refuse a file that would take very long to open or to decode.

    Raises
    ------
    ImageError
        For a PNM of long text or comments, and a JPEG of very many segments or scans.
    """
    if re.match(rb"P[123]\s", content[:3]) and len(content) > _MOST_TEXT_BYTES:
        reason = (
            f"{len(content) / 1e6:.0f} MB of numbers as text, expected at most {_MOST_TEXT_BYTES // 10**6}"
        )
        raise picture_error(name, f"{reason}; save it as PNG")
    if re.match(rb"P[1-6]\s", content[:3]) and not _PNM_WIDTH.match(content[:_PNM_WITHIN]):
        raise picture_error(name, "damaged (no width after its comments); save it as PNG")
    if content.startswith(b"\xff\xd8"):
        if _has_many_segments(content):
            raise picture_error(name, f"damaged (more than {_MOST_SEGMENTS:,} segments); try to save it anew")
        if content.count(_START_OF_SCAN) > _MOST_SCANS:
            raise picture_error(name, f"damaged (more than {_MOST_SCANS} scans); try to save it anew")


def _has_many_segments(content: bytes) -> bool:
    """Return whether a JPEG has very many segments before its first scan."""
    place = 2
    for _ in range(_MOST_SEGMENTS):
        if content[place : place + 1] != b"\xff" or content[place : place + 2] == _START_OF_SCAN:
            return False
        length = content[place + 2 : place + 4]
        if len(length) < 2:
            return False
        place += 2 + struct.unpack(">H", length)[0]
    return True
