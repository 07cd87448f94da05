"""Windows, gradients and the empty frames between lines."""

import numpy as np
import pytest

from ocr.line_network.sliding_network import (
    Stage,
    backward,
    count_sliding_parameters,
    forward,
    gap_frames,
    predict,
    view_as_sliding_network,
)

STAGES = (Stage((-1, 0, 1), (6, 4)), Stage((-1, 1), (5, 4), residual=True), Stage((-2, 0, 2), (5, 3)))
WIDTH = 2


def network_of(seed):
    size = count_sliding_parameters(STAGES, WIDTH)
    vector = np.random.default_rng(seed).normal(0, 0.5, size)
    return vector, view_as_sliding_network(vector, STAGES, WIDTH)


def frames_of(seed, count=12):
    return np.random.default_rng(seed).normal(0, 1, (count, WIDTH))


def test_parameters_are_counted():
    assert count_sliding_parameters(STAGES, WIDTH) == (
        (6 * 6 + 6 + 6 * 4 + 4) + (8 * 5 + 5 + 5 * 4 + 4) + (12 * 5 + 5 + 5 * 3 + 3)
    )


def test_a_window_holds_the_frames_at_its_offsets():
    _, network = network_of(0)
    frames = frames_of(1)
    state = forward(network, STAGES, frames, np.ones(12, bool))
    window = state.inputs[0][0]
    assert window[5] == pytest.approx(np.concatenate([frames[4], frames[5], frames[6]]))
    assert window[0] == pytest.approx(np.concatenate([np.zeros(WIDTH), frames[0], frames[1]]))
    assert window[11] == pytest.approx(np.concatenate([frames[10], frames[11], np.zeros(WIDTH)]))


def test_a_residual_stage_that_says_nothing_changes_nothing():
    _, network = network_of(2)
    first, residual, last = network
    silent = (
        *residual[:-1],
        residual[-1]._replace(weights=0 * residual[-1].weights, bias=0 * residual[-1].bias),
    )
    frames, is_frame = frames_of(1), np.ones(12, bool)
    plain = tuple(stage for stage in STAGES if not stage.residual)
    expected = predict((first, last), plain, frames, is_frame)
    assert predict((first, silent, last), STAGES, frames, is_frame) == pytest.approx(expected)


def test_gradients_equal_central_differences():
    vector, network = network_of(3)
    frames, is_frame = frames_of(4), np.ones(12, bool)
    is_frame[5:8] = False
    frames[~is_frame] = 0

    def loss(parameters):
        logits = predict(view_as_sliding_network(parameters, STAGES, WIDTH), STAGES, frames, is_frame)
        return 0.5 * (logits[is_frame] ** 2).sum()

    state = forward(network, STAGES, frames, is_frame)
    found = np.empty_like(vector)
    gradients = view_as_sliding_network(found, STAGES, WIDTH)
    backward(network, STAGES, state, state.logits * is_frame[:, None], is_frame, gradients=gradients)
    step = 1e-6
    expected = [(loss(vector + one) - loss(vector - one)) / (2 * step) for one in step * np.eye(vector.size)]
    assert found == pytest.approx(np.array(expected), abs=1e-6)


def test_lines_with_a_gap_between_them_do_not_see_each_other():
    _, network = network_of(5)
    first, second, gap = frames_of(6, 7), frames_of(7, 5), gap_frames(STAGES)
    both = np.concatenate([first, np.zeros((gap, WIDTH)), second])
    is_frame = np.ones(len(both), bool)
    is_frame[7 : 7 + gap] = False
    logits = predict(network, STAGES, both, is_frame)
    alone = [predict(network, STAGES, one, np.ones(len(one), bool)) for one in (first, second)]
    assert logits[:7] == pytest.approx(alone[0])
    assert logits[7 + gap :] == pytest.approx(alone[1])
