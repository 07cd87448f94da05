import dataclasses

import pytest

from ocr.evaluation.page_scores import (
    NOTHING,
    PageScore,
    letters_and_digits,
    normalised,
    page_confusions,
    pooled,
    score_page,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  two\t words \n\n and\fmore\r\n", "two words and more"),
        ("“it’s” – so — ‘odd’", "\"it's\" - so - 'odd'"),
        ("ﬁne №1 ½", "fine No1 1⁄2"),
        ("Case. Stays!", "Case. Stays!"),
        ("", ""),
    ],
)
def test_texts_are_made_alike(text, plain):
    assert normalised(text) == plain
    assert normalised(plain) == plain


def test_letters_and_digits_lose_case_spaces_and_marks():
    assert letters_and_digits("Room B-12, 3rd!") == "roomb123rd"


def test_a_page_read_right_is_right_whatever_its_line_ends():
    score = score_page("One two\nthree.\n", "One  two three.")
    assert (score.cer, score.cer_caseless, score.wer, score.word_f1) == (0, 0, 0, 1)
    assert (score.alphanumeric_accuracy, score.characters, score.words) == (1, 14, 3)


def test_each_measure_counts_what_it_should():
    # Case of T, one comma for a period, one letter missing.
    score = score_page("The cat sat.", "the cat st,")
    assert (score.edits, score.edits_caseless, score.alphanumeric_edits) == (3, 2, 1)
    assert score.cer == pytest.approx(3 / 12)
    assert score.cer_caseless == pytest.approx(2 / 12)
    assert score.alphanumeric_accuracy == pytest.approx(8 / 9)
    assert score.wer == pytest.approx(2 / 3)
    assert score.word_f1 == pytest.approx(2 * 2 / 6)


def test_spaces_count_as_characters_but_not_as_letters():
    score = score_page("ab cd", "abcd")
    assert (score.edits, score.alphanumeric_edits, score.word_edits) == (1, 0, 2)


def test_the_order_of_words_matters_to_all_but_f1():
    score = score_page("one two", "two one")
    assert score.word_f1 == 1
    assert score.wer == 1


def test_a_word_that_stands_twice_is_found_twice_at_most():
    assert score_page("no no", "no").words_found == 1
    assert score_page("no", "no no").words_found == 1


def test_made_up_text_makes_rates_larger_than_one_and_the_share_right_zero():
    score = score_page("a", "b c d")
    assert score.cer == 5
    assert score.wer == 3
    assert score.alphanumeric_accuracy == 0


def test_an_empty_page():
    assert score_page("", "").word_f1 == 1
    assert (score_page("", "").cer, score_page("", "").wer) == (0, 0)
    assert (score_page("ab", "").cer, score_page("ab", "").wer, score_page("ab", "").word_f1) == (1, 1, 0)
    assert score_page("", "ab").cer == 2


def test_pages_are_pooled_by_their_characters():
    long, short = score_page("a" * 90, "a" * 90), score_page("b" * 10, "c" * 10)
    both = pooled([long, short])
    assert both.cer == pytest.approx(0.1)
    assert (long.cer + short.cer) / 2 == pytest.approx(0.5)
    assert pooled([long]) == long


def test_pooling_nothing_gives_no_counts():
    assert pooled([]) == PageScore(*[0] * len(dataclasses.fields(PageScore)))


def test_confusions_are_ranked_with_their_shares():
    found = page_confusions([("OLO", "0L0"), ("A B", "AB"), ("A", "A.")])
    assert [(one.truth, one.guess, one.count) for one in found] == [
        ("O", "0", 2),
        (NOTHING, ".", 1),
        (" ", NOTHING, 1),
    ]
    assert [one.share for one in found] == [1, pytest.approx(1 / 7), 1]


def test_confusions_of_pages_read_right_are_none():
    assert page_confusions([("“a”", '"a"'), ("", "")]) == ()
