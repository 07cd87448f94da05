import pytest

from ocr.classifier.alphabet import (
    BYCLASS,
    BYMERGE,
    DIGITS,
    LETTERS,
    MERGED_LOWER,
    SPLITS,
    covers,
    fold,
    torn_classes,
)


@pytest.mark.parametrize("split", ["bymerge", "balanced"])
@pytest.mark.parametrize("name", ["62", "upper", "lower", "letters"])
def test_merged_classes_are_torn_by_folds_that_know_case(split, name):
    assert torn_classes(split, SPLITS[split], fold(name)) == tuple(MERGED_LOWER.upper())


@pytest.mark.parametrize("split", ["bymerge", "balanced"])
@pytest.mark.parametrize("name", ["47", "36", "33", "31", "digits"])
def test_merged_classes_stay_whole_under_folds_that_merge_them_too(split, name):
    assert torn_classes(split, SPLITS[split], fold(name)) == ()


def test_letters_hold_both_cases_of_all_26():
    assert torn_classes("letters", LETTERS, fold("62")) == LETTERS
    assert torn_classes("letters", LETTERS, fold("47")) == tuple("ABDEFGHNQRT")
    assert torn_classes("letters", LETTERS, fold("36")) == ()


@pytest.mark.parametrize("split", ["byclass", "digits", "mnist", ""])
def test_other_classes_hold_their_own_character_only(split):
    assert torn_classes(split, BYCLASS, fold("62")) == ()


def test_a_fold_is_covered_by_classes_that_can_answer_each_of_its_groups():
    assert covers(BYCLASS, fold("62"))
    assert covers(BYMERGE, fold("47"))
    assert covers((*BYCLASS, ","), fold("lower"))
    assert not covers(BYMERGE, fold("62"))
    assert not covers(BYMERGE, fold("lower"))
    assert not covers(DIGITS, fold("33"))
