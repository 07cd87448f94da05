"""Where characters stand on a line, against numbers worked by hand."""

import numpy as np
import pytest

from ocr.recognition.glyph_metrics import (
    GlyphMetrics,
    LineMetrics,
    make_glyph_metrics,
    search_line_metrics,
    with_glyph_metrics,
)

# A capital, a small letter, a comma and an apostrophe: top and bottom above the baseline, and width.
MEAN = np.array([[1.0, 0.0, 0.7], [0.65, 0.0, 0.55], [0.15, -0.2, 0.2], [1.0, 0.65, 0.15]])
SPREAD = np.full((4, 3), 0.07)
CAPITAL, SMALL, COMMA, APOSTROPHE = range(4)


def metrics():
    return make_glyph_metrics(MEAN, SPREAD, anywhere=np.zeros(4, bool))


def line_of(characters, *, offset, slope=0.0, cap_height_px):
    """Boxes (N, 4) of characters as uneven as people write them."""
    rng, spread = np.random.default_rng(2), metrics().spread
    boxes, left = [], 10.0
    for character in characters:
        top, bottom, width = (
            np.maximum(rng.normal(MEAN[character], spread[character]), [-9, -9, 0.1]) * cap_height_px
        )
        baseline = offset + slope * (left + width / 2)
        boxes.append([baseline - top, left, baseline - bottom, left + width])
        left += width + 0.2 * cap_height_px
    return np.array(boxes)


def test_density_is_that_of_three_independent_gaussians():
    found = GlyphMetrics(np.array([[1.0, 0.0, 0.5]]), np.array([[0.1, 0.2, 0.5]]))
    # One deviation too high, half a deviation too low, as wide as usual; ln(0.1 * 0.2 * 0.5) = -4.60517.
    extents = np.array([[1.1, -0.1, 0.5]])
    assert found.log_likelihood(extents)[0, 0] == pytest.approx(-0.5 * (1 + 0.25) + 4.60517, abs=1e-5)


def test_people_are_less_even_than_fonts():
    found = make_glyph_metrics(MEAN, np.full((4, 3), 0.05), anywhere=np.array([False] * 3 + [True]))
    np.testing.assert_array_equal(found.mean[:3], MEAN[:3])
    np.testing.assert_allclose(found.spread[:3], [np.hypot(0.05, [0.13, 0.12, 0.18])] * 3)
    assert (found.spread[3] > 2 * found.spread[0]).all(), "what has no place may stand anywhere"
    assert MEAN[3, 0] == 1.0, "what was given was changed"


def test_extents_are_heights_of_a_capital_above_a_sloping_baseline():
    line = LineMetrics(offset=100.0, slope=0.1, cap_height_px=40.0)
    # The middle of the box is at column 50, where the baseline lies at row 105.
    extents = line.extents(np.array([[65.0, 40.0, 113.0, 60.0]]))
    assert extents == pytest.approx(np.array([[1.0, -0.2, 0.5]]))


@pytest.mark.parametrize("slope", [0.0, 0.06, -0.06])
@pytest.mark.parametrize("cap_height_px", [34.0, 48.0, 70.0])
def test_the_line_of_a_line_is_found_from_what_its_letters_may_be(slope, cap_height_px):
    characters = [CAPITAL, SMALL, SMALL, SMALL, CAPITAL, SMALL, SMALL, COMMA] * 4
    boxes = line_of(characters, offset=200.0, slope=slope, cap_height_px=cap_height_px)
    sure = np.full((len(characters), 4), 0.02)
    sure[np.arange(len(characters)), characters] = 0.94
    search = search_line_metrics(boxes, sure, slope=slope, text_height_px=45.0, metrics=metrics())
    found = search.best()
    assert found.slope == slope
    assert found.cap_height_px == pytest.approx(cap_height_px, rel=0.08)
    assert found.offset == pytest.approx(200.0, abs=0.06 * cap_height_px)


def test_a_line_that_cannot_tell_its_size_follows_the_page():
    # Two letters 40 px high and 31 px wide: capitals of 40 px, or small letters where capitals have 62.
    boxes = np.array([[160.0, 10.0, 200.0, 41.0], [160.0, 50.0, 200.0, 81.0]])
    unsure = np.tile([0.5, 0.5, 0.0, 0.0], (2, 1))
    search = search_line_metrics(boxes, unsure, slope=0.0, text_height_px=45.0, metrics=metrics())
    sizes = [search.best(capital).cap_height_px for capital in (40.0, 62.0)]
    assert sizes[0] == pytest.approx(40, rel=0.1)
    # Drawn towards the page, not put there.
    assert sizes[1] == pytest.approx(62, rel=0.15)


def test_place_tells_a_comma_from_an_apostrophe_and_a_small_letter_from_a_capital():
    alike = np.log(np.array([[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5]]) + 1e-9)
    placed = with_glyph_metrics(alike, MEAN[[CAPITAL, SMALL, COMMA, APOSTROPHE]], metrics(), weight=0.7)
    assert placed.argmax(axis=1).tolist() == [CAPITAL, SMALL, COMMA, APOSTROPHE]
    np.testing.assert_allclose(np.exp(placed).sum(axis=1), 1)


def test_weight_says_how_much_the_place_counts():
    shapes = np.log(np.array([[0.6, 0.2, 0.1, 0.1]]))
    extents = MEAN[[SMALL]]
    np.testing.assert_allclose(with_glyph_metrics(shapes, extents, metrics(), weight=0.0), shapes)
    some, more = (with_glyph_metrics(shapes, extents, metrics(), weight=weight)[0] for weight in (0.2, 0.7))
    assert shapes[0, SMALL] < some[SMALL] < more[SMALL]
