import numpy as np
import pytest

from ocr.classifier.alphabet import NOT_A_CHARACTER
from ocr.evaluation.characters import with_size
from ocr.recognition.glyph_metrics import shipped_glyph_metrics

CLASSES = (",", "/", "-", "=", NOT_A_CHARACTER)
EVEN = np.log(np.full((1, len(CLASSES)), 1 / len(CLASSES), dtype=np.float32))


def best(width, height):
    rows = with_size(EVEN, np.array([[width, height]], np.float32), CLASSES)
    return CLASSES[int(rows.argmax())]


@pytest.mark.parametrize(
    ("width", "height", "character"), [(0.2, 0.35, ","), (0.5, 1.1, "/"), (0.6, 0.1, "-"), (0.6, 0.45, "=")]
)
def test_size_tells_what_shape_cannot(width, height, character):
    assert best(width, height) == character


def test_probabilities_still_sum_to_one():
    rows = with_size(np.repeat(EVEN, 3, axis=0), np.array([[0.2, 0.3], [1, 1], [9, 9]], np.float32), CLASSES)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.exp(rows).sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("size", [(np.nan, np.nan), (0.2, np.nan), (np.nan, 0.3), (np.inf, 1)])
def test_where_the_size_is_unknown_the_shape_alone_counts(size):
    rows = np.log(np.array([[0.5, 0.2, 0.1, 0.1, 0.1]], np.float32))
    np.testing.assert_allclose(with_size(rows, np.array([size], np.float32), CLASSES), rows, atol=1e-6)


def test_the_density_of_a_known_case():
    # Against a second class of the same place, only the weighted log-density counts: w (log N1 - log N2).
    placement = shipped_glyph_metrics(("A", "a"))
    mean = np.stack([placement.mean[:, 2], placement.mean[:, 0] - placement.mean[:, 1]], axis=1)
    spread = np.stack([placement.spread[:, 2], np.sqrt((placement.spread[:, :2] ** 2).sum(axis=1))], axis=1)
    size = np.array([0.7, 0.9])
    density = np.exp(-0.5 * ((size - mean) / spread) ** 2).prod(axis=1) / spread.prod(axis=1)
    rows = with_size(np.zeros((1, 2), np.float32), size[None].astype(np.float32), ("A", "a"))
    expected = 0.5 * np.log(density[0] / density[1])
    assert rows[0, 0] - rows[0, 1] == pytest.approx(expected, abs=1e-4)
