import numpy as np
import pytest

from ocr.classifier.alphabet import (
    BALANCED,
    BYCLASS,
    BYMERGE,
    DIGITS,
    LABEL_MAPS,
    LETTERS,
    expand_ranges,
    label_map_named,
    label_map_of,
)
from ocr.errors import SettingError


def test_classes_are_those_of_emnist():
    assert "".join(BYCLASS) == "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    assert "".join(BYMERGE) == "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt"
    assert BALANCED == BYMERGE
    assert (len(BYCLASS), len(BYMERGE), len(LETTERS), len(DIGITS)) == (62, 47, 26, 10)


@pytest.mark.parametrize("name", ["62", "47", "36", "33", "31"])
def test_a_numbered_label_map_has_that_many_groups_and_loses_no_character(name):
    label_map = label_map_named(name)
    assert len(label_map.groups) == int(name)
    assert sorted("".join(label_map.groups)) == sorted(BYCLASS)


def test_47_is_bymerge_in_its_order():
    assert label_map_named("47").names == BYMERGE


@pytest.mark.parametrize(
    ("name", "same", "different"),
    [
        ("62", [], ["Cc", "0O", "1l"]),
        ("47", ["Cc", "Ii", "Zz"], ["Aa", "Tt", "0O", "1I"]),
        ("36", ["Aa", "Tt", "Zz"], ["0O", "1I", "IL", "5S", "2Z"]),
        ("33", ["0Oo", "1IiLl"], ["5S", "2Z"]),
        ("31", ["0Oo", "1IiLl", "5Ss", "2Zz"], ["8B", "9q", "UV"]),
    ],
)
def test_look_alikes_share_a_group_from_their_label_map_on(name, same, different):
    group_of = label_map_named(name).group_of
    assert all(len({group_of[character] for character in word}) == 1 for word in same)
    assert all(len({group_of[character] for character in word}) == len(word) for word in different)


@pytest.mark.parametrize(
    ("name", "alphabet"),
    [
        ("digits", "0123456789"),
        ("upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        ("lower", "abcdefghijklmnopqrstuvwxyz"),
        ("letters", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
        ("marks", ".,!?-'\":;()/&+=@#$%*"),
    ],
)
def test_a_restricted_alphabet_joins_nothing(name, alphabet):
    assert "".join(label_map_named(name).names) == alphabet
    assert label_map_named(name).groups == label_map_named(name).names


def test_every_label_map_knows_its_name():
    assert all(label_map.name == name for name, label_map in LABEL_MAPS.items())


def test_an_unknown_label_map_is_refused_with_the_names_of_all():
    with pytest.raises(SettingError, match=r"'48'.*62, 47, 36, 33, 31, digits, upper, lower, letters"):
        label_map_named("48")


def test_indices_map_an_array_of_labels():
    label_map = label_map_named("36")
    labels = np.array([BYCLASS.index(character) for character in "aA7z"])
    groups = label_map.indices(BYCLASS)[labels]
    assert "".join(label_map.names[group] for group in groups) == "AA7Z"


def test_indices_mark_what_is_outside_the_alphabet():
    mapped = label_map_named("digits").indices(("0", "A", ",", "not a character"))
    assert mapped.dtype == np.int64
    assert mapped.tolist() == [0, -1, -1, -1]


@pytest.mark.parametrize(
    ("text", "characters"),
    [("A-D", "ABCD"), ("0-2x-z", "012xyz"), ("A-", "A-"), ("A-z", "A-z"), ("AAB", "AB"), ("", "")],
)
def test_ranges_lie_within_digits_capitals_or_small_letters(text, characters):
    assert expand_ranges(text) == characters


def test_classes_are_a_label_map_or_single_characters():
    assert label_map_of("36") is LABEL_MAPS["36"]
    assert label_map_of("0Oo").groups == ("0", "O", "o")
    for wrong in ("", "A", "A-", "letter", "A?"):
        with pytest.raises(SettingError, match="expected two or more letters and digits"):
            label_map_of(wrong)
