"""Styles of spacing: what the gaps of a line say about its spaces."""

import numpy as np
import pytest

from ocr.recognition.spacing import TIGHT_HEIGHTS, log_widths, shipped_styles


def best(gaps, log_prior=None):
    """The most probable labeling of a line, as how many of its widest gaps are spaces."""
    styles = shipped_styles()
    letters, spaces = styles.log_joint(np.sort(log_widths(np.array(gaps, dtype=float))))
    found = styles.labelings(styles.log_prior if log_prior is None else log_prior, letters, spaces)
    logits = styles.space_logits(found[0].style, log_widths(np.array(gaps, dtype=float)))
    return found[0], logits > 0


def test_widths_are_logarithms_and_overlaps_are_no_gap():
    np.testing.assert_allclose(
        np.exp(log_widths(np.array([-0.3, 0.0, 1.0]))) - TIGHT_HEIGHTS, [0, 0, 1], atol=1e-12
    )


def test_the_prior_is_a_probability():
    styles = shipped_styles()
    assert np.exp(styles.log_prior).sum() == pytest.approx(1, abs=1e-4)
    assert int(np.prod(styles.shape)) == (~styles.is_list).sum() < styles.is_list.size


def test_two_kinds_of_gaps_are_letter_gaps_and_spaces():
    labeling, spaces = best([0.1, 0.15, 0.9, 0.05, 0.2, 1.0, 0.12])
    assert not labeling.is_list
    assert spaces.tolist() == [False, False, True, False, False, True, False]


@pytest.mark.parametrize("gap", [0.0, 0.1, 0.2])
def test_tight_letters_alone_are_one_word(gap):
    labeling, spaces = best([gap, gap + 0.05, gap, gap + 0.1, gap])
    assert not labeling.is_list
    assert not spaces.any()


@pytest.mark.parametrize("cell", [0.4, 0.7, 1.0])
def test_letters_in_cells_are_words_as_well(cell):
    styles = shipped_styles()
    gaps = np.array([1.0, 1.1, 0.95, 3.2, 1.05, 1.0, 0.9]) * cell
    letters, spaces = styles.log_joint(np.sort(log_widths(gaps)))
    words = [one for one in styles.labelings(styles.log_prior, letters, spaces) if not one.is_list]
    logits = styles.space_logits(words[0].style, log_widths(gaps))
    assert (logits > 0).tolist() == [False, False, False, True, False, False, False]


def test_a_list_is_among_the_labelings_and_all_its_gaps_are_spaces():
    styles = shipped_styles()
    widths = log_widths(np.full(12, 1.0))
    found = styles.labelings(styles.log_prior, *styles.log_joint(widths))
    (single,) = [one for one in found if one.is_list]
    assert (styles.space_logits(single.style, widths) > 0).all()


def test_labelings_come_by_evidence_and_there_is_one_more_than_gaps_and_the_list():
    styles = shipped_styles()
    widths = np.sort(log_widths(np.array([0.1, 0.2, 0.9])))
    found = styles.labelings(styles.log_prior, *styles.log_joint(widths))
    assert len(found) == 5
    assert [one.evidence for one in found] == sorted((one.evidence for one in found), reverse=True)


def test_other_lines_of_a_page_shift_the_prior_towards_their_style():
    styles = shipped_styles()
    rng = np.random.default_rng(0)
    gaps = np.where(np.arange(30) % 6 == 5, 3.0, 0.9) * rng.uniform(0.9, 1.1, 30)
    wide = np.logaddexp(*styles.log_joint(log_widths(gaps))).sum(axis=1)
    prior = styles.smoothed(styles.log_prior + wide)
    assert np.exp(prior).sum() == pytest.approx(1, abs=1e-3)
    near = ~styles.is_list & (np.abs(styles.letter - np.log(0.9 + TIGHT_HEIGHTS)) < 0.3)
    assert np.exp(prior)[near].sum() > 0.5 > 3 * np.exp(styles.log_prior)[near].sum()


def test_log_odds_grow_with_the_gap_and_are_bounded():
    styles = shipped_styles()
    style = int(np.where(styles.is_list, -np.inf, styles.log_prior).argmax())
    gaps = np.linspace(0, 6, 50)
    logits = styles.space_logits(style, log_widths(gaps))
    assert (np.diff(logits) >= -1e-9).all()
    assert np.abs(logits[gaps < 2.5]).max() <= 7
    # What stands in another column is another word, whatever the text.
    assert np.abs(logits[gaps > 2.5]).min() >= 12


def test_a_wide_gap_between_letters_that_stand_wide_apart_is_no_column():
    styles = shipped_styles()
    style = int(np.where(styles.is_list, -np.inf, styles.space).argmax())
    assert styles.space_logits(style, log_widths(np.array([2.6])))[0] < 7
