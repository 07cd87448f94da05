"""Words made of digits as templates with their shares: dates, times, amounts, sums, codes and the like.

A template is a row of parts; a part is one of :data:`PARTS` in braces, or a character that stands for itself.
The shares are estimates for notes, lists and forms. What matters is that a template that fits is far likelier
than any row of letters and marks of the same shape, not which of two templates is.
"""

from __future__ import annotations

import re
import string

Distribution = tuple[tuple[str, float], ...]
"""Characters that may stand at a place, with their probabilities; letters in lower case."""

Part = tuple[tuple[float, tuple[Distribution, ...]], ...]
"""Choices with their shares: the places of each."""


def _any_of(characters: str) -> Distribution:
    return tuple((one, 1 / len(characters)) for one in characters)


_DIGIT, _LEADING = _any_of(string.digits), _any_of(string.digits[1:])
# Codes and number plates avoid letters that look like digits.
_RARE_LETTERS, _RARE = "ioq", 0.2
_LETTER: Distribution = tuple(
    (letter, (_RARE if letter in _RARE_LETTERS else 1.0) / (23 + 3 * _RARE))
    for letter in string.ascii_lowercase
)


def literal(character: str) -> Part:
    """Return the part of one character that stands for itself."""
    return ((1.0, (_any_of(character),)),)


def _choices(*choices: tuple[float, str]) -> Part:
    """Return a part of choices such as ``[1-3]d``: a range of digits, d for any digit, else the character."""
    return tuple((share, tuple(map(_place, re.findall(r"\[[^]]*\]|.", text)))) for share, text in choices)


def _place(symbol: str) -> Distribution:
    if symbol == "d":
        return _DIGIT
    if symbol.startswith("["):
        return _any_of("".join(str(digit) for digit in range(int(symbol[1]), int(symbol[3]) + 1)))
    return _any_of(symbol)


def _number(*shares: float) -> Part:
    """Return a whole number without leading zero, by the share of each count of digits."""
    return tuple(
        (share, (_LEADING if count > 1 else _DIGIT, *(_DIGIT,) * (count - 1)))
        for count, share in enumerate(shares, start=1)
    )


_UNITS = ("am", "pm", "kg", "g", "cm", "mm", "m", "km", "ml", "l", "h", "min", "s", "x", "p")

PARTS: dict[str, Part] = {
    **{str(count): ((1.0, (_DIGIT,) * count),) for count in range(1, 10)},
    "a": ((1.0, (_LETTER,)),),
    "aa": ((1.0, (_LETTER,) * 2),),
    "aaa": ((1.0, (_LETTER,) * 3),),
    # Numbers: of a list, such as are calculated with, and any; the groups of thousands; digits of a code.
    "small": _number(0.7, 0.3),
    "n": _number(0.35, 0.35, 0.17, 0.13),
    "N": _number(0.22, 0.25, 0.18, 0.16, 0.08, 0.05, 0.03, 0.03),
    "group": _number(0.4, 0.3, 0.3),
    "g": tuple((1.0, (_DIGIT,) * count) for count in range(1, 9)),
    "day": _choices((0.25, "[1-9]"), (0.15, "0[1-9]"), (0.52, "[1-2]d"), (0.05, "3[0-1]")),
    "day0": _choices((0.3, "0[1-9]"), (0.65, "[1-2]d"), (0.05, "3[0-1]")),
    "month": _choices((0.4, "[1-9]"), (0.35, "0[1-9]"), (0.25, "1[0-2]")),
    "month0": _choices((0.75, "0[1-9]"), (0.25, "1[0-2]")),
    "year": _choices((0.35, "19dd"), (0.6, "20[0-3]d"), (0.03, "18dd"), (0.02, "20dd")),
    "hour": _choices((0.35, "[1-9]"), (0.15, "0d"), (0.35, "1d"), (0.15, "2[0-3]")),
    "minute": _choices((1.0, "[0-5]d")),
    "op": _choices((0.4, "+"), (0.3, "-"), (0.12, "x"), (0.08, "/"), (0.05, "*"), (0.05, ":")),
    "unit": _choices(*((1.0, unit) for unit in _UNITS)),
    "th": _choices((0.7, "th"), (0.1, "st"), (0.1, "nd"), (0.1, "rd")),
}
"""What stands in braces in templates; ``{1}`` to ``{9}`` are so many digits."""

_TABLE: tuple[tuple[float, str], ...] = (
    # Whole numbers, years, and rows of digits that may begin with 0.
    (30, "{N}"),
    (4, "{year}"),
    (3, "{5}"),
    (2, "{4} {6}"),
    (1, "{3} {7} {8} {9} {9}{1}"),
    (0.2, "{9}{2} {9}{3} {9}{4} {9}{7}"),
    # Signs, ranges, fractions, what is counted, marks at school.
    (1, "{n}/{n} {n}-{n}"),
    (0.6, "-{n} +{n} ({n}) #{n}"),
    (0.3, "{n}:{small} {n}+"),
    (0.8, "{n}{unit} {n}{th} {unit}"),
    (0.2, "{n}.{1}{unit} {n}.{2}{unit} {n}.{1}-{n}.{1}{unit}"),
    (0.5, "{a}+ {a}-"),
    # Numbers of a list and of chapters: these marks stay with the number.
    (8, "{small}."),
    (3, "{small})"),
    (0.6, "{a}) {small}.{small}"),
    (0.25, "({small}) {small}{a} {small}{a}) {small}.{small}."),
    # Decimal fractions, amounts, percentages.
    (3, "{n}.{2}"),
    (1.2, "{n}.{1}"),
    (0.5, "{n}.{3} {n},{2} {N}.{2}"),
    (0.3, "{n},{1} .{1} .{2} .{3} {group}.{3}"),
    (0.1, "{n}.{4} -{n}.{1} -{n}.{2}"),
    (0.8, "{group},{3} {group},{3}.{2}"),
    (0.2, "{group},{3},{3} {group},{3},{3}.{2} {group}.{3},{2}"),
    (1.5, "${n}.{2}"),
    (1, "${n}"),
    (0.5, "${group},{3} ${group},{3}.{2}"),
    (0.1, "${group},{3},{3} {n}$"),
    (1.5, "{n}%"),
    (0.5, "{n}.{1}%"),
    (0.1, "{n}.{2}%"),
    # Dates.
    (0.7, "{day}-{month}-{year} {day}/{month}/{year} {day}.{month}.{year}"),
    (0.6, "{day}-{month}-{2} {day}/{month}/{2} {day}.{month}.{2}"),
    (0.2, "{month}-{day}-{year} {month}/{day}/{year} {month}-{day}-{2} {month}/{day}/{2}"),
    (0.5, "{year}-{month0}-{day0}"),
    (0.1, "{year}/{month0}/{day0} {year}.{month0}.{day0}"),
    (0.6, "{day}/{month} {day}.{month}."),
    (0.2, "{day}.{month} {month}/{day} {month}/{year} {year}-{year} {year}/{2}"),
    # Times.
    (3, "{hour}:{minute}"),
    (0.6, "{hour}.{minute}"),
    (0.4, "{hour}:{minute}:{minute}"),
    (0.2, "{hour}h{minute} {hour}:{minute}am {hour}:{minute}pm {hour}:{minute}-{hour}:{minute}"),
    # Sums; marks of sums that stand alone.
    (5, "{op}"),
    (2.5, "="),
    (2.5, "{n}{op}{n}"),
    (2, "{n}{op}{n}={n}"),
    (1, "{n}{op}{n}="),
    (0.4, "={n} {a}={n} {n}{a}"),
    (0.2, "{n}{op}{n}{op}{n} {n}{op}{n}{op}{n}={n}"),
    (0.1, "={n}.{1} {a}=-{n} {n}{a}+{n}={n}"),
    # Telephone numbers.
    (0.5, "{3}-{4} {3}-{3}-{4}"),
    (0.3, "({3}){3}-{4} ({3}) +{2}"),
    (0.15, "0{2}-{7} 0{2}-{8} 0{3}-{6} 0{3}-{7} 0{4}-{5} 0{4}-{6}"),
    (0.1, "{3}.{3}.{4} +{2}-{2}-{6} +{2}-{3}-{6} +{1}-{3}-{3}-{4} +{9} +{9}{1} +{9}{2}"),
    (0.05, "0{2}/{7} 0{3}/{6} 0{3}/{7} {2}-{2}-{2}-{2}-{2} {2}.{2}.{2}.{2}.{2}"),
    # Post codes, number plates, numbers of rooms, articles and forms.
    (0.8, "{5}-{4} {a}{1} {a}{2} {aa}{2} {1}{aa}"),
    (0.8, "{a}{1}{a} {aa}{1}"),
    (0.4, "{1}{a}{1}"),
    (0.2, "{a}{3} {a}{4} {aa}{3} {aa}{4} {aaa}{3} {2}{a} {3}{a} {aa}{2}{aaa}"),
    (0.1, "{aaa}{2} {aaa}{4} {aaa}{6} {aa}{6} {4}{aa} {aa}{1}{a} {a}{1}{a}{1}{a}{1} {1}{a}{2} {1}{aaa}{3}"),
    (0.25, "{a}-{2} {a}-{3} {a}-{4} {aa}-{2} {aa}-{3} {aa}-{4} {aaa}-{3} {aaa}-{4}"),
    (0.1, "{a}-{1} {a}-{5} {aa}-{5} {aaa}-{2} {aaa}-{5} {2}-{3}-{a}"),
    (1, "{g}-{g}"),
    (0.3, "{g}-{g}-{g}"),
    (0.2, "{g}.{g} {3}-{2}-{4}"),
    (0.1, "{g}/{g} {g}.{g}.{g}"),
    (0.05, "{4}-{4}-{4}-{4}"),
)

TEMPLATES: dict[str, float] = {template: share for share, row in _TABLE for template in row.split()}
"""Templates with the share of each."""

CLOSED_SHARE = 0.1
"""How often a mark of the sentence follows a number."""

CLOSING: Distribution = ((".", 0.5), (",", 0.35), (":", 0.06), (";", 0.03), (")", 0.04), ("?", 0.02))
"""Which mark that is."""
