"""Each degradation keeps what it documents: shape, dtype, range, the input untouched."""

import inspect

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.synthesis import degradations, lighting, ruling
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page

# function, settings that do something, that do nothing, that are refused, and whether it needs an rng
CASES = [
    (lighting.uneven_light, {"strength": 0.4}, {"strength": 0}, {"strength": 1}, True),
    (lighting.shadow_edge, {"strength": 0.4}, {"strength": 0}, {"strength": -0.1}, True),
    (lighting.glare, {"strength": 0.9}, {"strength": 0}, {"strength": 2}, True),
    (degradations.paper_texture, {"strength": 0.05}, {"strength": 0}, {"strength": 1}, True),
    (degradations.sensor_noise, {"strength": 0.05}, {"strength": 0}, {"strength": float("nan")}, True),
    (degradations.blur, {"radius_px": 2}, {"radius_px": 0}, {"radius_px": -1}, False),
    (
        degradations.low_contrast,
        {"black": 0.3, "white": 0.6},
        {"black": 0, "white": 1},
        {"black": 0.7, "white": 0.6},
        False,
    ),
    (degradations.jpeg, {"quality": 30}, None, {"quality": 0}, False),
    (ruling.ruled_lines, {"spacing_px": 20}, {"spacing_px": 20, "strength": 0}, {"spacing_px": 1}, False),
    (ruling.squared_grid, {"spacing_px": 20}, {"spacing_px": 20, "strength": 0}, {"spacing_px": 1}, False),
    (degradations.tilt, {"strength": 0.1}, {"strength": 0}, {"strength": 0.5}, True),
    (degradations.rotate, {"degrees": 5}, {"degrees": 0}, {"degrees": 90}, False),
    (degradations.scale, {"factor": 0.5}, {"factor": 1}, {"factor": 0}, False),
]
CHANGES_SHAPE = {degradations.rotate, degradations.scale}


@pytest.fixture(scope="module")
def gray():
    settings = PageSettings(letter_height_px=24)
    return write_page(["Hello"], writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(1)).gray


def apply(degrade, gray, settings, *, needs_rng, seed=5):
    extra = {"rng": np.random.default_rng(seed)} if needs_rng else {}
    return degrade(gray, **settings, **extra)


@pytest.mark.parametrize(("degrade", "some", "_none", "_bad", "needs_rng"), CASES)
def test_contract(gray, degrade, some, _none, _bad, needs_rng):
    before = gray.copy()
    after = apply(degrade, gray, some, needs_rng=needs_rng)
    assert after.dtype == np.float32
    assert 0 <= after.min() <= after.max() <= 1
    assert degrade in CHANGES_SHAPE or after.shape == gray.shape
    assert after.shape != gray.shape or not np.array_equal(after, gray)
    assert np.array_equal(gray, before)
    assert np.array_equal(after, apply(degrade, gray, some, needs_rng=needs_rng))


@pytest.mark.parametrize(
    ("degrade", "_some", "none", "_bad", "needs_rng"), [case for case in CASES if case[2]]
)
def test_no_strength_changes_nothing(gray, degrade, _some, none, _bad, needs_rng):
    np.testing.assert_allclose(apply(degrade, gray, none, needs_rng=needs_rng), gray, atol=1e-5)


@pytest.mark.parametrize(("degrade", "_some", "_none", "bad", "needs_rng"), CASES)
def test_outside_the_range_is_refused(gray, degrade, _some, _none, bad, needs_rng):
    with pytest.raises(SettingError, match="expected"):
        apply(degrade, gray, bad, needs_rng=needs_rng)


def test_every_degradation_is_tested():
    public = {
        function
        for module in (degradations, lighting)
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and name[0] != "_"
    }
    others = {degradations.invert, degradations.clean_page_of, degradations.text_height_of}
    assert public <= {case[0] for case in CASES} | others


def test_shadow_and_light_only_darken_and_glare_only_brightens(gray, rng):
    assert np.all(lighting.shadow_edge(gray, strength=0.5, rng=rng) <= gray)
    assert np.all(lighting.uneven_light(gray, strength=0.5, rng=rng) <= gray + 1e-6)
    assert np.all(lighting.glare(gray, strength=0.5, rng=rng) >= gray - 1e-6)


def test_inverting_twice_changes_nothing(gray):
    assert degradations.invert(gray).dtype == np.float32
    np.testing.assert_allclose(degradations.invert(degradations.invert(gray)), gray, atol=1e-6)


def test_rules_lie_where_asked():
    ruled = ruling.ruled_lines(np.ones((40, 5), np.float32), spacing_px=10, first_row=3, thickness_px=1)
    assert (ruled[:, 0] < 1).nonzero()[0].tolist() == [3, 13, 23, 33]
    squared = ruling.squared_grid(
        np.ones((40, 40), np.float32), spacing_px=20, first_row=3, first_col=5, thickness_px=1
    )
    assert (squared[10] < 1).nonzero()[0].tolist() == [5, 25]
    assert (squared[:, 10] < 1).nonzero()[0].tolist() == [3, 23]


def test_noise_has_the_documented_strength(rng):
    page = np.full((200, 200), 0.5, np.float32)
    noisy = degradations.sensor_noise(page, strength=0.05, rng=rng)
    assert noisy.std() == pytest.approx(0.05 * np.sqrt(0.2 + 0.8 * 0.5), rel=0.05)
    assert degradations.paper_texture(page, strength=0.1, rng=rng).std() == pytest.approx(0.05, rel=0.25)
