"""Searchable PDF: the picture as the page, and the text, invisible, exactly over the ink.

The text is set in a font whose every character is the same rectangle, since nobody sees it. Each character is
stretched until it reaches the next one, so what is selected is what is marked.
"""

from __future__ import annotations

import functools
import hashlib
import io
from typing import TYPE_CHECKING

from ocr.document.page_images import jpeg_of, one_per_page
from ocr.document.paragraphs import word_band
from ocr.document.web_page import software
from ocr.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from reportlab.pdfgen.canvas import Canvas
    from reportlab.pdfgen.textobject import PDFTextObject

    from ocr.document.page_images import PagePicture
    from ocr.document.tree import Document, Line, Page, Word

# The longer side of an A4 sheet, 297 mm. Phones do not know how large the paper was.
_LONGEST_POINTS = 297 / 25.4 * 72
# Visibly the same as the photo, at about half its size.
_JPEG_QUALITY = 85
_INVISIBLE = 3
# Of the font, in units of a thousand to the letter size.
_ASCENT, _DESCENT = 800, -200
# More characters than any alphabet of ours; the font is made once for these.
_USUAL_SIGNS = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0x180))))
_LARGEST_SIGN = "\uffff"
_REPLACEMENT = "\ufffd"


def to_pdf(
    document: Document, *, pictures: Sequence[PagePicture | None] | None = None, created: datetime
) -> bytes:
    """Write one page per picture; the longer side of each is that of an A4 sheet.

    Words are parted by spaces that fill the gap. A character beyond the first plane of Unicode becomes
    U+FFFD: the library cannot name it.

    Parameters
    ----------
    document : Document
        Of one page at least.
    pictures : sequence of path, PIL image or None, optional
        One per page; without, the page is blank and of the same size.
    created : datetime
        When it was read.

    Raises
    ------
    SettingError
        If ReportLab is not installed, or a picture does not fit its page.
    ImageError
        If a picture cannot be opened.
    """
    try:
        from reportlab.pdfgen.canvas import Canvas
    except ModuleNotFoundError:
        message = "PDF: ReportLab is not installed; install it with: pip install 'ocr[pdf]'"
        raise SettingError(message) from None
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1, pageCompression=1)
    canvas.setDateFormatter(lambda *_: created.strftime("D:%Y%m%d%H%M%SZ"))
    _name_the_document(canvas, document)
    font = _font(frozenset(_sign(one) for c in document.characters for one in c.text) - _USUAL_SIGNS)
    for page, picture in zip(document.pages, one_per_page(document, pictures), strict=True):
        _draw_page(canvas, page, picture, font=font)
    canvas.save()
    return stream.getvalue()


def _name_the_document(canvas: Canvas, document: Document) -> None:
    name, version = software()
    sources = dict.fromkeys(page.source for page in document.pages if page.source)
    canvas.setTitle(", ".join(sources).encode(errors="replace").decode() or name)
    canvas.setCreator(f"{name} {version}")
    canvas.setAuthor("")
    canvas.setSubject("")


def _draw_page(canvas: Canvas, page: Page, picture: PagePicture | None, *, font: str) -> None:
    from reportlab.lib.utils import ImageReader

    points_per_px = _LONGEST_POINTS / max(page.width, page.height, 1)
    width, height = page.width * points_per_px, page.height * points_per_px
    canvas.setPageSize((width, height))
    if picture is not None:
        jpeg = io.BytesIO(jpeg_of(picture, page, quality=_JPEG_QUALITY))
        canvas.drawImage(ImageReader(jpeg), 0, 0, width, height)
    # From here on in pixels of the picture, with the origin at the bottom left.
    canvas.scale(points_per_px, points_per_px)
    text = canvas.beginText()
    text.setTextRenderMode(_INVISIBLE)
    for line in page.lines:
        _set_line(text, line, page, font=font)
    canvas.drawText(text)
    canvas.showPage()


def _set_line(text: PDFTextObject, line: Line, page: Page, *, font: str) -> None:
    following = [word.box.left for word in line.words[1:]]
    for index, word in enumerate(line.words):
        band = word_band(word, line, letter_height_px=page.letter_height_px)
        size = band.height
        text.setFont(font, size)
        baseline = page.height - band.bottom - size * _DESCENT / 1000
        text.setTextOrigin(band.left, baseline)
        for characters, width in _cells(word):
            text.setHorizScale(100 * width / size / len(characters))
            text.textOut("".join(map(_sign, characters)))
        if index < len(following):
            # Between words that touch or overlap, the space is a pixel just before the next one.
            start = min(band.right, following[index] - 1)
            text.setTextOrigin(start, baseline)
            text.setHorizScale(100 * (following[index] - start) / size)
            text.textOut(" ")


def _cells(word: Word) -> Iterator[tuple[str, int]]:
    """Characters of each character with the width, in px, from its left edge to that of the next one."""
    edge = word.box.left
    for index, character in enumerate(word.characters):
        is_last = index + 1 == len(word.characters)
        stop = word.box.right if is_last else word.characters[index + 1].box.left
        # Characters may overlap; each keeps a pixel, and the word its right edge as far as that allows.
        width = max(1, stop - edge)
        edge += width
        yield character.text, width


def _sign(character: str) -> str:
    """Return a character that the font can hold."""
    return (
        character
        if " " <= character <= _LARGEST_SIGN and not "\ud800" <= character <= "\udfff"
        else _REPLACEMENT
    )


@functools.lru_cache(maxsize=16)
def _font(unusual: frozenset[str]) -> str:
    """Register the invisible font with the usual characters and a few more; return its name."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    # Fonts of one name are one font to the library, whatever is in them.
    name = "Invisible-" + hashlib.sha256("".join(sorted(unusual)).encode()).hexdigest()[:16]
    # The library puts a plain space for this one.
    characters = sorted((_USUAL_SIGNS | unusual) - {"\xa0"})
    glyphs = [".notdef", *(f"u{ord(character):04X}" for character in characters)]
    pen = TTGlyphPen(None)
    corners = [(0, _DESCENT), (0, _ASCENT), (1000, _ASCENT), (1000, _DESCENT)]
    pen.moveTo(corners[0])
    for corner in corners[1:]:
        pen.lineTo(corner)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap({ord(character): f"u{ord(character):04X}" for character in characters})
    builder.setupGlyf(dict.fromkeys(glyphs, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (1000, 0)))
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    builder.setupNameTable({"familyName": "Invisible", "styleName": "Regular", "psName": name})
    builder.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT, usWinAscent=_ASCENT)
    builder.setupPost()
    stream = io.BytesIO()
    builder.save(stream)
    stream.seek(0)
    pdfmetrics.registerFont(TTFont(name, stream))
    return name
