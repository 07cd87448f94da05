"""A classifier that lacks kinds of classes: pages are read all the same, with the characters that it has."""

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.files import shipped_folder
from ocr.reader import Reader


class Guesser:
    """Guesses by the place of the ink, always the same for the same crop."""

    def __init__(self, classes):
        self.classes = tuple(classes)

    def log_probabilities(self, crops):
        weights = np.random.default_rng(0).normal(size=(28 * 28, len(self.classes)))
        scores = crops.reshape(len(crops), -1) @ weights
        return (scores - np.logaddexp.reduce(scores, axis=1)[:, None]).astype(np.float32)


@pytest.mark.parametrize(
    "classes", ["0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ab", "7", ".,", ("A", "<none>")], ids=str
)
@pytest.mark.parametrize("language", ["english", "none"])
def test_any_subset_of_classes_reads(classes, language):
    reader = Reader(model=Guesser(classes), language=language)
    found = reader.read(shipped_folder("images") / "drawn.jpg")
    assert set(found.text) - {" ", "\n"} <= set(classes)


def test_a_classifier_without_any_character_is_refused():
    with pytest.raises(SettingError, match="found no character"):
        Reader(model=Guesser(["<none>"]))
