"""Tell lines of writing from what only looked like lines: the grain of wood, the edge of a sheet, a drawing.

Every mark can be read as something. But marks that are no writing are read with doubt, or as the characters
that any stroke looks like, and few of them stand in a row. A logistic regression weighs these; its
coefficients were fitted to 514 lines found on sample pages that were laid on drawn wood, cloth, stone and
boards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Mask


# What a stroke, two strokes or a speck look like.
_THIN = frozenset("1il.,'-:;/\"!_=()|")
# Log-probabilities below this say no more than this.
_LEAST_LOG = -8.0


@dataclass(frozen=True, slots=True)
class PlausibilitySettings:
    """Coefficients of the log-odds that a line is writing, and where lines are left out.

    Attributes
    ----------
    placed, shape : float
        Of the mean log-probability of what was read, by shape and place, and by shape alone.
    not_a_character : float
        Of the mean probability that the glyphs are no characters.
    thin : float
        Of the share of characters that any stroke looks like.
    length : float
        Of the logarithm of the number of characters.
    constant : float
    doubtful, sure : float
        Lines less probable than ``doubtful`` are left out if the page has one that is at least ``sure``: a
        page of a single 1 is read.
    """

    placed: float = 1.2
    shape: float = 1.65
    not_a_character: float = -6.1
    thin: float = -6.5
    length: float = 2.6
    constant: float = 0.15
    doubtful: float = 0.1
    sure: float = 0.5


def plausibility(
    placed: Float64,
    shape: Float64,
    not_a_character: Float64,
    names: Sequence[str],
    *,
    settings: PlausibilitySettings | None = None,
) -> float:
    """Probability that a line is writing.

    Parameters
    ----------
    placed, shape : (n,) float arrays
        Log-probability of what each glyph was read as, by shape and place, and by shape alone.
    not_a_character : (n,) float array
        Probability that each glyph is no character, by its shape.
    names : sequence of str
        What was read, in lower case; n >= 1.
    settings : PlausibilitySettings, optional

    Returns
    -------
    float
        0 .. 1.
    """
    settings = settings or PlausibilitySettings()
    logit = (
        settings.placed * float(np.maximum(placed, _LEAST_LOG).mean())
        + settings.shape * float(np.maximum(shape, _LEAST_LOG).mean())
        + settings.not_a_character * float(not_a_character.mean())
        + settings.thin * float(np.mean([name in _THIN for name in names]))
        + settings.length * float(np.log(len(names)))
        + settings.constant
    )
    return float(1 / (1 + np.exp(-logit)))


def is_writing(plausibilities: Sequence[float], *, settings: PlausibilitySettings | None = None) -> Mask:
    """Decide which lines of a page are kept, from how plausible each is."""
    settings = settings or PlausibilitySettings()
    found = np.asarray(plausibilities, dtype=np.float64)
    if not (found >= settings.sure).any():
        return np.ones(found.size, dtype=bool)
    return np.asarray(found >= settings.doubtful)
