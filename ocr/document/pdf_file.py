"""The structure of a PDF file: numbered objects, streams, the table of their offsets, and an invisible font.

References
----------
.. [1] ISO 32000-1:2008, Document management, Portable document format, Part 1: PDF 1.7.
.. [2] ISO/IEC 14496-22:2019, Open Font Format.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNITS_PER_EM = 1000
ASCENT, DESCENT = 800, -200
"""Of the invisible font, in units of which 1000 are the font size."""

MOST_CODES = 2**16 - 1
"""A code of the font has two bytes, and 0 is the glyph of what is missing."""

# A comment of bytes above 127 tells programs that copy files that this one is not text.
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
# A list in a character map holds at most so many pairs.
_PAIRS_PER_LIST = 100


class PdfFile:
    """The objects of a PDF, collected one by one."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []

    def reserve(self) -> int:
        """Return the number of an object that :meth:`fill` writes later."""
        self._bodies.append(b"")
        return len(self._bodies)

    def fill(self, number: int, **entries: object) -> None:
        """Write the dictionary of a reserved object."""
        self._bodies[number - 1] = _dictionary(entries).encode("ascii")

    def add(self, **entries: object) -> int:
        """Write a dictionary as an object and return its number."""
        number = self.reserve()
        self.fill(number, **entries)
        return number

    def add_stream(self, data: bytes, **entries: object) -> int:
        """Write bytes as an object, compressed unless ``entries`` name a filter, and return its number."""
        if "Filter" not in entries:
            data, entries = zlib.compress(data), {**entries, "Filter": "/FlateDecode"}
        head = _dictionary({**entries, "Length": len(data)}).encode("ascii")
        self._bodies.append(head + b"\nstream\n" + data + b"\nendstream")
        return len(self._bodies)

    def to_bytes(self, *, root: int, info: int) -> bytes:
        """Return the whole file.

        Parameters
        ----------
        root, info : int
            Numbers of the catalog and of the description of the document.
        """
        parts, offsets, length = [_HEADER], [], len(_HEADER)
        for number, body in enumerate(self._bodies, 1):
            offsets.append(length)
            parts.append(b"%d 0 obj\n" % number + body + b"\nendobj\n")
            length += len(parts[-1])
        # Equal documents are equal files, so the name of the file is made from what is in it.
        name = "<" + hashlib.sha256(b"".join(parts)).hexdigest()[:32] + ">"
        count = len(offsets) + 1
        # An entry of the table has exactly 20 bytes.
        table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
        trailer = {"Size": count, "Root": reference(root), "Info": reference(info), "ID": f"[{name} {name}]"}
        end = (
            f"xref\n0 {count}\n0000000000 65535 f \n{table}"
            f"trailer\n{_dictionary(trailer)}\nstartxref\n{length}\n%%EOF\n"
        )
        return b"".join([*parts, end.encode("ascii")])


def _dictionary(entries: Mapping[str, object]) -> str:
    return "<< " + " ".join(f"/{key} {value}" for key, value in entries.items()) + " >>"


def reference(number: int) -> str:
    """Return how one object names another."""
    return f"{number} 0 R"


def number_text(value: float) -> str:
    """Return a number without an exponent, which PDF does not know."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def text_string(text: str) -> str:
    """Return a text of any characters for a dictionary; halves of pairs become question marks."""
    return "<FEFF" + text.encode("utf-16-be", errors="replace").hex().upper() + ">"


def add_invisible_font(file: PdfFile, characters: Sequence[str]) -> int:
    """Write a font that has the same rectangle for all characters, for text that is never shown.

    Parameters
    ----------
    file : PdfFile
    characters : sequence of str
        At most `MOST_CODES`. The code of the first one is 1.

    Returns
    -------
    int
        Number of the font object.
    """
    descriptor = file.add(
        Type="/FontDescriptor",
        FontName="/Invisible",
        # Of one width, with characters of its own.
        Flags=0b101,
        FontBBox=f"[0 {DESCENT} {UNITS_PER_EM} {ASCENT}]",
        ItalicAngle=0,
        Ascent=ASCENT,
        Descent=DESCENT,
        CapHeight=ASCENT,
        StemV=80,
        FontFile2=reference(file.add_stream(_font_file())),
    )
    glyph_of_code = b"\0\0" + b"\0\1" * len(characters)
    descendant = file.add(
        Type="/Font",
        Subtype="/CIDFontType2",
        BaseFont="/Invisible",
        CIDSystemInfo="<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
        FontDescriptor=reference(descriptor),
        DW=UNITS_PER_EM,
        CIDToGIDMap=reference(file.add_stream(glyph_of_code)),
    )
    return file.add(
        Type="/Font",
        Subtype="/Type0",
        BaseFont="/Invisible",
        Encoding="/Identity-H",
        DescendantFonts=f"[{reference(descendant)}]",
        ToUnicode=reference(file.add_stream(_character_map(characters))),
    )


def _character_map(characters: Sequence[str]) -> bytes:
    """Return the map from codes to characters, which programs that search and copy text read."""
    pairs = [
        f"<{code:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        for code, character in enumerate(characters, 1)
    ]
    lists = ""
    for start in range(0, len(pairs), _PAIRS_PER_LIST):
        own = pairs[start : start + _PAIRS_PER_LIST]
        lists += f"{len(own)} beginbfchar\n" + "\n".join(own) + "\nendbfchar\n"
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{lists}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def _font_file() -> bytes:
    """Return a TrueType font of two glyphs: nothing, and a rectangle as wide and high as the font."""
    height = ASCENT - DESCENT
    box = (0, DESCENT, UNITS_PER_EM, ASCENT)
    # One contour of four points on the curve, each relative to the one before: rightwards, then upwards.
    steps = (0, 0, UNITS_PER_EM, 0, DESCENT, height, 0, -height)
    rectangle = struct.pack(">5h2H4B8h", 1, *box, 3, 0, 1, 1, 1, 1, *steps)
    tables = {
        "glyf": rectangle,
        # Versions, check sum, magic number, no flags, units, two dates, box, style, least size, direction,
        # short offsets.
        "head": struct.pack(
            ">4I2H2q4h2H3h", 1 << 16, 1 << 16, 0, 0x5F0F3CF5, 0, UNITS_PER_EM, 0, 0, *box, 0, 8, 2, 0, 0
        ),
        # Version, ascent, descent, gap, widest advance, bearings, extent, upright caret, reserved, one width.
        "hhea": struct.pack(
            ">I3hH3h8hH", 1 << 16, ASCENT, DESCENT, 0, UNITS_PER_EM, 0, 0, UNITS_PER_EM, 1, *[0] * 7, 1
        ),
        # One width for both glyphs, and the left bearing of each.
        "hmtx": struct.pack(">H2h", UNITS_PER_EM, 0, 0),
        # Where the glyphs start, and where the last one ends, in units of two bytes.
        "loca": struct.pack(">3H", 0, 0, len(rectangle) // 2),
        # Version, two glyphs, four points and one contour at most, one zone, no instructions.
        "maxp": struct.pack(">I14H", 1 << 16, 2, 4, 1, 0, 0, 1, *[0] * 8),
    }
    return _packed(tables)


def _packed(tables: Mapping[str, bytes]) -> bytes:
    """Return the tables of a font behind their directory."""
    # The directory can be searched by halves: of 6 entries, the first 4 = 2 ** 2, and then 2 more.
    entries, offset = struct.pack(">I4H", 1 << 16, len(tables), 64, 2, 32), 12 + 16 * len(tables)
    content = b""
    for tag, table in sorted(tables.items()):
        padded = table + b"\0" * (-len(table) % 4)
        entries += tag.encode("ascii") + struct.pack(">3I", _check_sum(padded), offset, len(table))
        content += padded
        offset += len(padded)
    font = entries + content
    at = font.index(tables["head"]) + 8
    return font[:at] + struct.pack(">I", (0xB1B0AFBA - _check_sum(font)) % 2**32) + font[at + 4 :]


def _check_sum(padded: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) % 2**32
