"""The characters that a class stands for, how look-alikes are counted as one, and which may be answered.

A **label map** gathers characters in groups, most of them from the 62 of EMNIST. Some pairs cannot be told
apart by their shape alone (0 and O, 5 and S, c and C), so a score means little without the label map under
which it was measured::

    62      every character by itself
    47      EMNIST ByMerge: lower-case c i j k l m o p s u v w x y z joins its capital
    36      case ignored
    33      36, and 0 = O, 1 = I = L
    31      33, and 5 = S, 2 = Z
    digits  only 0-9      upper  only A-Z      lower  only a-z      letters  A-Z and a-z
    marks   only the 20 punctuation characters

The last five restrict the alphabet and join nothing.

A **charset** restricts the answers of a reader: a named set of characters, or the characters themselves.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.model import name_of
from ocr.errors import SettingError
from ocr.numeric import log_softmax

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ocr.array_types import Float64, Int64, Mask
    from ocr.classifier.model import GlyphClassifier


DIGITS: tuple[str, ...] = tuple(string.digits)
"""The 10 classes of the EMNIST splits "digits" and "mnist"."""

LETTERS: tuple[str, ...] = tuple(string.ascii_uppercase)
"""The 26 classes of the EMNIST split "letters"; each holds both cases."""

BYCLASS: tuple[str, ...] = (*DIGITS, *LETTERS, *string.ascii_lowercase)
"""The 62 classes of the EMNIST split "byclass", in its order."""

PUNCTUATION: tuple[str, ...] = tuple(".,!?-'\":;()/&+=@#$%*")
"""Characters that EMNIST lacks and pages have."""

NOT_A_CHARACTER = "<none>"
"""Class of what a wrong cut leaves: halves of letters, touching letters, blots."""

PRINT: tuple[str, ...] = (*BYCLASS, *PUNCTUATION, NOT_A_CHARACTER)
"""The 83 classes of the shipped model."""

MERGED_LOWER = "cijklmopsuvwxyz"
"""Lower-case letters that EMNIST ByMerge and Balanced count as their capital."""

BYMERGE: tuple[str, ...] = tuple(character for character in BYCLASS if character not in MERGED_LOWER)
"""The 47 classes of the EMNIST split "bymerge", in its order."""

BALANCED: tuple[str, ...] = BYMERGE
"""The 47 classes of the EMNIST split "balanced": those of ByMerge, with equal counts."""

SPLITS: dict[str, tuple[str, ...]] = {
    "byclass": BYCLASS,
    "bymerge": BYMERGE,
    "balanced": BALANCED,
    "letters": LETTERS,
    "digits": DIGITS,
    "mnist": DIGITS,
}
"""The splits of EMNIST, each with the characters of its classes."""

_COUNTED_AS_CAPITAL = {
    "bymerge": MERGED_LOWER,
    "balanced": MERGED_LOWER,
    "letters": string.ascii_lowercase,
}


@dataclass(frozen=True, slots=True)
class LabelMap:
    """Characters in groups; the characters of one group count as the same answer.

    Attributes
    ----------
    name : str
        A key of `LABEL_MAPS`, or a description.
    groups : tuple of str
        One string per group with all its characters, such as ``"0Oo"``; the first one names the group.
        Groups share no character. A character in no group is outside the alphabet.
    """

    name: str
    groups: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """One character per group: the first of its members in EMNIST order."""
        return tuple(members[0] for members in self.groups)

    @property
    def group_of(self) -> dict[str, int]:
        """Index into `groups` of every character in the alphabet."""
        return {character: index for index, members in enumerate(self.groups) for character in members}

    def indices(self, classes: Sequence[str]) -> Int64:
        """Return the group of each class; ``label_map.indices(classes)[labels]`` maps an array of labels.

        A class stands for the character that it is called after. The capitals of ByMerge and Letters hold
        lower-case samples as well: see :func:`ambiguous_classes`.

        Parameters
        ----------
        classes : sequence of str, length K
            What each class is called; may hold names that are no EMNIST character.

        Returns
        -------
        (K,) int64 array
            Index into `groups`; -1 where the class is outside the alphabet.
        """
        group_of = self.group_of
        return np.array([group_of.get(character, -1) for character in classes], dtype=np.int64)

    def is_covered_by(self, classes: Sequence[str]) -> bool:
        """Return whether each group has a character among ``classes``, so that each can be answered."""
        return set(self.indices(classes).tolist()) >= set(range(len(self.groups)))


def label_map_named(name: str) -> LabelMap:
    """Return the label map of that name; see the list at the top of this module.

    Raises
    ------
    SettingError
        If there is none.
    """
    if name not in LABEL_MAPS:
        message = f"label map: found {name!r}, expected one of {', '.join(LABEL_MAPS)}; choose one of these"
        raise SettingError(message)
    return LABEL_MAPS[name]


def label_map_of(text: str) -> LabelMap:
    """Return the label map that a user names, or one of single characters.

    >>> label_map_of("A-C7").groups, len(label_map_of("36").groups)
    (('A', 'B', 'C', '7'), 36)

    Parameters
    ----------
    text : str
        A key of `LABEL_MAPS`, or characters and ranges of them, such as ``"A-Z"`` or ``"0O1Il"``.

    Raises
    ------
    SettingError
        If it holds fewer than two characters, or one that is not among the 62 letters and digits, or seems to
        be a misspelt name.
    """
    if text in LABEL_MAPS:
        return LABEL_MAPS[text]
    characters = expand_ranges(text)
    unknown = [character for character in characters if character not in BYCLASS]
    is_name = "-" not in text and _suggestion(text) is not None
    if unknown or is_name or len(characters) < 2:
        found = f"{unknown[0]!r}" if unknown else "no set of that name" if is_name else "too few characters"
        message = (
            f"classes {text!r}: found {found}, expected two or more letters and digits, such as A-Z or "
            f"0O1Il, or one of {', '.join(LABEL_MAPS)}"
        )
        raise SettingError(message)
    return LabelMap(text, tuple(characters))


def expand_ranges(text: str) -> str:
    """Return each character of a text once, with ranges within digits, capitals or small letters in full.

    >>> expand_ranges("A-D0-2x")
    'ABCD012x'
    """
    within = (string.digits, string.ascii_uppercase, string.ascii_lowercase)

    def in_full(found: re.Match[str]) -> str:
        first, last = found.group(1), found.group(2)
        row = next((row for row in within if first in row and last in row), "")
        return row[row.index(first) : row.index(last) + 1] if row else found.group()

    return "".join(dict.fromkeys(re.sub(r"(\w)-(\w)", in_full, text)))


def ambiguous_classes(split: str, classes: Sequence[str], label_map: LabelMap) -> tuple[str, ...]:
    """Return the classes of an EMNIST split that hold characters of more than one group.

    Class C of ByMerge also holds c: under the label map "62", every c in it that is read as c would be wrong.

    Parameters
    ----------
    split : str
        One of `SPLITS`; in any other set each class holds its own character only.
    classes : sequence of str
        What the classes of the set are called.
    label_map : LabelMap
        What is outside its alphabet counts as one more group.

    Returns
    -------
    tuple of str
        The capitals in question; empty if the set can be scored under this label map.
    """
    group_of, joined = label_map.group_of, set(_COUNTED_AS_CAPITAL.get(split, ""))
    lower = {name: name.lower() for name in classes if name.lower() in joined}
    return tuple(name for name in lower if group_of.get(name) != group_of.get(lower[name]))


def _groups(characters: Iterable[str], representatives: Mapping[str, str]) -> tuple[str, ...]:
    """Return ``characters`` grouped by representative; a character without one stands for itself."""
    groups: dict[str, str] = {}
    for character in characters:
        representative = representatives.get(character, character)
        groups[representative] = groups.get(representative, "") + character
    return tuple(groups.values())


def _all_label_maps() -> dict[str, LabelMap]:
    """Return the label maps that have a name."""
    merged = {lower: lower.upper() for lower in MERGED_LOWER}
    caseless = {lower: lower.upper() for lower in string.ascii_lowercase}
    round_and_straight = caseless | dict.fromkeys("Oo", "0") | dict.fromkeys("IiLl", "1")
    lookalikes = round_and_straight | dict.fromkeys("Ss", "5") | dict.fromkeys("Zz", "2")
    groups = {
        "62": BYCLASS,
        "47": _groups(BYCLASS, merged),
        "36": _groups(BYCLASS, caseless),
        "33": _groups(BYCLASS, round_and_straight),
        "31": _groups(BYCLASS, lookalikes),
        "digits": DIGITS,
        "upper": LETTERS,
        "lower": tuple(string.ascii_lowercase),
        "letters": (*LETTERS, *string.ascii_lowercase),
        "marks": PUNCTUATION,
    }
    return {name: LabelMap(name, members) for name, members in groups.items()}


LABEL_MAPS: dict[str, LabelMap] = _all_label_maps()
"""All label maps by name, from the finest to the coarsest, then the restricted alphabets."""


CHARSETS: dict[str, str] = {
    "digits": string.digits,
    "upper": string.ascii_uppercase,
    "lower": string.ascii_lowercase,
    "letters": string.ascii_letters,
    "alnum": string.digits + string.ascii_letters,
}
"""Named sets of characters. One more name, "print", stands for every character that the model knows."""


# Shorter words are sets.
_SHORTEST_NAME = 3
# Words that people try for these names.
_OTHER_NAMES = {
    "number": "digits",
    "numbers": "digits",
    "numeric": "digits",
    "capitals": "upper",
    "caps": "upper",
    "uppercase": "upper",
    "lowercase": "lower",
    "alpha": "letters",
    "alphabet": "letters",
    "alphanumeric": "alnum",
    "all": "print",
    "ascii": "print",
}
# Sets of ranges, such as A-Z0-9; a dash between other characters is a dash.
_RANGES = re.compile(r"\[?(?:A-Z|a-z|[0-9]-[0-9])+\]?")
_RANGE_NAMES = {"A-Z": "upper", "a-z": "lower", "A-Za-z": "letters", "a-zA-Z": "letters", "0-9": "digits"}


def _suggestion(charset: str) -> str | None:
    """Return the named set that a misspelt name stands for; "" for no set at all, None for a plausible set.

    >>> _suggestion("digit"), _suggestion("A-Z"), _suggestion("words"), _suggestion("ABC-/")
    ('digits', 'upper', None, None)
    """
    if _RANGES.fullmatch(charset):
        return _RANGE_NAMES.get(charset.strip("[]"), "alnum")
    if len(charset) < _SHORTEST_NAME or not charset.isalpha():
        return None
    names, lower = [*CHARSETS, "print"], charset.lower()
    if lower in _OTHER_NAMES:
        return _OTHER_NAMES[lower]
    # Imported late: it takes longer than all that is done here.
    import difflib

    near = difflib.get_close_matches(lower, names, n=1, cutoff=0.75)
    if near:
        return near[0]
    return "" if len(set(charset)) < len(charset) else None


def _check_plausible(charset: str) -> None:
    """Refuse a misspelt name, a range, and a word, in which a letter occurs twice.

    Raises
    ------
    SettingError
        If so.
    """
    meant = _suggestion(charset)
    if meant is None:
        return
    hint = f"did you mean {meant}?" if meant else "name each character once"
    expected = f"{', '.join(CHARSETS)}, print, or the characters themselves"
    message = f"charset {charset!r}: found no set of that name, expected {expected}; {hint}"
    raise SettingError(message)


def allowed_classes(model: GlyphClassifier, charset: str | None) -> Int64:
    """Return the classes of a model that may be answered.

    Parameters
    ----------
    model : GlyphClassifier
    charset : str, optional
        A name from `CHARSETS` or the characters themselves; "print", or nothing, for all of the model.
        Classes that are no character are never answered.

    Returns
    -------
    (n,) int64 array

    Raises
    ------
    SettingError
        If the model lacks a character, none is left, or the set seems to be a misspelt name.
    """
    characters = {character: index for index, character in enumerate(model.classes) if len(character) == 1}
    everything = charset is None or charset == "print"
    if charset is not None and not everything and charset not in CHARSETS:
        _check_plausible(charset)
    wanted = (
        sorted(characters) if everything else list(dict.fromkeys(CHARSETS.get(charset or "", charset or "")))
    )
    unknown = [character for character in wanted if character not in characters]
    if unknown or not wanted:
        found = f"found {''.join(unknown)!r}" if unknown else "found no character"
        message = (
            f"charset {charset!r}: {found}, expected {', '.join(CHARSETS)}, print, or characters of model "
            f"{name_of(model)}, {''.join(characters)}; choose among these"
        )
        raise SettingError(message)
    return np.array([characters[character] for character in wanted], dtype=np.int64)


def allowed_mask(model: GlyphClassifier, charset: str | None) -> Mask:
    """Return the classes that may be answered as a mask (K,); see :func:`allowed_classes`."""
    mask = np.zeros(len(model.classes), dtype=bool)
    mask[allowed_classes(model, charset)] = True
    return mask


def restricted(log_probabilities: Float64, classes: Sequence[str], allowed: Mask) -> Float64:
    """Return log-probabilities (N, K) for an input that holds only some characters: -inf for the others.

    The class for what is no character stays possible: half a letter does not become a digit because nothing
    but digits is written.

    >>> rows = np.log([[0.6, 0.1, 0.3]])
    >>> np.exp(restricted(rows, ("A", "4", "<none>"), np.array([False, True, False]))).round(2)
    array([[0.  , 0.25, 0.75]])
    """
    kept = allowed | np.array([len(character) != 1 for character in classes])
    rows = np.where(kept, log_probabilities, -np.inf)
    return log_softmax(rows)
