"""Make the flanks of a crease as bright as the paper beside it: a fold is a rule with a shadow along it.

The thin line of a crease is found as a rule. The paper beside it leans away from the light, too narrowly for
the estimate of the paper: the shadow is as dark all along the crease, so it shows in the median of the
darkness at each distance from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.page.tracks import PrintedLine

    Float32 = NDArray[np.float32]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CreaseSettings:
    """What is taken for the flank of a crease.

    Attributes
    ----------
    reach_letters : float
        How far from the line it is looked for.
    narrowest_letters : float
        A shadow narrower than this is another rule beside the line.
    darkest, faintest : float
        It reaches at least the fainter one of these, but not the other. Somewhere beyond it is fainter than
        both: beside the edge of a sheet the table goes on.
    share : float
        So much of its length is at least as dark; writing along the line covers less.
    """

    reach_letters: float = 1.7
    narrowest_letters: float = 0.2
    faintest: float = 0.03
    darkest: float = 0.4
    share: float = 0.6


# Every so many letters along the line are enough to tell.
_STEP_LETTERS = 1 / 4
# A shadow is seen at one of these distances: most lines have none.
_BESIDE_LETTERS = (-0.6, -0.4, -0.25, 0.25, 0.4, 0.6)
# Where a table would be seen, in reaches: the shadow of a second crease is narrower.
_BEYOND_REACH = (1.0, 1.3, 1.6, 1.9)
# On paper ruled more closely than this there is no telling a flank from what is written between the rules.
_MOST_LINES = 12


def without_flanks(
    darkness: Float32,
    lines: Sequence[PrintedLine],
    *,
    letter_px: float,
    settings: CreaseSettings | None = None,
) -> Float32 | None:
    """Take the shadows beside creases off.

    Parameters
    ----------
    darkness : (H, W) float32 array
        From :func:`ocr.page.ink.denoised`.
    lines : sequence of PrintedLine
        Rules that were found there; some may be creases.
    letter_px : float
        Letter height.
    settings : CreaseSettings, optional

    Returns
    -------
    (H, W) float32 array or None
        None where there is no shadow along any line.
    """
    settings = settings or CreaseSettings()
    levelled = None
    for line in lines if len(lines) <= _MOST_LINES else ():
        ground = darkness if levelled is None else levelled
        profile = _profile(ground.T if line.upright else ground, line, letter_px, settings)
        if profile.max() < settings.faintest:
            continue
        levelled = darkness.copy() if levelled is None else levelled
        _take_off(levelled.T if line.upright else levelled, line, profile)
    return levelled


def _profile(
    darkness: Float32, line: PrintedLine, letter_px: float, settings: CreaseSettings
) -> NDArray[np.float32]:
    """Shadow (n,) at each distance from a line, from one side to the other."""
    reach = max(2, round(settings.reach_letters * letter_px))
    beside = np.rint(np.multiply(_BESIDE_LETTERS, letter_px)).astype(np.int64)
    none = np.zeros(2 * reach + 1, np.float32)
    if _along(darkness, line, beside, letter_px, settings).max() < settings.faintest:
        return none
    shadow = _along(darkness, line, np.arange(-reach, reach + 1), letter_px, settings)
    # The line itself, and others beside it, are narrow.
    narrow = 2 * max(1, round(settings.narrowest_letters * letter_px / 2)) + 1
    shadow = ndimage.grey_opening(shadow, narrow, mode="nearest")
    far = np.rint(np.multiply(_BEYOND_REACH, reach)).astype(np.int64)
    beyond = [_along(darkness, line, side * far, letter_px, settings) for side in (-1, 1)]
    if shadow.max() > settings.darkest or max(side.min() for side in beyond) > settings.faintest:
        return none
    return np.asarray(np.maximum(shadow, np.float32(0)))


def _along(
    darkness: Float32,
    line: PrintedLine,
    distances: NDArray[np.int64],
    letter_px: float,
    settings: CreaseSettings,
) -> Float32:
    """Darkness (n,) that is reached along most of a line, so many pixels aside of it."""
    cols = np.arange(line.start, line.stop, max(1, round(_STEP_LETTERS * letter_px)))
    rows = np.rint(line.offset + line.slope * cols).astype(np.int64) + distances[:, None]
    found = darkness[np.clip(rows, 0, len(darkness) - 1), cols]
    return np.asarray(np.quantile(found, 1 - settings.share, axis=1), np.float32)


def _take_off(darkness: Float32, line: PrintedLine, profile: Float32) -> None:
    """Take a shadow off, in place."""
    reach = len(profile) // 2
    cols = np.arange(line.start, line.stop)
    rows = np.rint(line.offset + line.slope * cols).astype(np.int64) + np.arange(-reach, reach + 1)[:, None]
    inside = (rows >= 0) & (rows < len(darkness))
    cols = np.broadcast_to(cols, rows.shape)
    amount = np.broadcast_to(profile[:, None], rows.shape)
    darkness[rows[inside], cols[inside]] -= amount[inside]
