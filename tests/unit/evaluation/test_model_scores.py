import numpy as np
import pytest

from ocr.classifier.alphabet import BYCLASS, PRINT
from ocr.errors import DataError, SettingError
from ocr.evaluation.model_scores import CHARACTER_TESTS, CharacterTest, character_scores, merged


class Sees:
    """A model that answers one crop after another with the characters of ``text``, again and again."""

    name, checksum = "sees", ""

    def __init__(self, text, classes=PRINT):
        self.text, self.classes, self.place = text, classes, 0

    def log_probabilities(self, crops, *, origin=None):
        rows = np.full((len(crops), len(self.classes)), 0.01 / len(self.classes), dtype=np.float32)
        for row in rows:
            row[self.classes.index(self.text[self.place % len(self.text)])] = 0.99
            self.place += 1
        return np.log(rows)


def save(path, text, **more):
    images = np.zeros((len(text), 28, 28), dtype=np.uint8)
    images[:, 4:24, 10:14] = 255
    np.savez(path, images=images, labels=np.array(list(text)), **more)


def test_only_files_that_are_there_are_scored(tmp_path):
    save(tmp_path / "photo62.npz", "aB7?")
    (score,) = character_scores(Sees("Ab1"), tmp_path)
    assert (score["test"], score["label_map"], score["count"]) == ("photo62", "36", 3)
    assert score["accuracy"] == pytest.approx(2 / 3, abs=1e-5)
    assert score["interval"][0] < 2 / 3 < score["interval"][1]
    assert {"expected_calibration_error", "errors_among_least_sure_tenth"} < set(score)
    assert (score["providers"], score["with_size"]) == ([], False)
    assert character_scores(Sees("A"), tmp_path / "nowhere") == []


def test_providers_and_sizes_are_those_of_the_test(tmp_path):
    sizes = np.array([[0.2, 0.35], [0.2, 0.35], [0.5, 1.1]], np.float32)
    save(tmp_path / "unipen.npz", ",,/", provider=np.array(["ann", "bob", "bob"]), rel_size_wh=sizes)
    tests = [CharacterTest("unipen", "marks", ("bob",), with_size=size) for size in (False, True)]

    class Unsure(Sees):
        def log_probabilities(self, crops, *, origin=None):
            return np.log(np.full((len(crops), len(self.classes)), 1 / len(self.classes), np.float32))

    plain, sized = character_scores(Unsure(""), tmp_path, tests)
    assert plain["count"] == sized["count"] == 2
    assert plain["accuracy"] < sized["accuracy"] == 1


def test_a_model_without_the_characters_is_not_asked(tmp_path):
    save(tmp_path / "unipen.npz", ",/", provider=np.array(["tos", "gmd"]))
    assert character_scores(Sees("A", BYCLASS), tmp_path) == []


def test_a_missing_provider_and_a_damaged_file_are_refused(tmp_path):
    save(tmp_path / "unipen.npz", "AB", provider=np.array(["ann", "bob"]))
    with pytest.raises(SettingError, match="'tos': not in this file, expected one of ann, bob"):
        character_scores(Sees("A"), tmp_path)
    (tmp_path / "unipen.npz").write_bytes(b"torn")
    with pytest.raises(DataError, match="cannot be read"):
        character_scores(Sees("A"), tmp_path)


def test_new_scores_take_the_place_of_old_ones_of_the_same_test():
    def score(test, label_map, accuracy, **more):
        return {"test": test, "label_map": label_map, "accuracy": accuracy, **more}

    old = [score("emnist-byclass-test", "62", 0.1), score("unipen", "marks", 0.2, with_size=True)]
    new = [
        score("unipen", "marks", 0.3, providers=[], with_size=True),
        score("unipen", "marks", 0.4, providers=[], with_size=False),
        score("unipen", "marks", 0.5, providers=["tos"], with_size=True),
    ]
    assert [one["accuracy"] for one in merged(old, new)] == [0.1, 0.3, 0.4, 0.5]
    assert merged([], new) == new
    assert merged(old, []) == old


def test_what_is_tested_was_held_out():
    assert all(set(test.providers) == {"tos", "gmd"} for test in CHARACTER_TESTS if test.name == "unipen")
