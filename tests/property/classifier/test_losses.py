import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ocr.classifier.losses import cross_entropy
from ocr.numeric import log_softmax, softmax

ROWS = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(2, 6)), elements=st.floats(-50, 50))


@given(ROWS, st.floats(-500, 500))
def test_a_shift_of_all_logits_changes_nothing(logits, shift):
    np.testing.assert_allclose(softmax(logits + shift), softmax(logits), atol=1e-11)
    np.testing.assert_allclose(log_softmax(logits + shift), log_softmax(logits), atol=1e-9)


@given(ROWS)
def test_probabilities_sum_to_one_and_keep_the_order_of_the_logits(logits):
    probabilities = softmax(logits)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    ordered = np.take_along_axis(probabilities, logits.argsort(axis=1), axis=1)
    assert (np.diff(ordered, axis=1) >= 0).all()
    np.testing.assert_allclose(np.exp(log_softmax(logits)), probabilities, atol=1e-12)


@given(ROWS, st.floats(0, 0.9), st.data())
def test_the_error_of_each_row_sums_to_zero_and_the_loss_is_not_negative(logits, smoothing, data):
    labels = np.array(
        data.draw(st.lists(st.integers(0, logits.shape[1] - 1), min_size=len(logits), max_size=len(logits)))
    )
    loss, error = cross_entropy(logits, labels, label_smoothing=smoothing)
    assert loss >= -1e-12
    np.testing.assert_allclose(error.sum(axis=1), 0, atol=1e-12)
