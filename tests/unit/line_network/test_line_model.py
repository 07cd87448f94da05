"""The file of the line network, and what it says."""

import numpy as np
import pytest

from ocr.errors import ModelError
from ocr.line_network import line_model
from ocr.line_network.frames import FRAME_SIZE
from ocr.line_network.line_model import (
    CHARACTERS,
    STAGES,
    join_frames,
    line_log_probabilities,
    line_network_of,
    load_line_network,
    save_line_network,
    shipped_line_network,
)
from ocr.line_network.sliding_network import count_sliding_parameters, view_as_sliding_network


def fresh(seed=0):
    size = count_sliding_parameters(STAGES, FRAME_SIZE)
    vector = np.random.default_rng(seed).normal(0, 0.05, size).astype(np.float32)
    return view_as_sliding_network(vector, STAGES, FRAME_SIZE)


def images(*widths):
    rng = np.random.default_rng(1)
    return [rng.random((36, width), np.float32) for width in widths]


def test_the_network_reads_printable_ascii():
    assert len(CHARACTERS) == 95
    assert CHARACTERS[0] == " "
    assert CHARACTERS.isprintable()


def test_a_saved_network_is_loaded_as_it_was(tmp_path):
    save_line_network(fresh(), tmp_path / "lines.npz")
    loaded = load_line_network(tmp_path / "lines.npz")
    for stage, other in zip(fresh(), loaded, strict=True):
        for layer, same in zip(stage, other, strict=True):
            # Half a step of int8: each output's largest weight is 127 steps.
            steps = np.abs(layer.weights).max(axis=0) / 127
            assert (np.abs(same.weights - layer.weights) <= 0.51 * steps).all()
            assert not same.weights.flags.writeable


def test_the_same_weights_give_the_same_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        save_line_network(fresh(), tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize("content", [b"", b"PK", b"\x00" * 300])
def test_a_damaged_file_is_refused(tmp_path, content):
    (tmp_path / "lines.npz").write_bytes(content)
    with pytest.raises(ModelError, match=r"line network .*damaged"):
        load_line_network(tmp_path / "lines.npz")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ModelError, match="line network"):
        load_line_network(tmp_path / "none.npz")


def test_outputs_are_log_probabilities_of_each_frame():
    found = line_log_probabilities(fresh(), images(40, 81))
    assert [logs.shape for logs in found] == [(10, 96), (20, 96)]
    for logs in found:
        assert np.exp(logs).sum(axis=1) == pytest.approx(1)


def test_lines_together_are_as_lines_alone():
    lines = images(60, 44)
    together = line_log_probabilities(fresh(), lines)
    alone = [line_log_probabilities(fresh(), [line])[0] for line in lines]
    for one, other in zip(together, alone, strict=True):
        assert one == pytest.approx(other, abs=1e-4)


def test_no_lines_give_no_outputs():
    assert line_log_probabilities(fresh(), []) == []


def test_frames_are_joined_with_gaps():
    joined = join_frames(images(40, 80))
    assert joined.lengths.tolist() == [10, 20]
    assert joined.is_frame.sum() == 30
    assert not joined.frames[~joined.is_frame].any()


def test_the_shipped_network_can_be_loaded():
    assert len(shipped_line_network()) == len(STAGES)


def test_a_model_without_a_line_network_of_its_own_has_the_shipped_one():
    class Model:
        line_network = None

    assert line_network_of(Model()) is line_network_of(object()) is shipped_line_network()
    Model.line_network = own = tuple(shipped_line_network())
    assert line_network_of(Model()) is own
    Model.line_network = own[:2]
    with pytest.raises(ModelError, match="learn it anew"):
        line_network_of(Model())


def test_many_lines_are_computed_in_groups(monkeypatch):
    lines = images(60, 44, 80, 52)
    together = line_log_probabilities(fresh(), lines)
    monkeypatch.setattr(line_model, "_MOST_COLUMNS", 100)
    for one, other in zip(line_log_probabilities(fresh(), lines), together, strict=True):
        assert one == pytest.approx(other, abs=1e-4)
