"""Judge each dark pixel of a page by its surroundings: writing, printed line, or something of the ground.

One network sees the darkness around a pixel, a second one what the first one answered around it, so that a
stroke gets one answer; :mod:`ocr.page.ink.pixel_surroundings` describes both. They work on a picture on which
letters are 16 pixels high, and only at pixels that are darker than their ground.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier import weight_file
from ocr.classifier.network import predict_logits
from ocr.numeric import quantile, softmax
from ocr.page.ink.components import find_components
from ocr.page.ink.filters import resized_bilinear
from ocr.page.ink.pixel_surroundings import (
    CLASSES,
    GROUND,
    LINE,
    WRITING,
    Block,
    answer_blocks,
    darkness_blocks,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, Int64
    from ocr.classifier.network import Network

NETWORK_NAMES = ("pixels_by_darkness", "pixels_by_answers")
"""Files of the networks, in the order in which they work."""
SIZES = ((346, 64, 24, 3), (289, 32, 16, 3))
"""Widths of the networks from their inputs to the classes."""

_DTYPE, _WHAT = weight_file.DTYPES["float16"], "pixel network"
_SHIPPED = Path(__file__).parent / "data"

LETTER_PX = 16.0
"""Height of letters on the picture that the networks see."""

FAINTEST = 0.22
"""Strength of ink from which on a pixel is classified: a pale pen beside a black frame is weak."""
COVERED_FRAC = 0.15
"""A small pixel is judged if so much of it is covered by dark ones."""
# On pages without lines, what the first network takes for one is at most 29 pixels long once gaps up to the
# first length are closed; on pages where lines are erased it is 48 pixels long or more. Boxes are smaller.
_BRIDGE_PX, _SHORTEST_LINE_PX, _SMALLEST_BOX_PX = 4, 32, 10
# So many are judged at a time: what the network knows of them stays in the cache of the processor.
_CHUNK = 2048
# Pixels are described in parts of about so many at a time: each takes 1 to 2 kB. A page has up to 100,000; of
# a texture or a scribble with more than this, none is classified.
_PART, _MOST_PIXELS = 50_000, 500_000
# None is classified either where the picture that the networks see would have more pixels, each of which
# takes 40 bytes and a microsecond: a page of A3 has four million, a long strip of specks had 70.
_MOST_AT_SCALE = 6_000_000


class PixelClasses(NamedTuple):
    """Probabilities (H, W) of writing, of a printed line and of the ground, 0 where nothing is dark."""

    writing: Float32
    line: Float32
    ground: Float32


def at_network_scale(values: Float32, text_height_px: float) -> Float32:
    """Bring a picture (H, W) to the size at which letters are 16 pixels high."""
    height, width = values.shape
    factor = LETTER_PX / text_height_px
    return resized_bilinear(values, (max(1, round(height * factor)), max(1, round(width * factor))))


def class_probabilities(network: Network, blocks: Sequence[Block]) -> Float32:
    """Return the probabilities (N, 3) of the classes."""
    weights, bias = network[0]
    ends = np.cumsum([block.values.shape[1] for block in blocks])
    parts = list(zip(blocks, np.split(weights, ends[:-1]), strict=True))
    own = [(block.values, part) for block, part in parts if block.cells is None]
    shared = [(block.values @ part, block.cells) for block, part in parts if block.cells is not None]
    count = len(own[0][0])
    odds = np.empty((count, len(CLASSES)), np.float32)
    for start in range(0, count, _CHUNK):
        some = slice(start, start + _CHUNK)
        hidden = np.tile(bias, (len(odds[some]), 1))
        for values, part in own:
            hidden += values[some] @ part
        for sums, cells in shared:
            hidden += sums[cells[some]]
        np.maximum(hidden, np.float32(0), out=hidden)
        odds[some] = softmax(predict_logits(network[1:], hidden))
    return odds


def pen_darkness_at(darkness: Float32, places: Int64) -> float:
    """Return how dark the pen is: most dark pixels are fainter, for they lie at an edge."""
    return max(float(quantile(darkness.ravel()[places], 0.85)), 0.02)


def judge(darkness: Float32, places: Int64, networks: Sequence[Network]) -> Float32:
    """Return the probabilities (N, 3) of the classes of pixels at the networks' scale."""
    if not places.size:
        return np.zeros((0, len(CLASSES)), np.float32)
    parts = np.array_split(places, -(-len(places) // _PART))
    pen = pen_darkness_at(darkness, places)
    odds = np.concatenate(
        [class_probabilities(networks[0], darkness_blocks(darkness, part, pen)) for part in parts]
    )
    for network in networks[1:]:
        if not _may_have_lines(darkness.shape, places, odds):
            break
        blocks = (answer_blocks(darkness.shape, places, odds, part) for part in parts)
        odds = np.concatenate([class_probabilities(network, one) for one in blocks])
    return odds


def _may_have_lines(shape: tuple[int, int], places: Int64, odds: Float32) -> bool:
    """Whether any of what was taken for lines may be a part of one, and not the bar of a letter."""
    is_line = np.zeros(shape, bool)
    is_line.ravel()[places] = odds[:, LINE] > odds[:, WRITING]
    parts = find_components(is_line, bridge_px=_BRIDGE_PX)
    longer, shorter = np.maximum(parts.heights, parts.widths), np.minimum(parts.heights, parts.widths)
    return bool(((longer >= _SHORTEST_LINE_PX) | (shorter >= _SMALLEST_BOX_PX)).any())


def classify_pixels(
    darkness: Float32, strength: Float32, *, text_height_px: float, networks: Sequence[Network] | None = None
) -> PixelClasses:
    """Classify each dark pixel of a page.

    Parameters
    ----------
    darkness : (H, W) float32 array
        0 on paper.
    strength : (H, W) float32 array
        Strength of the ink: pixels of at least `FAINTEST` are classified.
    text_height_px : float
    networks : sequence of Network, optional
        The shipped ones if left out.
    """
    nothing = np.zeros(darkness.shape, np.float32)
    if darkness.size * (LETTER_PX / text_height_px) ** 2 > _MOST_AT_SCALE:
        return PixelClasses(nothing, nothing, nothing)
    candidates = strength > FAINTEST
    small = at_network_scale(darkness, text_height_px)
    dark = at_network_scale(candidates.astype(np.float32), text_height_px)
    places = np.flatnonzero(dark > COVERED_FRAC)
    if places.size > _MOST_PIXELS:
        return PixelClasses(nothing, nothing, nothing)
    odds = judge(small, places, networks or shipped_networks())
    pixels = np.flatnonzero(candidates)
    found = _interpolated(odds.T[[WRITING, LINE, GROUND]], places, small.shape, pixels, candidates.shape)
    maps = np.zeros((3, *candidates.shape), np.float32)
    maps.reshape(3, -1)[:, pixels] = found
    return PixelClasses(*maps)


def _interpolated(
    values: Float32, places: Int64, shape: tuple[int, int], pixels: Int64, full_shape: tuple[int, int]
) -> Float32:
    """Interpolate values (D, N) from places of a small picture at pixels of a larger one: (D, M).

    Interpolation is bilinear, among those of four neighbours that are places; 0 where none is.
    """
    number = np.zeros(shape, np.int32)
    number.ravel()[places] = np.arange(1, len(places) + 1)
    table = np.pad(np.vstack([np.ones(len(places), np.float32), values]), ((0, 0), (1, 0)))
    ends = []
    for place, small, full in zip(np.divmod(pixels, full_shape[1]), shape, full_shape, strict=True):
        at = np.clip((np.arange(full) + 0.5) * (small / full) - 0.5, 0, small - 1)
        first = at.astype(np.int64)
        share = (at - first).astype(np.float32)[place]
        last = np.minimum(first + 1, small - 1)
        ends.append(((first[place], 1 - share), (last[place], share)))
    sums = np.zeros((len(table), len(pixels)), np.float32)
    for (row, row_share), (col, col_share) in product(*ends):
        near = number.ravel()[row * shape[1] + col]
        weight = row_share * col_share
        for index, own in enumerate(table):
            sums[index] += own[near] * weight
    return np.asarray(sums[1:] / np.maximum(sums[0], np.float32(1e-3)))


def save_network(network: Network, path: Path) -> None:
    """Write a network to a file; the same weights give the same bytes.

    Raises
    ------
    ModelError
        If it cannot be written; what was there before is still there.
    """
    weight_file.save_network(network, path, dtype=_DTYPE, what=_WHAT)


def load_network(path: Path, sizes: Sequence[int]) -> Network:
    """Load a network of these sizes from a file.

    Raises
    ------
    ModelError
        If it cannot be read or is not such a file.
    """
    return weight_file.load_network(path, sizes=sizes, dtype=_DTYPE, what=_WHAT)


@cache
def shipped_networks() -> tuple[Network, ...]:
    """Load the shipped networks, once."""
    return tuple(
        load_network(_SHIPPED / f"{name}.npz", sizes)
        for name, sizes in zip(NETWORK_NAMES, SIZES, strict=True)
    )
