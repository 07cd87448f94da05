"""Tables and fields: the cells and boxes that are printed on a page, with what is written in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from ocr.document.words import Line, Readable, mean_probability, short_form
from ocr.errors import SettingError, how_to_install

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr.document.words import Word
    from ocr.geometry import Box

    Part = TypeVar("Part", "TableCell", "FormField")


class FieldShape(StrEnum):
    """What is printed around a field; a shape is a string, the one that documents in JSON hold."""

    BOX = "box"
    COMB = "comb"
    CHECKBOX = "checkbox"


@dataclass(frozen=True, slots=True, repr=False)
class TableCell(Readable):
    """A cell of a table.

    Attributes
    ----------
    row, column : int
        Of its upper left corner, from 0.
    box : Box
        In pixels of the source picture.
    lines : tuple of Line
        What is written in it: of each line of the page, the words that lie in the cell.
    row_span, column_span : int
        How many rows and columns it covers.
    """

    row: int
    column: int
    box: Box
    lines: tuple[Line, ...] = ()
    row_span: int = 1
    column_span: int = 1

    @property
    def text(self) -> str:
        """The lines, each on a line of its own; nothing in an empty cell."""
        return _text(self.lines)

    @property
    def probability(self) -> float:
        """Geometric mean of its characters' probabilities; 1 for an empty cell."""
        return _probability(self.lines)


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Cells between printed lines, in at least two rows and two columns.

    Attributes
    ----------
    box : Box
        In pixels of the source picture.
    cells : tuple of TableCell
        Row by row, left to right. Where the lines enclose no cell there is none.
    """

    box: Box
    cells: tuple[TableCell, ...]

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return max((cell.row + cell.row_span for cell in self.cells), default=0)

    @property
    def column_count(self) -> int:
        """Number of columns."""
        return max((cell.column + cell.column_span for cell in self.cells), default=0)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Texts row by row, a text for each column; lines of a cell have a space between them.

        The text of a cell that covers several rows or columns is at its upper left corner.
        """
        found = [[""] * self.column_count for _ in range(self.row_count)]
        for cell in self.cells:
            found[cell.row][cell.column] = cell.text.replace("\n", " ")
        return tuple(map(tuple, found))

    @property
    def text(self) -> str:
        """Row by row, with tabs between the cells."""
        return "\n".join("\t".join(row) for row in self.rows)

    def to_pandas(self) -> Any:
        """Return a pandas data frame of texts; rows and columns are numbered from 0.

        Raises
        ------
        SettingError
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            message = f"to_pandas: needs a library that is not installed; {how_to_install('pandas')}"
            raise SettingError(message) from None
        return pd.DataFrame(list(self.rows))

    def with_lines(self, lines: Sequence[Line]) -> Table:
        """Return the table with other lines of its page in its cells."""
        return replace(self, cells=filled(self.cells, lines))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return short_form(self, self.text)


@dataclass(frozen=True, slots=True, repr=False)
class FormField(Readable):
    """A box of a form: a box or a comb that is in no table, or a check box.

    Attributes
    ----------
    kind : FieldShape
    box : Box
        In pixels of the source picture, with the printed frame.
    lines : tuple of Line
        What is written in it: of each line of the page, the words that lie in the box.
    is_checked : bool or None
        Whether a check box is ticked; None for other fields.
    check_probability : float
        How sure that is; 1 for other fields.
    cell_count : int
        Number of the boxes of a comb; 1 for other fields.
    """

    kind: FieldShape
    box: Box
    lines: tuple[Line, ...] = ()
    is_checked: bool | None = None
    check_probability: float = 1.0
    cell_count: int = 1

    @property
    def text(self) -> str:
        """The lines, each on a line of its own; nothing in an empty field and in a check box."""
        return _text(self.lines)

    @property
    def probability(self) -> float:
        """Of a check box, how sure ``is_checked`` is; else as :attr:`TableCell.probability`."""
        return self.check_probability if self.is_checked is not None else _probability(self.lines)

    def __repr__(self) -> str:
        state = {None: self.text, True: "checked", False: "not checked"}[self.is_checked]
        return short_form(self, f"{self.kind}: {state}")


def filled(parts: Sequence[Part], lines: Sequence[Line]) -> tuple[Part, ...]:
    """Return cells or fields with the words of a page that lie in them; a check box holds none.

    A word lies in a box if its middle does. Boxes of cells that are not quite level overlap: then it lies in
    the one in whose middle it is.
    """
    own = _lines_in([part.box for part in parts], lines)
    return tuple(
        part if _is_check_box(part) else replace(part, lines=held)
        for part, held in zip(parts, own, strict=True)
    )


def _lines_in(boxes: Sequence[Box], lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """Return what lies in each box: of each line, the words in it."""
    words = [word for line in lines for word in line.words]
    numbers = [number for number, line in enumerate(lines) for _ in line.words]
    found: list[dict[int, list[Word]]] = [{} for _ in boxes]
    for word, number, holder in zip(words, numbers, _holders(words, boxes), strict=True):
        if holder >= 0:
            found[holder].setdefault(number, []).append(word)
    return [tuple(Line(tuple(held)) for held in one.values()) for one in found]


def _is_check_box(part: TableCell | FormField) -> bool:
    return isinstance(part, FormField) and part.kind is FieldShape.CHECKBOX


def _holders(words: Sequence[Word], boxes: Sequence[Box]) -> list[int]:
    """Return the number of the box in which the middle of each word lies; -1 for none."""
    if not words or not boxes:
        return [-1] * len(words)
    # Late: documents are shown without arrays.
    import numpy as np

    rows, cols = np.array([word.box.center for word in words]).T[:, :, None]
    top, left, bottom, right = np.array([tuple(box) for box in boxes], np.float64).T
    across = np.abs(cols - (left + right) / 2) / np.maximum(right - left, 1)
    down = np.abs(rows - (top + bottom) / 2) / np.maximum(bottom - top, 1)
    # In halves of its width or height from the middle of a box: less than one is within.
    away = 2 * np.maximum(across, down)
    nearest = away.argmin(axis=1)
    return [int(one) if row[one] < 1 else -1 for row, one in zip(away, nearest, strict=True)]


def _text(lines: Iterable[Line]) -> str:
    return "\n".join(line.text for line in lines)


def _probability(lines: Iterable[Line]) -> float:
    characters = [character for line in lines for character in line.characters]
    return mean_probability(characters) if characters else 1.0
