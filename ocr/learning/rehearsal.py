"""Drawn characters that a network rehearses while it learns a hand, so that it forgets nothing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.alphabet import NOT_A_CHARACTER
from ocr.classifier.crop import make_crops
from ocr.synthesis.character_samples import draw_characters
from ocr.training.negatives import make_non_characters

if TYPE_CHECKING:
    from ocr.array_types import Float32

# Each character is drawn by so many pens; as many non-characters as a tenth of all are made of them.
_PENS, _NON_CHARACTERS = 14, 0.25


@cache
def rehearsal_crops(classes: tuple[str, ...]) -> Float32:
    """Draw characters of all classes, and non-characters made of them, with the built-in strokes.

    Parameters
    ----------
    classes : tuple of str

    Returns
    -------
    (N, 28, 28) float32 array
    """
    rng = np.random.default_rng(5)
    characters = [name for name in classes if name != NOT_A_CHARACTER]
    drawn = draw_characters((), characters, per_font=0, by_strokes=_PENS, rng=rng)
    crops = make_crops(ink for ink, _ in drawn)
    count = round(_NON_CHARACTERS * len(crops))
    made = make_non_characters(np.rint(crops * 255).astype(np.uint8), count, rng=rng)
    return np.concatenate([crops, made.astype(np.float32) / 255])
