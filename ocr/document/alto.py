"""ALTO 4.4, the format of libraries and archives: characters with confidences and alternatives.

References
----------
.. [1] ALTO Editorial Board, ALTO XML Schema, version 4.4, Library of Congress, 2022.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from ocr.document.paragraphs import paragraph_box, paragraphs
from ocr.document.web_page import element, software, xml_text
from ocr.geometry import Box

if TYPE_CHECKING:
    from datetime import datetime

    from ocr.document.tree import Character, Document, Line, Page, Word

_NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"
# The schema's limits: a glyph is one character, a variant up to three.
_MOST_VARIANT_SIGNS = 3


def to_alto(document: Document, *, created: datetime) -> str:
    """Write all pages into one ALTO file; lengths are pixels of the source picture.

    ``WC``, ``GC`` and ``VC`` are the probabilities of word, character and alternative. A character that is
    more than one code point stands in its word's CONTENT, but the schema has no glyph for it.

    Parameters
    ----------
    document : Document
        Of one page at least: the schema asks for it.
    created : datetime
        When it was read.
    """
    root = ET.Element(
        "alto",
        {
            "xmlns": _NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{_NAMESPACE} {_SCHEMA}",
            "SCHEMAVERSION": "4.4",
        },
    )
    _describe(root, document, created)
    layout = element(root, "Layout")
    for number, page in enumerate(document.pages, 1):
        _add_page(layout, page, number)
    return xml_text(root)


def _describe(root: ET.Element, document: Document, created: datetime) -> None:
    description = element(root, "Description")
    element(description, "MeasurementUnit", text="pixel")
    sources = {page.source for page in document.pages if page.source}
    # There is one place for a file name: pages of one file share it, and for pages of several there is none.
    if len(sources) == 1:
        element(element(description, "sourceImageInformation"), "fileName", text=sources.pop())
    step = element(description, "Processing", {"ID": "processing_1"})
    element(step, "processingCategory", text="contentGeneration")
    element(step, "processingDateTime", text=created.isoformat(timespec="seconds"))
    element(step, "processingStepSettings", text=f"model: {document.model}")
    name, version = software()
    program = element(step, "processingSoftware")
    element(program, "softwareName", text=name)
    element(program, "softwareVersion", text=version)


def _add_page(layout: ET.Element, page: Page, number: int) -> None:
    name = f"page_{number}"
    sheet = Box(0, 0, page.height, page.width)
    attributes = {"ID": name, "PHYSICAL_IMG_NR": number, "HEIGHT": page.height, "WIDTH": page.width}
    space = element(element(layout, "Page", {**attributes, "PROCESSINGREFS": "processing_1"}), "PrintSpace")
    space.attrib.update(_place(sheet))
    line_number = 0
    for block_number, lines in enumerate(paragraphs(page), 1):
        place = _place(paragraph_box(lines))
        block = element(space, "TextBlock", {"ID": f"{name}_block_{block_number}", **place})
        for line in lines:
            line_number += 1
            _add_line(block, line, f"{name}_line_{line_number}")


def _add_line(block: ET.Element, line: Line, name: str) -> None:
    row = element(block, "TextLine", {"ID": name, **_place(line.box)})
    for number, word in enumerate(line.words, 1):
        if number > 1:
            _add_space(row, line.words[number - 2].box, word.box)
        _add_word(row, word, f"{name}_word_{number}")


def _add_space(row: ET.Element, before: Box, after: Box) -> None:
    top, bottom = max(before.top, after.top), min(before.bottom, after.bottom)
    width = max(0, after.left - before.right)
    height = max(0, bottom - top)
    element(row, "SP", {"HPOS": before.right, "VPOS": top, "WIDTH": width, "HEIGHT": height})


def _add_word(row: ET.Element, word: Word, name: str) -> None:
    confidence = f"{word.probability:.4f}"
    string = element(row, "String", {"ID": name, **_place(word.box), "CONTENT": word.text, "WC": confidence})
    for number, character in enumerate(word.characters, 1):
        if len(character.text) == 1:
            _add_glyph(string, character, f"{name}_glyph_{number}")


def _add_glyph(string: ET.Element, character: Character, name: str) -> None:
    confidence = f"{character.probability:.4f}"
    attributes = {"ID": name, **_place(character.box), "CONTENT": character.text, "GC": confidence}
    glyph = element(string, "Glyph", attributes)
    for text, probability in character.alternatives:
        if text != character.text and len(text) <= _MOST_VARIANT_SIGNS:
            element(glyph, "Variant", {"CONTENT": text, "VC": f"{probability:.4f}"})


def _place(box: Box) -> dict[str, str]:
    return {
        "HPOS": str(box.left),
        "VPOS": str(box.top),
        "WIDTH": str(box.width),
        "HEIGHT": str(box.height),
    }
