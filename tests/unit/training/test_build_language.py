"""Building language data from words and names, on lists small enough to count by hand."""

import numpy as np
import pytest
from click.testing import CliRunner

from ocr.language import ngram
from ocr.language.character_model import LONGEST, make_character_model
from ocr.language.ngram import load_language
from ocr.language.symbols import CLOSING, DIGIT, HYPHEN, SPACE, SYMBOL_COUNT, symbols_of, word_hash
from ocr.training.build_language import count_ngrams, main, smoothed, word_shares
from ocr.training.word_sources import WordSources
from tests.unit.training.test_word_sources import write_packages

A, B = symbols_of("ab")
AB = {"ab": 1.0}


def test_kinds_of_words_have_their_share_and_lone_letters_theirs():
    shares = word_shares(
        WordSources({"the": 3.0, "a": 1.0}, {"tv": 5.0}, {"ann": 1.0}, {"the": 2.0}, {"rome": 9.0})
    )
    assert shares["tv"] == pytest.approx(0.2)
    assert shares["the"] == pytest.approx(0.75 * 0.7 + 0.05)
    assert shares["a"] == pytest.approx(0.25 * 0.7), "more usual than as a label"
    assert shares["b"] == pytest.approx(0.02 / 26)


def how_often(counts, *symbols):
    """How often symbols stand in the text that was counted."""
    contexts, table = counts.after(len(symbols) - 1)
    found = table[contexts == number(*symbols[:-1]), symbols[-1]]
    return found[0] if found.size else 0


def number(*symbols):
    return sum(symbol * SYMBOL_COUNT**place for place, symbol in enumerate(reversed(symbols)))


def test_a_word_is_counted_with_and_without_a_mark():
    # The only word stands 2,000,003 times, 15 % of them before a mark; codes add a little.
    counts = count_ngrams(AB, set())
    all_of_them = 2_000_003
    assert how_often(counts, SPACE, SPACE, SPACE, A) == pytest.approx(all_of_them, rel=0.01)
    assert how_often(counts, SPACE, SPACE, A, B) == pytest.approx(all_of_them, rel=0.01)
    assert how_often(counts, SPACE, A, B, SPACE) == pytest.approx(0.85 * all_of_them, rel=0.01)
    assert how_often(counts, SPACE, A, B, CLOSING) == pytest.approx(0.15 * all_of_them)
    assert how_often(counts, SPACE, A, B, CLOSING, SPACE) == pytest.approx(0.15 * all_of_them)


def test_a_rare_name_counts_less_than_a_rare_word():
    shares = {"ab": 1.0, "zz": 0.0}
    z = symbols_of("z")[0]
    word, name = (how_often(count_ngrams(shares, names), SPACE, z, z, CLOSING) for names in (set(), {"zz"}))
    assert word == pytest.approx(10 * name)


def test_numbers_are_counted_by_their_length():
    counts = count_ngrams(AB, set())
    assert 0.03 <= how_often(counts, SPACE, SPACE, SPACE, DIGIT) / 2_000_003 < 0.05
    one, two = (
        how_often(counts, *symbols, SPACE) for symbols in ((SPACE, SPACE, DIGIT), (SPACE, DIGIT, DIGIT))
    )
    assert two > one > 0, "numbers of two digits are the most usual, then those of one"
    assert how_often(counts, DIGIT, DIGIT, DIGIT, DIGIT) > 0


def probability_after(model, *symbols):
    (row,) = model.rows(np.array([number(*(SPACE,) * (LONGEST - len(symbols)), *symbols)]))
    return np.exp(model.logs[row])


def test_smoothed_counts_are_probabilities_and_never_nothing():
    model = make_character_model(*smoothed(count_ngrams(AB, set())))
    probability = np.exp(model.logs)
    np.testing.assert_allclose(probability.sum(axis=1), 1, rtol=1e-5)
    assert probability.min() > 0.01 / SYMBOL_COUNT * 0.99
    assert probability_after(model, A, B)[SPACE] > 0.8
    # Contexts that were never seen are what the longest part of them that was says.
    unseen = probability_after(model, HYPHEN, HYPHEN, A)
    np.testing.assert_allclose(unseen, probability_after(model, CLOSING, CLOSING, A), rtol=1e-5)
    assert unseen.argmax() == B


@pytest.mark.parametrize("most", [0, 40])
def test_contexts_are_as_long_as_they_say_something_new(most):
    # After "bab" either letter follows; what stands before it says which.
    counts = count_ngrams({"ababa": 0.5, "bbabb": 0.5}, set())
    kept = smoothed(counts, most=most)
    assert len(kept.longer) == most
    model = make_character_model(*kept)
    after = [probability_after(model, first, B, A, B) for first in (A, B)]
    if most:
        assert after[0][A] > 0.8
        assert after[1][B] > 0.8
    else:
        np.testing.assert_array_equal(*after)


def test_what_is_built_can_be_loaded(tmp_path, monkeypatch):
    write_packages(tmp_path)
    done = CliRunner().invoke(main, [str(tmp_path), "-o", str(tmp_path / "huts.npz")])
    assert done.exit_code == 0, done.output
    monkeypatch.setattr(ngram, "_FOLDER", tmp_path)
    huts = load_language("huts")
    hashes = np.array(
        [word_hash(symbols_of(word)) for word in ("the", "hat", "smith", "hot")], dtype=np.uint64
    )
    known = huts.word_log_probability(hashes)
    assert known[0] > known[1] > known[2] > known[3] == -np.inf
    assert known[1] == pytest.approx(np.log(0.7 * 10 / 40), abs=0.07)
    assert huts.numbers.log_probability("12:30") > -np.inf
