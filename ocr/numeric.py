"""Functions of arrays that several packages need: softmax, quantiles, Otsu's threshold, line fit, bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from ocr.array_types import AnyFloat, AnyInt, Mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ends = AnyInt | AnyFloat | float

Scores = TypeVar("Scores", bound=AnyFloat)


def logsumexp(scores: Scores) -> Scores:
    """Return log Σ exp(z) over the last axis, computed as max z + log Σ exp(z - max z).

    Values may be minus infinity, but not all of a row.
    """
    peak = scores.max(axis=-1, keepdims=True)
    result: Scores = peak[..., 0] + np.log(np.exp(scores - peak).sum(axis=-1))
    return result


def log_softmax(scores: Scores) -> Scores:
    """Return the logarithm of the softmax over the last axis, z - max z - log Σ exp(z - max z).

    Values may be minus infinity, but not all of a row.
    """
    shifted: Scores = scores - scores.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted


def softmax(scores: Scores) -> Scores:
    """Return the probabilities exp(z) / Σ exp(z) over the last axis, of the shape and dtype of the scores."""
    powers: Scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers


class FittedLine(NamedTuple):
    """A straight line ``y = offset + slope * x`` and the mean distance of its points from it, along y."""

    slope: float
    offset: float
    mean_deviation: float


def fit_line(x: AnyFloat | AnyInt, y: AnyFloat | AnyInt) -> FittedLine:
    """Fit a straight line to points by least squares.

    Parameters
    ----------
    x, y : (n,) arrays
        At least two different values of x.
    """
    # Not by np.polyfit: on a few points that takes four times as long, and noise has thousands of strokes.
    from_middle = x - x.mean()
    slope = float(from_middle @ (y - y.mean()) / (from_middle @ from_middle))
    offset = float(y.mean() - slope * x.mean())
    return FittedLine(slope, offset, float(np.abs(y - slope * x - offset).mean()))


def otsu(values: AnyFloat, *, bins: int = 64) -> float:
    """Find the threshold between two classes of values for which the variance between them is largest [1]_.

    Ours, though ``skimage.filters.threshold_otsu`` does the same: every page needs it, and importing
    scikit-image would take longer than all thresholds of a page.

    Parameters
    ----------
    values : array of any shape
    bins : int
        Of the histogram; the threshold is one of its edges.

    References
    ----------
    .. [1] Otsu, "A threshold selection method from gray-level histograms", IEEE Trans. Systems, Man, and
           Cybernetics 9 (1979).
    """
    counts, edges = np.histogram(values, bins)
    middles = (edges[1:] + edges[:-1]) / 2
    below = np.cumsum(counts)[:-1]
    above = values.size - below
    total = np.cumsum(counts * middles)
    means = total[:-1] / np.maximum(below, 1), (total[-1] - total[:-1]) / np.maximum(above, 1)
    return float(edges[1:-1][np.argmax(below * above * (means[1] - means[0]) ** 2)])


def two_thresholds(values: AnyFloat, *, bins: int = 64) -> tuple[float, float]:
    """Find the two thresholds between three classes of values, with the largest variance between classes.

    Ours for the same reason as `otsu`, the case of two classes. Each threshold is an edge of a histogram of
    so many bins.
    """
    counts, edges = np.histogram(values, bins)
    sums = np.cumsum(np.append(0, counts * (edges[1:] + edges[:-1]) / 2))
    sizes = np.cumsum(np.append(0, counts))
    # Of the bins from i to j: the square of their sum, divided by how many values they have.
    between = (sums - sums[:, None]) ** 2 / np.maximum(sizes - sizes[:, None], 1)
    first, second = np.triu_indices(bins + 1, 1)
    spread = between[0, first] + between[first, second] + between[second, bins]
    best = int(np.argmax(spread))
    return float(edges[first[best]]), float(edges[second[best]])


def quantile(values: AnyFloat | AnyInt, share: float, *, axis: int | None = None) -> NDArray[Any]:
    """Return the value that this share of all values, or of those along an axis, is below.

    It lies linearly between the nearest values. ``np.quantile`` does so too, takes many times as long, and
    loads the masked arrays of NumPy.
    """
    ranked = np.sort(values, axis=axis)
    if axis is not None:
        ranked = np.moveaxis(ranked, axis, -1)
    place = share * (ranked.shape[-1] - 1)
    below = int(place)
    low, high = ranked[..., below], ranked[..., min(below + 1, ranked.shape[-1] - 1)]
    return np.asarray(low + (high - low) * (place - below))


def median(values: AnyFloat | AnyInt | Sequence[float]) -> float:
    """Return the median of all values; ``np.median`` takes several times as long."""
    ranked = np.sort(values, axis=None)
    return (float(ranked[(ranked.size - 1) // 2]) + float(ranked[ranked.size // 2])) / 2


def weighted_median(values: AnyFloat | AnyInt, weights: AnyFloat | AnyInt) -> float:
    """Return the value (of n) that half of the weights (n,), all positive, lie at or below."""
    order = np.argsort(values, kind="stable")
    sums = np.cumsum(np.asarray(weights, np.float64)[order])
    return float(values[order[np.searchsorted(sums, sums[-1] / 2)]])


def best_of_groups(groups: AnyInt, scores: AnyFloat, most: int) -> NDArray[np.int64]:
    """Return the places of the highest scores (n,) of each group (n,), group by group, the highest first.

    Of equal scores the first one counts as the higher one.
    """
    order = np.lexsort((-scores, groups))
    return order[ranks_in_groups(groups[order]) < most]


def ranks_in_groups(groups: AnyInt) -> NDArray[np.int64]:
    """Return the rank of each item (n,) among those of its group, from 0 on; ``groups`` (n,) are sorted."""
    return np.arange(groups.size) - np.searchsorted(groups, groups)


def ink_bounds(ink: Mask) -> tuple[slice, slice] | None:
    """Return the rows and columns of the smallest rectangle around all ink (H, W); None without any."""
    rows, cols = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return None
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1)


def overlap(first_start: Ends, first_stop: Ends, second_start: Ends, second_stop: Ends) -> NDArray[Any]:
    """Return the length that intervals share; negative values are the gap between. Arrays are broadcast."""
    return np.asarray(np.minimum(first_stop, second_stop) - np.maximum(first_start, second_start))


def connected(touch: Mask, chosen: Mask) -> list[AnyInt]:
    """Return the members of each group of chosen ones (n,) that touch (n, n), also by way of others."""
    groups: list[AnyInt] = []
    left = chosen.copy()
    while left.any():
        group = np.zeros(len(left), bool)
        group[left.argmax()] = True
        count = 0
        while count != (count := int(group.sum())):
            group |= touch[group].any(axis=0)
        left &= ~group
        groups.append(np.flatnonzero(group))
    return groups


def distinct(values: AnyInt) -> AnyInt:
    """Return the different values (m,) of an array, sorted.

    ``np.unique`` does so too, and loads the masked arrays of NumPy for it, which takes some milliseconds.
    """
    ordered = np.sort(values, axis=None)
    return ordered[np.diff(ordered, prepend=ordered[:1] - 1) > 0]
