"""What a lesson is made of: sections of paragraphs, formulas, tables and charts, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Formula:
    """Lines of plain text with a formula or a calculation, shown as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below a head, all of the same length."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart; ``y`` has as many finite values as ``x``."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over one x axis.

    Attributes
    ----------
    title, x_label, y_label : str
    series : tuple of Series
    powers : bool
        The values of y are exponents: 3 stands for 10³.
    """

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    powers: bool = False


@dataclass(frozen=True, slots=True)
class SoftmaxSlider:
    """A slider for the factor c in softmax(c z), with the probabilities of these logits as bars."""

    logits: tuple[float, ...]


Part: TypeAlias = "str | Formula | Table | Chart | SoftmaxSlider"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it; a plain string is a paragraph."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A whole lesson: its ``name`` on the command line, its ``title`` and its sections."""

    name: str
    title: str
    sections: tuple[Section, ...]


def table(head: str, rows: Iterable[Sequence[object]], *, digits: int = 5) -> Table:
    """Return a table whose head is separated by ``|``; numbers are written with so many digits.

    >>> table("z|e^z", [(0, 1.0), ("sum", 2.5)], digits=2).rows
    (('0', '1.00'), ('sum', '2.50'))
    """
    cells = tuple(tuple(number(cell, digits=digits) for cell in row) for row in rows)
    return Table(tuple(head.split("|")), cells)


def number(value: object, *, digits: int = 5) -> str:
    """Return a number with so many digits after the point; very large and small ones with an exponent.

    >>> number(0.5), number(3), number(1e-12, digits=3), number("sum")
    ('0.50000', '3', '1.000e-12', 'sum')
    """
    if not isinstance(value, float):
        return str(value)
    if value != 0 and not 10**-digits <= abs(value) < 1e7:
        return f"{value:.{min(digits, 4)}e}"
    # Without the sign of a negative zero.
    return f"{value + 0.0:.{digits}f}"
