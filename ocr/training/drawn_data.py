"""Characters drawn by the built-in stroke font, in place of a data set: nothing is downloaded.

Some writers, each with a pen and a slant of their own, draw each character; every drawing is then distorted
several times, which costs far less than to draw it again. Training and test characters are drawings of
different writers. The same characters come out each time.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.alphabet import BYCLASS, SPLITS, ambiguous_classes, label_map_named
from ocr.classifier.crop import make_crops
from ocr.datasets import emnist
from ocr.datasets.emnist import LabelledImages
from ocr.synthesis.character_samples import draw_characters
from ocr.training.augmentation import FEW_WRITERS, distort

if TYPE_CHECKING:
    import os

    from ocr.array_types import Int64

DRAWN = "drawn"
"""What takes the place of a folder of data."""

# Drawings of all characters together, by part, and forms of each drawing: 6,200 characters to learn from and
# 1,550 to test on, drawn in about three seconds.
_DRAWINGS, _FORMS = {"train": 620, "test": 310}, {"train": 10, "test": 5}
_SEEDS = {"train": 1, "test": 2}


def is_drawn(data: str | os.PathLike[str] | None) -> bool:
    """Return whether characters are to be drawn; a folder of that name is called ``./drawn``."""
    return data is not None and str(data) == DRAWN


def load_images(split: str, part: str, *, data: str | os.PathLike[str] | None) -> LabelledImages:
    """Load a part of EMNIST as :func:`ocr.datasets.emnist.load` does, or draw characters in its place.

    Raises
    ------
    DataError, SettingError
        As :func:`ocr.datasets.emnist.load` does.
    """
    if not is_drawn(data):
        return emnist.load(split, part, data=data)
    emnist.parse_split(f"{split}-{part}")
    return draw_split(split, part)


@cache
def draw_split(split: str, part: str) -> LabelledImages:
    """Draw characters with the classes of an EMNIST split, each about equally frequent.

    Parameters
    ----------
    split : str
        One of `ocr.classifier.alphabet.SPLITS`. Classes that hold both cases get drawings of both.
    part : {"train", "test"}

    Returns
    -------
    LabelledImages
        Up to 6,200 or 1,550 characters in random order, read-only.
    """
    classes = set(SPLITS[split])
    characters = [one for one in BYCLASS if one in classes or one.upper() in classes]
    rng = np.random.default_rng([_SEEDS[part], len(characters)])
    each = _DRAWINGS[part] // len(characters)
    drawn = list(draw_characters((), characters, per_font=0, by_strokes=each, rng=rng))
    crops = make_crops(ink for ink, _ in drawn)
    forms = [distort(crops, settings=FEW_WRITERS, rng=rng) for _ in range(_FORMS[part])]
    images = np.rint(np.concatenate(forms) * 255).astype(np.uint8)
    labels = np.tile(_labels(split, [character for _, character in drawn]), _FORMS[part])
    order = rng.permutation(len(images))
    images, labels = images[order], labels[order]
    images.flags.writeable = labels.flags.writeable = False
    holds_both_cases = ambiguous_classes(split, SPLITS[split], label_map_named("62"))
    return LabelledImages(images, labels, SPLITS[split], split if holds_both_cases else "")


def _labels(split: str, characters: list[str]) -> Int64:
    """Return the class (N,) of each character in a split."""
    classes = SPLITS[split]
    places = {name: index for index, name in enumerate(classes)}
    return np.array([places.get(one, places.get(one.upper())) for one in characters], dtype=np.int64)
