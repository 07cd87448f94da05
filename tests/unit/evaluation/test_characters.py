import numpy as np
import pytest

from ocr.classifier.alphabet import BYCLASS, BYMERGE, LETTERS, label_map_named
from ocr.datasets.emnist import LabelledImages
from ocr.errors import DataError, SettingError
from ocr.evaluation import characters
from ocr.evaluation.characters import evaluate, group_probabilities


class Says:
    """A model that answers one after another with the characters of ``answers``, each by 0.6, or as given."""

    name = "says"

    def __init__(self, answers, classes=BYCLASS, probabilities=None):
        self.classes, self.answers, self.probabilities = classes, list(answers), probabilities
        self.origins = set()

    def log_probabilities(self, crops, *, origin=None):
        self.origins.add(origin)
        if self.probabilities is not None:
            return np.log(np.tile(np.array(self.probabilities, np.float32), (len(crops), 1)))
        found = np.full((len(crops), len(self.classes)), 0.4 / (len(self.classes) - 1), dtype=np.float32)
        for row in found:
            row[self.classes.index(self.answers.pop(0))] = 0.6
        return np.log(found)


def data_of(text, classes=BYCLASS, split="byclass"):
    images = np.zeros((len(text), 28, 28), dtype=np.uint8)
    images[:, 4:24, 10:14] = 255
    labels = np.array([classes.index(character) for character in text])
    return LabelledImages(images, labels, classes, split)


def test_right_and_wrong_are_counted():
    scores = evaluate(Says("ABCx"), data_of("ABcd"), label_map_named("62"))
    assert (scores.count, scores.accuracy) == (4, 0.5)
    place = BYCLASS.index
    assert scores.matrix[place("c"), place("C")] == scores.matrix[place("d"), place("x")] == 1
    assert scores.names == BYCLASS
    low, high = scores.interval
    assert (low, high) == pytest.approx((0.1500, 0.8500), abs=1e-4)  # Wilson, 2 of 4


def test_a_label_map_forgives_what_it_joins():
    assert evaluate(Says("ABCx"), data_of("ABcd"), label_map_named("36")).accuracy == 0.75


def test_characters_outside_the_alphabet_are_left_out():
    scores = evaluate(Says("12"), data_of("a1Z7"), label_map_named("digits"))
    assert (scores.count, scores.accuracy) == (2, 0.5)


def test_answers_outside_the_alphabet_are_out_of_the_question():
    # O is likeliest, but among digits 7 is.
    model = Says("", classes=("O", "1", "7"), probabilities=[0.6, 0.1, 0.3])
    groups = group_probabilities(model, np.zeros((2, 28, 28), np.float32), label_map_named("digits"))
    np.testing.assert_allclose(groups, [[0, 0.1, 0, 0, 0, 0, 0, 0.3, 0, 0]] * 2, atol=1e-6)


def test_probabilities_of_a_group_are_summed():
    # 0, O and o together go before A, though none of them alone does.
    model = Says("", classes=("A", "0", "O", "o"), probabilities=[0.34, 0.22, 0.22, 0.22])
    group = group_probabilities(model, np.zeros((1, 28, 28), np.float32), label_map_named("33")).argmax()
    assert label_map_named("33").groups[group] == "0Oo"


def test_chunks_change_nothing(monkeypatch):
    monkeypatch.setattr(characters, "_CHUNK", 3)
    scores = evaluate(Says("ABCDEFGx"), data_of("ABCDEFGH"), label_map_named("62"))
    assert (scores.count, scores.accuracy) == (8, 7 / 8)


def test_an_alphabet_without_any_character_of_the_set_is_refused():
    with pytest.raises(DataError, match="'digits'"):
        evaluate(Says(""), data_of("abc"), label_map_named("digits"))


@pytest.mark.parametrize(
    ("split", "classes", "name", "message"),
    [
        ("bymerge", BYMERGE, "62", "class C also holds c: expected one of 47, 36, 33, 31, digits;"),
        ("balanced", BYMERGE, "upper", "balanced, whose class C"),
        ("letters", LETTERS, "47", "class A also holds a: expected one of 36, 33, 31;"),
    ],
)
def test_a_label_map_that_separates_a_class_is_refused(split, classes, name, message):
    with pytest.raises(SettingError, match=message) as caught:
        evaluate(Says(""), data_of("AB", classes, split), label_map_named(name))
    assert "\n" not in str(caught.value)


def test_merged_data_are_scored_under_the_label_maps_that_fit():
    assert evaluate(Says("Cc"), data_of("CC", BYMERGE, "bymerge"), label_map_named("47")).accuracy == 1


def test_emnist_is_read_with_its_class_shares_and_other_sets_without_any():
    official, own = Says("AB"), Says("AB")
    evaluate(official, data_of("AB"), label_map_named("62"))
    evaluate(own, data_of("AB", split=""), label_map_named("62"))
    assert (official.origins, own.origins) == ({"emnist"}, {None})
