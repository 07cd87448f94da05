"""A page that shows each stage of reading on the user's own picture, and teaches how the reader works.

One file that loads nothing and has no script: the pictures lie inside.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from ocr.document.bands import DOUBTFUL, SURE, confidence_band
from ocr.document.web_page import web_page
from ocr.geometry import Box
from ocr.view.drawing import LegendItem, fitted
from ocr.view.explained_line import crop_cards, cut_figures, path_figure
from ocr.view.html_parts import (
    Card,
    card_list,
    details,
    drawing_figure,
    figure,
    legend,
    paragraph,
    photo_address,
    styles,
)
from ocr.view.lessons import CROPS, CUTS, INK, LESSONS, LIGHT, LINES, PATH, PICTURE, REJECTED, TEXT
from ocr.view.page_drawings import (
    draw_classes,
    draw_components,
    draw_crops,
    draw_flat,
    draw_ink,
    draw_lines,
    draw_rejected,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from ocr.array_types import Float32
    from ocr.document.tree import Character, Page, Word
    from ocr.line_network.sliding_network import SlidingNetwork
    from ocr.page.layout import Layout
    from ocr.reader import PageReading
    from ocr.view.lessons import Lesson


# Sharp enough at the width that a picture has on the page; all of them together stay below 2 MB.
LONGEST_PX = 1200
# Room for all crops of a page in one drawing; of more, the first ones are shown.
_CROPS_WIDTH_PX, _CROPS_HEIGHT_PX = 1300, 2400
_WITHOUT_CUTS = (
    "This line, or a part of it, was read without cutting it: the line network, which slides along the line, "
    "found a more probable text. The cuts are made where it says that one character ends and the next begins."
)
# Characters to look at first.
_MOST_DOUBTFUL = 12
# What is seen of the page around one of them, in text heights.
_AROUND_HEIGHTS = 0.6


class Explained(NamedTuple):
    """What is explained.

    Attributes
    ----------
    reading : PageReading
        What was read, and how.
    crops : (N, 28, 28) float32 array
        What the network saw of each character of the page, 1 = pen.
    classes : tuple of str
        Of the model.
    model : str
        Its name.
    line : int
        Number of the line that is shown in detail, 1 is the first; of no meaning on a blank page.
    photo : bytes or None
        A JPEG of the page in color; gray as it was read is shown if there is none.
    line_network : SlidingNetwork or None
        The line network of the model; None for the shipped one.
    """

    reading: PageReading
    crops: Float32
    classes: tuple[str, ...]
    model: str
    line: int = 1
    photo: bytes | None = None
    line_network: SlidingNetwork | None = None


def explanation_page(what: Explained) -> str:
    """Write the page.

    Returns
    -------
    str
        HTML that needs nothing else, with a section for each of :data:`ocr.view.lessons.LESSONS`.
    """
    name = what.reading.picture.name
    contents = {
        PICTURE: _picture(what),
        LIGHT: _light(what),
        INK: _ink(what),
        REJECTED: _rejected(what),
        LINES: _lines(what),
        **_of_the_line(what),
        TEXT: _text(what),
    }
    sections = "\n".join(
        _section(number, lesson, contents[lesson]) for number, lesson in enumerate(LESSONS, 1)
    )
    body = f"""{_header(what)}
{_contents()}
<main>
{sections}
</main>
{_footer()}"""
    style = styles("cards.css", "explanation.css")
    return web_page(f"How {name} was read", body, style=style)


def _header(what: Explained) -> str:
    page = what.reading.page
    facts = {
        "picture": f"{page.width} × {page.height}",
        "letters": f"{page.letter_height_px:.0f} px high" if page.lines else "none found",
        "lines": str(len(page.lines)),
        "words": str(sum(1 for _ in page.words)),
        "characters": str(sum(1 for _ in page.characters)),
        "model": what.model,
    }
    items = "".join(
        f"<div><dt>{escape(key)}</dt><dd>{escape(fact)}</dd></div>" for key, fact in facts.items()
    )
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in page.notes)
    return (
        f'<header><p class="kicker">How a picture becomes text</p>'
        f"<h1>{escape(what.reading.picture.name)}</h1>"
        f'<dl class="facts">{items}</dl>{notes}</header>'
    )


def _contents() -> str:
    items = "".join(f'<li><a href="#{lesson.key}">{escape(lesson.title)}</a></li>' for lesson in LESSONS)
    return f'<nav aria-label="Stages"><ol>{items}</ol></nav>'


def _section(number: int, lesson: Lesson, content: str) -> str:
    return (
        f'<section id="{lesson.key}" aria-labelledby="h-{lesson.key}">'
        f'<div class="lesson"><h2 id="h-{lesson.key}"><span class="number">{number}</span> '
        f"{escape(lesson.title)}</h2>"
        f"<p>{escape(lesson.done)}</p>"
        f"<p><b>Why.</b> {escape(lesson.why)}</p>"
        f'<p class="wrong"><b>What can go wrong.</b> {escape(lesson.wrong)}</p></div>\n'
        f'<div class="shown">{content}</div></section>'
    )


def _picture(what: Explained) -> str:
    layout, page = what.reading.layout, what.reading.page
    gray = what.reading.picture.gray(at_least_px=LONGEST_PX)
    photo = photo_address(what.photo if what.photo is not None else fitted(gray, longest_px=LONGEST_PX))
    height, width = layout.gray.shape
    words = f"It was read at {width} × {height} pixels"
    words += f", with letters {layout.text_height_px:.0f} pixels high" if layout.text_height_px else ""
    words += f", turned by {page.turned_deg}°." if page.turned_deg else "."
    return figure("photo", photo, "The picture, upright", words)


def _light(what: Explained) -> str:
    layout = what.reading.layout
    drawing = draw_flat(layout, longest_px=LONGEST_PX)
    words = drawing.caption
    if layout.sheet is not None:
        words += " A sheet was found on the picture; what lies around it was not looked at."
    if layout.source.matrix is not None:
        words += " It was photographed from the side and is rectified."
    return figure("flat", photo_address(drawing.picture), "The page in even light", words)


def _ink(what: Explained) -> str:
    return drawing_figure("black", draw_ink(what.reading.layout, longest_px=LONGEST_PX), "The ink alone")


def _rejected(what: Explained) -> str:
    drawing = draw_rejected(what.reading.layout, what.reading.page, longest_px=LONGEST_PX)
    words = "" if what.reading.page.rejected else paragraph("On this page, nothing was rejected.")
    classes = drawing_figure(
        "classes", draw_classes(what.reading.layout, longest_px=LONGEST_PX), "Kinds of pixels"
    )
    return words + classes + drawing_figure("rejected-ink", drawing, "What was rejected")


def _lines(what: Explained) -> str:
    layout = what.reading.layout
    if not layout.lines:
        return paragraph("No line was found.")
    components = draw_components(layout, longest_px=LONGEST_PX)
    lines = draw_lines(layout, longest_px=LONGEST_PX)
    return drawing_figure("components", components, "Components of ink") + drawing_figure(
        "rows", lines, "Lines of writing"
    )


def _of_the_line(what: Explained) -> dict[Lesson, str]:
    """Write the stages that are shown on one line."""
    reading = what.reading
    if not reading.page.lines:
        nothing = paragraph("There is no line of writing to show this on.")
        return dict.fromkeys((CUTS, CROPS, PATH), nothing)
    line, recognition = reading.page.lines[what.line - 1], reading.recognized_lines[what.line - 1]
    start = sum(len(one.steps) for one in reading.recognized_lines[: what.line - 1])
    own = what.crops[start : start + len(recognition.steps)]
    which = paragraph(f"Line {what.line} of {len(reading.page.lines)}: {line.text}", kind="which")
    if recognition.without_cuts:
        which += paragraph(_WITHOUT_CUTS)
    return {
        CUTS: which + cut_figures(reading.layout, recognition, line),
        CROPS: which + crop_cards(recognition, line, own, what.classes) + _all_crops(what),
        PATH: which + path_figure(reading.layout, recognition, line, what.classes, what.line_network),
    }


def _all_crops(what: Explained) -> str:
    drawing = draw_crops(what.reading.page, what.crops, width_px=_CROPS_WIDTH_PX, height_px=_CROPS_HEIGHT_PX)
    return details("All crops of the page", drawing_figure("all-crops", drawing, "All crops"))


def _text(what: Explained) -> str:
    page = what.reading.page
    if not page.lines:
        return paragraph("There is no text.")
    low, high = round(100 * DOUBTFUL), round(100 * SURE)
    bands = (
        LegendItem("fair", f"fair: from {low} to {high} %"),
        LegendItem("doubtful", f"doubtful: below {low} %"),
    )
    return _marked_text(page) + legend(bands) + _doubtful_cards(what.reading)


def _footer() -> str:
    return (
        "<footer><h2>Go on</h2><ul>"
        "<li><code>ocr read PICTURE -o page.html</code> writes the text beside its picture.</li>"
        "<li><code>ocr explain PICTURE --line 2</code> shows another line in detail.</li>"
        "<li><code>ocr read PICTURE --charset digits</code> limits what can occur; "
        "<code>--words names.txt</code> adds words of your own; "
        f"<code>--min-confidence {DOUBTFUL}</code> marks what is doubtful.</li></ul></footer>"
    )


def _marked_text(page: Page) -> str:
    """Write the text, a line each, with marks on what is not sure."""
    lines = "\n".join(" ".join(_marked(word) for word in line.words) for line in page.lines)
    return f'<pre class="reading" tabindex="0" aria-label="The text">{lines}</pre>'


def _marked(word: Word) -> str:
    return "".join(
        escape(one.text)
        if (band := confidence_band(one.probability)) == "sure"
        else f'<mark class="{band}" title="{100 * one.probability:.0f} %">{escape(one.text)}</mark>'
        for one in word.characters
    )


def _doubtful_cards(reading: PageReading) -> str:
    """Show the least sure characters of a page with their alternatives."""
    doubtful = sorted(
        (one for one in _placed(reading.page) if one[0].probability < SURE),
        key=lambda one: one[0].probability,
    )[:_MOST_DOUBTFUL]
    if not doubtful:
        return paragraph(f"Every character is at least {100 * SURE:.0f} % sure.")
    cards = [
        Card(f"{where}", _around(reading.layout, character.box), _alternatives(character))
        for character, where in doubtful
    ]
    return "<h3>Look at these first</h3>" + card_list(cards)


def _placed(page: Page) -> Iterator[tuple[Character, str]]:
    """Yield all characters, and where each stands."""
    for number, line in enumerate(page.lines, 1):
        for word in line.words:
            for character in word.characters:
                yield character, f"in {word.text}, line {number}"


def _alternatives(character: Character) -> list[tuple[str, float]]:
    """Return characters with their probabilities, the one that was read first."""
    others = [one for one in character.alternatives if one[0] != character.text]
    return [(character.text, character.probability), *others]


def _around(layout: Layout, box: Box) -> NDArray[np.uint8]:
    """Return the gray page (h, w) in and around a box of the source picture, at the working scale."""
    found = layout.source.working_box(box)
    side = max(found.height, found.width) + round(2 * _AROUND_HEIGHTS * layout.text_height_px)
    top, left = (round(middle - side / 2) for middle in found.center)
    return layout.gray[Box(top, left, top + side, left + side).clipped(*layout.gray.shape).slices]
