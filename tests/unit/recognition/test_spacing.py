"""Spaces in lists of gaps with known answers; gaps are in letter heights."""

import dataclasses

import numpy as np
import pytest

from ocr.recognition.spacing import SpacingSettings, space_logits, two_kinds

LETTER_GAPS = [0.1, 0.15, 0.08, 0.2, 0.12]


def spaces(*lines, **changes):
    """What each line looks like where a space is put in wherever it is likelier than not."""
    found = space_logits(lines, SpacingSettings(**changes))
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
    assert spaces([0.01, 0.2, 0.02, 0.2, 0.01, 0.02], tight_letters=0.01) == ["......"]


def test_whatever_the_page_says_a_very_wide_gap_is_a_space():
    # Without the limit the first would be gaps of one kind, and the second letters 1.3 apart and spaces of 4.
    assert spaces([0.58, 0.59, 0.57, 1.21], known_gaps=0) == ["..._"]
    assert spaces([0.9, 1.3, 0.9, 4.0, 1.1, 4.2], known_gaps=0) == ["._._._"]


def test_a_page_of_one_word_goes_by_what_is_known():
    # By their ratios alone two of these would be spaces; no space between words is as narrow as that.
    uneven = [0.02, 0.38, 0.05, 0.39, 0.03]
    assert spaces(uneven) == ["....."]
    assert spaces(uneven, known_gaps=0) == ["._._."]
    # With many such gaps the line knows better.
    assert spaces(uneven * 40) == ["._._." * 40]


def test_odds_grow_with_the_logarithm_of_the_gap():
    # Widths with 0.25 added are 0.25 (letters) and 1 (spaces): the threshold is where the width is 0.5, half
    # way in logarithms, and every factor of 2 is worth sharpness * log 2.
    (found,) = space_logits([[0.0, 0.75, 0.0, 0.75, 0.0, 0.0]], SpacingSettings(sharpness=3.0, known_gaps=0))
    step = 3.0 * np.log(2)
    assert found == pytest.approx([-step, step, -step, step, -step, -step])


def test_odds_are_kept_where_language_can_overrule_them():
    (found,) = space_logits([[0.0, 50.0, 0.0, 60.0, 0.0, 0.0]])
    assert found.tolist() == [-7, 7, -7, 7, -7, -7]


def test_letters_that_overlap_touch():
    apart, touching = ([0.9, gap, 0.0, 0.9, 0.0] for gap in (-0.4, 0.0))
    np.testing.assert_array_equal(space_logits([apart])[0], space_logits([touching])[0])


def test_two_kinds_cuts_between_them():
    kinds = two_kinds([0.1, 0.2, 1.0, 0.15, 1.2], SpacingSettings())
    assert 0.2 < kinds.threshold < 1.0
    assert kinds.space == pytest.approx(1.1)
    assert kinds.clearance == pytest.approx(1.25 / 0.45)
    assert two_kinds([0.5], SpacingSettings()) is None
    assert two_kinds([0.5] * 6, SpacingSettings()) is None


# Value and lines on which it decides.
DECIDED = {
    "tight_letters": (0.01, [[0.1, 0.3, 0.1, 0.3, 0.1, 0.3]] * 12),
    "known_letters": (1.5, [[0.1, 0.9, 0.1, 0.1, 0.9, 0.1]]),
    "known_gaps": (0.0, [[0.02, 0.38, 0.05, 0.39, 0.03]]),
    "contrast": (9.0, [[0.1, 0.9, 0.1, 0.1, 0.9, 0.1]]),
    "clear_cut": (3.0, [[0.05, 0.6, 0.05, 0.06, 0.62, 0.04], [0.5, 1.4, 0.5, 0.5, 1.5, 0.5]]),
    "page_agrees": (0.1, [[0.0, 0.0, 0.3, 0.0, 0.3, 0.0], [0.1, 1.5, 0.1, 1.6, 0.1, 1.5, 0.1, 1.4]]),
    "speaks_gaps": (99, [[0.05, 0.6, 0.05, 0.06, 0.62, 0.04], [0.5, 1.4, 0.5, 0.5, 1.5, 0.5]]),
    "narrowest_letters": (1.0, [[0.1, 0.9, 0.1, 0.1, 0.9, 0.1]]),
    "usual_letters": (2.0, [[0.9, 1.0, 1.1, 0.95]]),
    "lone_letters": (0.8, [[0.9, 1.0, 0.9, 4.0, 0.9, 4.2]] * 8),
}
# Settings of how sure the answer is, which they do not turn over.
SURE = {"sharpness": 2.0, "surest": 1.0}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(SpacingSettings)])
def test_every_setting_changes_some_result(field):
    if field in SURE:
        gaps = [0.1, 0.5, 0.12, 0.1, 0.9]
        changed = SpacingSettings(**{field: SURE[field]})
        (usual,), (found,) = space_logits([gaps]), space_logits([gaps], changed)
        assert (np.abs(found) < np.abs(usual)).any()
        assert np.array_equal(np.sign(found), np.sign(usual))
        return
    value, lines = DECIDED[field]
    assert spaces(*lines) != spaces(*lines, **{field: value})


@pytest.mark.parametrize("seed", range(5))
def test_one_answer_for_each_gap(seed):
    rng = np.random.default_rng(seed)
    lines = [rng.normal(0.4, 0.4, rng.integers(0, 12)).tolist() for _ in range(6)]
    found = space_logits(lines)
    assert [len(logits) for logits in found] == [len(line) for line in lines]
    for gaps, logits in zip(lines, found, strict=True):
        order = np.argsort(gaps)
        assert (np.diff(logits[order]) >= 0).all(), "a wider gap of a line is less likely a space"
