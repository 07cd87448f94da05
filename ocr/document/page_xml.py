"""PAGE XML 2019-07-15, the format of transcription tools: regions, lines, words and glyphs of one page.

References
----------
.. [1] S. Pletschacher and A. Antonacopoulos, The PAGE (Page Analysis and Ground-Truth Elements) Format
   Framework, ICPR 2010; page content schema of 2019-07-15, PRImA Research Lab.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from ocr.document.paragraphs import paragraph_box, paragraphs
from ocr.document.web_page import element, software, xml_text

if TYPE_CHECKING:
    from datetime import datetime

    from ocr.document.tree import Character, Document, Line, Page, Word
    from ocr.geometry import Box

_NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"


def to_page_xml(document: Document, *, created: datetime) -> str:
    """Write the one page of a document.

    A polygon follows the corners of the half-open box, in pixels of the source picture. The text of a glyph
    comes first, with index 0; its alternatives follow, most probable first.

    Parameters
    ----------
    document : Document
        Of one page: the format holds no more.
    created : datetime
        When it was read.

    Raises
    ------
    ValueError
        If there is not exactly one page.
    """
    (page,) = document.pages
    root = ET.Element(
        "PcGts",
        {
            "xmlns": _NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{_NAMESPACE} {_NAMESPACE}/pagecontent.xsd",
        },
    )
    metadata = element(root, "Metadata")
    name, version = software()
    element(metadata, "Creator", text=f"{name} {version}")
    element(metadata, "Created", text=created.isoformat(timespec="seconds"))
    element(metadata, "LastChange", text=created.isoformat(timespec="seconds"))
    if document.model:
        element(metadata, "Comments", text=f"model: {document.model}")
    _add_page(root, page)
    return xml_text(root)


def _add_page(root: ET.Element, page: Page) -> None:
    attributes = {"imageFilename": page.source, "imageWidth": page.width, "imageHeight": page.height}
    sheet = element(root, "Page", attributes)
    regions = paragraphs(page)
    if regions:
        group = element(element(sheet, "ReadingOrder"), "OrderedGroup", {"id": "reading_order"})
        for number in range(len(regions)):
            element(group, "RegionRefIndexed", {"index": number, "regionRef": f"region_{number + 1}"})
    line_number = 0
    for number, lines in enumerate(regions, 1):
        region = element(sheet, "TextRegion", {"id": f"region_{number}", "type": "paragraph"})
        _add_coords(region, paragraph_box(lines))
        for line in lines:
            line_number += 1
            _add_line(region, line, f"line_{line_number}")
        _add_text(region, "\n".join(line.text for line in lines))


def _add_line(region: ET.Element, line: Line, name: str) -> None:
    row = element(region, "TextLine", {"id": name})
    _add_coords(row, line.box)
    for number, word in enumerate(line.words, 1):
        _add_word(row, word, f"{name}_word_{number}")
    _add_text(row, line.text)


def _add_word(row: ET.Element, word: Word, name: str) -> None:
    item = element(row, "Word", {"id": name})
    _add_coords(item, word.box)
    for number, character in enumerate(word.characters, 1):
        _add_glyph(item, character, f"{name}_glyph_{number}")
    _add_text(item, word.text, probability=word.probability)


def _add_glyph(item: ET.Element, character: Character, name: str) -> None:
    glyph = element(item, "Glyph", {"id": name})
    _add_coords(glyph, character.box)
    others = [other for other in character.alternatives if other[0] != character.text]
    for index, (text, probability) in enumerate([(character.text, character.probability), *others]):
        _add_text(glyph, text, probability=probability, index=index)


def _add_coords(parent: ET.Element, box: Box) -> None:
    corners = (
        (box.left, box.top),
        (box.right, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
    )
    element(parent, "Coords", {"points": " ".join(f"{col},{row}" for col, row in corners)})


def _add_text(
    parent: ET.Element, text: str, *, probability: float | None = None, index: int | None = None
) -> None:
    attributes: dict[str, object] = {} if index is None else {"index": index}
    if probability is not None:
        attributes["conf"] = f"{probability:.4f}"
    element(element(parent, "TextEquiv", attributes), "Unicode", text=text)
