"""Searchable PDF: the picture as the page, and the text, invisible, exactly over the ink.

Each character is stretched until it reaches the next one, so what is selected is what is marked. A page is
one picture and one text in one font, so no library is needed.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from ocr.document.page_images import jpeg_of, one_per_page
from ocr.document.paragraphs import word_band
from ocr.document.pdf_file import (
    DESCENT,
    MOST_CODES,
    UNITS_PER_EM,
    PdfFile,
    add_invisible_font,
    number_text,
    reference,
    text_string,
)
from ocr.document.web_page import software

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from ocr.document import PagePicture
    from ocr.document.tree import Document, Line, Page, Word

# The longer side of an A4 sheet, 297 mm. Phones do not know how large the paper was.
_LONGEST_POINTS = 297 / 25.4 * 72
# Visibly the same as the photo, at about half its size.
_JPEG_QUALITY = 85
_REPLACEMENT = "\ufffd"


def to_pdf(
    document: Document, *, pictures: Sequence[PagePicture | None] | None = None, created: datetime
) -> bytes:
    """Write one page per picture; the longer side of each is that of an A4 sheet.

    Words are separated by spaces that fill the gap. Control characters become U+FFFD.

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
        If a picture does not fit its page.
    ImageError
        If a picture cannot be opened.
    """
    file = PdfFile()
    tree = file.reserve()
    codes = _codes(document)
    font = add_invisible_font(file, list(codes))
    pages = [
        _add_page(file, page, picture, tree=tree, font=font, codes=codes)
        for page, picture in zip(document.pages, one_per_page(document, pictures), strict=True)
    ]
    file.fill(tree, Type="/Pages", Kids=f"[{' '.join(map(reference, pages))}]", Count=len(pages))
    root = file.add(Type="/Catalog", Pages=reference(tree))
    return file.to_bytes(root=root, info=_add_description(file, document, created))


def _codes(document: Document) -> dict[str, int]:
    """Return a code for each character that occurs, for the space and for the replacement character."""
    found = {_printable(one) for character in document.characters for one in character.text}
    usual = [" ", _REPLACEMENT]
    characters = usual + sorted(found.difference(usual))
    return {character: code for code, character in enumerate(characters[:MOST_CODES], 1)}


def _printable(character: str) -> str:
    """Return a character that has a place in a text: control characters and halves of pairs have none."""
    is_half = "\ud800" <= character <= "\udfff"
    return _REPLACEMENT if character < " " or is_half else character


def _add_description(file: PdfFile, document: Document, created: datetime) -> int:
    name, version = software()
    sources = dict.fromkeys(page.source for page in document.pages if page.source)
    moment = created.strftime("(D:%Y%m%d%H%M%SZ)")
    return file.add(
        Title=text_string(", ".join(sources) or name),
        Creator=text_string(f"{name} {version}"),
        Producer=text_string(f"{name} {version}"),
        CreationDate=moment,
        ModDate=moment,
    )


def _add_page(
    file: PdfFile,
    page: Page,
    picture: PagePicture | None,
    *,
    tree: int,
    font: int,
    codes: Mapping[str, int],
) -> int:
    """Write a page and return its number; its content is in pixels, with the origin at the bottom left."""
    points_per_px = _LONGEST_POINTS / max(page.width, page.height, 1)
    width, height = (number_text(side * points_per_px) for side in (page.width, page.height))
    scale = number_text(points_per_px)
    content, resources = [f"{scale} 0 0 {scale} 0 0 cm"], f"/Font << /F {reference(font)} >>"
    if picture is not None:
        content.append(f"q {page.width} 0 0 {page.height} 0 0 cm /I Do Q")
        resources += f" /XObject << /I {reference(_add_picture(file, page, picture))} >>"
    # Mode 3 neither fills nor strokes the text.
    content += ["BT 3 Tr", *(row for line in page.lines for row in _line(line, page, codes)), "ET"]
    return file.add(
        Type="/Page",
        Parent=reference(tree),
        MediaBox=f"[0 0 {width} {height}]",
        Resources=f"<< {resources} >>",
        Contents=reference(file.add_stream("\n".join(content).encode("ascii"))),
    )


def _add_picture(file: PdfFile, page: Page, picture: PagePicture) -> int:
    jpeg = jpeg_of(picture, page, quality=_JPEG_QUALITY)
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as encoded:
        space = "/DeviceGray" if encoded.mode == "L" else "/DeviceRGB"
    return file.add_stream(
        jpeg,
        Type="/XObject",
        Subtype="/Image",
        Width=page.width,
        Height=page.height,
        ColorSpace=space,
        BitsPerComponent=8,
        Filter="/DCTDecode",
    )


def _line(line: Line, page: Page, codes: Mapping[str, int]) -> Iterator[str]:
    """Write the words of a line and the spaces between them."""
    following = [word.box.left for word in line.words[1:]]
    for index, word in enumerate(line.words):
        band = word_band(word, line, letter_height_px=page.letter_height_px)
        size = band.height
        baseline = page.height - band.bottom - size * DESCENT / UNITS_PER_EM
        yield f"/F {size} Tf 1 0 0 1 {band.left} {number_text(baseline)} Tm"
        for characters, width in _cells(word):
            text = "".join(map(_printable, characters))
            yield _shown(text, codes, stretch=width / size / len(text))
        if index < len(following):
            # Between words that touch or overlap, the space is a pixel just before the next one.
            start = min(band.right, following[index] - 1)
            yield f"1 0 0 1 {start} {number_text(baseline)} Tm"
            yield _shown(" ", codes, stretch=(following[index] - start) / size)


def _shown(text: str, codes: Mapping[str, int], *, stretch: float) -> str:
    """Write characters, each ``stretch`` times as wide as the font makes it."""
    written = "".join(f"{codes.get(one, codes[_REPLACEMENT]):04X}" for one in text)
    return f"{number_text(100 * stretch)} Tz <{written}> Tj"


def _cells(word: Word) -> Iterator[tuple[str, int]]:
    """Yield the text of each character, and its width in px from its left edge to that of the next one."""
    edge = word.box.left
    for index, character in enumerate(word.characters):
        is_last = index + 1 == len(word.characters)
        stop = word.box.right if is_last else word.characters[index + 1].box.left
        # Characters may overlap; each keeps a pixel, and the word its right edge as far as that allows.
        width = max(1, stop - edge)
        edge += width
        yield character.text, width
