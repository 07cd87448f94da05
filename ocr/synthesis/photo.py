"""Take a photo of a written page with one degradation of a chosen strength; all else stays the same.

Errors by strength then show which degradations a reader suffers from, and from what strength on. Lengths are
in letters, the height of a capital.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import SettingError
from ocr.synthesis.degradation_registry import DEGRADATIONS
from ocr.synthesis.degradations import clean_page_of, sensor_noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.array_types import Float32
    from ocr.synthesis.written_page import WrittenPage


CLEAN = "clean"
"""Name for a photo without any degradation."""

# Noise of a phone's sensor in good light.
_NOISE = 0.008


def hard_photo(
    page: WrittenPage, *, degradation: str, strength: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Take a photo of a page with one degradation.

    Parameters
    ----------
    page : WrittenPage
        Dark ink on white.
    degradation : str
        A key of `DEGRADATIONS`, or `CLEAN`.
    strength : float
        In the unit of the degradation; without meaning for `CLEAN`.
    rng : numpy.random.Generator
        Source of all randomness: the same state gives the same photo.

    Returns
    -------
    numpy.ndarray
        Gray (H, W) or red, green, blue (H, W, 3), uint8.

    Raises
    ------
    SettingError
        If the degradation is not known, or the strength lies outside its range.
    """
    _require_known(degradation)
    clean = clean_page_of(page)
    if degradation == CLEAN:
        return _as_bytes(_sensed(clean.gray, rng))
    chosen = DEGRADATIONS[degradation]
    if chosen.in_file:
        return _as_bytes(chosen.draw(replace(clean, gray=_sensed(clean.gray, rng)), strength, rng))
    return _as_bytes(_sensed(chosen.draw(clean, strength, rng), rng))


def text_to_read(page: WrittenPage, *, degradation: str, strength: float) -> str:
    """Return the text of a page that is left to read in a photo of it: words crossed out are not in it.

    Parameters
    ----------
    page : WrittenPage
    degradation, strength
        As for :func:`hard_photo`.

    Raises
    ------
    SettingError
        If the degradation is not known, or the strength lies outside its range.
    """
    _require_known(degradation)
    text_left = None if degradation == CLEAN else DEGRADATIONS[degradation].text_left
    return page.text if text_left is None else text_left(page, strength)


def _require_known(name: str) -> None:
    """Raise SettingError if there is no degradation of that name."""
    if name != CLEAN and name not in DEGRADATIONS:
        known = ", ".join((CLEAN, *DEGRADATIONS))
        message = f"degradation: found {name!r}, expected one of {known}; choose one of them"
        raise SettingError(message)


def _sensed(picture: Float32, rng: np.random.Generator) -> Float32:
    """Add the noise of the sensor."""
    return sensor_noise(picture, strength=_NOISE, rng=rng)


def _as_bytes(picture: Float32) -> NDArray[np.uint8]:
    """Return a picture of 0 .. 1 as bytes."""
    return np.asarray(np.rint(np.clip(picture, 0, 1) * 255), np.uint8)
