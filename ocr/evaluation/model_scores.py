"""The scores of a model: on the test files of EMNIST, and on characters of other writers and pens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr.classifier.alphabet import LABEL_MAPS, ambiguous_classes, label_map_named
from ocr.datasets import emnist
from ocr.datasets.npz_set import load_characters
from ocr.evaluation.characters import evaluate, own_label_map

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from ocr.array_types import Float32
    from ocr.classifier.alphabet import LabelMap
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
    label_map : str
        A key of `ocr.classifier.alphabet.LABEL_MAPS`.
    providers : tuple of str
        Keep these only; all if empty.
    with_size : bool
        Let sizes count beside shapes.
    """

    name: str
    label_map: str
    providers: tuple[str, ...] = ()
    with_size: bool = False


# Label maps under which each EMNIST test file is scored.
_EMNIST_LABEL_MAPS = {
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


def emnist_scores(
    model: Model,
    data: str | os.PathLike[str] | None,
    *,
    splits: Collection[str] = tuple(_EMNIST_LABEL_MAPS),
    on_test: Callable[[str, int], None] | None = None,
) -> list[Score]:
    """Compute the scores on EMNIST test files that are there; nothing is downloaded.

    Parameters
    ----------
    model : Model
    data : path or None
        EMNIST folder or archive; the usual place if None.
    splits : collection of str
        Score the test files of these only.
    on_test : callable, optional
        Called before each test with its name and its number of characters.

    Returns
    -------
    list of dict
        For each test and label map that the model can answer: ``test``, ``label_map``, ``count``,
        ``accuracy``, ``interval`` (95 %, Wilson), ``expected_calibration_error`` and
        ``errors_among_least_sure_tenth``, all shares in [0, 1].

    Raises
    ------
    DataError
        If a test file is damaged.
    """
    scores = []
    at_hand = emnist.available(data)
    for split in splits:
        if (split, "test") in at_hand:
            images = emnist.load(split, "test", data=data)
            if on_test is not None:
                on_test(f"emnist-{split}-test", len(images.labels))
            scores += labelled_scores(model, images, test=f"emnist-{split}-test", split=split)
    return scores


def labelled_scores(model: Model, images: LabelledImages, *, test: str, split: str) -> list[Score]:
    """Compute the scores of a model on a set with the classes of an EMNIST split; see `emnist_scores`.

    A model of chosen classes is scored under these, any other under the label maps of the split.
    """
    own = own_label_map(model)
    if own is not None and not ambiguous_classes(split, images.classes, own):
        label_maps = [own]
    else:
        names = _EMNIST_LABEL_MAPS.get(split, tuple(LABEL_MAPS)[:5])
        label_maps = [label_map_named(name) for name in names]
    return [{"test": test, **score} for score in _scores(model, images, label_maps)]


def character_scores(
    model: Model, folder: Path, tests: Sequence[CharacterTest] = CHARACTER_TESTS
) -> list[Score]:
    """Compute the scores on parts of the files of characters in a folder.

    Parameters
    ----------
    model : Model
    folder : Path
        With files ``NAME.npz``; tests whose file is not there are left out.
    tests : sequence of CharacterTest

    Returns
    -------
    list of dict
        As :func:`emnist_scores` returns them, with ``providers`` and ``with_size``.

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
            for score in _scores(model, found.labelled(), [label_map_named(test.label_map)], sizes=sizes)
        ]
    return scores


def _scores(
    model: Model,
    data: LabelledImages,
    label_maps: Sequence[LabelMap],
    *,
    sizes: Float32 | None = None,
) -> Iterator[Score]:
    """Compute the scores under those label maps that the model can answer and the set has."""
    for label_map in label_maps:
        if not _applies(model, data, label_map):
            continue
        result = evaluate(model, data, label_map, sizes=sizes)
        yield {
            "label_map": label_map.name,
            "count": result.count,
            "accuracy": round(result.accuracy, 5),
            "interval": [round(bound, 5) for bound in result.interval],
            "expected_calibration_error": round(result.calibration_error, 5),
            "errors_among_least_sure_tenth": round(result.errors_among_least_sure, 5),
        }


def _applies(model: Model, data: LabelledImages, label_map: LabelMap) -> bool:
    """Return whether the model can answer every group, and the set has characters of the alphabet."""
    has_some = bool((label_map.indices(data.classes)[data.labels] >= 0).any())
    if ambiguous_classes(data.split, data.classes, label_map):
        return False
    return has_some and label_map.is_covered_by(model.classes)


def merged(old: Sequence[Score], new: Sequence[Score]) -> list[Score]:
    """Return old and new scores; a new one takes the place of an old one of the same test."""
    fresh = {_key(score): score for score in new}
    kept = [fresh.pop(_key(score), score) for score in old]
    return kept + list(fresh.values())


def _key(score: Score) -> tuple[Any, ...]:
    """Return what identifies a test."""
    size = bool(score.get("with_size"))
    return score["test"], score["label_map"], tuple(score.get("providers", ())), size
