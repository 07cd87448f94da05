"""CTC against a sum over all sequences, worked numbers, and central differences in float64."""

from itertools import groupby, product

import numpy as np
import pytest

from ocr.line_network.ctc import BLANK, align_text, ctc_loss, text_log_probability
from ocr.numeric import log_softmax

CLASSES = 4


def text_of(sequence):
    return [one for one, _ in groupby(sequence) if one != BLANK]


def all_sequences(logs, text):
    """The probability of a text as the sum over all sequences of outputs that stand for it."""
    frames = len(logs)
    return sum(
        np.exp(sum(logs[frame, one] for frame, one in enumerate(sequence)))
        for sequence in product(range(logs.shape[1]), repeat=frames)
        if text_of(sequence) == text
    )


def logs_of(seed, lines=1, frames=5):
    rng = np.random.default_rng(seed)
    return log_softmax(rng.normal(0, 1.5, (lines, frames, CLASSES)))


@pytest.mark.parametrize("text", [[1], [1, 2], [1, 1], [3, 2, 1], [2, 2, 3], []])
def test_the_loss_is_that_of_all_sequences_of_the_text(text):
    logs = logs_of(3)
    result = ctc_loss(logs, np.array([5]), [text])
    assert np.exp(-result.losses[0]) == pytest.approx(all_sequences(logs[0], text), rel=1e-12)


def test_worked_example_of_two_frames():
    # Two frames, "a": the sequences aa, a-, -a. 0.6 · 0.3 + 0.6 · 0.7 + 0.4 · 0.3 = 0.72.
    logs = np.log(np.array([[[0.4, 0.6], [0.7, 0.3]]]))
    result = ctc_loss(logs, np.array([2]), [[1]])
    assert np.exp(-result.losses[0]) == pytest.approx(0.72, rel=1e-12)
    # In the first frame 0.6 · (0.3 + 0.7) of these 0.72 say a: 0.6 - 0.6 / 0.72.
    assert result.gradients[0, 0, 1] == pytest.approx(0.6 - 0.6 / 0.72, rel=1e-12)
    assert result.gradients[0, 1, 1] == pytest.approx(0.3 - 0.3 / 0.72, rel=1e-12)


def test_gradients_equal_central_differences():
    rng = np.random.default_rng(7)
    logits = rng.normal(0, 1, (3, 7, CLASSES))
    lengths, texts = np.array([7, 5, 3]), [[1, 2, 2], [3], [1, 3, 1]]
    found = ctc_loss(log_softmax(logits), lengths, texts).gradients
    step = 1e-6
    for place in np.ndindex(logits.shape):
        moved = np.zeros_like(logits)
        moved[place] = step
        upper, lower = (
            ctc_loss(log_softmax(logits + sign * moved), lengths, texts).losses.sum() for sign in (1, -1)
        )
        assert found[place] == pytest.approx((upper - lower) / (2 * step), abs=1e-8)


def test_a_batch_is_read_as_its_lines_one_by_one():
    logs = logs_of(5, lines=3, frames=6)
    lengths, texts = np.array([6, 4, 5]), [[1, 2], [3, 3], [2]]
    together = ctc_loss(logs, lengths, texts)
    for row, (length, text) in enumerate(zip(lengths, texts, strict=True)):
        alone = ctc_loss(logs[row : row + 1, :length], np.array([length]), [text])
        assert together.losses[row] == pytest.approx(alone.losses[0], rel=1e-12)
        assert together.gradients[row, :length] == pytest.approx(alone.gradients[0], abs=1e-12)
        assert not together.gradients[row, length:].any()


def test_a_text_longer_than_the_line_has_no_path_and_teaches_nothing():
    result = ctc_loss(logs_of(2, frames=3), np.array([3]), [[1, 1, 2]])
    assert result.losses[0] == np.inf
    assert not result.gradients.any()


def test_text_log_probability_is_the_negative_loss():
    (logs,) = logs_of(11)
    assert text_log_probability(logs, [1, 3]) == pytest.approx(np.log(all_sequences(logs, [1, 3])))
    assert text_log_probability(logs, [1, 1, 1, 1]) < -1e20


def test_aligned_characters_lie_in_the_frames_that_say_them():
    said = [0, 2, 2, 0, 1, 0, 1, 3]
    logs = np.log(np.full((len(said), CLASSES), 0.02) + 0.92 * np.eye(CLASSES)[said])
    spans = align_text(logs, [2, 1, 1, 3])
    assert spans.tolist() == [[1, 3], [4, 5], [6, 7], [7, 8]]


def test_alignment_is_the_most_probable_sequence_of_the_text():
    (logs,) = logs_of(17)
    sequences = [one for one in product(range(CLASSES), repeat=5) if text_of(one) == [2, 1]]
    best = max(sequences, key=lambda one: sum(logs[frame, label] for frame, label in enumerate(one)))
    spans = align_text(logs, [2, 1])
    assert [best[start:stop] for start, stop in spans] == [
        tuple([label] * (stop - start)) for label, (start, stop) in zip([2, 1], spans, strict=True)
    ]


def test_no_alignment_without_a_path():
    (logs,) = logs_of(1, frames=2)
    assert align_text(logs, [1, 1]) is None
