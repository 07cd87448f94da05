"""Tell writing from specks, rules, edges and blots, by size and shape alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.page.components import Components

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class WritingSettings:
    """Limits of what is kept, in letter heights.

    Attributes
    ----------
    speck_letters : float
        Marks smaller than this both ways are dirt: a full stop of a fine pen is about 0.08 letter heights.
    tallest_letters, widest_letters : float
        Larger things are drawings, page edges and shadows. A word of joined letters may be a dozen heights
        wide.
    rule_letters : float
        Thin strokes lying down and longer than this are rules and underlines, not dashes.
    """

    speck_letters: float = 0.07
    tallest_letters: float = 3.5
    widest_letters: float = 14.0
    rule_letters: float = 2.2


def is_writing(
    components: Components, *, letter_px: float, settings: WritingSettings | None = None
) -> NDArray[np.bool_]:
    """Decide for each component whether it may be writing.

    Parameters
    ----------
    components : Components
    letter_px : float
        Letter height.
    settings : WritingSettings, optional

    Returns
    -------
    (n,) bool array
    """
    settings = settings or WritingSettings()
    heights, widths = components.heights, components.widths
    longer = np.maximum(heights, widths)
    speck = (longer < settings.speck_letters * letter_px) | (components.areas < 4)
    large = (heights > settings.tallest_letters * letter_px) | (widths > settings.widest_letters * letter_px)
    thickness = components.areas / np.maximum(widths, 1)
    rule = (
        (widths > settings.rule_letters * letter_px)
        & (thickness < 0.2 * letter_px)
        & (heights < 0.3 * widths)
    )
    # A margin line or the edge of a second sheet stands upright and is thin.
    edge = (heights > 2 * letter_px) & (widths < 0.1 * heights)
    return ~(speck | large | rule | edge)


def kept(components: Components, chosen: NDArray[np.bool_]) -> tuple[Components, NDArray[np.int32]]:
    """Keep the chosen components and number them anew.

    Returns
    -------
    components : Components
        Labels of the others are 0.
    dropped : (H, W) int32 array
        Labels of the others, 0 elsewhere.
    """
    renumber = np.zeros(len(components) + 1, dtype=np.int32)
    renumber[1:][chosen] = np.arange(1, int(chosen.sum()) + 1)
    labels = renumber[components.labels]
    dropped = np.where(labels == 0, components.labels, 0).astype(np.int32)
    return Components(labels, components.boxes[chosen], components.areas[chosen]), dropped
