"""Spaces in lists of gaps with known answers; gaps are in text heights."""

import numpy as np
import pytest

from ocr.recognition.spacing import space_logits, two_kinds

LETTER_GAPS = [0.1, 0.15, 0.08, 0.2, 0.12]


def logits(*lines):
    return space_logits([np.array(line) for line in lines])


def spaces(*lines):
    """Each line with a space wherever that is likelier than not."""
    found = logits(*lines)
    return ["".join("_" if logit > 0 else "." for logit in line) for line in found]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], []),
        ([[]], [""]),
        ([[0.1]], ["."]),
        ([[0.1, 0.12, 0.9, 0.1, 0.8, 0.15]], [".._._."]),
        ([[0.05, 0.7, 0.1], [0.1, 0.1]], ["._.", ".."]),
        ([[-0.2, 0.8, -0.1, 0.1, 0.9]], ["._.._"]),
        ([LETTER_GAPS, LETTER_GAPS], [".....", "....."]),
    ],
)
def test_hand_made_gaps(lines, expected):
    assert spaces(*lines) == expected


def test_letters_set_apart_are_words_of_their_own():
    assert spaces([0.9, 1.0, 1.1, 0.95]) == ["____"]


def test_one_long_word_has_no_spaces():
    assert spaces([0.3, 0.35, 0.28, 0.33, 0.31]) == ["....."]


def test_wide_and_narrow_hand_on_one_page():
    narrow, wide = [0.05, 0.6, 0.05, 0.06, 0.62, 0.04], [0.3, 1.4, 0.33, 0.3, 1.5, 0.28]
    assert spaces(narrow, wide) == ["._.._.", "._.._."]


def test_a_short_line_follows_its_page():
    page = [0.1, 0.9, 0.12, 0.1, 0.85, 0.1, 0.1, 0.95]
    assert spaces(page, [0.2, 0.8]) == ["._.._.._", "._"]


def test_no_narrow_gap_is_a_space():
    assert spaces([-0.1, 0.2, 0.02, 0.2, -0.1, 0.02] * 40) == ["......" * 40]


def test_whatever_the_page_says_a_very_wide_gap_is_a_space():
    # Without the limit these would be letters 1.3 apart and spaces of 4.
    assert spaces([0.9, 1.3, 0.9, 4.0, 1.1, 4.2] * 40) == ["._._._" * 40]


def test_a_page_of_one_word_goes_by_what_is_known():
    # By their ratios alone two of these would be spaces; no space between words is as narrow as that.
    uneven = [0.02, 0.38, 0.05, 0.39, 0.03]
    assert spaces(uneven) == ["....."]
    # With many such gaps the line knows better.
    assert spaces(uneven * 40) == ["._._." * 40]


def test_odds_grow_with_the_logarithm_of_the_gap():
    (found,) = logits([0.0, 0.75, 0.0, 0.75, 0.25, 0.0])
    # Widths with 0.25 added are 1 and 0.5: a factor of 2 is worth 8 log 2.
    assert found[1] - found[4] == pytest.approx(8 * np.log(2))


def test_odds_are_kept_where_language_can_overrule_them():
    (found,) = logits([0.0, 50.0, 0.0, 60.0, 0.0, 0.0])
    assert found.tolist() == [-7, 7, -7, 7, -7, -7]


def test_letters_that_overlap_touch():
    apart, touching = ([0.9, gap, 0.0, 0.9, 0.0] for gap in (-0.4, 0.0))
    np.testing.assert_array_equal(logits(apart)[0], logits(touching)[0])


def test_two_kinds_cuts_between_them():
    kinds = two_kinds(np.array([0.1, 0.2, 1.0, 0.15, 1.2]))
    assert 0.2 < kinds.threshold < 1.0
    assert kinds.space == pytest.approx(1.1)
    assert kinds.contrast == pytest.approx(1.25 / 0.45)
    assert two_kinds(np.array([0.5])) is None
    assert two_kinds(np.full(6, 0.5)) is None


@pytest.mark.parametrize("seed", range(5))
def test_one_answer_for_each_gap(seed):
    rng = np.random.default_rng(seed)
    lines = [rng.normal(0.4, 0.4, rng.integers(0, 12)).tolist() for _ in range(6)]
    found = logits(*lines)
    assert [len(one) for one in found] == [len(line) for line in lines]
    for gaps, odds in zip(lines, found, strict=True):
        order = np.argsort(gaps)
        assert (np.diff(odds[order]) >= 0).all(), "a wider gap of a line is less likely a space"
