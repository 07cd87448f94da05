r"""How well a model reads single characters: its probabilities for each character of a labelled set.

Characters are counted under a label map, see :mod:`ocr.classifier.alphabet`: the probabilities of a group are
summed, and characters outside its alphabet are left out.

A crop makes a comma as large as a slash. Reading a page settles that by the place on the line (see
:mod:`ocr.recognition.glyph_metrics`). A set of single characters has no lines, but may know width and height
relative to the writer's capitals. The same shipped statistics then say how likely each size is:

.. math:: \log p(c \mid \text{shape}, \text{size}) = \log p(c \mid \text{shape})
          + w \log N(\text{width}, \text{height} \mid c) + \text{constant}.

The height of a character is its top less its bottom, and its variance is the sum of theirs. Nothing is
measured on the characters that are scored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.alphabet import (
    LABEL_MAPS,
    LabelMap,
    ambiguous_classes,
    expand_ranges,
    label_map_named,
    label_map_of,
)
from ocr.classifier.crop import make_crops
from ocr.errors import DataError, SettingError
from ocr.evaluation.confusion import (
    Confusion,
    accuracy,
    confusion_matrix,
    ranked_confusions,
    wilson_interval,
)
from ocr.evaluation.reliability import errors_among_least_sure, expected_calibration_error
from ocr.numeric import log_softmax
from ocr.recognition.glyph_metrics import shipped_glyph_metrics

if TYPE_CHECKING:
    from ocr.array_types import Float32, Int64
    from ocr.classifier.model import Model
    from ocr.datasets.emnist import LabelledImages

# Characters classified at once, so that the crops of a large set never lie in memory together.
_CHUNK = 8192

# The label map of a split if none is named: the finest that its classes can answer.
_USUAL_LABEL_MAPS = {"byclass": "62", "letters": "36", "digits": "digits", "mnist": "digits", "": "62"}

# How much the size counts against the shape: less than 1, because the two are not independent. The best of
# 0.1, 0.2, 0.3, 0.5, 0.7 and 1 on the 20 marks of the UNIPEN providers pri and syn, which no score is quoted
# on and no shipped model has learnt from.
_SIZE_WEIGHT = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The answers of a model to N characters.

    Attributes
    ----------
    names : tuple of str
        What the K groups of the label map are called.
    rows : (N,) int64 array
        Index of each character in the set.
    truth : (N,) int64 array
        Right group of each.
    probabilities : (N, K) float32 array
        Probability of each group, for a character in the alphabet of the label map; rows sum to 1.
    left_out : int
        Number of characters of the set outside the alphabet.
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
        """Most probable group (N,) of each character."""
        return np.asarray(self.probabilities.argmax(axis=1), dtype=np.int64)

    @property
    def confidences(self) -> Float32:
        """Probability (N,) of the guess."""
        return np.asarray(self.probabilities.max(axis=1))

    @property
    def matrix(self) -> Int64:
        """Confusion matrix (K, K), rows the truth."""
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
        """Return indices (in 0 .. N - 1) of the characters with the lowest confidence, the lowest first."""
        return np.argsort(self.confidences, kind="stable")[:most]

    def mistaken(self, truth: int, guess: int) -> Int64:
        """Return indices of the characters ``truth`` read as ``guess``, the surest first."""
        found = np.flatnonzero((self.truth == truth) & (self.guesses == guess))
        return found[np.argsort(-self.confidences[found], kind="stable")]


def evaluate(
    model: Model, data: LabelledImages, label_map: LabelMap, *, sizes: Float32 | None = None
) -> Evaluation:
    """Classify every character of a labelled set that is in the alphabet of a label map.

    Parameters
    ----------
    model : Model
    data : LabelledImages
        Images (N, 28, 28) uint8 and their labels.
    label_map : LabelMap
        Which characters count as one, and which are left out; see :func:`choose_label_map`.
    sizes : (N, 2) float32 array, optional
        Width and height of each character in capitals of its writer, NaN where unknown; they count beside the
        shape.

    Raises
    ------
    SettingError
        If the label map separates what a class of the set holds together, or the model lacks one of its
        classes.
    DataError
        If the set has no character in the alphabet of the label map.
    """
    _require_unambiguous(data, label_map)
    _require_answers(model, label_map)
    truth = label_map.indices(data.classes)[data.labels]
    rows = np.flatnonzero(truth >= 0)
    if rows.size == 0:
        message = (
            f"no character of this set is in the alphabet {label_map.name!r}: "
            "choose another split or label map"
        )
        raise DataError(message)
    # EMNIST is read with the class shares of EMNIST, any other set with equal shares.
    origin = "emnist" if data.split else None
    probabilities = np.empty((rows.size, len(label_map.groups)), dtype=np.float32)
    for start in range(0, rows.size, _CHUNK):
        chunk = rows[start : start + _CHUNK]
        crops = make_crops(image.astype(np.float32) / 255 for image in data.images[chunk])
        probabilities[start : start + _CHUNK] = group_probabilities(
            model, crops, label_map, origin=origin, sizes=None if sizes is None else sizes[chunk]
        )
    # Given that the character is in the alphabet, one of the groups is right.
    probabilities /= np.maximum(probabilities.sum(axis=1, keepdims=True), np.float32(1e-30))
    return Evaluation(label_map.names, rows, truth[rows], probabilities, len(truth) - rows.size)


def group_probabilities(
    model: Model,
    crops: Float32,
    label_map: LabelMap,
    *,
    origin: str | None = None,
    sizes: Float32 | None = None,
) -> Float32:
    """Compute the probability (N, K) of each group of a label map, the sum over its classes.

    Classes outside the alphabet are not counted. With ``sizes`` (N, 2), width and height in capitals, these
    count beside the shape.
    """
    groups = label_map.indices(model.classes)
    member = np.zeros((len(model.classes), len(label_map.groups)), dtype=np.float32)
    known = groups >= 0
    member[np.flatnonzero(known), groups[known]] = 1
    rows = model.log_probabilities(crops, origin=origin)
    if sizes is not None:
        rows = with_size(rows, sizes, model.classes)
    return np.exp(rows) @ member


def with_size(log_probabilities: Float32, sizes: Float32, classes: tuple[str, ...]) -> Float32:
    """Return log-probabilities of shapes updated by the sizes of the characters, and normalised again.

    Parameters
    ----------
    log_probabilities : (N, K) float32 array
        Of each class, from the shape alone.
    sizes : (N, 2) float32 array
        Width and height in capitals of the writer; where either is NaN, the shape alone counts.
    classes : tuple of str, length K
        Those without statistics, such as non-characters, may have any size.

    Returns
    -------
    (N, K) float32 array
    """
    metrics = shipped_glyph_metrics(classes)
    (top, bottom, width), (top_spread, bottom_spread, width_spread) = metrics.mean.T, metrics.spread.T
    mean = np.column_stack([width, top - bottom])
    spread = np.column_stack([width_spread, np.hypot(top_spread, bottom_spread)])
    distance = (sizes.astype(np.float64)[:, None, :] - mean) / spread
    likelihood = -0.5 * np.square(distance).sum(axis=2) - np.log(spread).sum(axis=1)
    known = np.isfinite(sizes).all(axis=1, keepdims=True)
    scores = log_probabilities + _SIZE_WEIGHT * np.where(known, likelihood, 0.0)
    return np.asarray(log_softmax(scores), dtype=np.float32)


def own_label_map(model: Model) -> LabelMap | None:
    """Return the groups that a model was trained to separate, if its metadata names them."""
    alphabet = model.metadata.get("classes")
    if not isinstance(alphabet, str) or alphabet in {"", "emnist", "print"}:
        return None
    try:
        label_map = label_map_of(alphabet)
    except SettingError:
        return None
    return label_map if label_map.is_covered_by(model.classes) else None


def choose_label_map(
    split: str, *, name: str | None = None, only: str | None = None, model: Model | None = None
) -> LabelMap:
    """Return the label map that a user asks for.

    Parameters
    ----------
    split : str
        EMNIST split, which decides the label map if ``name`` is left out; "" for other sets.
    name : str, optional
        A key of `ocr.classifier.alphabet.LABEL_MAPS`.
    only : str, optional
        Keep only the groups that hold one of these characters, such as ``"0O1Il"`` or ``"A-Z"``.
    model : Model, optional
        If no name was asked for, and the model lacks classes for the usual label map of the split, take the
        one that it was trained for, or the finest that it has classes for.

    Raises
    ------
    SettingError
        If there is no such label map, or ``only`` names a character outside it or fewer than two groups.
    """
    whole = label_map_named(name if name is not None else _USUAL_LABEL_MAPS.get(split, "47"))
    if name is None and model is not None and not whole.is_covered_by(model.classes):
        whole = own_label_map(model) or _finest_covered(model) or whole
    if only is None:
        return whole
    only = expand_ranges(only)
    unknown = sorted(set(only) - set(whole.group_of))
    if unknown:
        message = (
            f"classes {only!r}: found {unknown[0]!r}, expected characters of the label map {whole.name!r}, "
            f"{''.join(whole.groups)}; choose among these"
        )
        raise SettingError(message)
    kept = sorted({whole.group_of[character] for character in only})
    if len(kept) < 2:
        message = (
            f"classes {only!r}: found {len(kept)} group of the label map {whole.name!r}, expected two or more"
        )
        raise SettingError(message)
    return LabelMap(f"{whole.name} of {only}", tuple(whole.groups[index] for index in kept))


def _finest_covered(model: Model) -> LabelMap | None:
    """Return the first label map of which a model has all classes, or None."""
    return next((one for one in LABEL_MAPS.values() if one.is_covered_by(model.classes)), None)


def _require_unambiguous(data: LabelledImages, label_map: LabelMap) -> None:
    """Raise SettingError, with the label maps that fit, if one separates what a class holds together."""
    ambiguous = ambiguous_classes(data.split, data.classes, label_map)
    if not ambiguous:
        return
    fitting = [
        one.name
        for one in LABEL_MAPS.values()
        if not ambiguous_classes(data.split, data.classes, one) and one.indices(data.classes).max() >= 0
    ]
    first = ambiguous[0]
    message = (
        f"label map {label_map.name!r} does not fit EMNIST {data.split}, whose class {first} also holds "
        f"{first.lower()}: expected one of {', '.join(fitting)}; choose one of these or a byclass file"
    )
    raise SettingError(message)


def _require_answers(model: Model, label_map: LabelMap) -> None:
    """Raise SettingError if the model has no class for one of the groups."""
    known = set(label_map.indices(model.classes).tolist())
    missing = [name for index, name in enumerate(label_map.names) if index not in known]
    if missing:
        message = (
            f"model {model.name}: has no class for {''.join(missing)!r} of the label map {label_map.name!r}, "
            f"only {''.join(model.classes)}; choose another label map, classes or model"
        )
        raise SettingError(message)
