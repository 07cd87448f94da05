"""One hard photo of a written page: the kind of damage and its strength are chosen, all else stays the same.

So a row of errors by strength tells from where on a reader suffers, and from what. `DEGRADATIONS` lists what
there is; lengths are in letters, the height of a capital.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import SettingError
from ocr.synthesis.degradation_registry import DEGRADATIONS, Degradation
from ocr.synthesis.degradations import sensor_noise, sheet_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.array_types import Float32
    from ocr.synthesis.written_page import WrittenPage


__all__ = ["CLEAN", "DEGRADATIONS", "Degradation", "hard_photo", "text_to_read"]

CLEAN = "clean"
"""The kind that does nothing but take the photo."""

# Noise of a phone's sensor in good light.
_NOISE = 0.008


def hard_photo(
    page: WrittenPage, *, kind: str, strength: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Take a photo of a page that suffers from one thing.

    Parameters
    ----------
    page : WrittenPage
        A clean page, dark ink on white.
    kind : str
        A key of `DEGRADATIONS`, or `CLEAN`.
    strength : float
        In the unit of the kind; without meaning for `CLEAN`.
    rng : numpy.random.Generator
        Source of all chance: the same state gives the same photo.

    Returns
    -------
    numpy.ndarray
        Gray (H, W) or red, green, blue (H, W, 3), uint8.

    Raises
    ------
    SettingError
        If the kind is not known, or the strength lies outside the range of the kind.
    """
    _require_known(kind)
    clean = sheet_of(page)
    if kind == CLEAN:
        return _as_bytes(_sensed(clean.gray, rng))
    chosen = DEGRADATIONS[kind]
    if chosen.in_file:
        return _as_bytes(chosen.draw(replace(clean, gray=_sensed(clean.gray, rng)), strength, rng))
    return _as_bytes(_sensed(chosen.draw(clean, strength, rng), rng))


def text_to_read(page: WrittenPage, *, kind: str, strength: float) -> str:
    """Return the text of a page that a hard photo of it leaves to read: words crossed out are not in it.

    Parameters
    ----------
    page : WrittenPage
    kind, strength
        As for :func:`hard_photo`.

    Raises
    ------
    SettingError
        If the kind is not known, or the strength lies outside the range of the kind.
    """
    _require_known(kind)
    text_left = None if kind == CLEAN else DEGRADATIONS[kind].text_left
    return page.text if text_left is None else text_left(page, strength)


def _require_known(kind: str) -> None:
    if kind != CLEAN and kind not in DEGRADATIONS:
        message = (
            f"kind: found {kind!r}, expected one of {', '.join((CLEAN, *DEGRADATIONS))}; choose one of them"
        )
        raise SettingError(message)


def _sensed(picture: Float32, rng: np.random.Generator) -> Float32:
    return sensor_noise(picture, strength=_NOISE, rng=rng)


def _as_bytes(picture: Float32) -> NDArray[np.uint8]:
    return np.asarray(np.rint(np.clip(picture, 0, 1) * 255), np.uint8)
