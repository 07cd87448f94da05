"""Tell from single letters in which ways a page may lie, before it is read in each of them.

Reading a page once more takes as long as reading it. The classifier sees at once whether letters look more
like letters upright than turned: the crop of a turned letter is the turned crop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.alphabet import NOT_A_CHARACTER
from ocr.classifier.crop import make_crops

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, Float64
    from ocr.classifier.model import GlyphClassifier
    from ocr.page.layout import Layout

# So many letters are enough: the difference between turns is then four times its standard error.
_MOST_LETTERS, _FEWEST_LETTERS = 32, 4
# Components that are likely single letters are so large, and no bars.
_SMALLEST_HEIGHTS, _LARGEST_HEIGHTS, _NARROWEST_HEIGHTS = 0.5, 1.8, 0.12
# Letters clearly look better upright if the mean difference is so many times its standard error. Of 32 real
# pages that read badly upright 14 need no other turn then; on one that lies on its side it is -4.
_CLEARLY = 1.0


def plausible_turns(model: GlyphClassifier, layout: Layout, turns: Sequence[int]) -> tuple[int, ...]:
    """Return the quarter turns, anticlockwise, in which letters do not look clearly worse than upright.

    Parameters
    ----------
    model : GlyphClassifier
    layout : Layout
        Of the page as it lies.
    turns : sequence of int
        1, 2 or 3 each.
    """
    crops = _letter_crops(layout)
    if len(crops) < _FEWEST_LETTERS:
        return tuple(turns)
    upright = _likeness(crops, model)
    turned = (_likeness(np.rot90(crops, turn, axes=(1, 2)), model) for turn in turns)
    return tuple(
        turn for turn, likeness in zip(turns, turned, strict=True) if not _is_better(upright - likeness)
    )


def _letter_crops(layout: Layout) -> Float32:
    """Return the crops (N, 28, 28) of components that are likely letters."""
    components, height = layout.components, layout.text_height_px
    longer = np.maximum(components.heights, components.widths)
    shorter = np.minimum(components.heights, components.widths)
    is_letter = (longer >= _SMALLEST_HEIGHTS * height) & (longer <= _LARGEST_HEIGHTS * height)
    letters = np.flatnonzero(is_letter & (shorter >= _NARROWEST_HEIGHTS * height)).tolist()
    chosen = letters[:: -(-len(letters) // _MOST_LETTERS) or 1]
    strength = layout.ink.strength
    return make_crops(components.ink(one) * strength[components.box(one).slices] for one in chosen)


def _likeness(crops: Float32, model: GlyphClassifier) -> Float64:
    """Return the log-probability (N,) of the likeliest character of each crop."""
    is_character = np.array(model.classes) != NOT_A_CHARACTER
    rows = model.log_probabilities(np.ascontiguousarray(crops))[:, is_character]
    return np.asarray(rows.max(axis=1), np.float64)


def _is_better(differences: Float64) -> bool:
    """Whether the mean of differences (N,) is clearly above 0."""
    error = float(differences.std(ddof=1)) / len(differences) ** 0.5
    return bool(differences.mean() > _CLEARLY * error)
