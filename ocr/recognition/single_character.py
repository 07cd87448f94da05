"""From a picture of one character to its probabilities, without finding lines and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.crop import CROP_PX, make_crops
from ocr.numeric import median, softmax
from ocr.page.ink.background import normalize_background
from ocr.page.ink.binarization import find_ink
from ocr.page.ink.components import find_components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, GrayBytes, Int64
    from ocr.classifier.model import GlyphClassifier
    from ocr.image.picture import Picture


# One character needs no more: a crop has 28 pixels.
_ENOUGH_PX = 256
# The brightest and the darkest pixel of a picture with ink are at least this far apart; less is grain.
_LEAST_CONTRAST = 24
# Dirt is smaller than this share of the largest component: the dot of an i is about a tenth of it.
_SPECK_FRAC = 0.02


def character_ink(picture: Picture) -> Float32 | None:
    """Find the ink of the one character on a picture.

    The border shows the paper: what differs from it is ink, dark or light. A crop of at most 28 x 28 with
    light ink, such as EMNIST's, is taken as it is.

    Parameters
    ----------
    picture : Picture

    Returns
    -------
    (H, W) float32 array or None
        Strength of the ink, 1 pen, 0 paper; None if the picture is blank.

    Raises
    ------
    ImageError
        If the picture is damaged.
    """
    gray = picture.gray(at_least_px=_ENOUGH_PX)
    if int(gray.max()) - int(gray.min()) < _LEAST_CONTRAST:
        return None
    dark_on_light = _is_dark_on_light(gray)
    if max(gray.shape) <= CROP_PX and not dark_on_light:
        return np.asarray(gray, dtype=np.float32) / np.float32(255)
    gray = gray if dark_on_light else 255 - gray
    # Ink may reach the border; the paper around it is what the border mostly shows.
    margin = max(gray.shape) // 4 + 2
    padded = np.pad(gray, margin, constant_values=int(median(_border(gray))))
    # The window that looks for bare paper must be wider than the character.
    text_height_px = float(max(padded.shape))
    ink = find_ink(normalize_background(padded, text_height_px=text_height_px), text_height_px=text_height_px)
    components = find_components(ink.mask)
    if len(components) == 0:
        return None
    large = np.flatnonzero(components.areas >= _SPECK_FRAC * components.areas.max()) + 1
    return np.asarray(ink.strength * np.isin(components.labels, large), dtype=np.float32)


def _border(gray: GrayBytes) -> GrayBytes:
    return np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])


def _is_dark_on_light(gray: GrayBytes) -> bool:
    """Return whether the border is nearer to the brightest than to the darkest pixel."""
    return 2 * median(_border(gray)) >= float(gray.max()) + float(gray.min())


def classify(
    model: GlyphClassifier, inks: Sequence[Float32], *, allowed: Int64, most: int = 5
) -> list[list[tuple[str, float]]]:
    """Return the most probable characters for the ink of single characters, all classified in one batch.

    Parameters
    ----------
    model : GlyphClassifier
    inks : sequence of (H, W) float32 arrays
        From :func:`character_ink`.
    allowed : (n,) int64 array
        From :func:`ocr.classifier.alphabet.allowed_classes`; probabilities are those within these classes.
    most : int
        Characters to return for each.

    Returns
    -------
    list of lists of (character, probability)
        Most probable first.
    """
    log_probabilities = model.log_probabilities(make_crops(inks))[:, allowed].astype(np.float64)
    probabilities = softmax(log_probabilities)
    answers = []
    for row in probabilities:
        best = np.argsort(-row, kind="stable")[:most]
        answers.append([(model.classes[allowed[index]], float(row[index])) for index in best])
    return answers
