"""What a model knows of its writer beside the shapes of the characters: words, sizes and spacing.

In the JSON file of the model it is the field ``writer``::

    {"words": ["Zwolle", ...], "extents": {"a": [12, 0.71, 0.02, 0.6], ...}, "spacing": [-7.2, ...]}

``extents`` are count, and mean top, bottom and width of a character in cap heights. ``spacing`` is the
logarithm of the probability of each style of :mod:`ocr.recognition.spacing`, or empty.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# More than anyone corrects; a longer list is no word list of one writer.
_MOST_WORDS, _LONGEST_WORD, _MOST_STYLES = 20_000, 60, 10_000


@dataclass(frozen=True, slots=True)
class WriterProfile:
    """Words, sizes and spacing of a writer.

    Attributes
    ----------
    words : tuple of str
        Taken for common words of the language.
    extents : mapping of str to (float, float, float, float)
        Character -> count, and mean top, bottom and width, in cap heights.
    spacing : tuple of float
        Log-probability of each style of spacing; empty if nothing is known.
    """

    words: tuple[str, ...] = ()
    extents: Mapping[str, tuple[float, float, float, float]] = field(default_factory=dict)
    spacing: tuple[float, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the field ``writer`` of a model's JSON file."""
        return {
            "words": list(self.words),
            "extents": {name: [round(value, 4) for value in values] for name, values in self.extents.items()},
            "spacing": [round(value, 4) for value in self.spacing],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> WriterProfile:
        """Return the profile of a field that :func:`is_profile` accepts."""
        extents = {name: (row[0], row[1], row[2], row[3]) for name, row in value["extents"].items()}
        return cls(tuple(value["words"]), extents, tuple(value["spacing"]))


def is_profile(value: Any) -> bool:
    """Return whether a value of a JSON file is a profile, with nothing too long or not finite in it."""
    if not isinstance(value, dict) or set(value) != {"words", "extents", "spacing"}:
        return False
    words, extents, spacing = value["words"], value["extents"], value["spacing"]
    return (
        isinstance(words, list)
        and len(words) <= _MOST_WORDS
        and all(isinstance(word, str) and 0 < len(word) <= _LONGEST_WORD for word in words)
        and isinstance(extents, dict)
        and all(
            len(name) == 1 and _are_numbers(row, most=1e6) and len(row) == 4 for name, row in extents.items()
        )
        and _are_numbers(spacing, most=1e4)
        and len(spacing) <= _MOST_STYLES
    )


def _are_numbers(values: Any, *, most: float) -> bool:
    return isinstance(values, list) and all(
        type(one) in {int, float} and math.isfinite(one) and abs(one) <= most for one in values
    )


def writer_of(classifier: object) -> WriterProfile | None:
    """Return the profile of a classifier; None if it has none."""
    profile = getattr(classifier, "writer", None)
    return profile if isinstance(profile, WriterProfile) else None
