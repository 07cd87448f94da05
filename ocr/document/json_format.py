"""JSON, complete: what is written is read back as the same document.

::

    {"version": 1, "model": "print", "pages": [
      {"source": "a.jpg", "width": 1464, "height": 1057, "letter_height_px": 40.0, "text": "...", "lines": [
        {"text": "...", "box": [top, left, bottom, right], "words": [
          {"text": "...", "box": [...], "probability": 0.97, "characters": [
            {"text": "A", "box": [...], "probability": 0.98, "alternatives": [["A", 0.98], ["4", 0.01]]}]}]}],
       "rejected": [{"box": [...], "reason": "stray"}], "notes": [], "turned_deg": 0}]}

The text, box and probability of anything above a character follow from its characters. They are written for
those who read the file, and may be left out of one that is to be read back; where they are, they have to fit.

JSON read back into a document: every type, range and sum is checked before anything is believed.
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

_HALF_PAIR = re.compile("[\ud800-\udfff]")


def to_json(document: Document, *, indent: int | None = None) -> str:
    """Write a document as one JSON object, on one line unless ``indent`` says otherwise.

    See :func:`ocr.document.json_format.from_json` for the way back.
    """
    return _dumped(as_object(document), indent=indent) + "\n"


def to_json_lines(document: Document) -> str:
    """Write one line per page, each a document of one page that can be read by itself."""
    return "".join(to_json(replace(document, pages=(page,))) for page in document.pages)


def as_object(document: Document) -> dict[str, Any]:
    """Turn a document into dictionaries, lists, strings and numbers."""
    return {
        "version": VERSION,
        "model": document.model,
        "pages": [_page(page) for page in document.pages],
    }


def _dumped(value: dict[str, Any], *, indent: int | None) -> str:
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators, allow_nan=False)
    # File names may hold halves of pairs, which UTF-8 has no bytes for.
    return _HALF_PAIR.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _page(page: Page) -> dict[str, Any]:
    return {
        "source": page.source,
        "width": page.width,
        "height": page.height,
        "letter_height_px": page.letter_height_px,
        "text": page.text,
        "lines": [_line(line) for line in page.lines],
        "rejected": [{"box": _box(one.box), "reason": one.reason} for one in page.rejected],
        "notes": list(page.notes),
        "turned_deg": page.turned_deg,
    }


def _line(line: Line) -> dict[str, Any]:
    return {"text": line.text, "box": _box(line.box), "words": [_word(word) for word in line.words]}


def _word(word: Word) -> dict[str, Any]:
    return {
        "text": word.text,
        "box": _box(word.box),
        "probability": word.probability,
        "characters": [_character(character) for character in word.characters],
    }


def _character(character: Character) -> dict[str, Any]:
    return {
        "text": character.text,
        "box": _box(character.box),
        "probability": character.probability,
        "alternatives": [list(one) for one in character.alternatives],
    }


def _box(box: Box) -> list[int]:
    return [box.top, box.left, box.bottom, box.right]


# No picture is longer; whatever lies beyond is a mistake or an attack.
_LONGEST_PX = 2**31 - 1
# Probabilities of words are computed from those of characters, and logarithms differ in the last digit.
_PROBABILITY_TOLERANCE = 1e-6
_MARK_KINDS = tuple(MarkKind)
# What this program wrote as "rejected" at first.
_OLD_KEY = "discarded"


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
    top = _Found("document", _parsed(text))
    version = top.item("version").whole(high=_LONGEST_PX)
    if version != VERSION:
        top.item("version").refuse(f"{VERSION}, the only version that this program knows")
    top.check_keys({"version", "model", "pages"})
    return Document(
        tuple(_page_of_json_reader(one) for one in top.items("pages")), model=top.item("model").text()
    )


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
class _Found:
    """A value, and where in the file it stands."""

    where: str
    value: Any

    def refuse(self, expected: str) -> NoReturn:
        """Raise DataError that says what stands here and what should."""
        shown = repr(self.value)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        message = f"{self.where}: found {shown}, expected {expected}; correct the file or write it again"
        raise DataError(message)

    def check_keys(self, known: set[str]) -> None:
        for key in self._mapping():
            if key not in known:
                _Found(f"a key of {self.where}", key).refuse(f"one of {', '.join(sorted(known))}")

    def _mapping(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            self.refuse("an object")
        return self.value

    def has(self, key: str) -> bool:
        return key in self._mapping()

    def item(self, key: str) -> _Found:
        found = self._mapping()
        if key not in found:
            _Found(self.where, sorted(found)).refuse(f"a key {key!r}")
        return _Found(f"{self.where}.{key}", found[key])

    def items(self, key: str) -> Iterator[_Found]:
        return self.item(key).each()

    def each(self) -> Iterator[_Found]:
        if not isinstance(self.value, list):
            self.refuse("a list")
        return (_Found(f"{self.where}[{index}]", value) for index, value in enumerate(self.value))

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

    def exactly(self, count: int) -> tuple[_Found, ...]:
        parts = tuple(self.each())
        if len(parts) != count:
            self.refuse(f"a list of {count}")
        return parts

    def check_sum(self, key: str, expected: object) -> None:
        """Refuse a value that says something else than the characters below it."""
        if key not in self._mapping():
            return
        found = self.item(key)
        if isinstance(expected, float):
            fits = math.isclose(found.number(high=1.0), expected, rel_tol=_PROBABILITY_TOLERANCE)
        else:
            fits = found.value == expected
        if not fits:
            found.refuse(f"{expected!r}, as the characters say, or no key {key!r}")


def _page_of_json_reader(found: _Found) -> Page:
    known = {"source", "width", "height", "letter_height_px", "text", "lines", "rejected", "notes"}
    known.add("turned_deg")
    rejected = _OLD_KEY if found.has(_OLD_KEY) else "rejected"
    found.check_keys(known - {"rejected"} | {rejected})
    turned = found.item("turned_deg")
    if turned.whole(high=270) % 90:
        turned.refuse("0, 90, 180 or 270")
    page = Page(
        lines=tuple(_line_of_json_reader(one) for one in found.items("lines")),
        width=found.item("width").whole(high=_LONGEST_PX),
        height=found.item("height").whole(high=_LONGEST_PX),
        source=found.item("source").text(),
        letter_height_px=found.item("letter_height_px").number(high=_LONGEST_PX),
        rejected=tuple(_rejected(one) for one in found.items(rejected)),
        notes=tuple(note.text() for note in found.items("notes")),
        turned_deg=turned.whole(high=270),
    )
    found.check_sum("text", page.text)
    return page


def _rejected(found: _Found) -> Rejected:
    found.check_keys({"box", "reason"})
    return Rejected(found.item("box").box(), found.item("reason").mark_kind())


def _line_of_json_reader(found: _Found) -> Line:
    found.check_keys({"text", "box", "words"})
    line = Line(tuple(_word_of_json_reader(one) for one in found.items("words")))
    if not line.words:
        found.item("words").refuse("one word at least")
    found.check_sum("text", line.text)
    found.check_sum("box", _corners(line.box))
    return line


def _word_of_json_reader(found: _Found) -> Word:
    found.check_keys({"text", "box", "probability", "characters"})
    word = Word(tuple(_character_of_json_reader(one) for one in found.items("characters")))
    if not word.characters:
        found.item("characters").refuse("one character at least")
    found.check_sum("text", word.text)
    found.check_sum("box", _corners(word.box))
    found.check_sum("probability", word.probability)
    return word


def _character_of_json_reader(found: _Found) -> Character:
    found.check_keys({"text", "box", "probability", "alternatives"})
    pairs = tuple(one.exactly(2) for one in found.items("alternatives"))
    return Character(
        text=found.item("text").character(),
        box=found.item("box").box(),
        probability=found.item("probability").number(high=1.0),
        alternatives=tuple(
            (character.character(), probability.number(high=1.0)) for character, probability in pairs
        ),
    )


def _corners(box: Box) -> list[int]:
    return [box.top, box.left, box.bottom, box.right]
