import numpy as np
import pytest

from ocr.classifier.activations import ACTIVATIONS
from ocr.classifier.losses import cross_entropy
from ocr.classifier.network import (
    Layer,
    backward,
    count_parameters,
    count_weights,
    dropout_mask,
    forward,
    initialise,
    parse_initialisation,
    predict_logits,
    sizes_of,
    view_as_network,
)
from ocr.errors import SettingError

LABELS = np.array([0, 2, 1, 2, 0])


def inputs_of(width):
    return np.random.default_rng(1).normal(size=(len(LABELS), width))


def loss_of(vector, sizes, *, activation, dropout):
    """Loss of a batch; each call draws the same dropout masks."""
    rng = np.random.default_rng(7)
    network = view_as_network(vector, sizes)
    state = forward(network, inputs_of(sizes[0]), activation=activation, dropout=dropout, rng=rng)
    loss, error = cross_entropy(state.logits, LABELS, label_smoothing=0.1)
    return loss, state, error


@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("sizes", [(4, 3), (4, 6, 3), (4, 6, 5, 3)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_are_central_differences(activation, sizes, dropout):
    vector = initialise(sizes, scheme="glorot", rng=np.random.default_rng(3), dtype=np.float64)
    vector += 0.05  # biases away from zero
    _, state, error = loss_of(vector, sizes, activation=activation, dropout=dropout)
    slope = np.full_like(vector, np.nan)
    network = view_as_network(vector, sizes)
    backward(network, state, error, gradients=view_as_network(slope, sizes), activation=activation)
    step, numeric = 1e-6, np.empty_like(vector)
    for index in range(vector.size):
        moved = np.zeros_like(vector)
        moved[index] = step
        above, *_ = loss_of(vector + moved, sizes, activation=activation, dropout=dropout)
        below, *_ = loss_of(vector - moved, sizes, activation=activation, dropout=dropout)
        numeric[index] = (above - below) / (2 * step)
    np.testing.assert_allclose(slope, numeric, atol=2e-9)
    assert np.abs(slope).max() > 0.01


def test_a_2_2_2_sigmoid_network_worked_by_hand():
    network = (
        Layer(np.array([[0.15, 0.25], [0.20, 0.30]]), np.array([0.35, 0.35])),
        Layer(np.array([[0.40, 0.50], [0.45, 0.55]]), np.array([0.60, 0.60])),
    )
    state = forward(network, np.array([[0.05, 0.10]]), activation="sigmoid")
    # z1 = 0.05 * 0.15 + 0.10 * 0.20 + 0.35 = 0.3775;  0.05 * 0.25 + 0.10 * 0.30 + 0.35 = 0.3925
    # a1 = 1 / (1 + exp(-0.3775)) = 0.593270;           1 / (1 + exp(-0.3925)) = 0.596884
    np.testing.assert_allclose(state.hidden[0], [[0.593270, 0.596884]], atol=1e-6)
    # z2 = 0.593270 * 0.40 + 0.596884 * 0.45 + 0.60 = 1.105906;  * 0.50, * 0.55: 1.224921
    np.testing.assert_allclose(state.logits, [[1.105906, 1.224921]], atol=1e-6)
    # p2 = 1 / (1 + exp(1.105906 - 1.224921)) = 0.529719, p1 = 0.470281;  right is class 1: -ln p1 = 0.754425
    loss, error = cross_entropy(state.logits, np.array([0]))
    assert loss == pytest.approx(0.754425, abs=1e-6)
    np.testing.assert_allclose(error, [[-0.529719, 0.529719]], atol=1e-6)
    slope = np.zeros(12)
    gradients = view_as_network(slope, (2, 2, 2))
    backward(network, state, error, gradients=gradients, activation="sigmoid")
    # dE/dW2 = a1 δ2: 0.593270 * 0.529719 = 0.314266;  0.596884 * 0.529719 = 0.316181
    np.testing.assert_allclose(
        gradients[1].weights, [[-0.314266, 0.314266], [-0.316181, 0.316181]], atol=1e-6
    )
    # δ1 = (δ2 W2ᵀ) a1 (1 - a1): 0.529719 * (0.50 - 0.40) * 0.593270 * 0.406730 = 0.012782
    #                            0.529719 * (0.55 - 0.45) * 0.596884 * 0.403116 = 0.012746
    np.testing.assert_allclose(gradients[0].bias, [0.012782, 0.012746], atol=1e-6)
    # dE/dW1 = x δ1: 0.05 * 0.012782 = 0.000639, 0.10 * 0.012782 = 0.001278, ...
    np.testing.assert_allclose(gradients[0].weights, [[0.000639, 0.000637], [0.001278, 0.001275]], atol=1e-6)


def test_two_steps_of_logistic_regression_worked_by_hand():
    # One weight per class, no hidden layer, x = 2 and class 1, rate 0.5, starting at 0.
    vector = np.zeros(4)
    network, slope = view_as_network(vector, (1, 2)), np.zeros(4)
    seen = []
    for _ in range(2):
        state = forward(network, np.array([[2.0]]))
        loss, error = cross_entropy(state.logits, np.array([1]))
        backward(network, state, error, gradients=view_as_network(slope, (1, 2)))
        vector -= 0.5 * slope
        seen.append((loss, vector.copy()))
    # Step 1: p = (1/2, 1/2), loss ln 2; δ = (1/2, -1/2);
    # weights -0.5 * 2 * δ = (-1/2, 1/2), biases (-1/4, 1/4).
    assert seen[0][0] == pytest.approx(0.693147, abs=1e-6)
    np.testing.assert_allclose(seen[0][1], [-0.5, 0.5, -0.25, 0.25])
    # Step 2: z = ±(2 * 1/2 + 1/4) = ±1.25; wrong p = 1 / (1 + exp(2.5)) = 0.075858;
    # loss = -ln 0.924142 = 0.078889;
    # weights 0.5 + 0.5 * 2 * 0.075858 = 0.575858, biases 0.25 + 0.5 * 0.075858 = 0.287929.
    assert seen[1][0] == pytest.approx(0.078889, abs=1e-6)
    np.testing.assert_allclose(seen[1][1], [-0.575858, 0.575858, -0.287929, 0.287929], atol=1e-6)


def test_counts_and_sizes():
    sizes = (5, 4, 3)
    assert (count_weights(sizes), count_parameters(sizes)) == (5 * 4 + 4 * 3, 5 * 4 + 4 * 3 + 4 + 3)
    assert sizes_of(view_as_network(np.zeros(39), sizes)) == sizes


def test_a_view_shares_its_memory_and_keeps_weights_before_biases():
    vector = np.arange(39.0)
    network = view_as_network(vector, (5, 4, 3))
    assert all(np.shares_memory(part, vector) for layer in network for part in layer)
    assert network[0].weights[0].tolist() == [0, 1, 2, 3]
    assert (network[0].bias.tolist(), network[1].bias.tolist()) == ([32, 33, 34, 35], [36, 37, 38])
    network[1].weights[...] = -1
    assert (vector[20:32] == -1).all()
    assert (vector[:20] >= 0).all()


def test_a_vector_of_another_length_is_refused():
    with pytest.raises(ValueError, match=r"\(5, 4, 3\) has 39 parameters, not \(38,\)"):
        view_as_network(np.zeros(38), (5, 4, 3))


@pytest.mark.parametrize(("scheme", "variance"), [("glorot", 2 / (300 + 200)), ("he", 2 / 300)])
def test_initial_weights_have_the_variance_of_their_scheme_and_biases_are_zero(scheme, variance):
    vector = initialise((300, 200, 2), scheme=scheme, rng=np.random.default_rng(0))
    first, _ = view_as_network(vector, (300, 200, 2))
    assert vector.dtype == np.float32
    assert first.weights.var() == pytest.approx(variance, rel=0.02)
    assert first.weights.mean() == pytest.approx(0, abs=0.001)
    # Uniform: the limit is √(3 · variance), and nothing lies beyond.
    assert np.abs(first.weights).max() == pytest.approx(np.sqrt(3 * variance), rel=0.01)
    assert not first.bias.any()


def test_the_seed_decides_the_draw():
    draws = [initialise((5, 4), scheme="he", rng=np.random.default_rng(seed)) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert (draws[0][:20] != draws[2][:20]).all()


@pytest.mark.parametrize(
    ("sizes", "scheme", "message"),
    [
        ((5, 3), "xavier", "'xavier'.*glorot, he"),
        ((5,), "he", "at least two widths"),
        ((5, 0, 3), "he", r"\(5, 0, 3\).*1 or more"),
    ],
)
def test_sizes_and_schemes_that_make_no_network_are_refused(sizes, scheme, message):
    with pytest.raises(SettingError, match=message):
        initialise(sizes, scheme=scheme, rng=np.random.default_rng(0))


def test_an_unknown_activation_is_refused():
    network = view_as_network(np.zeros(8), (3, 2))
    with pytest.raises(SettingError, match="'swish'"):
        forward(network, np.zeros((1, 3)), activation="swish")


def test_dropout_without_a_source_of_masks_is_refused():
    network = view_as_network(np.zeros(8), (3, 2))
    with pytest.raises(ValueError, match="rng"):
        forward(network, np.zeros((1, 3)), dropout=0.5)


def test_a_dropout_mask_drops_its_share_and_keeps_the_mean():
    mask = dropout_mask((400, 500), rate=0.25, rng=np.random.default_rng(0))
    assert mask.dtype == np.float32
    assert set(np.unique(mask)) == {0, np.float32(4 / 3)}
    assert (mask == 0).mean() == pytest.approx(0.25, abs=0.005)
    assert mask.mean() == pytest.approx(1, abs=0.005)
    assert dropout_mask((2, 2), rate=0.0, rng=np.random.default_rng(0)) is None


def test_dropout_is_on_hidden_outputs_only():
    vector = initialise((4, 50, 3), scheme="he", rng=np.random.default_rng(0), dtype=np.float64) + 0.5
    state = forward(
        view_as_network(vector, (4, 50, 3)), np.ones((1, 4)), dropout=0.5, rng=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(state.inputs[0], np.ones((1, 4)))
    np.testing.assert_array_equal(state.inputs[1], state.hidden[0] * state.masks[0])
    assert 10 < np.count_nonzero(state.inputs[1]) < 40


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_predicting_is_the_forward_pass_without_dropout(activation):
    sizes = (6, 5, 4, 3)
    network = view_as_network(initialise(sizes, scheme="he", rng=np.random.default_rng(0)), sizes)
    batch = inputs_of(6).astype(np.float32)
    given = batch.copy()
    logits = predict_logits(network, batch, activation=activation)
    np.testing.assert_array_equal(logits, forward(network, batch, activation=activation).logits)
    one_by_one = [predict_logits(network, row[None], activation=activation) for row in batch]
    np.testing.assert_allclose(logits, np.concatenate(one_by_one), atol=1e-6)
    np.testing.assert_array_equal(batch, given)


@pytest.mark.parametrize(
    ("scheme", "spread"), [("zeros", 0), ("normal:0.01", 0.01), ("glorot:10", 10 * np.sqrt(2 / 500))]
)
def test_the_spread_of_initial_weights(scheme, spread):
    vector = initialise((300, 200, 2), scheme=scheme, rng=np.random.default_rng(0))
    first = view_as_network(vector, (300, 200, 2))[0]
    assert first.weights.std() == pytest.approx(spread, rel=0.02)
    assert not first.bias.any()


@pytest.mark.parametrize(
    "scheme", ["", "normal", "zeros:2", "he:", "he:none", "normal:0", "normal:inf", "glorot:-1"]
)
def test_unknown_schemes_are_refused(scheme):
    with pytest.raises(SettingError, match="expected glorot, he, zeros"):
        parse_initialisation(scheme)


def test_the_gradients_of_frozen_layers_are_left_alone():
    sizes = (4, 3, 3, 2)
    rng = np.random.default_rng(2)
    network = view_as_network(initialise(sizes, scheme="he", rng=rng, dtype=np.float64), sizes)
    inputs, error = rng.normal(size=(5, 4)), rng.normal(size=(5, 2))
    state, whole, part = (
        forward(network, inputs),
        *(view_as_network(np.full(35, 7.0), sizes) for _ in range(2)),
    )
    backward(network, state, error, gradients=whole)
    backward(network, state, error, gradients=part, frozen=1)
    assert (part[0].weights == 7).all()
    np.testing.assert_array_equal(part[1].weights, whole[1].weights)
    np.testing.assert_array_equal(part[2].bias, whole[2].bias)
