"""All scores that a model is judged by: EMNIST's test files, and characters of other writers and pens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr.classifier.alphabet import covers, fold, label_map
from ocr.datasets import emnist
from ocr.datasets.npz_set import load_characters
from ocr.evaluation.report import examine

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ocr.array_types import Float32
    from ocr.classifier.alphabet import Fold
    from ocr.classifier.model import Model
    from ocr.datasets.emnist import LabelledImages

    Score = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CharacterTest:
    """A part of a file of characters, and how it is scored.

    Attributes
    ----------
    name : str
        Stem of the file.
    fold : str
        One of the folds of :mod:`ocr.classifier.alphabet`.
    providers : tuple of str
        Keep these only; all if empty.
    with_size : bool
        Let sizes count beside shapes.
    """

    name: str
    fold: str
    providers: tuple[str, ...] = ()
    with_size: bool = False


# Folds under which each EMNIST test file is scored.
_EMNIST_FOLDS = {
    "byclass": ("62", "digits", "upper", "lower"),
    "bymerge": ("47",),
    "mnist": ("digits",),
}

# Providers of UNIPEN that no shipped model has learnt from and no setting was chosen on.
_UNSEEN = ("tos", "gmd")

CHARACTER_TESTS: tuple[CharacterTest, ...] = (
    CharacterTest("photo62", "36"),
    CharacterTest("chars74k_hnd", "36"),
    CharacterTest("unipen", "36", _UNSEEN),
    CharacterTest("nist26_valid", "upper"),
    CharacterTest("unipen", "marks", _UNSEEN, with_size=True),
)
"""Files of characters by other writers than EMNIST's, none of them learnt from by a shipped model."""


def emnist_scores(model: Model, data: str | os.PathLike[str] | None) -> list[Score]:
    """Score each EMNIST test file that is at hand; nothing is downloaded.

    Parameters
    ----------
    model : Model
    data : path or None
        EMNIST folder or archive; the usual place if None.

    Returns
    -------
    list of dict
        For each test and fold that the model can answer: ``test``, ``fold``, ``count``, ``accuracy``,
        ``interval`` (95 %, Wilson), ``expected_calibration_error`` and ``errors_among_least_sure_tenth``, all
        shares in [0, 1].

    Raises
    ------
    DataError
        If a test file is damaged.
    """
    scores = []
    at_hand = emnist.available(data)
    for split, folds in _EMNIST_FOLDS.items():
        if (split, "test") in at_hand:
            images = emnist.load(split, "test", data=data)
            scores += [{"test": f"emnist-{split}-test", **score} for score in _scores(model, images, folds)]
    return scores


def character_scores(
    model: Model, folder: Path, tests: Sequence[CharacterTest] = CHARACTER_TESTS
) -> list[Score]:
    """Score the parts of files of characters that are in a folder.

    Parameters
    ----------
    model : Model
    folder : Path
        With files ``NAME.npz``; tests whose file is not there are left out.
    tests : sequence of CharacterTest

    Returns
    -------
    list of dict
        As :func:`emnist_scores` gives them, with ``providers`` and ``with_size``.

    Raises
    ------
    DataError
        If a file is damaged.
    SettingError
        If a file lacks a provider.
    """
    scores = []
    for test in tests:
        path = folder / f"{test.name}.npz"
        if not path.is_file():
            continue
        found = load_characters(path)
        if test.providers:
            found.require(test.providers)
            found = found.only(test.providers)
        sizes = found.sizes if test.with_size else None
        more = {"providers": list(test.providers), "with_size": test.with_size}
        scores += [
            {"test": test.name, **score, **more}
            for score in _scores(model, found.labelled(), (test.fold,), sizes=sizes)
        ]
    return scores


def _scores(
    model: Model,
    data: LabelledImages,
    folds: Sequence[str],
    *,
    sizes: Float32 | None = None,
) -> Iterator[Score]:
    for name in folds:
        if not _applies(model, data, fold(name)):
            continue
        result = examine(model, data, fold(name), sizes=sizes)
        yield {
            "fold": name,
            "count": result.count,
            "accuracy": round(result.accuracy, 5),
            "interval": [round(bound, 5) for bound in result.interval],
            "expected_calibration_error": round(result.calibration_error, 5),
            "errors_among_least_sure_tenth": round(result.errors_among_least_sure, 5),
        }


def _applies(model: Model, data: LabelledImages, target: Fold) -> bool:
    """Whether the model can answer all of the fold, and the images show some of it."""
    return covers(model.classes, target) and bool((label_map(data.classes, target)[data.labels] >= 0).any())


def merged(old: Sequence[Score], new: Sequence[Score]) -> list[Score]:
    """Put new scores in the place of old ones of the same test, and after those of other tests."""
    fresh = {_key(score): score for score in new}
    kept = [fresh.pop(_key(score), score) for score in old]
    return kept + list(fresh.values())


def _key(score: Score) -> tuple[Any, ...]:
    size = bool(score.get("with_size"))
    return score["test"], score["fold"], tuple(score.get("providers", ())), size
