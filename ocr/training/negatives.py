"""Make crops of what is no character: halves of letters, touching pairs, slivers and blots.

Cuts in the wrong places leave such ink on a page. A network that has never seen it takes it for letters, and
no decoder can separate right cuts from wrong ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ocr.classifier.crop import CROP_PX, make_crops
from ocr.numeric import ink_bounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ocr.array_types import Float32

    Maker: TypeAlias = Callable[[Float32, np.random.Generator], Float32]

# From this on a pixel is ink when a glyph is cut out of its crop; less is the foot of a blurred edge.
_INK = 0.3


def touching_pair(crops: Float32, rng: np.random.Generator) -> Float32:
    """Draw two characters side by side, from just apart to overlapping by a stroke."""
    left, right = _trimmed(crops[0]), _trimmed(crops[1])
    shared = min(int(rng.integers(-2, 5)), left.shape[1] - 1, right.shape[1] - 1)
    height = max(left.shape[0], right.shape[0])
    pair = np.zeros((height, left.shape[1] + right.shape[1] - shared), dtype=np.float32)
    # Letters stand on one line; some are a little higher or lower.
    pair[height - left.shape[0] :, : left.shape[1]] = left
    start = pair.shape[1] - right.shape[1]
    part = pair[height - right.shape[0] :, start:]
    np.maximum(part, right, out=part)
    return pair


def letter_part(crops: Float32, rng: np.random.Generator) -> Float32:
    """Cut a character through its ink, and return one of the parts."""
    # Of the wider one: half of an upright bar is an upright bar, and no less an I than the whole.
    glyph = max((_trimmed(crop) for crop in crops), key=lambda trimmed: trimmed.shape[1])
    axis = 1 if rng.random() < 0.7 else 0
    length = glyph.shape[axis]
    cut = min(max(1, round(rng.uniform(0.4, 0.6) * length)), max(1, length - 1))
    first, second = np.split(glyph, [cut], axis=axis)
    return second if second.size and rng.random() < 0.5 else first


def with_sliver(crops: Float32, rng: np.random.Generator) -> Float32:
    """Draw a character with a large part of its neighbour."""
    letter, neighbour = _trimmed(crops[0]), _trimmed(crops[1])
    width = min(neighbour.shape[1], max(3, round(rng.uniform(0.35, 0.6) * neighbour.shape[1])))
    sliver = neighbour[:, -width:] if rng.random() < 0.5 else neighbour[:, :width]
    height = max(letter.shape[0], sliver.shape[0])
    both = np.zeros((height, letter.shape[1] + width + int(rng.integers(0, 3))), dtype=np.float32)
    on_left = rng.random() < 0.5
    letter_at = both.shape[1] - letter.shape[1] if on_left else 0
    both[height - letter.shape[0] :, letter_at : letter_at + letter.shape[1]] = letter
    sliver_at = 0 if on_left else both.shape[1] - width
    both[height - sliver.shape[0] :, sliver_at : sliver_at + width] = sliver
    return both


def upper_and_lower(crops: Float32, rng: np.random.Generator) -> Float32:
    """Draw parts of two lines: the foot of one character above another character."""
    above = _trimmed(crops[0])[-int(rng.integers(4, 12)) :]
    below = _trimmed(crops[1])
    width = max(above.shape[1], below.shape[1])
    both = np.zeros((above.shape[0] + below.shape[0] + int(rng.integers(0, 4)), width), dtype=np.float32)
    both[: above.shape[0], : above.shape[1]] = above
    both[-below.shape[0] :, width - below.shape[1] :] = below
    return both


def blot(_crops: Float32, rng: np.random.Generator) -> Float32:
    """Draw a scribble: a random walk of a thick pen."""
    canvas = np.zeros((40, 40), dtype=np.float32)
    steps = np.cumsum(rng.normal(0, 3.0, (int(rng.integers(30, 120)), 2)), axis=0) + 20
    rows, cols = np.clip(steps, 2, 37).astype(int).T
    for down in (0, 1):
        for across in (0, 1):
            canvas[rows + down, cols + across] = 1
    return canvas


MAKERS: tuple[tuple[Maker, float], ...] = (
    (touching_pair, 0.45),
    # Half of an m is an n, half of an H a 1: too many of these would teach that letters are no letters.
    (letter_part, 0.15),
    (with_sliver, 0.25),
    (upper_and_lower, 0.1),
    (blot, 0.05),
)
"""Functions that make non-characters, and their shares."""


def make_non_characters(
    crops: NDArray[np.uint8], count: int, *, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Make crops of non-characters out of characters.

    Parameters
    ----------
    crops : (N, 28, 28) uint8 array
        Letters and digits; N >= 2.
    count : int
        Number to make.
    rng : numpy.random.Generator

    Returns
    -------
    (count, 28, 28) uint8 array
        Cropped like characters.
    """
    shares = np.array([share for _, share in MAKERS])
    makers = rng.choice(len(MAKERS), size=count, p=shares / shares.sum())
    pairs = rng.integers(0, len(crops), (count, 2))
    result = np.empty((count, CROP_PX, CROP_PX), dtype=np.uint8)
    for start in range(0, count, 4096):
        made = make_crops(
            MAKERS[makers[row]][0](crops[pairs[row]].astype(np.float32) / 255, rng)
            for row in range(start, min(start + 4096, count))
        )
        result[start : start + len(made)] = np.rint(made * 255)
    return result


def _trimmed(crop: Float32) -> Float32:
    """Cut out the part of a crop that has ink; the whole crop if none has."""
    bounds = ink_bounds(crop > _INK)
    return crop if bounds is None else crop[bounds]
