"""How well a model reads single characters, under any fold of the alphabet.

What the size of a single character adds to its shape, where a set of characters knows it.

The crop makes a comma as large as a slash. Reading a page settles that by the place on the line (see
:mod:`ocr.recognition.glyph_metrics`); a set of single characters knows no line, but may know width and height
relative to the writer's capitals. The same shipped statistics then say how likely each size is::

    log p(character | shape, size) = log p(character | shape) + w · log N(width, height | character) +
    constant

The height of a character is its top less its bottom, and its variance is the sum of theirs. Nothing is
measured on the characters that are scored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.alphabet import FOLDS, fold, label_map, torn_classes
from ocr.classifier.crop import make_crops
from ocr.errors import DataError, SettingError
from ocr.evaluation.confusion import accuracy, confusion_matrix, wilson_interval
from ocr.numeric import log_softmax
from ocr.recognition.glyph_metrics import shipped_glyph_metrics

if TYPE_CHECKING:
    from ocr.array_types import Float32, Int64
    from ocr.classifier.alphabet import Fold
    from ocr.classifier.model import Model
    from ocr.datasets.emnist import LabelledImages


@dataclass(frozen=True, slots=True, eq=False)
class CharacterScores:
    """Result of :func:`score_characters`.

    Attributes
    ----------
    matrix : (K, K) int64 array
        Confusion matrix over the groups of the fold.
    names : tuple of str
        What the K groups are called.
    """

    matrix: Int64
    names: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of characters."""
        return int(self.matrix.sum())

    @property
    def accuracy(self) -> float:
        """Share read right."""
        return accuracy(self.matrix)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence interval of the accuracy."""
        return wilson_interval(int(np.trace(self.matrix)), self.count)


# Crops are made and classified in pieces, so that the complete official test set fits into little memory.
_PIECE = 8192


def group_probabilities(
    model: Model,
    crops: Float32,
    target: Fold,
    *,
    origin: str | None = None,
    sizes: Float32 | None = None,
) -> Float32:
    """Sum up the probabilities (N, K) of each group of a fold; other classes are left out of the question.

    With ``sizes`` (N, 2), width and height in capitals, these count beside the shape.
    """
    groups = label_map(model.classes, target)
    member = np.zeros((len(model.classes), len(target.groups)), dtype=np.float32)
    known = groups >= 0
    member[np.flatnonzero(known), groups[known]] = 1
    rows = model.log_probabilities(crops, origin=origin)
    if sizes is not None:
        rows = with_size(rows, sizes, model.classes)
    return np.exp(rows) @ member


def origin_of(data: LabelledImages) -> str | None:
    """Name the prior under which a set is read: EMNIST's class shares for EMNIST, none for anything else."""
    return "emnist" if data.split else None


def score_characters(model: Model, data: LabelledImages, *, fold_name: str) -> CharacterScores:
    """Read every character of a labelled set and count the confusions.

    Characters outside the alphabet of the fold are left out.

    Parameters
    ----------
    model : Model
    data : LabelledImages
        Images (N, 28, 28) uint8 and their labels.
    fold_name : str
        One of the folds of :mod:`ocr.classifier.alphabet`.

    Returns
    -------
    CharacterScores

    Raises
    ------
    SettingError
        If the fold is unknown, or tells apart what a class of the set holds together.
    DataError
        If the set has no character in the alphabet of the fold.
    """
    target = fold(fold_name)
    require_whole_classes(data, target)
    truth = label_map(data.classes, target)[data.labels]
    rows = np.flatnonzero(truth >= 0)
    if rows.size == 0:
        message = f"no character of this set is in the alphabet {fold_name!r}: choose another split or fold"
        raise DataError(message)
    guesses = np.empty(rows.size, dtype=np.int64)
    for start in range(0, rows.size, _PIECE):
        piece = rows[start : start + _PIECE]
        crops = make_crops(image.astype(np.float32) / 255 for image in data.images[piece])
        probabilities = group_probabilities(model, crops, target, origin=origin_of(data))
        guesses[start : start + _PIECE] = probabilities.argmax(axis=1)
    matrix = confusion_matrix(truth[rows], guesses, classes=len(target.groups))
    return CharacterScores(matrix, target.names)


def require_whole_classes(data: LabelledImages, target: Fold) -> None:
    """Refuse a fold that parts what a class of the set holds together.

    Raises
    ------
    SettingError
        With the folds that fit.
    """
    torn = torn_classes(data.split, data.classes, target)
    if torn:
        whole = [one for one in FOLDS.values() if not torn_classes(data.split, data.classes, one)]
        fitting = [one.name for one in whole if label_map(data.classes, one).max() >= 0]
        message = (
            f"fold {target.name!r} does not fit EMNIST {data.split}, whose class {torn[0]} also holds "
            f"{torn[0].lower()}: expected one of {', '.join(fitting)}; choose one of these or a byclass file"
        )
        raise SettingError(message)


# How much the size counts against the shape. Of 0.1, 0.2, 0.3, 0.5, 0.7 and 1 the best on the 20 marks of the
# UNIPEN providers pri and syn, which no score is quoted on and no shipped model has learnt from.
_WEIGHT = 0.5


def with_size(
    log_probabilities: Float32, sizes: Float32, classes: tuple[str, ...], *, weight: float = _WEIGHT
) -> Float32:
    """Update log-probabilities of shapes by the sizes of the characters, and normalise again.

    Parameters
    ----------
    log_probabilities : (N, K) float32 array
        Of each class, from the shape alone.
    sizes : (N, 2) float32 array
        Width and height in capitals of the writer; where either is NaN, the shape alone counts.
    classes : tuple of str, length K
        Those without statistics, such as non-characters, may have any size.
    weight : float
        0 leaves the sizes out; below 1 it allows for shape and size not being independent witnesses.

    Returns
    -------
    (N, K) float32 array
    """
    placement = shipped_glyph_metrics(classes)
    (top, bottom, width), (top_spread, bottom_spread, width_spread) = placement.mean.T, placement.spread.T
    mean = np.column_stack([width, top - bottom])
    spread = np.column_stack([width_spread, np.hypot(top_spread, bottom_spread)])
    distance = (sizes.astype(np.float64)[:, None, :] - mean) / spread
    likelihood = -0.5 * np.square(distance).sum(axis=2) - np.log(spread).sum(axis=1)
    known = np.isfinite(sizes).all(axis=1, keepdims=True)
    scores = log_probabilities + weight * np.where(known, likelihood, 0.0)
    return np.asarray(log_softmax(scores), dtype=np.float32)
