"""What was read on a page, with its doubts: parts of an explanation."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ocr.geometry import Box
from ocr.view.cards import Card, card_list
from ocr.view.figures import paragraph
from ocr.view.overlay import confidence_band

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from ocr.document.tree import Character, Page, Word
    from ocr.layout import Layout
    from ocr.reader import Reading

# Signs to look at first; surer ones than this are none.
_MOST_DOUBTFUL, _SURE = 12, 0.95
# What is seen of the page around one of them, in letter heights.
_AROUND_LETTERS = 0.6


def marked_text(page: Page) -> str:
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


def doubtful_cards(reading: Reading) -> str:
    """Show the least sure signs of a page with their alternatives."""
    doubtful = sorted(
        (one for one in _placed(reading.page) if one[0].probability < _SURE),
        key=lambda one: one[0].probability,
    )[:_MOST_DOUBTFUL]
    if not doubtful:
        return paragraph(f"Every sign is at least {100 * _SURE:.0f} % sure.")
    cards = [
        Card(f"{where}", _around(reading.layout, character.box), _alternatives(character))
        for character, where in doubtful
    ]
    return "<h3>Look at these first</h3>" + card_list(cards)


def _placed(page: Page) -> Iterator[tuple[Character, str]]:
    """All characters, and where each stands."""
    for number, line in enumerate(page.lines, 1):
        for word in line.words:
            for character in word.characters:
                yield character, f"in {word.text}, line {number}"


def _alternatives(character: Character) -> list[tuple[str, float]]:
    """Put the sign that was read first."""
    others = [one for one in character.alternatives if one[0] != character.text]
    return [(character.text, character.probability), *others]


def _around(layout: Layout, box: Box) -> NDArray[np.uint8]:
    """Gray (h, w) of a box of the given picture and what lies around it, as the page stages saw it."""
    found = layout.given.working_box(box)
    side = max(found.height, found.width) + round(2 * _AROUND_LETTERS * layout.letter_px)
    top, left = (round(middle - side / 2) for middle in found.center)
    return layout.gray[Box(top, left, top + side, left + side).clipped(*layout.gray.shape).slices]
