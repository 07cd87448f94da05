"""Put the right text of lines into a document that was read."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from ocr.document.tree import Character, Line, Page, Word
from ocr.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def corrected_page(page: Page, texts: Mapping[int, str]) -> Page:
    """Return a page with the right text of some lines.

    Parameters
    ----------
    page : Page
        As it was read.
    texts : mapping of int to str
        Number of the line, from 0 -> its right text; lines without any are left out.
    """
    lines = [
        line if number not in texts else corrected_line(line, texts[number])
        for number, line in enumerate(page.lines)
    ]
    return page.with_lines(tuple(line for line in lines if line is not None))


def corrected_line(line: Line, text: str) -> Line | None:
    """Return a line with another text; None without any.

    Characters that were read so stay as they are. Others are sure, and share the box of the characters whose
    place they take.
    """
    read = [character for word in line.words for character in word.characters]
    names = "".join(character.text for character in read)
    right = "".join(text.split())
    characters: list[Character] = []
    for kind, first, last, start, stop in SequenceMatcher(None, names, right, autojunk=False).get_opcodes():
        if kind == "equal":
            characters += [replace(one, probability=1.0) for one in read[first:last]]
        else:
            characters += _in_place_of(read, first, last, right[start:stop])
    rest = iter(characters)
    words = tuple(Word(tuple(next(rest) for _ in word)) for word in text.split())
    return Line(words) if words else None


def _in_place_of(read: Sequence[Character], first: int, last: int, text: str) -> list[Character]:
    """Return characters side by side where others were, or between their neighbours."""
    if first < last:
        box = Box.around(one.box for one in read[first:last])
    else:
        before, after = read[max(0, first - 1)].box, read[min(first, len(read) - 1)].box
        left, right = sorted((before.right, after.left))
        box = Box(min(before.top, after.top), left, max(before.bottom, after.bottom), max(right, left + 1))
    width = box.width / max(1, len(text))
    same = len(text) == last - first
    return [
        Character(
            one,
            read[first + place].box if same else _slice(box, place * width, (place + 1) * width),
            1.0,
            ((one, 1.0),),
        )
        for place, one in enumerate(text)
    ]


def _slice(box: Box, start: float, stop: float) -> Box:
    left = min(box.left + round(start), box.right - 1)
    return Box(box.top, left, box.bottom, max(left + 1, box.left + round(stop)))
