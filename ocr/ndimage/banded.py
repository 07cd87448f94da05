"""Products with banded matrices: blurring and resizing are such a product along each axis.

Each row of a banded matrix has a few values beside one another, and zeros elsewhere. Some rows at a time
make a small full matrix, by which BLAS multiplies faster than NumPy adds up shifted copies of a picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from ocr.array_types import AnyFloat, Int64


# Rows of a small matrix. More rows have more zeros between their values, fewer rows are more calls.
_BLOCK_ROWS = 32


class Banded(NamedTuple):
    """A matrix (n, m): row i has the values ``weights[i]`` (k,) from column ``first[i]`` on, 0 elsewhere.

    ``first`` never falls, and no row reaches beyond column m - 1.
    """

    first: Int64
    weights: AnyFloat


def banded_product(matrix: Banded, values: AnyFloat, axis: int) -> AnyFloat:
    """Return the product of a banded matrix (n, m) with each column, or row, of values (H, W).

    Parameters
    ----------
    matrix : Banded
    values : (H, W) float array
        ``H`` is m along axis 0, ``W`` is m along axis 1.
    axis : int
        0 or 1.

    Returns
    -------
    (n, W) or (H, n) array
    """
    starts, blocks = _in_blocks(matrix, values.shape[axis])
    count, width = len(matrix.first), blocks.shape[2]
    shape = (count, values.shape[1]) if axis == 0 else (values.shape[0], count)
    result = np.empty(shape, values.dtype)
    for index, start in enumerate(starts.tolist()):
        rows = slice(index * _BLOCK_ROWS, min((index + 1) * _BLOCK_ROWS, count))
        block = blocks[index, : rows.stop - rows.start]
        if axis == 0:
            np.matmul(block, values[start : start + width], out=result[rows])
        else:
            np.matmul(values[:, start : start + width], block.T, out=result[:, rows])
    return result


def _in_blocks(matrix: Banded, length: int) -> tuple[Int64, AnyFloat]:
    """Return small full matrices (b, rows, w) and the column (b,) of the banded one where each begins."""
    count, band = matrix.weights.shape
    missing = -count % _BLOCK_ROWS
    first = np.pad(matrix.first, (0, missing), mode="edge").reshape(-1, _BLOCK_ROWS)
    weights = np.pad(matrix.weights, ((0, missing), (0, 0))).reshape(*first.shape, band)
    width = int((first[:, -1] - first[:, 0]).max()) + band
    starts = np.minimum(first[:, 0], length - width)
    blocks = np.zeros((*first.shape, width), matrix.weights.dtype)
    places = (first - starts[:, None])[..., None] + np.arange(band)
    np.put_along_axis(blocks, places, weights, axis=2)
    return starts, blocks
