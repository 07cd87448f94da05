"""Characters drawn by the tests themselves."""

import numpy as np
from PIL import Image, ImageDraw

from ocr.training.augmentation import AugmentSettings
from ocr.training.dataset import TrainingData


def strokes(lines, *, side=112, width=12):
    """Ink (side, side) of straight strokes, each ((x, y), (x, y)) in 0 .. 1, with soft edges."""
    large = Image.new("L", (4 * side, 4 * side))
    pen = ImageDraw.Draw(large)
    for start, end in lines:
        points = [tuple(4 * side * coordinate for coordinate in point) for point in (start, end)]
        pen.line(points, fill=255, width=4 * width)
        for x, y in points:
            radius = 2 * width
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    small = large.resize((side, side), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32) / 255


LETTERS = {
    "F": [((0.3, 0.2), (0.3, 0.8)), ((0.3, 0.2), (0.7, 0.2)), ((0.3, 0.5), (0.6, 0.5))],
    "L": [((0.3, 0.2), (0.3, 0.8)), ((0.3, 0.8), (0.7, 0.8))],
    "X": [((0.25, 0.2), (0.75, 0.8)), ((0.75, 0.2), (0.25, 0.8))],
    "V": [((0.25, 0.2), (0.5, 0.8)), ((0.5, 0.8), (0.75, 0.2))],
}


def letter(name, *, side=112, width=12):
    return strokes(LETTERS[name], side=side, width=width)


def shifted_letters(count, *, seed=0):
    """uint8 crops (count, 28, 28) and labels 0 .. 3 of letters with a little noise, as training data."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % len(LETTERS)
    clean = np.stack([letter(name, side=28, width=3) for name in LETTERS])
    crops = clean[labels]
    moved = [np.roll(crop, rng.integers(-2, 3, size=2), axis=(0, 1)) for crop in crops]
    noisy = np.clip(np.stack(moved) + rng.normal(0, 0.05, crops.shape), 0, 1)
    return np.rint(255 * noisy).astype(np.uint8), labels.astype(np.int64)


USUAL = (AugmentSettings(),)


def data_of(crops, labels, *, classes=4, origins=None, distortions=USUAL):
    """Training data of classes called 0, 1, ... and of origins called likewise."""
    if origins is None:
        origins = np.zeros(len(labels), dtype=np.int64)
    names = tuple(map(str, range(max(int(origins.max(initial=0)), 0) + 1)))
    return TrainingData(crops, labels, origins, tuple(map(str, range(classes))), names, distortions, ())
