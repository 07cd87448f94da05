"""A written page in the tones of a photo: what all kinds of damage start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.synthesis.damage import low_contrast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.synthesis.page import WrittenPage

# Black ink and paper as a phone shows them in good light.
BLACK, WHITE = 0.06, 0.92
# Signs as high as a capital.
_TALL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789bdfhkl")


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A page in the tones of a photo, before anything happens to it.

    Attributes
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32, 0.06 for the blackest ink .. 0.92 for paper.
    page : WrittenPage
        Where everything lies.
    letter_px : float
        Height of a capital.
    """

    gray: NDArray[np.float32]
    page: WrittenPage
    letter_px: float

    @property
    def pitch_px(self) -> float:
        """From baseline to baseline; a usual one for a single line."""
        rows = self.page.baselines
        return rows[1] - rows[0] if len(rows) > 1 else 2.2 * self.letter_px


def sheet_of(page: WrittenPage) -> Sheet:
    """Bring a clean page, dark ink on white, into the tones of a photo."""
    return Sheet(low_contrast(page.gray, black=BLACK, white=WHITE), page, letter_height_px(page))


def letter_height_px(page: WrittenPage) -> float:
    """Median height of the signs that are as high as a capital, or of the highest sign if there are none."""
    tall = [sign.box.height for sign in page.characters if sign.text in _TALL]
    return float(np.median(tall) if tall else max(sign.box.height for sign in page.characters))
