"""What all formats made of tags share: clean text, XML elements, the frame of a web page, the program."""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Mapping

# What XML 1.0 has no place for, however it is escaped: most control characters, halves of pairs, U+FFFE,
# U+FFFF.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Nothing but what the page carries itself may load, whatever a file name holds.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_SCRIPT_POLICY = "; script-src 'unsafe-inline'"


def clean(text: str) -> str:
    """Return a text with U+FFFD for characters that no XML document may hold, as file names can."""
    return _NOT_XML.sub("\ufffd", text)


def software() -> tuple[str, str]:
    """Return name and version of this program."""
    # Late: it loads the parser of e-mails.
    from importlib import metadata

    return "ocr", metadata.version("ocr")


def element(
    parent: ET.Element,
    tag: str,
    attributes: Mapping[str, object] | None = None,
    *,
    text: str | None = None,
) -> ET.Element:
    """Add an element with cleaned attributes and text to ``parent`` and return it."""
    import xml.etree.ElementTree as ET

    child = ET.SubElement(
        parent, tag, {name: clean(str(value)) for name, value in (attributes or {}).items()}
    )
    if text is not None:
        child.text = clean(text)
    return child


def xml_text(root: ET.Element) -> str:
    """Return a whole document, indented, with a declaration of UTF-8."""
    import xml.etree.ElementTree as ET

    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + body + "\n"


def web_page(title: str, body: str, *, style: str, script: str = "") -> str:
    """Return a web page in one file, light and dark, whose policy lets it load nothing from anywhere.

    Characters that no document may hold, such as the odd bytes of a file name, become U+FFFD wherever they
    stand.

    Parameters
    ----------
    title : str
        Plain text.
    body, style, script : str
        HTML, CSS and JavaScript, trusted: names and characters in them are escaped already.
    """
    policy = _POLICY + (_SCRIPT_POLICY if script else "")
    scripts = f"<script>\n{script}\n</script>\n" if script else ""
    shared = files("ocr.document").joinpath("web_page.css").read_text(encoding="utf-8")
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{shared}{style}</style>
</head>
<body>
{body}
{scripts}</body>
</html>
"""
    return clean(page)
