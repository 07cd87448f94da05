"""Judge which part of a picture is the sheet of paper: a small network sees how each candidate looks.

It learns from scenes that the project draws, see :mod:`ocr.synthesis.sheet_scenes`: papers of all colours on
tables of all kinds, and pages that fill their picture. ``python -m ocr.training.build_sheet_judge`` makes it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.network import predict_logits
from ocr.classifier.weight_file import DTYPES, load_network, save_network
from ocr.numeric import median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.classifier.network import Network
    from ocr.page.sheet.sheet_candidates import Candidate, Cells

SIZES = (38, 48, 16, 1)
"""Widths of the network from the measures of a candidate to the log-odds that it is the sheet."""

# The ring around a candidate is so many cells wide, and begins behind the cell of its edge.
_RING_CELLS = 3
# The edge is looked at in so many directions from the middle.
_SECTORS = 8
# Cells with writing have more grain than the usual one, by this factor and by this.
_WRITTEN_FACTOR, _WRITTEN = 2.0, 0.004
# Angles at which the box around a candidate is tried, and candidates that are about the same.
_ANGLES = np.deg2rad(np.arange(0, 180, 10))
_ALIKE, _SIMILAR = 0.85, 0.7
_CHANNELS = 7
_DTYPE, _WHAT = DTYPES["float16"], "sheet judge"
_SHIPPED = Path(__file__).parent / "data" / "sheet_judge.npz"


def sheet_probabilities(
    cells: Cells, candidates: Sequence[Candidate], network: Network | None = None
) -> Float32:
    """Return the probability (N,) that each candidate is a sheet and the rest of the picture is not.

    Parameters
    ----------
    cells : Cells
    candidates : sequence of Candidate
    network : Network, optional
        The shipped one if left out.
    """
    if not candidates:
        return np.empty(0, np.float32)
    logits = predict_logits(network or shipped_judge(), measures_of(cells, candidates))[:, 0]
    return np.asarray(1 / (1 + np.exp(-logits)))


def measures_of(cells: Cells, candidates: Sequence[Candidate]) -> Float32:
    """Measure how candidates look: (N, 38).

    Of each its shape, where it touches the border of the picture, how its edge stands out, how bright, smooth
    and written on it is and the rest is, how well its channel parts the picture, how many others are about
    the same, and which channel it is.
    """
    colour, regions = cells.colour, np.stack([one.region for one in candidates])
    spread = float(colour.reshape(-1, 3).std(axis=0).sum()) + 0.02
    alike = _shared_shares(regions)
    others = np.column_stack([(alike > _ALIKE).mean(axis=1), (alike > _SIMILAR).sum(axis=1) / 8])
    channels = np.array([one.channel for one in candidates])
    parts = (
        _shapes(regions),
        _on_border(regions),
        _edges(colour, regions, spread),
        _surfaces(cells, regions),
        np.array([(one.separation, spread) for one in candidates]),
        others,
        channels[:, None] == np.arange(_CHANNELS),
    )
    return np.concatenate(parts, axis=1).astype(np.float32)


def _shared_shares(regions: Mask) -> Float32:
    """Return the share of their union (N, N) that each two regions have in common."""
    flat = regions.reshape(len(regions), -1).astype(np.float32)
    common = flat @ flat.T
    areas = np.diag(common)
    return np.asarray(common / (areas[:, None] + areas - common))


def _shapes(regions: Mask) -> Float64:
    """Return share of the picture, fill of the narrowest box and of the octagon, aspect, and distance.

    The distance is that of the middle of a region from that of the picture.
    """
    count, height, width = regions.shape
    rows, cols = np.indices((height, width)).reshape(2, -1)
    flat = regions.reshape(count, -1)
    areas = flat.sum(axis=1)
    directions = np.outer(np.cos(_ANGLES), cols) + np.outer(np.sin(_ANGLES), rows)
    extents = np.stack([_extents(flat, along) for along in directions], axis=1) + 1
    # The last half of the directions is at right angles to the first.
    half = len(_ANGLES) // 2
    boxes = (extents[:, :half] * extents[:, half:]).min(axis=1)
    wide, high = extents[:, 0], extents[:, half]
    cut = sum(_cut_corners(flat, along, high + wide - 2) for along in (rows + cols, rows - cols))
    middles = [flat @ places / areas / side - 0.5 for places, side in ((rows, height), (cols, width))]
    return np.column_stack(
        [
            areas / (height * width),
            areas / boxes,
            areas / (high * wide - cut),
            np.abs(np.log(high / wide)),
            np.hypot(*middles),
        ]
    )


def _cut_corners(flat: Mask, along: Int64, reach: Float64) -> Float64:
    """Return the area of the corners of the box around each region (N, P) that it does not reach into.

    They are triangles at both ends of a diagonal, along which the box reaches as far as ``reach`` (N,).
    """
    first, last = (np.where(flat, sign * along, -np.inf).max(axis=1) for sign in (-1, 1))
    return np.asarray((reach - first - last) ** 2 / 4)


def _extents(flat: Mask, along: Float64) -> Float64:
    """Return how far each region (N, P) reaches along a direction."""
    return np.asarray(np.where(flat, along, -np.inf).max(axis=1) - np.where(flat, along, np.inf).min(axis=1))


def _on_border(regions: Mask) -> Float64:
    """Return how much of the edge and of the picture's border is both, how many sides, and raggedness."""
    sides = np.stack(
        [part.mean(axis=1) for part in (regions[:, 0], regions[:, -1], regions[:, :, 0], regions[:, :, -1])],
        axis=1,
    )
    touching = sides @ np.repeat(regions.shape[:0:-1], 2)
    edges = (regions & ~_shrunk(regions)).sum(axis=(1, 2))
    return np.column_stack(
        [
            touching / np.maximum(touching + edges, 1),
            touching / (2 * sum(regions.shape[1:])),
            (sides > 0.5).sum(axis=1),
            (sides > 0.05).sum(axis=1),
            edges / np.sqrt(regions.sum(axis=(1, 2))),
        ]
    )


def _edges(colour: Float32, regions: Mask, spread: float) -> Float64:
    """Return how far the colours on both sides of the edge differ, on average and at the least."""
    inner = _shrunk(regions)
    inner &= ~_shrunk(inner, _RING_CELLS)
    outer = _grown(regions)
    outer = _grown(outer, _RING_CELLS - 1) & ~outer
    sectors = _sectors(regions)
    means, counts = zip(*(_means(colour, ring, sectors) for ring in (inner, outer)), strict=True)
    is_seen = np.minimum(*counts) > 1
    steps = means[0] - means[1]
    least, usual = _least_and_median(np.abs(steps).sum(axis=2), is_seen)
    least_brighter, brighter = _least_and_median(steps[:, :, 0], is_seen)
    return np.column_stack(
        [least, least / spread, usual, usual / spread, brighter, least_brighter, is_seen.mean(axis=1)]
    )


def _least_and_median(values: Float64, is_seen: Mask) -> tuple[Float64, Float64]:
    """Return the least and the median of some values of each row (N, 8), 0 of none.

    Ours, for ``numpy.nanmedian`` imports the masked arrays of NumPy, which takes longer than all of this.
    """
    ranked = np.sort(np.where(is_seen, values, np.inf), axis=1)
    ranked[~is_seen.any(axis=1)] = 0
    rows, counts = np.arange(len(values)), np.maximum(is_seen.sum(axis=1), 1)
    return ranked[:, 0], (ranked[rows, (counts - 1) // 2] + ranked[rows, counts // 2]) / 2


def _sectors(regions: Mask) -> Int64:
    """Return in which direction from the middle of its region each cell lies, (N, r, c)."""
    rows, cols = np.indices(regions.shape[1:])
    areas = regions.sum(axis=(1, 2))
    down, right = (
        places - ((regions * places).sum(axis=(1, 2)) / areas)[:, None, None] for places in (rows, cols)
    )
    return np.asarray((np.arctan2(down, right) / (2 * np.pi) + 0.5) * _SECTORS, np.int64) % _SECTORS


def _means(colour: Float32, rings: Mask, sectors: Int64) -> tuple[Float64, Int64]:
    """Return the mean colour (N, 8, 3) of a ring in each sector, and its number of cells (N, 8)."""
    number, row, col = np.nonzero(rings)
    places = number * _SECTORS + sectors[number, row, col]
    size = len(rings) * _SECTORS
    counts = np.bincount(places, minlength=size)
    sums = [np.bincount(places, band, minlength=size) for band in colour[row, col].T]
    means = np.stack(sums, axis=1) / np.maximum(counts, 1)[:, None]
    return means.reshape(-1, _SECTORS, 3), counts.reshape(-1, _SECTORS)


def _surfaces(cells: Cells, regions: Mask) -> Float64:
    """Return how bright, smooth, written on and colourful each region is, and the rest of the picture."""
    is_written = cells.grain > _WRITTEN_FACTOR * median(cells.grain) + _WRITTEN
    colour = cells.colour
    values = np.stack([cells.lightness, np.sqrt(cells.grain), is_written], axis=-1)
    stack = np.concatenate([values, colour, colour**2], axis=-1).reshape(-1, 9)
    inside = _shrunk(regions).reshape(len(regions), -1)
    means = [part @ stack / np.maximum(part.sum(axis=1), 1)[:, None] for part in (inside, ~inside)]
    colourful = [np.sqrt(np.maximum(mean[:, 6:] - mean[:, 3:6] ** 2, 0)).sum(axis=1) for mean in means]
    grain = [mean[:, 1] + 0.02 for mean in means]
    return np.column_stack(
        [
            means[0][:, :3],
            means[1][:, :3],
            np.log(grain[1] / grain[0]),
            *colourful,
            means[0][:, 0] - means[1][:, 0],
        ]
    )


def _shrunk(regions: Mask, times: int = 1) -> Mask:
    """Return regions (N, r, c) without the cells along their edges; the border of the picture is no edge."""
    return ~_grown(~regions, times)


def _grown(regions: Mask, times: int = 1) -> Mask:
    """Return regions (N, r, c) with the cells beside their edges."""
    for _ in range(times):
        grown = regions.copy()
        grown[:, 1:] |= regions[:, :-1]
        grown[:, :-1] |= regions[:, 1:]
        grown[:, :, 1:] |= regions[:, :, :-1]
        grown[:, :, :-1] |= regions[:, :, 1:]
        regions = grown
    return regions


def save_judge(network: Network, path: Path) -> None:
    """Write a network to a file; the same weights give the same bytes.

    Raises
    ------
    ModelError
        If it cannot be written; what was there before is still there.
    """
    save_network(network, path, dtype=_DTYPE, what=_WHAT)


def load_judge(path: Path) -> Network:
    """Load a network from a file.

    Raises
    ------
    ModelError
        If it cannot be read or is not such a file.
    """
    return load_network(path, sizes=SIZES, dtype=_DTYPE, what=_WHAT)


@cache
def shipped_judge() -> Network:
    """Load the shipped network, once."""
    return load_judge(_SHIPPED)
