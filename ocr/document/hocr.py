"""hOCR, text in a web page with boxes in its titles: what tools for searchable PDF read.

References
----------
.. [1] T. Breuel, K. Baierer et al., hOCR - OCR Workflow and Output embedded in HTML, version 1.2, 2020.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ocr.document.paragraphs import paragraph_box, paragraphs
from ocr.document.web_page import clean, software
from ocr.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr.document.tree import Document, Line, Page, Word

_CAPABILITIES = "ocr_page ocr_carea ocr_par ocr_line ocrx_word ocrx_cinfo ocrp_wconf"


def to_hocr(document: Document) -> str:
    """Write well-formed XHTML: pages, areas, paragraphs, lines, words and, in each word, its characters.

    ``x_wconf`` is the word's probability in whole percent, ``x_confs`` the character's with two decimals.
    There are no alternatives: programs that take the text of a word would take them too.
    """
    name, version = software()
    title = escape(clean(document.pages[0].source if document.pages else "")) or name
    pages = "\n".join(row for number, page in enumerate(document.pages, 1) for row in _page(page, number))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<title>{title}</title>
<meta http-equiv="Content-Type" content="text/html;charset=utf-8" />
<meta name="ocr-system" content="{name} {version}" />
<meta name="ocr-capabilities" content="{_CAPABILITIES}" />
<meta name="ocr-langs" content="unknown" />
<meta name="ocr-scripts" content="unknown" />
<meta name="ocr-number-of-pages" content="{len(document.pages)}" />
</head>
<body>
{pages}
</body>
</html>
"""


def _page(page: Page, number: int) -> Iterator[str]:
    # The title is a list separated by semicolons; a quotation mark inside the quoted name has no escape.
    image = clean(page.source).replace('"', "%22").replace("\n", " ")
    sheet = _bbox(Box(0, 0, page.height, page.width))
    yield _open("div", "ocr_page", f"page_{number}", f'image "{image}"; {sheet}; ppageno {number - 1}')
    line_number = 0
    for block_number, lines in enumerate(paragraphs(page), 1):
        box = _bbox(paragraph_box(lines))
        yield _open("div", "ocr_carea", f"block_{number}_{block_number}", box)
        yield _open("p", "ocr_par", f"par_{number}_{block_number}", box)
        for line in lines:
            line_number += 1
            yield from _line(line, f"{number}_{line_number}")
        yield "</p>"
        yield "</div>"
    yield "</div>"


def _line(line: Line, name: str) -> Iterator[str]:
    yield _open("span", "ocr_line", f"line_{name}", _bbox(line.box))
    for number, word in enumerate(line.words, 1):
        yield _word(word, f"{name}_{number}")
    yield "</span>"


def _word(word: Word, name: str) -> str:
    title = f"{_bbox(word.box)}; x_wconf {100 * word.probability:.0f}"
    characters = "".join(
        f'<span class="ocrx_cinfo" title="x_bboxes {_numbers(character.box)}; '
        f'x_confs {100 * character.probability:.2f}">{escape(clean(character.text))}</span>'
        for character in word.characters
    )
    return _open("span", "ocrx_word", f"word_{name}", title) + characters + "</span>"


def _open(tag: str, kind: str, name: str, title: str) -> str:
    return f'<{tag} class="{kind}" id="{name}" title="{escape(title)}">'


def _bbox(box: Box) -> str:
    return f"bbox {_numbers(box)}"


def _numbers(box: Box) -> str:
    return f"{box.left} {box.top} {box.right} {box.bottom}"
