"""Which characters may be answered, by name or one by one."""

import string

import numpy as np
import pytest

from ocr.classifier.alphabet import CHARSETS, PRINT, allowed_classes, allowed_mask, restricted
from ocr.classifier.model import Model
from ocr.errors import SettingError

MODEL = Model(name="some", network=(), classes=PRINT, activation="relu", temperature=1.0)
DIGITS = Model(name="few", network=(), classes=tuple(string.digits), activation="relu", temperature=1.0)


def characters(charset, model=MODEL):
    return "".join(model.classes[index] for index in allowed_classes(model, charset))


@pytest.mark.parametrize("name", CHARSETS)
def test_named_sets(name):
    assert characters(name) == CHARSETS[name]


@pytest.mark.parametrize("everything", [None, "print"])
def test_every_character_of_the_model_but_what_is_none(everything):
    assert sorted(characters(everything)) == sorted(PRINT[:-1])
    assert characters(everything, DIGITS) == string.digits


def test_a_literal_set_holds_each_character_once():
    assert characters("BAB-7") == "BA-7"


def test_the_mask_marks_the_same_classes():
    mask = allowed_mask(MODEL, "7A")
    assert "".join(character for character, kept in zip(PRINT, mask, strict=True) if kept) == "7A"


@pytest.mark.parametrize(("charset", "found"), [("0é€", "'é€'"), ("A B", "' '"), ("", "no character")])
def test_characters_that_the_model_does_not_know_are_named(charset, found):
    with pytest.raises(SettingError, match="charset") as caught:
        allowed_classes(MODEL, charset)
    assert found in str(caught.value)


@pytest.mark.parametrize(
    ("charset", "hint"),
    [
        ("digit", "did you mean digits?"),
        ("Digits", "did you mean digits?"),
        ("number", "did you mean digits?"),
        ("uper", "did you mean upper?"),
        ("LOWERCASE", "did you mean lower?"),
        ("alphanumeric", "did you mean alnum?"),
        ("0-9", "did you mean digits?"),
        ("[A-Z]", "did you mean upper?"),
        ("A-Z0-9", "did you mean alnum?"),
        ("hello", "name each character once"),
    ],
)
def test_a_misspelt_name_is_no_set_of_letters(charset, hint):
    with pytest.raises(SettingError) as caught:
        allowed_classes(MODEL, charset)
    message = str(caught.value)
    assert message.startswith(f"charset {charset!r}: found no set of that name, expected digits, upper")
    assert message.endswith(hint)


@pytest.mark.parametrize("charset", ["HUT", "EFL", "ABCDEF", "0123456789-/", "ABC-/", "+-="])
def test_a_plausible_set_is_taken_as_it_is(charset):
    assert characters(charset) == charset


def test_a_named_set_that_the_model_lacks_is_refused():
    with pytest.raises(SettingError, match="'upper': found 'ABC"):
        allowed_classes(DIGITS, "upper")


def test_restricted_rows_sum_to_one_and_keep_what_is_no_character():
    rows = np.log(np.random.default_rng(4).dirichlet(np.ones(len(PRINT)), 5))
    mask = allowed_mask(MODEL, "digits")
    found = np.exp(restricted(rows, PRINT, mask))
    kept = np.flatnonzero(mask | (np.array(PRINT) == "<none>"))
    assert found.sum(axis=1) == pytest.approx(1)
    assert found[:, kept].sum(axis=1) == pytest.approx(1)
    ratio = found[:, kept] / np.exp(rows[:, kept])
    assert ratio == pytest.approx(np.tile(ratio[:, :1], (1, len(kept))))


def test_all_characters_allowed_changes_nothing():
    rows = np.log(np.random.default_rng(4).dirichlet(np.ones(len(PRINT)), 5))
    assert restricted(rows, PRINT, allowed_mask(MODEL, None)) == pytest.approx(rows)


def test_no_row_and_hopeless_rows():
    mask = allowed_mask(MODEL, "7")
    assert restricted(np.empty((0, len(PRINT))), PRINT, mask).shape == (0, len(PRINT))
    row = np.full((1, len(PRINT)), -900.0)
    row[0, PRINT.index("A")] = 0.0
    assert restricted(row, PRINT, mask)[0, PRINT.index("7")] == pytest.approx(np.log(0.5))
