import numpy as np
import pytest

from ocr.classifier.alphabet import BYCLASS, DIGITS
from ocr.errors import DataError, SettingError
from ocr.training.dataset import gather
from ocr.training.drawn_data import DRAWN, draw_split, is_drawn, load_images


def test_all_62_classes_are_drawn_equally_often():
    found = draw_split("byclass", "test")
    assert found.classes == BYCLASS
    assert found.images.shape == (1550, 28, 28)
    assert set(np.bincount(found.labels)) == {25}
    assert found.images.max() == 255
    assert not found.images.flags.writeable


def test_the_same_characters_come_out_each_time():
    first = draw_split("mnist", "test")
    draw_split.cache_clear()
    again = draw_split("mnist", "test")
    np.testing.assert_array_equal(first.images, again.images)
    np.testing.assert_array_equal(first.labels, again.labels)


def test_classes_that_hold_both_cases_get_drawings_of_both():
    letters = load_images("letters", "test", data=DRAWN)
    assert letters.split == "letters"
    # Both cases of 26 letters, five drawings in five forms; digits have no class in this split.
    assert np.bincount(letters.labels).tolist() == [50] * 26
    assert draw_split("mnist", "test").classes == DIGITS


def test_only_that_word_stands_for_drawn_characters(tmp_path):
    assert is_drawn("drawn")
    assert not is_drawn("./drawn")
    assert not is_drawn(None)
    with pytest.raises(DataError):
        load_images("byclass", "test", data=tmp_path / "drawn")
    with pytest.raises(SettingError):
        load_images("bywriter", "test", data=DRAWN)


@pytest.mark.parametrize(
    ("alphabet", "classes", "share"),
    [("digits", "0123456789", 10 / 62), ("A-C", "ABC", 3 / 62), ("0Oo", "0Oo", 3 / 62)],
)
def test_some_classes_leave_other_characters_out(alphabet, classes, share):
    found = gather("byclass", alphabet=alphabet, data=DRAWN)
    assert found.classes == tuple(classes)
    assert len(found.labels) == round(share * 6200)
    assert found.alphabet == alphabet
    assert found.notes == (f"drawn by the built-in stroke font: {len(found.labels):,} characters",)


def test_a_label_map_joins_both_cases():
    found = gather("byclass", alphabet="36", data=DRAWN)
    assert (len(found.classes), len(found.labels)) == (36, 6200)
    assert np.bincount(found.labels)[[0, 10]].tolist() == [100, 200]
