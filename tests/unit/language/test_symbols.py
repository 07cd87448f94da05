"""The symbols of the language model."""

import string

import numpy as np
import pytest

from ocr.classifier.alphabet import PRINT
from ocr.language.symbols import (
    APOSTROPHE,
    CLOSING,
    DIGIT,
    HYPHEN,
    OTHER,
    SPACE,
    SYMBOL_COUNT,
    log_share_in_symbol,
    symbol_of,
    symbols_of,
    word_hash,
)


def test_letters_have_no_case():
    assert symbols_of(string.ascii_lowercase) == list(range(26))
    assert symbols_of(string.ascii_uppercase) == list(range(26))


@pytest.mark.parametrize(
    ("characters", "symbol"),
    [("0123456789", DIGIT), ("'", APOSTROPHE), ("-", HYPHEN), ('.,!?:;)"', CLOSING), ("(/&+=@#$%*", OTHER)],
)
def test_marks_have_the_symbol_of_their_kind(characters, symbol):
    assert symbols_of(characters) == [symbol] * len(characters)


def test_no_sign_of_the_classifier_is_a_space():
    symbols = {symbol_of(character) for character in PRINT if len(character) == 1}
    assert symbols == set(range(SYMBOL_COUNT)) - {SPACE}


def test_shares_of_the_signs_of_a_symbol_are_those_of_one_sign():
    # Characters of one symbol share its probability: what all of them have together is at most the whole.
    for characters in ("0123456789", '.,!?:;)"', "'", "-", "a"):
        assert np.exp(log_share_in_symbol(characters)).sum() == pytest.approx(1)
    others = [character for character in PRINT if len(character) == 1 and symbol_of(character) == OTHER]
    assert np.exp(log_share_in_symbol(others)).sum() == pytest.approx(1, abs=0.15)
    assert log_share_in_symbol(".") > log_share_in_symbol("!")


def test_hash_grows_one_symbol_at_a_time_and_knows_the_order():
    multiplier = 0x9E3779B97F4A7C15
    assert word_hash([]) == 0
    assert word_hash([4]) == 5 * multiplier % 2**64
    assert word_hash([4, 9]) == (5 * multiplier % 2**64 + 10) * multiplier % 2**64
    words = [[0], [0, 0], [0, 1], [1, 0], [0, 0, 0]]
    assert len({word_hash(word) for word in words}) == len(words)
