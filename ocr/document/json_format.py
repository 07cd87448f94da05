"""JSON, complete: what is written is read back as the same document.

::

    {"version": 1, "model": "print", "pages": [
      {"source": "a.jpg", "width": 1464, "height": 1057, "letter_height_px": 40.0, "text": "...", "lines": [
        {"text": "...", "box": [top, left, bottom, right], "words": [
          {"text": "...", "box": [...], "probability": 0.97, "characters": [
            {"text": "A", "box": [...], "probability": 0.98, "alternatives": [["A", 0.98], ["4", 0.01]]}]}]}],
       "rejected": [{"box": [...], "reason": "stray"}], "notes": [], "turned_deg": 0}]}

The text, box and probability of anything above a character follow from its characters. They are written for
those who read the file, and may be missing in one that is read back; where they are present, they have to
fit. Nothing in a file is trusted: every type, range and derived value is checked.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

from ocr.document.mark_kind import MarkKind
from ocr.document.tree import Character, Document, Line, Page, Rejected, Word
from ocr.errors import DataError
from ocr.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Iterator


VERSION = 1
"""Of the layout below; another number means other keys."""

# No picture is longer; whatever lies beyond is a mistake or an attack.
_LONGEST_PX = 2**31 - 1
# Probabilities of words are computed from those of characters, and logarithms differ in the last digit.
_PROBABILITY_TOLERANCE = 1e-6
_MARK_KINDS = tuple(MarkKind)
# The first versions of this program wrote "rejected" as this.
_OLD_REJECTED_KEY = "discarded"
# File names may hold halves of pairs, which UTF-8 has no bytes for.
_HALF_PAIR = re.compile("[\ud800-\udfff]")


def to_json(document: Document, *, indent: int | None = None) -> str:
    """Write a document as one JSON object, on one line unless there is an ``indent``.

    See :func:`ocr.document.json_format.from_json` for the way back.
    """
    return _dumped(as_object(document), indent=indent) + "\n"


def to_json_lines(document: Document) -> str:
    """Write one line per page, each a document of one page that can be read by itself."""
    return "".join(to_json(replace(document, pages=(page,))) for page in document.pages)


def as_object(document: Document) -> dict[str, Any]:
    """Return a document as dictionaries, lists, strings and numbers."""
    return {
        "version": VERSION,
        "model": document.model,
        "pages": [_page_object(page) for page in document.pages],
    }


def _dumped(value: dict[str, Any], *, indent: int | None) -> str:
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators, allow_nan=False)
    return _HALF_PAIR.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _page_object(page: Page) -> dict[str, Any]:
    return {
        "source": page.source,
        "width": page.width,
        "height": page.height,
        "letter_height_px": page.letter_height_px,
        "text": page.text,
        "lines": [_line_object(line) for line in page.lines],
        "rejected": [{"box": _corners(one.box), "reason": one.reason} for one in page.rejected],
        "notes": list(page.notes),
        "turned_deg": page.turned_deg,
    }


def _line_object(line: Line) -> dict[str, Any]:
    return {
        "text": line.text,
        "box": _corners(line.box),
        "words": [_word_object(word) for word in line.words],
    }


def _word_object(word: Word) -> dict[str, Any]:
    return {
        "text": word.text,
        "box": _corners(word.box),
        "probability": word.probability,
        "characters": [_character_object(character) for character in word.characters],
    }


def _character_object(character: Character) -> dict[str, Any]:
    return {
        "text": character.text,
        "box": _corners(character.box),
        "probability": character.probability,
        "alternatives": [list(one) for one in character.alternatives],
    }


def _corners(box: Box) -> list[int]:
    return [box.top, box.left, box.bottom, box.right]


def from_json(text: str | bytes) -> Document:
    """Read what :func:`ocr.document.json_format.to_json` wrote.

    Parameters
    ----------
    text : str or bytes
        One JSON object; bytes are UTF-8.

    Raises
    ------
    DataError
        If it is no JSON, of another version, or if a key is missing or unknown, or a value is of the wrong
        type, out of range, or does not fit the characters below it.
    """
    top = _Node("document", _parsed(text))
    version = top.item("version").whole(high=_LONGEST_PX)
    if version != VERSION:
        top.item("version").refuse(f"{VERSION}, the only version that this program knows")
    top.check_keys({"version", "model", "pages"})
    return Document(tuple(_read_page(one) for one in top.items("pages")), model=top.item("model").text())


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "too many brackets within brackets"
        message = f"document: found no JSON ({reason}), expected what to_json wrote; write it again"
        raise DataError(message) from None


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is no number"
    raise ValueError(message)


@dataclass(frozen=True, slots=True)
class _Node:
    """A value of the file, and its place there."""

    place: str
    value: Any

    def refuse(self, expected: str) -> NoReturn:
        """Raise a DataError with what was found here and what was expected."""
        shown = repr(self.value)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        message = f"{self.place}: found {shown}, expected {expected}; correct the file or write it again"
        raise DataError(message)

    def check_keys(self, known: set[str]) -> None:
        """Refuse an object with another key; a missing one is refused when it is asked for."""
        for key in self._mapping():
            if key not in known:
                _Node(f"a key of {self.place}", key).refuse(f"one of {', '.join(sorted(known))}")

    def _mapping(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            self.refuse("an object")
        return self.value

    def has(self, key: str) -> bool:
        return key in self._mapping()

    def item(self, key: str) -> _Node:
        mapping = self._mapping()
        if key not in mapping:
            _Node(self.place, sorted(mapping)).refuse(f"a key {key!r}")
        return _Node(f"{self.place}.{key}", mapping[key])

    def items(self, key: str) -> Iterator[_Node]:
        return self.item(key).each()

    def each(self) -> Iterator[_Node]:
        if not isinstance(self.value, list):
            self.refuse("a list")
        return (_Node(f"{self.place}[{index}]", value) for index, value in enumerate(self.value))

    def text(self) -> str:
        if not isinstance(self.value, str):
            self.refuse("a text")
        return self.value

    def character(self) -> str:
        if not self.text():
            self.refuse("one character")
        return self.text()

    def mark_kind(self) -> MarkKind:
        if self.value not in _MARK_KINDS:
            self.refuse(f"one of {', '.join(_MARK_KINDS)}")
        return MarkKind(self.value)

    def whole(self, *, high: int) -> int:
        if type(self.value) is not int or not 0 <= self.value <= high:
            self.refuse(f"a whole number from 0 to {high}")
        return self.value

    def number(self, *, high: float) -> float:
        if type(self.value) not in {int, float} or not 0 <= self.value <= high:
            self.refuse(f"a number from 0 to {high:g}")
        return float(self.value)

    def box(self) -> Box:
        top, left, bottom, right = (one.whole(high=_LONGEST_PX) for one in self.exactly(4))
        if bottom < top or right < left:
            self.refuse("[top, left, bottom, right] with top <= bottom and left <= right")
        return Box(top, left, bottom, right)

    def exactly(self, count: int) -> tuple[_Node, ...]:
        nodes = tuple(self.each())
        if len(nodes) != count:
            self.refuse(f"a list of {count}")
        return nodes

    def check_derived(self, key: str, expected: object) -> None:
        """Refuse a value that does not follow from the characters below it."""
        if not self.has(key):
            return
        node = self.item(key)
        if isinstance(expected, float):
            fits = math.isclose(node.number(high=1.0), expected, rel_tol=_PROBABILITY_TOLERANCE)
        else:
            fits = node.value == expected
        if not fits:
            node.refuse(f"{expected!r}, as the characters say, or no key {key!r}")


def _read_page(node: _Node) -> Page:
    rejected = _OLD_REJECTED_KEY if node.has(_OLD_REJECTED_KEY) else "rejected"
    sizes = {"width", "height", "letter_height_px", "turned_deg"}
    node.check_keys({"source", "text", "lines", "notes", rejected} | sizes)
    turned = node.item("turned_deg")
    if turned.whole(high=270) % 90:
        turned.refuse("0, 90, 180 or 270")
    page = Page(
        lines=tuple(_read_line(one) for one in node.items("lines")),
        width=node.item("width").whole(high=_LONGEST_PX),
        height=node.item("height").whole(high=_LONGEST_PX),
        source=node.item("source").text(),
        letter_height_px=node.item("letter_height_px").number(high=_LONGEST_PX),
        rejected=tuple(_read_rejected(one) for one in node.items(rejected)),
        notes=tuple(note.text() for note in node.items("notes")),
        turned_deg=turned.whole(high=270),
    )
    node.check_derived("text", page.text)
    return page


def _read_rejected(node: _Node) -> Rejected:
    node.check_keys({"box", "reason"})
    return Rejected(node.item("box").box(), node.item("reason").mark_kind())


def _read_line(node: _Node) -> Line:
    node.check_keys({"text", "box", "words"})
    line = Line(tuple(_read_word(one) for one in node.items("words")))
    if not line.words:
        node.item("words").refuse("one word at least")
    node.check_derived("text", line.text)
    node.check_derived("box", _corners(line.box))
    return line


def _read_word(node: _Node) -> Word:
    node.check_keys({"text", "box", "probability", "characters"})
    word = Word(tuple(_read_character(one) for one in node.items("characters")))
    if not word.characters:
        node.item("characters").refuse("one character at least")
    node.check_derived("text", word.text)
    node.check_derived("box", _corners(word.box))
    node.check_derived("probability", word.probability)
    return word


def _read_character(node: _Node) -> Character:
    node.check_keys({"text", "box", "probability", "alternatives"})
    pairs = tuple(one.exactly(2) for one in node.items("alternatives"))
    return Character(
        text=node.item("text").character(),
        box=node.item("box").box(),
        probability=node.item("probability").number(high=1.0),
        alternatives=tuple(
            (character.character(), probability.number(high=1.0)) for character, probability in pairs
        ),
    )
