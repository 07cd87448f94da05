"""How likely words are: kinds of words, and what the word before says."""

import numpy as np
import pytest

from ocr.language.ngram import load_language
from ocr.language.word_model import (
    CAPITAL_CODE,
    NUMBER,
    SMALL_CODE,
    TEXT,
    WordModel,
    concatenated,
    log_mixture,
    word_kind_logs,
    word_log_probabilities,
)  # fmt: skip

NAMES = tuple("abcdefghijklmnopqrstuvwxyz0123456789.,:;-/+=()%$")
MODEL = WordModel(load_language("english"), NAMES)


def labels(word):
    return np.array([[NAMES.index(one) for one in word]])


def log(word):
    return float(word_log_probabilities(MODEL, labels(word))[0])


def written(word, states=None, case_logs=(0.0, 0.0)):
    """Write a word after ``states``; return the states with the logs of whole words of each kind."""
    states = MODEL.start(np.zeros(1, dtype=np.int64)) if states is None else states
    for label in labels(word)[0]:
        kind_logs = MODEL.kind_logs(states, np.array([label]), np.array(case_logs)[:, None])
        states = MODEL.continued(states, np.array([label]), kind_logs)
    return states, MODEL.ended_kind_logs(states)


@pytest.mark.parametrize(
    ("right", "wrong"), [("the", "7he"), ("12-12-15", "i2-i2-i5"), ("smith", "5mith"), ("dupont", "dup0nt")]
)
def test_likely_words(right, wrong):
    assert log(right) > log(wrong) + 2


@pytest.mark.parametrize(
    ("word", "kind"), [("house", TEXT), ("laumonier", TEXT), ("10:03", NUMBER), ("x7q2k9z", CAPITAL_CODE)]
)
def test_each_kind_of_word(word, kind):
    # Codes are one word in three hundred.
    priors = np.log([0.9, 0.1, 0.003, 0.001])
    assert int((word_kind_logs(MODEL, labels(word))[:, 0] + priors).argmax()) == kind


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("bread,", "brcad,"),
        ("jean-pierre", "jean-picrre"),
        ("smith-jones.", "smith-joncs."),
        ("(bread)", "(brcad)"),
        ("following", "follow,ng"),
        ("julien", "julie:i"),
    ],
)
def test_words_with_marks_are_known_by_their_parts(right, wrong):
    assert log(right) > log(wrong) + 3


def test_a_word_of_the_user_with_a_mark_is_known_as_a_whole():
    own = WordModel(load_language("english").with_words(["QX-7B"]), NAMES)
    assert float(word_log_probabilities(own, labels("qx-7b"))[0]) > log("qx-7b") + 4


def test_a_code_is_of_one_case():
    _, ended = written("x7q2k9z", case_logs=(-3.0, 0.0))
    assert ended[SMALL_CODE, 0] > ended[CAPITAL_CODE, 0]


def test_after_a_number_another_one_is_likelier_than_after_text():
    after = []
    for word in ("17", "the"):
        states, ended = written(word)
        following, ended = written("8", MODEL.after_words(states, ended))
        after.append(float(log_mixture(ended, following.previous)[0]))
    assert after[0] > after[1] + 1


def test_words_with_the_same_future_share_a_key():
    one, other = (written(word)[0] for word in ("417", "493"))
    assert one.keys() == other.keys()
    assert written("12")[0].keys() != written("ab")[0].keys()
    after_number, after_text = MODEL.start(np.array([1])), MODEL.start(np.array([2]))
    assert after_number.keys() != after_text.keys()


def test_states_can_be_put_together_and_chosen():
    one, other = written("ab")[0], written("12")[0]
    both = concatenated([one, other])
    assert both.kind_logs.shape == (4, 2)
    assert both.chosen(np.array([1])).keys() == other.keys()


def test_many_words_at_once_are_as_likely_as_each():
    words = np.concatenate([labels("hut"), labels("h7t"), labels("1.5")])
    np.testing.assert_allclose(word_log_probabilities(MODEL, words), [log("hut"), log("h7t"), log("1.5")])
