"""A report for people: the picture with a box around each word, and the text with doubtful characters marked.

It is one file: the picture lies inside, there is no script, and the policy at its head forbids every request.
Each word in the text is a link to its box and back, by mouse or keyboard. The characters of a box and their
alternatives are shown while the box is pointed at, focused or the target of a link.
"""

from __future__ import annotations

import base64
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from ocr.document.bands import DOUBTFUL, SURE, confidence_band
from ocr.document.page_images import jpeg_of, one_per_page
from ocr.document.paragraphs import blocks, word_band
from ocr.document.printed_parts import Table
from ocr.document.web_page import clean, web_page
from ocr.errors import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ocr.document import PagePicture
    from ocr.document.printed_parts import TableCell
    from ocr.document.tree import Character, Document, Line, Page, Word
    from ocr.geometry import Box

# Sharp on a screen of twice the usual density, and some hundred kilobytes.
_LONGEST_PX = 2000
_JPEG_QUALITY = 82
# Less probable alternatives do not help to correct a text.
_LEAST_ALTERNATIVE = 0.005
_MOST_ALTERNATIVES = 3
# Keeps number and unit on one line.
_NARROW_SPACE = "\u202f"


def to_html(document: Document, *, pictures: Sequence[PagePicture | None] | None = None) -> str:
    """Write a web page in one file.

    Parameters
    ----------
    document : Document
    pictures : sequence of path, PIL image or None, optional
        One per page; where there is none, the words themselves stand in their boxes on blank paper.

    Raises
    ------
    SettingError
        If there is not one picture (or None) per page, or one is not of its page's size.
    ImageError
        If a picture cannot be opened.
    """
    images = one_per_page(document, pictures)
    names = dict.fromkeys(page.source for page in document.pages if page.source)
    title = ", ".join(names) or "Document"
    sections = "\n".join(
        _section(page, number, picture, is_only=len(images) == 1)
        for number, (page, picture) in enumerate(zip(document.pages, images, strict=True), 1)
    )
    style = files("ocr.document").joinpath("html_page.css").read_text(encoding="utf-8")
    return web_page(title, f"{_header(document, title)}\n<main>\n{sections}\n</main>", style=style)


def _header(document: Document, title: str) -> str:
    return f"""<header>
<h1>{escape(title)}</h1>
<p class="quiet">{_summary(document)}</p>
<ul class="legend" aria-label="Legend">
<li><i class="swatch sure"></i>sure, from {100 * SURE:.0f} %</li>
<li><i class="swatch fair"></i>fair, from {100 * DOUBTFUL:.0f} %</li>
<li><i class="swatch doubtful"></i>doubtful</li>
<li><i class="swatch rejected"></i>not read</li>
</ul>
</header>"""


def _summary(document: Document) -> str:
    doubtful = sum(one.probability < DOUBTFUL for one in document.characters)
    counts = [
        counted(len(document.pages), "page"),
        counted(len(document.lines), "line"),
        counted(len(document.words), "word"),
        counted(len(document.characters), "character") + f", {doubtful} of them doubtful",
    ]
    if document.model:
        counts.append(f"read by {_safe(document.model)}")
    return " · ".join(counts)


def _section(page: Page, number: int, picture: PagePicture | None, *, is_only: bool) -> str:
    name = _safe(f"Page {number}" + (f": {page.source}" if page.source else ""))
    if picture is None:
        sheet = ""
    else:
        jpeg = jpeg_of(picture, page, quality=_JPEG_QUALITY, longest_px=_LONGEST_PX)
        address = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
        sheet = f'<img src="{address}" alt="{name}" width="{page.width}" height="{page.height}">'
    notes = "".join(f'<p class="note">{_safe(note)}</p>' for note in page.notes)
    boxes = "\n".join(_boxes(page, number, with_text=picture is None))
    names = _word_names(page, number)
    text = "\n".join(
        _table(block, names) if isinstance(block, Table) else f"<p>{_rows(block, names)}</p>"
        for block in blocks(page)
    )
    # The title of the document names the picture where there is one page only.
    heading = "" if is_only else f"<h2>{name}</h2>"
    kind = "sheet blank" if picture is None else "sheet"
    return f"""<section class="page" aria-label="{name}">
{heading}
<div class="{kind}" style="aspect-ratio:{max(page.width, 1)}/{max(page.height, 1)}">
{sheet}
{boxes}
</div>
<div class="reading">
{notes}{text}
<details><summary>Plain text</summary><pre>{_safe(page.text)}</pre></details>
</div>
</section>"""


def _word_names(page: Page, page_number: int) -> dict[Word, list[str]]:
    """Return the names of each word: the numbers of its page, its line, and of itself.

    Equal words have several names, and each is used once.
    """
    names: dict[Word, list[str]] = {}
    for number, line in enumerate(page.lines, 1):
        for index, word in enumerate(line.words, 1):
            names.setdefault(word, []).append(f"{page_number}-{number}-{index}")
    return names


def _rows(lines: Iterable[Line], names: Mapping[Word, list[str]]) -> str:
    return "<br>\n".join(
        " ".join(_text_word(word, names[word].pop(0)) for word in line.words) for line in lines
    )


def _table(table: Table, names: Mapping[Word, list[str]]) -> str:
    """Write a table row by row; cells that cover several rows or columns stay whole."""
    starts = {(cell.row, cell.column): cell for cell in table.cells}
    covered = {
        (row, column)
        for cell in table.cells
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    }
    rows = []
    for row in range(table.row_count):
        places = [(row, column) for column in range(table.column_count)]
        own = [place for place in places if place in starts or place not in covered]
        rows.append("".join(_cell(starts.get(place), names) for place in own))
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return f'<table class="read">\n{body}\n</table>'


def _cell(cell: TableCell | None, names: Mapping[Word, list[str]]) -> str:
    if cell is None:
        return "<td></td>"
    spans = {"rowspan": cell.row_span, "colspan": cell.column_span}
    marks = "".join(f' {name}="{count}"' for name, count in spans.items() if count > 1)
    return f"<td{marks}>{_rows(cell.lines, names)}</td>"


def _text_word(word: Word, name: str) -> str:
    """Write a word of the text, a link to its box in the picture."""
    characters = "".join(
        f'<mark class="{confidence_band(one.probability)}">{_safe(one.text)}</mark>'
        if one.probability < SURE
        else _safe(one.text)
        for one in word.characters
    )
    return f'<a id="t{name}" href="#w{name}">{characters}</a>'


def _boxes(page: Page, page_number: int, *, with_text: bool) -> Iterator[str]:
    sheet = (page.width, page.height)
    for one in page.rejected:
        yield f'<i class="rejected" style="{_place(one.box, sheet)}" title="{_safe(one.reason)}"></i>'
    for line_number, line in enumerate(page.lines, 1):
        for number, word in enumerate(line.words, 1):
            band = word_band(word, line, letter_height_px=page.letter_height_px) if with_text else None
            yield _word_box(word, f"{page_number}-{line_number}-{number}", sheet, band)


def _word_box(word: Word, name: str, sheet: tuple[int, int], band: Box | None) -> str:
    """Write the box of a word: it shows its characters and their alternatives, and links to the text."""
    row, col = word.box.center
    # The tip stays on the sheet: to the left of words on the right, above words at the bottom.
    sides = (" east" if col > 0.6 * sheet[0] else "") + (" south" if row > 0.6 * sheet[1] else "")
    inner = "" if band is None else _drawn_text(word, band)
    marks = "".join(
        f'<i class="spot" style="{_place(one.box, (word.box.width, word.box.height), origin=word.box)}"></i>'
        for one in word.characters
        if one.probability < DOUBTFUL
    )
    weakest = min(one.probability for one in word.characters)
    kind = f"word {confidence_band(weakest)}{sides}"
    label = f"{_safe(word.text)}, {_percent(word.probability)}"
    return (
        f'<a class="{kind}" id="w{name}" href="#t{name}" style="{_place(band or word.box, sheet)}" '
        f'aria-label="{label}" aria-describedby="d{name}">{inner}{marks}'
        f'<span class="tip" id="d{name}">{_tip(word)}</span></a>'
    )


def _drawn_text(word: Word, band: Box) -> str:
    """Draw the word itself as wide and high as its box."""
    size = max(band.height, 1)
    return (
        f'<svg viewBox="0 0 {max(band.width, 1)} {size}" preserveAspectRatio="none" aria-hidden="true">'
        f'<text y="{0.86 * size:.1f}" font-size="{1.1 * size:.1f}" textLength="{max(band.width, 1)}" '
        f'lengthAdjust="spacingAndGlyphs">{_safe(word.text)}</text></svg>'
    )


def _tip(word: Word) -> str:
    rows = "".join(_tip_row(character) for character in word.characters)
    return f'<span class="head"><b>{_safe(word.text)}</b> {_percent(word.probability)}</span>{rows}'


def _tip_row(character: Character) -> str:
    others = [
        f"<span><b>{_safe(text)}</b> {_percent(probability)}</span>"
        for text, probability in character.alternatives
        if text != character.text and probability >= _LEAST_ALTERNATIVE
    ]
    return (
        f'<span class="row {confidence_band(character.probability)}"><b>{_safe(character.text)}</b>'
        f'<span class="bar"><i style="width:{100 * character.probability:.0f}%"></i></span>'
        f"<span>{_percent(character.probability)}</span>"
        f'<span class="others">{" ".join(others[:_MOST_ALTERNATIVES])}</span></span>'
    )


def _percent(probability: float) -> str:
    return f"{100 * probability:.0f}{_NARROW_SPACE}%"


def _place(box: Box, sheet: tuple[int, int], *, origin: Box | None = None) -> str:
    """Return the place of a box in percent of the sheet, or of the box ``origin`` that holds it."""
    top, left = (0, 0) if origin is None else (origin.top, origin.left)
    width, height = (max(length, 1) for length in sheet)
    return (
        f"left:{100 * (box.left - left) / width:.3f}%;top:{100 * (box.top - top) / height:.3f}%;"
        f"width:{100 * box.width / width:.3f}%;height:{100 * box.height / height:.3f}%"
    )


def _safe(text: str) -> str:
    return escape(clean(text))
