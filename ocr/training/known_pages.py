"""Pictures with known text, and the regression that coefficients are fitted with on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ocr.array_types import Float64, Mask

_STEPS = 100


def pictures_with_text(
    folders: Iterable[Path], left_out: Path | None, *, most: int | None = None
) -> list[Path]:
    """Return the pictures of some folders that have a file NAME.gt.txt beside them.

    Parameters
    ----------
    folders : iterable of Path
    left_out : Path or None
        A list of pictures to leave out, as FOLDER/NAME on each line.
    most : int, optional
        So many of each folder at most, evenly chosen.
    """
    names = set(left_out.read_text("utf-8").split()) if left_out else set()
    found: list[Path] = []
    for folder in folders:
        own = [
            path
            for path in sorted(folder.iterdir())
            if path.suffix.lower() in {".png", ".jpg", ".jpeg"}
            and path.with_suffix(".gt.txt").exists()
            and f"{folder.name}/{path.name}" not in names
        ]
        found += own[:: -(-len(own) // most)] if most and own else own
    return found


def logistic_regression(inputs: Float64, is_true: Mask, weights: Float64, *, penalty: float) -> Float64:
    """Fit a weighted logistic regression by Newton's method.

    Parameters
    ----------
    inputs : (N, D) float64 array
    is_true : (N,) bool array
    weights : (N,) float64 array
    penalty : float
        On the squares of the coefficients, each in units of the standard deviation of its input.

    Returns
    -------
    (D,) float64 array
        The coefficients.
    """
    spread = np.where(inputs.std(axis=0) > 0, inputs.std(axis=0), 1)
    scaled = inputs / spread
    found = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-scaled @ found))
        gradient = scaled.T @ (weights * (chances - is_true)) + penalty * found
        curvature = (scaled * (weights * chances * (1 - chances))[:, None]).T @ scaled
        found -= np.linalg.solve(curvature + penalty * np.eye(found.size), gradient)
    return np.asarray(found / spread)
