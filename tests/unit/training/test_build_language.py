"""Building language data from a list of words, on lists small enough to count by hand."""

import numpy as np
import pytest
from click.testing import CliRunner

from ocr.errors import DataError
from ocr.language import ngram
from ocr.language.ngram import load_language
from ocr.language.symbols import CLOSING, DIGIT, HYPHEN, SPACE, SYMBOL_COUNT, symbols_of, word_hash
from ocr.training.build_language import as_bytes, count_ngrams, main, read_counts, smoothed, with_lone_letters

A, B = symbols_of("ab")


def test_counts_are_read_and_those_of_one_word_added(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("\ufeffthe 12\nice cream 3\nthe 1\n", encoding="utf-8")
    assert read_counts(path) == {"the": 13.0, "ice cream": 3.0}


@pytest.mark.parametrize("line", ["the", "the twelve", " 12", ""])
def test_a_line_of_another_form_is_refused(tmp_path, line):
    path = tmp_path / "words.txt"
    path.write_text(f"a 1\n{line}\nb 2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"words\.txt, line 2: found .*, expected a word and its count"):
        read_counts(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "found none"), (b"the 0\n", "found none"), (b"\xff\xfe", "invalid start byte")],
)
def test_a_file_without_words_is_refused(tmp_path, content, message):
    path = tmp_path / "words.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_counts(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_counts(tmp_path / "none.txt")


def test_lone_letters_are_as_usual_as_lists_have_them():
    counts = with_lone_letters({"the": 1298.0, "a": 2.0})
    # 2 % of 1,300 words are shared by 26 letters: one each; a is more usual than that.
    assert counts["b"] == pytest.approx(1.0)
    assert counts["a"] == 2.0
    assert len(counts) == 27


def test_a_word_is_counted_with_and_without_a_mark():
    # The only word stands 2,000,003 times, 15 % of them before a mark; codes add a little.
    table = count_ngrams({"ab": 7.0})
    all_of_them = 2_000_003
    assert table[SPACE, SPACE, SPACE, A] == pytest.approx(all_of_them, rel=0.01)
    assert table[SPACE, SPACE, A, B] == pytest.approx(all_of_them, rel=0.01)
    assert table[SPACE, A, B, SPACE] == pytest.approx(0.85 * all_of_them, rel=0.01)
    assert table[SPACE, A, B, CLOSING] == pytest.approx(0.15 * all_of_them)
    assert table[A, B, CLOSING, SPACE] == pytest.approx(0.15 * all_of_them)


def test_numbers_are_counted_by_their_length():
    table = count_ngrams({"ab": 7.0})
    assert 0.06 <= table[SPACE, SPACE, SPACE, DIGIT] / 2_000_003 < 0.1
    ends = [table[context][SPACE] for context in ((SPACE, SPACE, DIGIT), (SPACE, DIGIT, DIGIT))]
    assert ends[1] > ends[0] > 0, "numbers of two digits are the most usual, then those of one"
    assert table[DIGIT, DIGIT, DIGIT, DIGIT] > 0


def test_smoothed_counts_are_probabilities_and_never_nothing():
    probability = smoothed(count_ngrams({"ab": 7.0}))
    np.testing.assert_allclose(probability.sum(axis=-1), 1)
    assert probability.min() > 0.01 / SYMBOL_COUNT * 0.99
    assert probability[SPACE, A, B, SPACE] > 0.8
    # Contexts that were never seen are what the longest part of them that was says.
    np.testing.assert_allclose(probability[HYPHEN, HYPHEN, A], probability[CLOSING, CLOSING, A], rtol=1e-9)
    assert probability[HYPHEN, HYPHEN, A].argmax() == B


def test_bytes_are_sixteenths_and_bounded():
    logs = np.array([0.0, -1 / 16, -1.0, -15.9, -99.0])
    assert as_bytes(logs).tolist() == [0, 1, 16, 254, 255]


def test_what_is_built_can_be_loaded(tmp_path, monkeypatch):
    words = tmp_path / "words.txt"
    words.write_text("hut 30\nhat 10\n", encoding="utf-8")
    done = CliRunner().invoke(main, [str(words), "-o", str(tmp_path / "huts.npz")])
    assert done.exit_code == 0, done.output
    monkeypatch.setattr(ngram, "_FOLDER", tmp_path)
    huts = load_language("huts")
    hashes = np.array([word_hash(symbols_of(word)) for word in ("hut", "hat", "hot")], dtype=np.uint64)
    known = huts.word_log_probability(hashes)
    # Two in a hundred and four of the words are lone letters (h's and t's among them).
    assert known[0] - known[1] == pytest.approx(np.log(3), abs=0.07)
    assert known[0] == pytest.approx(np.log(30 / 40.8), abs=0.05)
    assert known[2] == -np.inf
