"""Connected components of ink and their measures.

All of them come from the runs of ink along the rows; :mod:`ocr.ndimage.runs` says why SciPy does not measure
them, and :mod:`ocr.page.writing.marks` why ``skimage.measure.regionprops`` does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ocr.geometry import Box
from ocr.ndimage.runs import Runs, boxes_and_areas, connected_runs, label_runs, row_runs
from ocr.numeric import weighted_median

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64, Int32, Int64, Mask

# The pen is the darkest quarter of the ink.
_PEN_QUANTILE = 0.75
FULL_STOP_HEIGHTS = 0.3
"""A full stop is smaller than this both ways, in text heights."""
EIGHT_NEIGHBOURS = np.ones((3, 3), dtype=bool)
"""What touches a pixel, corners too: ink that is connected so is one component."""
# A component that may be a letter: not a speck, not a rule, not a filled block.
_SMALLEST_PX = 6
_MOST_SLENDER, _MOST_SLENDER_UPRIGHT = 8.0, 30.0
_FULLEST_FRAC = 0.85
# Fewer marks of about one height, as a difference of logarithms, than this are no text beside so many others,
# which have this share of all heights together.
_FEWEST_ALIKE, _ALIKE_HEIGHT, _MANY, _MANY_FRAC = 3, 0.5, 8, 0.3
# An outline around letters fills less than this share of its box and holds so many of them; so many of the
# largest are looked at.
_SPARSE_FRAC, _FEWEST_WITHIN, _MOST_OUTLINES = 0.25, 2, 40
# ... or a single one, a joined word, that has these shares of its height and width.
_ALONE_HIGH_FRAC, _ALONE_WIDE_FRAC = 0.15, 0.4


@dataclass(frozen=True, eq=False)
class Components:
    """All components of a page; arrays are indexed by component 0 .. n - 1.

    Attributes
    ----------
    boxes : (n, 4) int array
        Half-open top, left, bottom, right.
    areas : (n,) int array
        Pixels of ink.
    runs : Runs
        Of all ink, m along the rows.
    owners : (m,) int array
        The component of each run.
    """

    boxes: Int64
    areas: Int64
    runs: Runs
    owners: Int64

    def __len__(self) -> int:
        return len(self.areas)

    @cached_property
    def labels(self) -> Int32:
        """(H, W) array: 1 + component, 0 for paper. Drawn when it is asked for: often the runs are enough."""
        labels = np.zeros(self.runs.shape, np.int32)
        labels.ravel()[self.runs.pixels()] = np.repeat((self.owners + 1).astype(np.int32), self.runs.lengths)
        return labels

    @property
    def heights(self) -> Int64:
        """(n,) rows."""
        return self.boxes[:, 2] - self.boxes[:, 0]

    @property
    def widths(self) -> Int64:
        """(n,) columns."""
        return self.boxes[:, 3] - self.boxes[:, 1]

    def box(self, index: int) -> Box:
        """Return the box of one component."""
        return Box(*(int(edge) for edge in self.boxes[index]))

    def ink(self, index: int) -> Mask:
        """Return the mask (h, w) of one component, within its box."""
        return np.asarray(self.labels[self.box(index).slices] == index + 1)

    def mask(self, chosen: Mask) -> Mask:
        """Return the mask (H, W) of some of the components (n,)."""
        return self.runs.only(chosen[self.owners]).mask()

    def only(self, chosen: Mask) -> Components:
        """Return some of the components (n,), numbered anew."""
        numbers = np.cumsum(chosen) - 1
        is_kept = chosen[self.owners]
        return _measured(self.runs.only(is_kept), numbers[self.owners[is_kept]])


def means_in(components: Components, values: Float32 | Mask) -> Float64:
    """Return the means (n,) of values (H, W), or shares of a mask, over each component."""
    owners = np.repeat(components.owners, components.runs.lengths)
    sums = np.bincount(owners, values.ravel()[components.runs.pixels()], minlength=len(components))
    return np.asarray(sums / np.maximum(components.areas, 1))


def pen_darkness(dark: Float64, areas: Int64) -> float:
    """Return the darkness of the pen: a quarter of the ink of n components is at least as dark.

    Other ink, of the table or of the other side, is fainter even where there is as much of it.
    """
    order = np.argsort(dark)
    inked = np.cumsum(areas[order])
    return float(dark[order[np.searchsorted(inked, _PEN_QUANTILE * inked[-1])]])


def pen_width_px(mask: Mask) -> float:
    """Return the mean width of the strokes of ink (H, W): twice their area, divided by their outline.

    An outline has 4 / pi times as many sides of pixels as it is long, in the mean of all directions.
    """
    sides = int(np.count_nonzero(mask[1:] ^ mask[:-1])) + int(np.count_nonzero(mask[:, 1:] ^ mask[:, :-1]))
    return 2 * int(np.count_nonzero(mask)) / (np.pi / 4 * max(sides, 1))


def weighted_median_height(components: Components, shape: tuple[int, ...]) -> float | None:
    """Return the median height of components that may be letters, weighted by height; None without any.

    Parameters
    ----------
    components : Components
    shape : (int, int)
        Rows and columns of the picture.
    """
    heights, widths, areas = components.heights, components.widths, components.areas
    slender = np.maximum(heights, widths) / np.maximum(np.minimum(heights, widths), 1)
    likely = (
        (heights >= _SMALLEST_PX)
        & (heights < 0.9 * shape[0])
        & (areas < _FULLEST_FRAC * heights * widths)
        # A one or an l is slender and upright; what is slender and level is a rule, and so is an upright one
        # that is much more slender than a stroke of a fine pen.
        & (slender < np.where(heights > widths, _MOST_SLENDER_UPRIGHT, _MOST_SLENDER))
    )
    likely &= ~_around_others(components, likely)
    # What is half as wide as the picture is hardly a letter; but a word in one stroke may be all there is.
    narrow = likely & (widths < 0.5 * max(shape))
    if not likely.any():
        return None
    letters = heights[narrow if narrow.any() else likely]
    height = weighted_median(letters, letters)
    # One or two large marks among many letters, such as a stamp, are drawings.
    others = letters[np.abs(np.log(letters / height)) >= _ALIKE_HEIGHT]
    is_alone = len(letters) - len(others) < _FEWEST_ALIKE
    if is_alone and len(others) >= _MANY and others.sum() >= _MANY_FRAC * letters.sum():
        return weighted_median(others, others)
    return height


def _around_others(components: Components, likely: Mask) -> Mask:
    """Return which components (n,) are outlines around what may be letters: grids, boxes, bubbles."""
    boxes, areas, found = components.boxes, components.areas, np.zeros(len(components), dtype=bool)
    sizes = components.heights * components.widths
    sparse = np.flatnonzero(likely & (areas < _SPARSE_FRAC * sizes))
    largest = sparse[np.argsort(sizes[sparse])[-_MOST_OUTLINES:]]
    for index in largest.tolist():
        within = likely & are_within(boxes, boxes[index])
        is_single_word = np.count_nonzero(within) == 1 and _is_around(components, index, int(within.argmax()))
        found[index] = is_single_word or np.count_nonzero(within) >= _FEWEST_WITHIN
    return found


def _is_around(components: Components, outline: int, word: int) -> bool:
    """Return whether an outline has no ink where a word that is not too small stands in its box."""
    is_high = components.heights[word] >= _ALONE_HIGH_FRAC * components.heights[outline]
    is_wide = components.widths[word] >= _ALONE_WIDE_FRAC * components.widths[outline]
    on_word = components.labels[components.box(word).slices]
    return bool(is_high and is_wide and not np.any(on_word == outline + 1))


def are_within(boxes: Int64, around: Int64) -> Mask:
    """Return which boxes (n, 4) lie within another one (4,) and touch none of its sides."""
    return np.asarray((boxes[:, :2] > around[:2]).all(axis=1) & (boxes[:, 2:] < around[2:]).all(axis=1))


def find_components(mask: Mask, *, bridge_px: int = 0) -> Components:
    """Label 8-connected ink and measure each component.

    Parameters
    ----------
    mask : (H, W) bool array
        True = pen.
    bridge_px : int
        Ink across a break of up to this many pixels counts as connected.

    Returns
    -------
    Components
        In the order in which a top-down scan meets them.
    """
    runs = row_runs(mask)
    if not bridge_px:
        return _measured(runs, connected_runs(runs))
    bridged = row_runs(_grown(_grown(mask, bridge_px).T, bridge_px).T)
    within = np.searchsorted(bridged.starts, runs.starts, "right") - 1
    return _measured(runs, connected_runs(bridged)[within])


def measured(labels: Int32) -> Components:
    """Return the components of labels (H, W), each number from 1 to the highest once or more."""
    runs, numbers = label_runs(labels)
    return _measured(runs, numbers - 1)


def _measured(runs: Runs, owners: Int64) -> Components:
    """Return the components 0 .. n - 1, each of which owns one of the runs or more."""
    return Components(*boxes_and_areas(runs, owners), runs, owners)


def _grown(mask: Mask, rows: int) -> Mask:
    """Grow ink by so many rows in all, below it first, then above it."""
    grown = mask.copy(order="K")
    for step in range(1, (rows + 1) // 2 + 1):
        grown[step:] |= mask[:-step]
    for step in range(1, rows // 2 + 1):
        grown[:-step] |= mask[step:]
    return grown
