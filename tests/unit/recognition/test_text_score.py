"""How probable the text of a line is, whatever its spaces."""

import pytest

from ocr.classifier.alphabet import PRINT
from ocr.language.ngram import load_language
from ocr.language.word_model import WordModel
from ocr.recognition.decoder import Step
from ocr.recognition.labels import LabelGroups
from ocr.recognition.text_score import list_score, text_score, words_of

LABELS = LabelGroups(PRINT)
ENGLISH = WordModel(load_language("english"), LABELS.names)


def steps(text):
    """The path of a text; a space belongs to the character after it."""
    found, spaced = [], False
    for character in text.lower():
        if character == " ":
            spaced = True
        else:
            found.append(Step(0, LABELS.names.index(character), spaced))
            spaced = False
    return found


def words(text, fields=0.0):
    return text_score(steps(text), LABELS, ENGLISH, fields=fields)


def alone(text):
    return list_score(steps(" ".join(text)), LABELS)


def test_words_are_what_stands_between_spaces():
    names = [[LABELS.names[label] for label in word] for word in words_of(steps("to be or"))]
    assert names == [["t", "o"], ["b", "e"], ["o", "r"]]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("the garden", "th e gar den"),
        ("the garden", "thegarden"),
        ("wash the bike", "washt hebike"),
        ("12 + 30 = 42", "l2 + 3o = 42"),
    ],
)
def test_right_spaces_and_characters_score_more(right, wrong):
    assert words(right) > words(wrong)


def test_a_number_is_likelier_after_a_number():
    assert words("12 30 45") - words("12 30") > words("the 45") - words("the")


def test_names_that_no_list_has_cost_less_in_fields():
    assert words("xqzvt", fields=1.0) > words("xqzvt", fields=0.0)


@pytest.mark.parametrize("text", ["abcdefgh", "77777777", "0123456789", "denayxlghmkufwvqsoitrjcbpz"])
def test_lists_are_likelier_as_lists_than_as_a_word(text):
    assert alone(text) > words(text)


@pytest.mark.parametrize("text", ["laumonier", "garden", "bezard", "thomas"])
def test_names_and_words_are_no_lists(text):
    assert words(text, fields=1.0) > alone(text)


@pytest.mark.parametrize("text", ["8+3", "9-1", "9+4-1"])
def test_sums_stand_apart_rather_than_in_the_cells_of_a_field(text):
    assert alone(text) > words(text, fields=1.0)
    assert words(text, fields=0.0) > words(text, fields=1.0)


def test_dates_may_stand_in_the_cells_of_a_field():
    assert words("12-05-24", fields=1.0) > alone("12-05-24")


def test_a_code_of_letters_alone_is_short():
    per_letter = (words("xqzvtkwp") - words("xqzvtk")) / 2
    assert (words("xqzvtkwpjfhdxqzvtkwp") - words("xqzvtk")) / 14 < per_letter
