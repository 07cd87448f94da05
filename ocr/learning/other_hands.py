"""How well a model that has learnt one hand still names the characters of others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ocr.datasets import emnist
from ocr.datasets.emnist import LabelledImages
from ocr.errors import DataError
from ocr.evaluation.model_scores import labelled_scores
from ocr.training.drawn_data import draw_split

if TYPE_CHECKING:
    from ocr.classifier.model import Model

# Classes in which letters of both cases that look alike are one.
_SPLIT = "bymerge"
# Test characters of EMNIST that are named: enough to see that one model is 0.3 points worse than the other.
_MOST = 6000


def accuracy_on_others(model: Model, learnt: Model) -> dict[str, Any]:
    """Measure two models on test characters of EMNIST, or on drawn ones where EMNIST is not at hand.

    Parameters
    ----------
    model, learnt : Model
        Before and after it has learnt a hand.

    Returns
    -------
    dict
        ``test``, its name; ``characters``, how many; ``before`` and ``after``, the shares that are named
        right, None if the models do not know all characters of the test.
    """
    images, test = _test_characters()
    before, after = (
        # The shares of the classes are those of the test, not of the hand.
        labelled_scores(replace(one, priors=model.priors), images, test=test, split=_SPLIT)
        for one in (model, learnt)
    )
    return {
        "test": test,
        "characters": len(images.labels),
        "before": before[0]["accuracy"] if before else None,
        "after": after[0]["accuracy"] if after else None,
    }


def _test_characters() -> tuple[LabelledImages, str]:
    """Return test characters, and what they are called in messages; nothing is downloaded."""
    try:
        if (_SPLIT, "test") in emnist.available():
            whole = emnist.load(_SPLIT, "test")
            some = LabelledImages(whole.images[:_MOST], whole.labels[:_MOST], whole.classes, whole.split)
            return some, "EMNIST by merge"
    except DataError:
        # A damaged file is no reason not to learn.
        pass
    return draw_split(_SPLIT, "test"), "drawn characters"
