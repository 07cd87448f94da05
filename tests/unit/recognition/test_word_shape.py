"""0 or O, 1 or I or l, 5 or S: the word decides."""

import numpy as np
import pytest

from ocr.recognition.word_shape import resolve_word_shape

CLASSES = ("0", "1", "5", "O", "I", "S", "o", "l", "s", "A", "a", "B", "b", "+")


def word(*characters):
    """Log-probabilities (n, K): each character a mapping, what is left shared by the other classes."""
    rows = []
    for character in characters:
        given = {character: 0.97} if isinstance(character, str) else character
        rest = (1 - sum(given.values())) / (len(CLASSES) - len(given))
        rows.append([given.get(name, rest) for name in CLASSES])
    return np.log(np.array(rows))


def resolved(*words):
    found = resolve_word_shape(words, CLASSES)
    return ["".join(CLASSES[index] for index in rows.argmax(axis=1)) for rows in found]


ROUND = {"0": 0.34, "O": 0.35, "o": 0.3}
UPRIGHT = {"1": 0.33, "I": 0.34, "l": 0.32}
SNAKE = {"5": 0.34, "S": 0.33, "s": 0.32}


def test_round_sign_between_letters_is_a_letter_and_between_digits_a_digit():
    assert resolved(word("B", ROUND, "A"), word("5", ROUND, "1"), word("b", ROUND, "a")) == [
        "BOA",
        "501",
        "boa",
    ]


def test_all_look_alikes():
    assert resolved(word("A", UPRIGHT, SNAKE, "B")) == ["AISB"]
    assert resolved(word("a", UPRIGHT, SNAKE, "b")) == ["alsb"]
    assert resolved(word("0", UPRIGHT, SNAKE, "0")) == ["0150"]


def test_capitalised_word():
    assert resolved(word("B", ROUND, "a", SNAKE)) == ["Boas"]


def test_clear_code_stays_as_it_is_written():
    clear = [{"A": 0.9999}, {"1": 0.9999}, {"b": 0.9999}, {"5": 0.9999}]
    assert resolved(word(*clear)) == ["A1b5"]


def test_single_sign_follows_its_page():
    digits, capitals = [word("5", "1", "0")] * 8, [word("A", "B", "O")] * 8
    assert resolved(*digits, word(ROUND))[-1] == "0"
    assert resolved(*capitals, word(ROUND))[-1] == "O"


def test_a_sign_that_stands_alone_follows_those_of_its_own_line():
    letters = [word(character) for character in ("A", "B", "A", "B", "A")]
    digits = [word(character) for character in ("5", "1", "5", "1", "5")]
    words = [*letters, word(ROUND), *digits, word(ROUND)]
    found = resolve_word_shape(words, CLASSES, line_lengths=[6, 6])
    assert [CLASSES[found[index][0].argmax()] for index in (5, 11)] == ["O", "0"]


def test_a_word_follows_its_own_line():
    capitals, small = [word("A", "B", "A")] * 4, [word("a", "b", "a")] * 4
    doubtful = word(ROUND, SNAKE)
    found = resolve_word_shape([*capitals, doubtful, *small, doubtful], CLASSES, line_lengths=[5, 5])
    read = ["".join(CLASSES[index] for index in found[place].argmax(axis=1)) for place in (4, 9)]
    assert read == ["OS", "os"]


def test_signs_of_no_kind_go_with_every_kind():
    assert resolved(word("5", "+", ROUND)) == ["5+0"]
    assert resolved(word("A", "+", ROUND)) == ["A+O"]


def test_rows_are_probabilities_again():
    (found,) = resolve_word_shape([word("B", ROUND, "A")], CLASSES)
    assert np.exp(found).sum(axis=1) == pytest.approx(1)
    assert np.isneginf(found[:, CLASSES.index("0")]).all()


def test_no_words():
    assert resolve_word_shape([], CLASSES) == []


def test_what_was_given_is_not_changed():
    given = word("B", ROUND)
    before = given.copy()
    resolve_word_shape([given], CLASSES)
    assert np.array_equal(given, before)


def test_an_upright_alone_among_words_is_an_i_or_a_one():
    found = resolved(word(UPRIGHT), word("s", "o", "l", "a", "b"), word("b", "a", "s", "o", "l", "a"))
    assert found[0] == "I"
    assert resolved(word(UPRIGHT), word("b", "a", "s"))[0] in {"I", "1"}


def test_a_list_of_small_letters_stays():
    assert resolved(word("a"), word("b"), word("l"), word("s")) == ["a", "b", "l", "s"]
