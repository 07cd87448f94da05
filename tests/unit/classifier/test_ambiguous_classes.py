import pytest

from ocr.classifier.alphabet import (
    BYCLASS,
    BYMERGE,
    DIGITS,
    LETTERS,
    MERGED_LOWER,
    SPLITS,
    ambiguous_classes,
    label_map_named,
)


@pytest.mark.parametrize("split", ["bymerge", "balanced"])
@pytest.mark.parametrize("name", ["62", "upper", "lower", "letters"])
def test_merged_classes_are_ambiguous_under_label_maps_that_know_case(split, name):
    assert ambiguous_classes(split, SPLITS[split], label_map_named(name)) == tuple(MERGED_LOWER.upper())


@pytest.mark.parametrize("split", ["bymerge", "balanced"])
@pytest.mark.parametrize("name", ["47", "36", "33", "31", "digits"])
def test_merged_classes_stay_whole_under_label_maps_that_merge_them_too(split, name):
    assert ambiguous_classes(split, SPLITS[split], label_map_named(name)) == ()


def test_letters_hold_both_cases_of_all_26():
    assert ambiguous_classes("letters", LETTERS, label_map_named("62")) == LETTERS
    assert ambiguous_classes("letters", LETTERS, label_map_named("47")) == tuple("ABDEFGHNQRT")
    assert ambiguous_classes("letters", LETTERS, label_map_named("36")) == ()


@pytest.mark.parametrize("split", ["byclass", "digits", "mnist", ""])
def test_other_classes_hold_their_own_character_only(split):
    assert ambiguous_classes(split, BYCLASS, label_map_named("62")) == ()


def test_a_label_map_is_covered_by_classes_that_can_answer_each_of_its_groups():
    assert label_map_named("62").is_covered_by(BYCLASS)
    assert label_map_named("47").is_covered_by(BYMERGE)
    assert label_map_named("lower").is_covered_by((*BYCLASS, ","))
    assert not label_map_named("62").is_covered_by(BYMERGE)
    assert not label_map_named("lower").is_covered_by(BYMERGE)
    assert not label_map_named("33").is_covered_by(DIGITS)
