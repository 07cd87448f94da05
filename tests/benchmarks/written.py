"""Lines composed from pictures of single characters, with gaps or pushed together; where each one lies."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image

from ocr.geometry import Box

# Pixels of a page per pixel of a character: letters become about 60 px high.
SCALE = 3
_INK = 128
_MARGIN_PX = 20
_PAPER, _PEN = 235, 195


@dataclass(frozen=True, slots=True)
class Group:
    """Characters that stand together, with the box of each on the page."""

    text: str
    boxes: tuple[Box, ...]

    @property
    def box(self):
        return Box.around(self.boxes)


def tight(image):
    """Cut a character (28, 28) to its ink."""
    rows, cols = (np.flatnonzero((image >= _INK // 2).any(axis=axis)) for axis in (1, 0))
    return image[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]


def touching_shift(first, second):
    """Columns from the left of one character to that of the next, on one baseline, at which they just touch.

    Pixels touch on a side or a corner; characters that do not face each other are set side by side.
    """
    height = max(len(first), len(second))
    left, right = (np.pad(image >= _INK, ((height - len(image), 0), (0, 0))) for image in (first, second))
    ends = np.where(left.any(axis=1), left.shape[1] - left[:, ::-1].argmax(axis=1), -np.inf)
    starts = np.where(right.any(axis=1), right.argmax(axis=1), np.inf)
    near = np.pad(ends, 1, constant_values=-np.inf)
    facing = np.maximum(np.maximum(near[:-2], near[1:-1]), near[2:]) - starts
    shift = facing.max()
    return int(shift) if np.isfinite(shift) else first.shape[1]


def write_group(images, shifts):
    """Put characters on one baseline; ``shifts`` lie between the left edges of neighbours."""
    images = [tight(image) for image in images]
    lefts = np.concatenate([[0], np.cumsum(shifts(images))]).astype(int)
    height = max(len(image) for image in images)
    width = max(left + image.shape[1] for left, image in zip(lefts, images, strict=True))
    canvas = np.zeros((height, width), np.uint8)
    boxes = []
    for left, image in zip(lefts, images, strict=True):
        part = canvas[height - len(image) :, left : left + image.shape[1]]
        np.maximum(part, image, out=part)
        boxes.append(Box(height - len(image), int(left), height, int(left) + image.shape[1]))
    return canvas, boxes


def apart(rng, low=3, high=6):
    """Shifts with ``low`` .. ``high`` px of paper between the boxes."""
    return lambda images: [image.shape[1] + int(rng.integers(low, high + 1)) for image in images[:-1]]


def pushed(overlap_px):
    """Shifts at which neighbours touch, and then some pixels more."""
    return lambda images: [touching_shift(first, second) - overlap_px for first, second in pairwise(images)]


def write_lines(lines, rng):
    """Write lines of (text, canvas, boxes) with wide spaces; gray bytes of the page and the groups on it."""
    row, widest, placed = _MARGIN_PX, 0, []
    for line in lines:
        height, col = max(len(canvas) for _, canvas, _ in line), _MARGIN_PX
        for text, canvas, boxes in line:
            top = row + height - len(canvas)
            placed.append((text, canvas, boxes, top, col))
            col += canvas.shape[1] + 20
        widest, row = max(widest, col), row + height + 18
    page = np.zeros((row + _MARGIN_PX, widest + _MARGIN_PX), np.uint8)
    groups = []
    for text, canvas, boxes, top, left in placed:
        page[top : top + len(canvas), left : left + canvas.shape[1]] = canvas
        moved = [Box(b.top + top, b.left + left, b.bottom + top, b.right + left) for b in boxes]
        groups.append(Group(text, tuple(box.scaled(SCALE) for box in moved)))
    large = Image.fromarray(page).resize(
        (page.shape[1] * SCALE, page.shape[0] * SCALE), Image.Resampling.BICUBIC
    )
    gray = _PAPER - _PEN * (np.asarray(large, np.float32) / 255) + rng.normal(0, 2, large.size[::-1])
    return np.clip(gray, 0, 255).astype(np.uint8), groups
