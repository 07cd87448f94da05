"""An examination of a model: each character of a set with the probabilities that it was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.alphabet import Fold, fold, label_map
from ocr.classifier.crop import make_crops
from ocr.errors import DataError, SettingError
from ocr.evaluation.characters import group_probabilities, origin_of, require_whole_classes
from ocr.evaluation.confusion import (
    Confusion,
    accuracy,
    confusion_matrix,
    ranked_confusions,
    wilson_interval,
)
from ocr.evaluation.reliability import errors_among_least_sure, expected_calibration_error

if TYPE_CHECKING:
    from ocr.array_types import Float32, Int64
    from ocr.classifier.model import Model
    from ocr.datasets.emnist import LabelledImages

# Characters examined at once, so that the crops of a large set never lie in memory together.
_PIECE = 8192

# The fold under which a split is examined if none is named: the finest that its classes can answer.
_USUAL_FOLDS = {"byclass": "62", "letters": "36", "digits": "digits", "mnist": "digits", "": "62"}


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """What a model made of N characters.

    Attributes
    ----------
    names : tuple of str
        What the K groups of the fold are called.
    rows : (N,) int64 array
        Where each character lies in the set that was examined.
    truth : (N,) int64 array
        Right group of each.
    probabilities : (N, K) float32 array
        Probability of each group, given that the character is in the alphabet of the fold; rows sum to 1.
    left_out : int
        Characters of the set outside the alphabet of the fold.
    """

    names: tuple[str, ...]
    rows: Int64
    truth: Int64
    probabilities: Float32
    left_out: int = 0

    @property
    def count(self) -> int:
        """Number of characters."""
        return len(self.rows)

    @property
    def guesses(self) -> Int64:
        """(N,) most probable group of each character."""
        return np.asarray(self.probabilities.argmax(axis=1), dtype=np.int64)

    @property
    def confidences(self) -> Float32:
        """(N,) probability of the guess."""
        return np.asarray(self.probabilities.max(axis=1))

    @property
    def matrix(self) -> Int64:
        """(K, K) confusion matrix, rows the truth."""
        return confusion_matrix(self.truth, self.guesses, classes=len(self.names))

    @property
    def accuracy(self) -> float:
        """Share read right."""
        return accuracy(self.matrix)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence interval of the accuracy."""
        return wilson_interval(int((self.guesses == self.truth).sum()), self.count)

    @property
    def confusions(self) -> tuple[Confusion, ...]:
        """All mistakes, most frequent first."""
        return ranked_confusions(self.matrix, self.names)

    @property
    def calibration_error(self) -> float:
        """Expected calibration error in [0, 1]."""
        return expected_calibration_error(self.confidences, self.guesses == self.truth)

    @property
    def errors_among_least_sure(self) -> float:
        """Share of the errors among the least sure tenth of the characters."""
        return errors_among_least_sure(self.confidences, self.guesses == self.truth)

    def least_sure(self, most: int) -> Int64:
        """Places (in 0 .. N - 1) of the characters with the lowest confidence, the lowest first."""
        return np.argsort(self.confidences, kind="stable")[:most]

    def mistaken(self, truth: int, guess: int) -> Int64:
        """Places of the characters ``truth`` read as ``guess``, the surest first."""
        places = np.flatnonzero((self.truth == truth) & (self.guesses == guess))
        return places[np.argsort(-self.confidences[places], kind="stable")]


def examine(model: Model, data: LabelledImages, target: Fold, *, sizes: Float32 | None = None) -> Examination:
    """Let a model read every character of a labelled set that is in the alphabet of a fold.

    Parameters
    ----------
    model : Model
    data : LabelledImages
        Images (N, 28, 28) uint8 and their labels.
    target : Fold
        Which characters count as one, and which are left out; see :func:`choose_fold`.
    sizes : (N, 2) float32 array, optional
        Width and height of each character in capitals of its writer, NaN where unknown; they count beside the
        shape, see :mod:`ocr.evaluation.characters`.

    Returns
    -------
    Examination

    Raises
    ------
    SettingError
        If the fold tells apart what a class of the set holds together, or the model lacks one of its classes.
    DataError
        If the set has no character in the alphabet of the fold.
    """
    require_whole_classes(data, target)
    _require_answers(model, target)
    truth = label_map(data.classes, target)[data.labels]
    rows = np.flatnonzero(truth >= 0)
    if rows.size == 0:
        message = f"no character of this set is in the alphabet {target.name!r}: choose another split or fold"
        raise DataError(message)
    probabilities = np.empty((rows.size, len(target.groups)), dtype=np.float32)
    for start in range(0, rows.size, _PIECE):
        piece = rows[start : start + _PIECE]
        crops = make_crops(image.astype(np.float32) / 255 for image in data.images[piece])
        probabilities[start : start + _PIECE] = group_probabilities(
            model,
            crops,
            target,
            origin=origin_of(data),
            sizes=None if sizes is None else sizes[piece],
        )
    # What the fold leaves out is out of the question, so the rest is certain to hold the answer.
    probabilities /= np.maximum(probabilities.sum(axis=1, keepdims=True), np.float32(1e-30))
    return Examination(target.names, rows, truth[rows], probabilities, len(truth) - rows.size)


def choose_fold(split: str, *, name: str | None = None, only: str | None = None) -> Fold:
    """Return the fold that the user means.

    Parameters
    ----------
    split : str
        EMNIST split to examine, which decides the fold if ``name`` is left out; "" for other sets.
    name : str, optional
        A fold of :mod:`ocr.classifier.alphabet`.
    only : str, optional
        Keep only the groups that hold one of these characters, such as ``"0O1Il"``.

    Raises
    ------
    SettingError
        If there is no such fold, or ``only`` names a character outside it or fewer than two groups.
    """
    whole = fold(name if name is not None else _USUAL_FOLDS.get(split, "47"))
    if only is None:
        return whole
    unknown = sorted(set(only) - set(whole.group_of))
    if unknown:
        message = (
            f"classes {only!r}: found {unknown[0]!r}, expected characters of the fold {whole.name!r}, "
            f"{''.join(whole.groups)}; choose among these"
        )
        raise SettingError(message)
    kept = sorted({whole.group_of[character] for character in only})
    if len(kept) < 2:
        message = (
            f"classes {only!r}: found {len(kept)} group of the fold {whole.name!r}, expected two or more"
        )
        raise SettingError(message)
    return Fold(f"{whole.name} of {only}", tuple(whole.groups[index] for index in kept))


def _require_answers(model: Model, target: Fold) -> None:
    """Raise SettingError if the model has no class for one of the groups."""
    known = set(label_map(model.classes, target).tolist())
    missing = [name for index, name in enumerate(target.names) if index not in known]
    if missing:
        message = (
            f"model {model.name}: has no class for {''.join(missing)!r} of the fold {target.name!r}, only "
            f"{''.join(model.classes)}; choose another fold, classes or model"
        )
        raise SettingError(message)
