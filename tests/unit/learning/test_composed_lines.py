"""Words are cut out of corrected lines, and new lines are composed of them."""

import numpy as np
import pytest

from ocr.learning.composed_lines import WordBank, WrittenWord, written_words
from ocr.learning.corrected_pages import LineWithText
from ocr.line_network.line_image import normalize_line
from ocr.line_network.line_model import shipped_line_network
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.touching_lines import write_closely
from ocr.training.line_trainer import greedy_texts

NETWORK = shipped_line_network()


def line(text):
    drawn = write_closely(text, writer=StrokeWriter(), rng=np.random.default_rng(1))
    return LineWithText(normalize_line(drawn.coverage / np.float32(255)).pixels, text)


def word(text, ink=None):
    """A word whose characters are three columns each, filled with their number in the alphabet."""
    return WrittenWord(
        tuple(np.full((36, 3), ink or ord(one) - ord("A") + 1, np.float32) for one in text), text
    )


def letters(pixels):
    """The letters of a line of such words, a space for each gap."""
    cols = pixels[0].astype(int)
    changed = np.append(True, cols[1:] != cols[:-1])
    return "".join(" " if one == 0 else chr(one + ord("A") - 1) for one in cols[changed]).strip()


def test_words_are_cut_out_of_a_line():
    words = written_words(NETWORK, [line("GARDEN HOME"), line("MILK")])
    assert [one.text for one in words] == ["GARDEN", "HOME", "MILK"]
    for one in words:
        assert len(one.parts) == len(one.text)
        whole = np.hstack(one.parts)
        # Nothing empty is before or behind them.
        assert whole[:, 0].sum() > 0.2
        assert whole[:, -1].sum() > 0.2
        alone = np.pad(whole, ((0, 0), (8, 8)))
        assert greedy_texts(NETWORK, [alone]) == [one.text]


def test_a_line_that_is_too_short_for_its_text_gives_no_words():
    short = LineWithText(line("I").pixels[:, :12], "A VERY LONG TEXT")
    assert written_words(NETWORK, [short]) == []


def test_the_text_of_a_composed_line_is_what_is_on_it():
    bank = WordBank([word("ABCD"), word("XCYZ"), word("QD")])
    rng = np.random.default_rng(3)
    seen = set()
    for _ in range(60):
        composed = bank.compose(rng)
        assert letters(composed.pixels) == composed.text
        assert composed.pixels.dtype == np.float32
        words = composed.text.split()
        assert 2 <= len(words) <= 5
        seen |= set(words)
    # Words as they were written, and words made of two that share a letter.
    assert {"ABCD", "XCYZ", "QD", "ABCYZ", "XCD"} == seen


def test_a_made_word_is_not_too_long():
    bank = WordBank([word("ABCDEFGHIJKLMN"), word("N" + "OPQRST")])
    rng = np.random.default_rng(3)
    assert max(len(one) for _ in range(60) for one in bank.compose(rng).text.split()) == 14


@pytest.mark.parametrize("seed", [1, 2])
def test_composed_lines_can_be_read(seed):
    bank = WordBank(written_words(NETWORK, [line("GARDEN HOME MILK"), line("RIVER HILL GATE")]))
    composed = [bank.compose(np.random.default_rng(seed)) for _ in range(3)]
    for one, read in zip(composed, greedy_texts(NETWORK, [one.pixels for one in composed]), strict=True):
        assert read == one.text
