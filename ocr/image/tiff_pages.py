"""Find the pages of a TIFF by its directories alone, and open one without a walk over those before it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Tag of a directory and its bits for what is no page: a preview of another one, and a mask.
_SUBFILE_TYPE = 254
_PREVIEW_OR_MASK = 1 | 4
# First bytes -> byte order, where the place of the first directory is, and the formats of a place, of the
# number of entries and of an entry. The last two are BigTIFF.
_LAYOUTS = {
    b"II*\0": ("<", 4, "I", "H", "HHII"),
    b"MM\0*": (">", 4, "I", "H", "HHII"),
    b"II+\0": ("<", 8, "Q", "Q", "HHQQ"),
    b"MM\0+": (">", 8, "Q", "Q", "HHQQ"),
}


def find_directories(content: bytes) -> Iterator[int]:
    """Find where the directories of pages begin.

    Previews and masks are no pages, except for the first. A directory that lies outside of the file is one
    page: the file breaks off there.

    Parameters
    ----------
    content : bytes
        Of a whole TIFF; nothing is found in another file.
    """
    layout = _LAYOUTS.get(content[:4])
    if layout is None:
        return
    order, start, place_format, count_format, entry_format = layout
    entry_bytes, count_bytes = struct.calcsize(order + entry_format), struct.calcsize(order + count_format)
    (place,) = struct.unpack_from(order + place_format, content.ljust(16, b"\0"), start)
    seen: set[int] = set()
    while place and place not in seen:
        try:
            (count,) = struct.unpack_from(order + count_format, content, place)
            entries = place + count_bytes
            (following,) = struct.unpack_from(order + place_format, content, entries + count * entry_bytes)
        except (struct.error, OverflowError):
            yield place
            return
        kind = _kind(content[entries : entries + count * entry_bytes], order + entry_format, order)
        if not seen or not kind & _PREVIEW_OR_MASK:
            yield place
        seen.add(place)
        place = following


def _kind(entries: bytes, entry_format: str, order: str) -> int:
    """Return the kind of a directory; 0 for a page."""
    value = struct.calcsize(entry_format[:-1])
    for index, (tag, field_type, _, _) in enumerate(struct.iter_unpack(entry_format, entries)):
        if tag == _SUBFILE_TYPE:
            place = index * struct.calcsize(entry_format) + value
            # A short number or a long one, in the first bytes of the value.
            (kind,) = struct.unpack_from(order + ("H" if field_type == 3 else "I"), entries, place)
            return int(kind)
    return 0


def starting_at(content: bytes, place: int) -> bytes:
    """Return a TIFF whose first directory is the one at a place."""
    order, start, place_format, _, _ = _LAYOUTS[content[:4]]
    return (
        content[:start]
        + struct.pack(order + place_format, place)
        + content[start + struct.calcsize(order + place_format) :]
    )


def is_tiff(content: bytes) -> bool:
    """Return whether a file begins as a TIFF does."""
    return content[:4] in _LAYOUTS
