"""How likely a symbol is after others, and a word by itself."""

from pathlib import Path

import numpy as np
import pytest

from ocr.errors import ModelError
from ocr.language import ngram
from ocr.language.character_model import LONGEST, START_CONTEXT
from ocr.language.ngram import load_language
from ocr.language.symbols import SYMBOL_COUNT, symbols_of, word_hash


def hashes(*words):
    return np.array([word_hash(symbols_of(word)) for word in words], dtype=np.uint64)


def after(language, context, character):
    """Log-probability of a character after others of its word."""
    number = START_CONTEXT
    for symbol in symbols_of(context):
        number = number % SYMBOL_COUNT ** (LONGEST - 1) * SYMBOL_COUNT + symbol
    (row,) = language.characters.rows(np.array([number]))
    return float(language.characters.logs[row, symbols_of(character)[0]])


def test_every_context_has_probabilities():
    # Stored in steps of a sixteenth: each is right to 3 %, and so is their sum.
    sums = np.exp(load_language("english").characters.logs).sum(axis=1)
    assert sums.min() > 0.96
    assert sums.max() < 1.04


def test_english_knows_what_follows():
    english = load_language("english")
    assert after(english, "q", "u") > np.log(0.5)
    assert after(english, "th", "e") > after(english, "th", "q") + 3
    assert after(english, "12", "3") > after(english, "12", "e")
    assert after(english, "quest", "i") > np.log(0.4) > after(english, "xest", "i"), "four letters tell more"


def test_english_knows_its_words_whatever_their_case():
    known = load_language("english").word_log_probability(hashes("the", "The", "zebra", "thqe"))
    assert known[0] == known[1] > known[2] > -np.inf
    assert known[3] == -np.inf


def test_words_of_the_user_are_as_usual_as_common_ones():
    english = load_language("english")
    own = english.with_words(["Thqe", "zebra", "the"])
    assert own.word_log_probability(hashes("thqe", "zebra")).tolist() == [-8.0, -8.0]
    assert 100 < (english.word_logs > -8).sum() < 1000, "words of the user are not among the commonest"
    assert own.word_log_probability(hashes("the")) == english.word_log_probability(hashes("the")) > -8
    np.testing.assert_array_equal(
        own.word_log_probability(hashes("house", "xzxz")),
        english.word_log_probability(hashes("house", "xzxz")),
    )
    assert english.word_log_probability(hashes("thqe")) == -np.inf, "what was given was changed"


def test_in_no_language_all_is_equally_likely():
    none = load_language("none")
    assert np.unique(none.characters.logs).tolist() == [np.float32(-np.log(SYMBOL_COUNT))]
    assert none.word_log_probability(hashes("the")).tolist() == [-np.inf]
    assert none.with_words(["the"]).word_log_probability(hashes("the", "a")).tolist() == [-8.0, -np.inf]


def test_an_unknown_language_is_refused_with_those_that_there_are():
    with pytest.raises(ModelError, match=r"language 'klingon': not found; expected one of none, english"):
        load_language("klingon")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\3\4 cut short"])
def test_a_damaged_language_is_refused(tmp_path, monkeypatch, content):
    (tmp_path / "torn.npz").write_bytes(content)
    monkeypatch.setattr(ngram, "_FOLDER", tmp_path)
    with pytest.raises(ModelError, match=r"torn\.npz: damaged \(.*\); install the program anew"):
        load_language("torn")


def test_a_language_without_words_is_refused(tmp_path, monkeypatch):
    np.savez(tmp_path / "bare.npz", ngram=np.zeros(SYMBOL_COUNT**4, np.uint8))
    monkeypatch.setattr(ngram, "_FOLDER", tmp_path)
    with pytest.raises(ModelError, match=r"bare\.npz: damaged"):
        load_language("bare")


def test_a_context_that_cannot_be_is_refused(tmp_path, monkeypatch):
    with np.load(Path(ngram.__file__).parent / "data" / "english.npz") as file:
        stored = dict(file)
    stored["context_steps"][0] = SYMBOL_COUNT**LONGEST
    np.savez(tmp_path / "far.npz", **stored)
    monkeypatch.setattr(ngram, "_FOLDER", tmp_path)
    with pytest.raises(ModelError, match=r"far\.npz: damaged"):
        load_language("far")
