"""From the picture of a form to the text of its fields: each field is cut out and read by itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.alphabet import CHARSETS
from ocr.forms.field_file import FieldKind
from ocr.forms.field_ink import cut_out, dark_on_light, is_empty, page_contrast
from ocr.forms.matching import best_match
from ocr.image.picture import Picture
from ocr.page.layout import find_layout
from ocr.page.printed.check_boxes import read_tick
from ocr.recognition.recognize import recognize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import GrayBytes, Mask
    from ocr.classifier.model import GlyphClassifier
    from ocr.document.tree import Character, Line
    from ocr.forms.field_file import Field
    from ocr.geometry import Box
    from ocr.language.ngram import Language

# What may be written in a field of each kind; in one of text, all that the reader may read.
_CHARSETS = {
    FieldKind.UPPER: CHARSETS["upper"] + "-'.",
    FieldKind.DIGITS: CHARSETS["digits"],
    FieldKind.DATE: CHARSETS["digits"] + "./-",
    FieldKind.AMOUNT: CHARSETS["digits"] + ".,-",
}
# What the text of a field matches if the field has no pattern of its own: day, month and year in any order,
# with any of the separators or without; and an amount with or without cents.
_PATTERNS = {
    FieldKind.DATE: r"\d{1,2}([./-])\d{1,2}\1\d{2,4}|\d{4}([./-])\d{1,2}\2\d{1,2}|\d{6}|\d{8}",
    FieldKind.AMOUNT: r"-?\d{1,3}(?:[.,]?\d{3})*(?:[.,](?:\d{2}|-))?",
}
# Numbers are one word, whatever gaps the pen left.
_ONE_WORD = {FieldKind.DIGITS, FieldKind.DATE, FieldKind.AMOUNT}
TICKED, NOT_TICKED = "ticked", "not ticked"


@dataclass(frozen=True, slots=True)
class FieldText:
    """What is written in a field.

    Attributes
    ----------
    name : str
    kind : FieldKind
    text : str
        Nothing for an empty field; "ticked" or "not ticked" for a check box.
    confidence : float
        The probability that all of the text is right, 0 .. 1: the product of those of its characters. 1 for
        an empty field without any ink, 0 if there is ink that could not be read.
    box : Box
        Where the field is, in pixels of the upright picture.
    note : str
        What a user should know, such as that the text does not match the pattern.
    """

    name: str
    kind: FieldKind
    text: str
    confidence: float
    box: Box
    note: str = ""

    @property
    def is_ticked(self) -> bool | None:
        """Whether a check box is ticked; None for other fields."""
        return self.text == TICKED if self.kind is FieldKind.CHECKBOX else None


def read_fields(
    picture: Picture,
    fields: Sequence[Field],
    *,
    model: GlyphClassifier,
    language: Language,
    allowed: Mask | None = None,
    keep_rules: bool = False,
) -> tuple[FieldText, ...]:
    """Read the fields of a form.

    Parameters
    ----------
    picture : Picture
        Upright.
    fields : sequence of Field
    model : GlyphClassifier
    language : Language
    allowed : (K,) bool array, optional
        Which classes may be read in fields of text; all characters if left out.
    keep_rules : bool
        Leave frames and rules of the fields where they are.

    Returns
    -------
    tuple of FieldText
        In the order of the fields.

    Raises
    ------
    SettingError
        If a field does not lie in the picture.
    ImageError
        If the picture is damaged.
    """
    boxes = [field.box_px(picture.width, picture.height) for field in fields]
    gray = dark_on_light(picture.gray())
    contrast = page_contrast(gray)
    read_text = partial(_read_text, model=model, language=language, allowed=allowed, keep_rules=keep_rules)
    found = []
    for field, box in zip(fields, boxes, strict=True):
        is_checkbox = field.kind is FieldKind.CHECKBOX
        cut = cut_out(gray, box, contrast=contrast, cells=field.cells or 1, is_checkbox=is_checkbox)
        if is_checkbox:
            ticked = read_tick(cut.ink)
            text = TICKED if ticked.is_ticked else NOT_TICKED
            found.append(FieldText(field.name, field.kind, text, ticked.probability, box))
        elif is_empty(cut.ink):
            found.append(FieldText(field.name, field.kind, "", 1.0, box, "empty"))
        else:
            found.append(read_text(field, box, cut.gray))
    return tuple(found)


def _read_text(
    field: Field,
    box: Box,
    gray: GrayBytes,
    *,
    model: GlyphClassifier,
    language: Language,
    allowed: Mask | None,
    keep_rules: bool,
) -> FieldText:
    """Read a field (h, w) that was cut out, with the characters of its kind and the words of its list."""
    known = language.with_words(field.words) if field.words else language
    layout = find_layout(Picture(gray, name=field.name), whole=True, keep_rules=keep_rules)
    lines = recognize(layout, model, known, allowed=_allowed_in(field, model, allowed)).lines
    return _field_text(field, box, lines)


def _allowed_in(field: Field, model: GlyphClassifier, allowed: Mask | None) -> Mask | None:
    """Return the classes that may be read in a field; the model may lack some of a kind."""
    charset = _CHARSETS.get(field.kind)
    if charset is None:
        return allowed
    own = np.array([character in charset and len(character) == 1 for character in model.classes])
    return own if own.any() else allowed


def _field_text(field: Field, box: Box, lines: Sequence[Line]) -> FieldText:
    """Return the most probable text of the lines of a field that its pattern allows."""
    characters = [one for line in lines for word in line.words for one in word.characters]
    if not characters:
        return FieldText(field.name, field.kind, "", 0.0, box, "there is ink that could not be read")
    if field.cells is not None:
        characters = sorted(characters, key=lambda one: one.box.center[1])
        before = _spaces_of_comb(characters, field.cells, box.width)
    else:
        before = _spaces_of_lines(lines, is_one_word=field.kind in _ONE_WORD)
    pattern = field.pattern if field.pattern is not None else _PATTERNS.get(field.kind)
    best = best_match(characters, before, pattern)
    note = "" if best.matches else "does not match the pattern"
    return FieldText(field.name, field.kind, best.text, best.probability, box, note)


def _spaces_of_comb(characters: Sequence[Character], cells: int, width_px: int) -> list[str]:
    """Return a space for each character before which at least one cell is empty, nothing for the others."""
    at = [min(int(one.box.center[1] * cells / max(width_px, 1)), cells - 1) for one in characters]
    gaps = np.diff(at, prepend=at[0])
    return [" " if gap > 1 else "" for gap in gaps]


def _spaces_of_lines(lines: Sequence[Line], *, is_one_word: bool) -> list[str]:
    """Return what stands before each character: a line end, a space or nothing."""
    before: list[str] = []
    for line in lines:
        for number, word in enumerate(line.words):
            start = "" if not before else "\n" if number == 0 else " "
            before += ["" if is_one_word else start, *[""] * (len(word.characters) - 1)]
    return before
