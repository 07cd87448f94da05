"""From a drawn character to ink on the page grid: bend it, average it down, add the grain of the paper."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from ocr.synthesis.writers import SUPERSAMPLE, DrawnCharacter

if TYPE_CHECKING:
    from ocr.array_types import Float32

# Patches per side that a character is bent in: enough for a leaning stem, too few for a jagged one.
_MESH = 3


def bend_character(
    character: DrawnCharacter, *, scale: float, turn_deg: float, bend_px: float, rng: np.random.Generator
) -> DrawnCharacter:
    """Scale and turn a character about its pen point, and bend it smoothly.

    The character is covered by a mesh of 3 x 3 patches whose nodes are moved at random.

    Parameters
    ----------
    character : DrawnCharacter
        The character as the writer drew it.
    scale : float
        Factor on its size, about 0.5 .. 2.
    turn_deg : float
        Turn in degrees, about -20 .. 20; positive turns anticlockwise.
    bend_px : float
        Standard deviation of the mesh nodes in fine px.
    rng : numpy.random.Generator
        Moves the nodes.

    Returns
    -------
    DrawnCharacter
        The bent character on a larger patch.
    """
    height, width = character.coverage.shape
    pad = round(0.5 * max(height, width))  # room for growing, turning and bending
    size = (width + 2 * pad, height + 2 * pad)
    cols, rows = np.meshgrid(*(np.linspace(0, side, _MESH + 1).astype(int) for side in size))
    turn = np.deg2rad(turn_deg)
    x, y = (cols - pad - character.origin_col) / scale, (rows - pad - character.baseline_row) / scale
    bend = rng.normal(0, bend_px, (2, _MESH + 1, _MESH + 1))
    source_x = x * np.cos(turn) - y * np.sin(turn) + character.origin_col + bend[0]
    source_y = x * np.sin(turn) + y * np.cos(turn) + character.baseline_row + bend[1]
    mesh = []
    for i, j in product(range(_MESH), repeat=2):
        corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))  # the order that Pillow wants
        quad = tuple(float(axis[corner]) for corner in corners for axis in (source_x, source_y))
        mesh.append(((int(cols[i, j]), int(rows[i, j]), int(cols[i, j + 1]), int(rows[i + 1, j])), quad))
    picture = Image.fromarray(character.coverage)
    bent = picture.transform(size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    return DrawnCharacter(
        np.asarray(bent), character.baseline_row + pad, character.origin_col + pad, character.advance * scale
    )


def to_page_grid(character: DrawnCharacter, row: float, col: float) -> tuple[Float32, int, int]:
    """Average a character down to page px, cropped to its ink.

    Parameters
    ----------
    character : DrawnCharacter
        The character on the fine grid.
    row, col : float
        Where its pen point lies on the page, in px; a quarter of a px is kept.

    Returns
    -------
    coverage : numpy.ndarray
        Shape (h, w), dtype float32, 0 no ink .. 1 full.
    top, left : int
        Page row and column of the first pixel.
    """
    fine_top = round(row * SUPERSAMPLE - character.baseline_row)
    fine_left = round(col * SUPERSAMPLE - character.origin_col)
    before = (fine_top % SUPERSAMPLE, fine_left % SUPERSAMPLE)
    after = tuple(
        -(side + gap) % SUPERSAMPLE for side, gap in zip(character.coverage.shape, before, strict=True)
    )
    padded = np.pad(character.coverage, tuple(zip(before, after, strict=True)))
    height, width = (side // SUPERSAMPLE for side in padded.shape)
    blocks = padded.reshape(height, SUPERSAMPLE, width, SUPERSAMPLE)
    coverage = (blocks.mean(axis=(1, 3)) / 255).astype(np.float32)
    rows, cols = (np.flatnonzero(coverage.any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:  # a character thinner than the grid can show leaves a mark of no size
        return coverage[:0, :0], fine_top // SUPERSAMPLE, fine_left // SUPERSAMPLE
    cropped = coverage[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
    return cropped, fine_top // SUPERSAMPLE + int(rows[0]), fine_left // SUPERSAMPLE + int(cols[0])


def ink_grain(shape: tuple[int, ...], *, strength: float, rng: np.random.Generator) -> Float32:
    """Return the share of the ink that the grain of the paper takes.

    Parameters
    ----------
    shape : tuple of int
        Page (H, W) in px.
    strength : float
        0 takes all ink, 1 leaves white specks.
    rng : numpy.random.Generator
        Source of the grain.

    Returns
    -------
    numpy.ndarray
        Shape (H, W), dtype float32, from 1 - strength to 1; specks are about two px wide.
    """
    grain = gaussian_filter(rng.standard_normal(shape, np.float32), 0.8)
    grain = np.clip(0.5 + grain / (4 * grain.std()), 0, 1)
    return np.asarray(1 - strength * grain, np.float32)
