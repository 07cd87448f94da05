r"""The fields of a form as a JSON file describes them, checked completely: a clear line for each fault.

::

    {"fields": [
        {"name": "surname", "box": [0.05, 0.1, 0.6, 0.14], "kind": "upper", "cells": 14},
        {"name": "code", "box": [0.65, 0.1, 0.95, 0.14], "kind": "digits", "pattern": "\\d{5}"},
        {"name": "member", "box": [0.05, 0.2, 0.07, 0.22], "kind": "checkbox"}
    ]}
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ocr.errors import SettingError
from ocr.geometry import Box

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

# Hundreds of fields; what is larger is another file.
_MOST_BYTES = 2**20
_MOST_CELLS = 200
_KEYS = ("name", "box", "kind", "cells", "pattern", "words")
_CORNERS = 4


class FieldKind(StrEnum):
    """What is written in a field."""

    TEXT = "text"
    UPPER = "upper"
    DIGITS = "digits"
    DATE = "date"
    AMOUNT = "amount"
    CHECKBOX = "checkbox"


@dataclass(frozen=True, slots=True)
class Field:
    r"""A field of a form.

    Parameters
    ----------
    name : str
        What results call it.
    box : (float, float, float, float)
        Left, top, right, bottom: fractions of the page if all lie in 0 .. 1, pixels of the upright picture
        otherwise.
    kind : FieldKind or str
        What may be written: "text" (every character of the reader), "upper" (capitals and ``- ' .``),
        "digits", "date" (digits and ``. / -``), "amount" (digits and ``. , -``) or "checkbox".
    cells : int, optional
        Of a comb, which holds a character in each of so many cells of equal width. All characters are one
        word; an empty cell between two characters is a space.
    pattern : str, optional
        A regular expression that the whole text matches, such as ``\d{5}``. Of all readings, the most
        probable one that matches is taken. Dates and amounts have a pattern of their own.
    words : sequence of str
        Words that are likely, such as the names of a list.

    Raises
    ------
    SettingError
        If a value is none of these.
    """

    name: str
    box: tuple[float, float, float, float]
    kind: FieldKind = FieldKind.TEXT
    cells: int | None = None
    pattern: str | None = None
    words: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip() or not self.name.isprintable():
            _refuse(f"name: found {self.name!r}, expected text")
        object.__setattr__(self, "kind", _checked_kind(self.kind))
        object.__setattr__(self, "box", _checked_box(self.box))
        _check_cells(self.cells, self.kind)
        _check_pattern(self.pattern, self.kind)
        object.__setattr__(self, "words", _checked_words(self.words))

    def box_px(self, width: int, height: int) -> Box:
        """Return the box in pixels of a picture.

        Raises
        ------
        SettingError
            If it does not lie in the picture.
        """
        left, top, right, bottom = self.box
        if max(self.box) <= 1:
            left, top, right, bottom = left * width, top * height, right * width, bottom * height
        if right > width or bottom > height:
            found = f"found the corner {right:g}, {bottom:g} pixels"
            _refuse(f"field {self.name}: box: {found}, expected it in the picture of {width} x {height}")
        return Box(math.floor(top), math.floor(left), math.ceil(bottom), math.ceil(right))


def load_fields(path: str | os.PathLike[str]) -> tuple[Field, ...]:
    """Read the fields of a form from a JSON file.

    Raises
    ------
    SettingError
        If the file is missing, cannot be read, is no JSON, or a field is wrong. The message names the file,
        the field, the key, what was found and what was expected.
    """
    content = _content(path)
    try:
        data = json.loads(content)
    except json.JSONDecodeError as error:
        message = f"fields {path}: line {error.lineno}: found no JSON ({error.msg.lower()}), expected JSON"
        _refuse(message)
    except RecursionError:
        _refuse(f"fields {path}: nested too deeply, expected a list of fields")
    return _fields_of(data, f"fields {path}")


def _content(path: str | os.PathLike[str]) -> str:
    """Return the text of a file of fields."""
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            _refuse(f"fields {path}: larger than 1 MB, expected a JSON file of fields")
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        _refuse(f"fields {path}: no such file; is the path right?")
    except UnicodeDecodeError:
        _refuse(f"fields {path}: found no UTF-8 text, expected a JSON file of fields")
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        _refuse(f"fields {path}: cannot be read ({reason}); expected a JSON file")


def _fields_of(data: Any, where: str) -> tuple[Field, ...]:
    """Return the fields of what a file contains."""
    if not isinstance(data, dict) or list(data) != ["fields"] or not isinstance(data["fields"], list):
        found = (
            f"keys {', '.join(map(repr, data)) or 'of nothing'}" if isinstance(data, dict) else _kind_of(data)
        )
        _refuse(f'{where}: found {found}, expected {{"fields": [...]}}')
    if not data["fields"]:
        _refuse(f"{where}: found no field, expected one at least")
    fields: dict[str, Field] = {}
    for number, entry in enumerate(data["fields"], 1):
        named = (
            f" {entry['name']!r}" if isinstance(entry, dict) and isinstance(entry.get("name"), str) else ""
        )
        place = f"{where}: field {number}{named}"
        try:
            field = _field_of(entry)
        except SettingError as error:
            _refuse(f"{place}: {error}")
        if field.name in fields:
            _refuse(f"{place}: name: found it twice, expected a name of its own")
        fields[field.name] = field
    return tuple(fields.values())


def _field_of(entry: Any) -> Field:
    """Return the field of an entry of the list."""
    if not isinstance(entry, dict):
        _refuse(f"found {_kind_of(entry)}, expected an object with name and box")
    for key in entry:
        if key not in _KEYS:
            _refuse(f"found the key {key!r}, expected {', '.join(_KEYS)}{_nearest(key, _KEYS)}")
    for key in ("name", "box"):
        if key not in entry:
            _refuse(f"{key}: found nothing, expected it in each field")
    return Field(**entry)


def _checked_kind(kind: Any) -> FieldKind:
    kinds = [str(one) for one in FieldKind]
    if kind not in kinds:
        hint = _nearest(kind, kinds) if isinstance(kind, str) else ""
        _refuse(f"kind: found {kind!r}, expected {', '.join(kinds)}{hint}")
    return FieldKind(kind)


def _checked_box(box: Any) -> tuple[float, float, float, float]:
    expected = "expected [left, top, right, bottom], as fractions of the page or in pixels"
    is_list = isinstance(box, list | tuple) and len(box) == _CORNERS
    if not is_list or not all(_is_number(one) for one in box):
        _refuse(f"box: found {box!r}, {expected}")
    left, top, right, bottom = box
    if not (0 <= left < right and 0 <= top < bottom):
        _refuse(f"box: found {list(box)}, {expected}: left before right, top before bottom")
    if max(box) > 1 and any(0 < one < 1 for one in box):
        _refuse(f"box: found fractions beside pixels, {list(box)}, {expected}")
    return left, top, right, bottom


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_cells(cells: Any, kind: FieldKind) -> None:
    if cells is None:
        return
    if not isinstance(cells, int) or isinstance(cells, bool) or not 1 <= cells <= _MOST_CELLS:
        _refuse(f"cells: found {cells!r}, expected a whole number from 1 to {_MOST_CELLS}")
    if kind is FieldKind.CHECKBOX:
        _refuse("cells: found them in a checkbox, expected a field for each box")


def _check_pattern(pattern: Any, kind: FieldKind) -> None:
    if pattern is None:
        return
    if kind is FieldKind.CHECKBOX:
        _refuse("pattern: found one in a checkbox, expected none")
    try:
        re.compile(pattern)
    except (re.error, TypeError, OverflowError, RecursionError) as error:
        message = f"pattern: found {pattern!r}, expected a regular expression ({error})"
        _refuse(message)


def _checked_words(words: Any) -> tuple[str, ...]:
    if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
        _refuse(f"words: found {words!r}, expected a list of words in quotes")
    return tuple(part for word in words for part in word.split())


def _refuse(message: str) -> NoReturn:
    """Raise the error of a field; what made it wrong is in the message.

    Raises
    ------
    SettingError
        Always.
    """
    raise SettingError(message) from None


def _kind_of(value: Any) -> str:
    """Return what JSON calls a value."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _nearest(name: str, choices: Sequence[str]) -> str:
    # Imported late: the file is right most of the time.
    import difflib

    near = difflib.get_close_matches(name.lower(), choices, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""
