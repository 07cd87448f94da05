"""JSON read back into a document: every type, range and sum is checked before anything is believed."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from ocr.document.json_tree import VERSION
from ocr.document.tree import Character, Discarded, Document, Line, Page, Word
from ocr.errors import DataError
from ocr.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

# No picture is longer; whatever lies beyond is a mistake or an attack.
_LONGEST_PX = 2**31 - 1
# Probabilities of words are computed from those of characters, and logarithms differ in the last digit.
_PROBABILITY_TOLERANCE = 1e-6


def from_json(text: str | bytes) -> Document:
    """Read what :func:`ocr.document.json_tree.to_json` wrote.

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
    return Document(tuple(_page(one) for one in top.items("pages")), model=top.item("model").text())


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

    def sign(self) -> str:
        if not self.text():
            self.refuse("one sign")
        return self.text()

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


def _page(found: _Found) -> Page:
    known = {"source", "width", "height", "letter_height_px", "text", "lines", "discarded", "notes"}
    known.add("turned_deg")
    found.check_keys(known)
    turned = found.item("turned_deg")
    if turned.whole(high=270) % 90:
        turned.refuse("0, 90, 180 or 270")
    page = Page(
        lines=tuple(_line(one) for one in found.items("lines")),
        width=found.item("width").whole(high=_LONGEST_PX),
        height=found.item("height").whole(high=_LONGEST_PX),
        source=found.item("source").text(),
        letter_height_px=found.item("letter_height_px").number(high=_LONGEST_PX),
        discarded=tuple(_discarded(one) for one in found.items("discarded")),
        notes=tuple(note.text() for note in found.items("notes")),
        turned_deg=turned.whole(high=270),
    )
    found.check_sum("text", page.text)
    return page


def _discarded(found: _Found) -> Discarded:
    found.check_keys({"box", "reason"})
    return Discarded(found.item("box").box(), found.item("reason").text())


def _line(found: _Found) -> Line:
    found.check_keys({"text", "box", "words"})
    line = Line(tuple(_word(one) for one in found.items("words")))
    if not line.words:
        found.item("words").refuse("one word at least")
    found.check_sum("text", line.text)
    found.check_sum("box", _corners(line.box))
    return line


def _word(found: _Found) -> Word:
    found.check_keys({"text", "box", "probability", "characters"})
    word = Word(tuple(_character(one) for one in found.items("characters")))
    if not word.characters:
        found.item("characters").refuse("one character at least")
    found.check_sum("text", word.text)
    found.check_sum("box", _corners(word.box))
    found.check_sum("probability", word.probability)
    return word


def _character(found: _Found) -> Character:
    found.check_keys({"text", "box", "probability", "alternatives"})
    pairs = tuple(one.exactly(2) for one in found.items("alternatives"))
    return Character(
        text=found.item("text").sign(),
        box=found.item("box").box(),
        probability=found.item("probability").number(high=1.0),
        alternatives=tuple((sign.sign(), probability.number(high=1.0)) for sign, probability in pairs),
    )


def _corners(box: Box) -> list[int]:
    return [box.top, box.left, box.bottom, box.right]
