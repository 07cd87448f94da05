"""The prior of spacing is learnt from lines of pen strokes."""

import numpy as np
import pytest
from click.testing import CliRunner

from ocr.recognition.spacing import SpacingStyles
from ocr.training.build_spacing import LineSpacing, main, make_styles


def strokes_of(words, rng):
    """Upright bars and hooks, set apart as letters and words are."""
    found, left = [], 0.0
    for word in words:
        for _ in word:
            height = 60 + float(rng.uniform(-4, 4))
            found.append(np.array([[left, 0], [left, height], [left + 20, height]]))
            left += 20 + 14 + float(rng.uniform(-2, 2))
        left += 40
    return found


def write_lines(path, count, provider):
    rng = np.random.default_rng(0)
    samples = [strokes_of(["abcd", "efg", "hijk"], rng) for _ in range(count)]
    strokes = [stroke for sample in samples for stroke in sample]
    points = np.rint(np.concatenate(strokes)).astype(np.int64)
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), np.int64))
    np.savez(
        path,
        dx=steps[:, 0].astype(np.int32),
        dy=steps[:, 1].astype(np.int32),
        stroke_len=np.array([len(stroke) for stroke in strokes]),
        sample_stroke_start=np.cumsum([0, *(len(sample) for sample in samples)]),
        labels=np.array(["abcd efg hijk"] * count),
        provider=np.array([provider] * count),
        writer=np.array(["ann"] * count),
    )
    return str(path)


def test_lines_are_measured_and_the_styles_written(tmp_path):
    lines, output = write_lines(tmp_path / "lines.npz", 4, "one"), tmp_path / "spacing.npz"
    done = CliRunner().invoke(main, [lines, "--count", "4", "-o", str(output)])
    assert done.exit_code == 0, done.output
    assert "4 lines: letter gaps" in done.output
    with np.load(output) as file:
        assert np.exp(file["log_prior"]).sum() == pytest.approx(1, abs=1e-3)


def test_held_out_providers_are_never_drawn(tmp_path):
    lines = write_lines(tmp_path / "lines.npz", 2, "kar")
    done = CliRunner().invoke(main, [lines, "-o", str(tmp_path / "spacing.npz")])
    assert done.exit_code == 5
    assert "held out" in done.output
    assert not (tmp_path / "spacing.npz").exists()


def test_wider_letters_make_wider_styles_likelier():
    def mean(letter):
        found = make_styles([LineSpacing(letter + shift, 1.0 + shift) for shift in (-0.2, -0.1, 0, 0.1, 0.2)])
        return float((np.exp(found["log_prior"]) * found["letter"]).sum())

    assert mean(-0.4) > mean(-0.9)
    assert set(make_styles([LineSpacing(-0.9, 1.0), LineSpacing(-0.8, 1.1)])) < set(
        SpacingStyles.__annotations__
    )
