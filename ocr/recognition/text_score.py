"""How probable the text of a whole line is, so that readings with different spaces can be compared.

A line is a sequence of words, of which each is a word of the language, a number or a code; the kinds follow
each other with the probabilities below, so that a number is likelier after a number. Characters that stand
alone, such as an alphabet, are no words: they are a list, in order, of one character, of each letter once, of
digits or of anything.
"""

from __future__ import annotations

import re
import string
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ocr.language.word_model import CODE_DIGIT, CODE_LETTER, NUMBER, TEXT, USUAL_COST
from ocr.numeric import logsumexp
from ocr.recognition.decoder import LANGUAGE_WEIGHT
from ocr.recognition.labels import LOOKALIKES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64
    from ocr.language.word_model import WordModel
    from ocr.recognition.decoder import Step
    from ocr.recognition.labels import LabelGroups

# Kinds of words, in this order: of the language, numbers, codes. Probability of each as the first of a line,
# and of each (column) after each (row).
_FIRST = np.array([0.86, 0.10, 0.04])
_NEXT = np.array([[0.93, 0.05, 0.02], [0.30, 0.65, 0.05], [0.40, 0.20, 0.40]])
# Sums are hardly ever written into the cells of fields: their marks stand apart.
_SUMS_IN_FIELDS = 0.005
# In fields with a cell for each character, as much of the text is names that no list has, and codes.
_CODES_IN_FIELDS = 0.3
# A word boundary counts half of a usual symbol: a line is not more probable because it has more words.
_SPACE_COST = 0.5
_UNIFORM_DIGIT, _UNIFORM_ALNUM, _RARE = np.log(1 / 10), np.log(1 / 36), -6.0
# Codes are rarely longer than this; each further character costs so much.
_LONG_CODE, _LONG_COST, _CODE_COST = 14, 1.6, 1.5
# Share of words that are made like a list, as AAA or 123.
_LIST_WORD = 0.02
# Share of numbers and sums of any form, which the grammar of numbers may not have.
_OTHER_NUMBERS = 0.1
# Marks in numbers, and probabilities in a number of a digit, of a mark, and of the end.
_NUMBER_MARKS = frozenset("+-=*/.,:;()x%$")
_DIGIT, _MARK, _END = 0.85, 0.13, 0.25
# Kinds of lists: in order, the same again, each letter once, digits, sums of digits, anything; and how often
# there is no further item.
_IN_ORDER, _AGAIN, _EACH_ONCE, _DIGITS, _SUM, _ANYTHING, _LAST = 0.35, 0.15, 0.2, 0.15, 0.1, 0.03, 0.06
# A sum ends after three or five items mostly, and its marks are these.
_LAST_OF_SUM, _SUM_MARKS = 0.3, "+-=x*/"
_SUCCESSORS = frozenset(zip(string.ascii_lowercase, string.ascii_lowercase[1:], strict=False)) | frozenset(
    [*zip("123456789", "234567890", strict=True), ("0", "1"), ("z", "a"), ("z", "1"), ("0", "a"), ("9", "a")]
)


def words_of(steps: Sequence[Step]) -> list[list[int]]:
    """Split the labels of a path at its spaces."""
    words: list[list[int]] = []
    for step in steps:
        if step.space_before or not words:
            words.append([])
        words[-1].append(step.label)
    return words


def text_score(
    steps: Sequence[Step],
    labels: LabelGroups,
    model: WordModel,
    *,
    fields: float,
    weight: float = LANGUAGE_WEIGHT,
) -> float:
    """Return the weighted log-probability of the words of a path.

    Parameters
    ----------
    steps : sequence of Step
    labels : LabelGroups
    model : WordModel
    fields : float
        Probability that each character has a cell of its own, in [0, 1].
    weight : float
        Of the language.
    """
    words = words_of(steps)
    first, following = (
        np.log((1 - _CODES_IN_FIELDS * fields) * shares + _CODES_IN_FIELDS * fields * np.array([0, 0, 1]))
        for shares in (_FIRST, _NEXT)
    )
    kinds = [_kinds_of(word, labels, model, fields=fields) for word in words]
    state = first + kinds[0]
    for kind in kinds[1:]:
        state = logsumexp((state[:, None] + following).T) + kind
    return weight * (float(logsumexp(state)) + _SPACE_COST * USUAL_COST * (len(words) - 1))


def list_score(steps: Sequence[Step], labels: LabelGroups, *, weight: float = LANGUAGE_WEIGHT) -> float:
    """Return the weighted log-probability of the characters of a path as a list."""
    return weight * _list_log_probability([labels.names[step.label] for step in steps], _AGAIN)


def _kinds_of(word: Sequence[int], labels: LabelGroups, model: WordModel, *, fields: float) -> Float64:
    """Return the log-probability (3,) of a word of each kind."""
    names = [labels.names[label] for label in word]
    kind_logs = model.kinds_of_word(tuple(word))
    number = np.logaddexp(
        np.log(1 - _OTHER_NUMBERS) + kind_logs[NUMBER], np.log(_OTHER_NUMBERS) + _number_log(names)
    )
    listed = np.log(_LIST_WORD) + _list_log_probability(names, 0.01) - _CODE_COST
    code = sum(_code_log(name) for name in names) - _CODE_COST
    code -= _LONG_COST * max(0, len(word) - _LONG_CODE)
    if _is_sum(names):
        number, code = np.array([number, code]) + np.log(1 - (1 - _SUMS_IN_FIELDS) * fields)
    text = np.logaddexp(np.log(1 - _LIST_WORD) + kind_logs[TEXT], listed)
    return np.array([text, number, code])


def _code_log(name: str) -> float:
    """Return the log-probability of a character of a code: half of them are digits."""
    if name.isdigit():
        return CODE_DIGIT
    return CODE_LETTER if name.isalpha() else _RARE


def _is_sum(names: Sequence[str]) -> bool:
    """Return whether a word is a sum, such as 8+3 or 9-1; a date and a telephone number are none."""
    return re.fullmatch(r"(?=.*[+*x=])\d+([-+*x=]\d*)+|\d{1,2}-\d{1,2}", "".join(names)) is not None


def _number_log(names: Sequence[str]) -> float:
    """Return the log-probability of a number or a mark of arithmetic; -inf for what is neither."""
    if not any(name.isdigit() for name in names) and not set(names) <= set("+-=x*/"):
        return -np.inf
    if any(not name.isdigit() and name not in _NUMBER_MARKS for name in names):
        return -np.inf
    digits = sum(name.isdigit() for name in names)
    mark = np.log(_MARK / len(_NUMBER_MARKS))
    return float(digits * (np.log(_DIGIT) + _UNIFORM_DIGIT) + (len(names) - digits) * mark + np.log(_END))


def _list_log_probability(names: Sequence[str], again: float) -> float:
    """Return the log-probability of characters as a list; ``again``: the share of lists of one character."""
    pairs = list(pairwise(names))
    more = np.log(1 - _LAST) * len(pairs)
    last = np.log(0.5) if names[-1] in "yz90" else np.log(_LAST)
    in_order = sum(np.log(0.6) if pair in _SUCCESSORS else np.log(0.4 / 40) for pair in pairs)
    repeated = sum(np.log(0.8) if _are_alike(*pair) else np.log(0.2 / 40) for pair in pairs)
    digits = sum(np.log(0.97) + _UNIFORM_DIGIT if name.isdigit() else np.log(0.03 / 70) for name in names)
    anything = sum(_UNIFORM_ALNUM if name.isalnum() else _RARE for name in names)
    return float(
        np.logaddexp.reduce(
            [
                np.log(_IN_ORDER) + _UNIFORM_ALNUM + in_order + more + last,
                np.log(again) + _UNIFORM_ALNUM + repeated + more + np.log(_LAST),
                np.log(_EACH_ONCE) + _each_once(names),
                np.log(_DIGITS) + digits + more + np.log(_LAST),
                np.log(_SUM) + _sum_log(names),
                np.log(_ANYTHING) + anything + more + np.log(_LAST),
            ]
        )
    )


def is_spaced_sum(names: Sequence[str]) -> bool:
    """Return whether characters that stand alone are digits with a mark of arithmetic after each."""
    digits, marks = names[::2], names[1::2]
    return bool(marks) and all(name.isdigit() for name in digits) and set(marks) <= set(_SUM_MARKS)


def _sum_log(names: Sequence[str]) -> float:
    """Return the log-probability of digits with a mark of arithmetic after each; -inf for anything else."""
    if not is_spaced_sum(names):
        return -np.inf
    digits, marks = names[::2], names[1::2]
    more = np.log(1 - _LAST_OF_SUM) * (len(marks) - 1) + np.log(_LAST_OF_SUM)
    return float(len(digits) * _UNIFORM_DIGIT - len(marks) * np.log(len(_SUM_MARKS)) + more)


def _are_alike(first: str, second: str) -> bool:
    """Return whether two labels are the same or have the same shape."""
    return first == second or any(first in group and second in group for group in LOOKALIKES)


def _each_once(names: Sequence[str]) -> float:
    """Return the log-probability of letters that stand once each, in any order, as whole alphabets do."""
    seen: set[str] = set()
    total = 0.0
    for name in names:
        if not name.isalpha():
            total += _RARE
        elif name in seen:
            total += np.log(0.02 / 26)
        else:
            total += np.log(0.98 / max(1, 26 - len(seen)))
            seen.add(name)
    return total + float(np.log(0.3 if len(seen) >= 20 else 0.001))
