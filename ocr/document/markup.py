"""What the formats made of tags share: text that every parser takes, and the program's own name."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# What XML 1.0 has no place for, however it is escaped: most control signs, halves of pairs, U+FFFE, U+FFFF.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Put U+FFFD for signs that no XML document may hold; file names can have such."""
    return _NOT_XML.sub("\ufffd", text)


def software() -> tuple[str, str]:
    """Return name and version of this program."""
    return "ocr", metadata.version("ocr")


def element(
    parent: ET.Element,
    tag: str,
    attributes: Mapping[str, object] | None = None,
    *,
    text: str | None = None,
) -> ET.Element:
    """Add an element with cleaned attributes and text to ``parent`` and return it."""
    child = ET.SubElement(
        parent, tag, {name: clean(str(value)) for name, value in (attributes or {}).items()}
    )
    if text is not None:
        child.text = clean(text)
    return child


def xml_text(root: ET.Element) -> str:
    """Write a whole document, indented, that says it is UTF-8."""
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + body + "\n"
