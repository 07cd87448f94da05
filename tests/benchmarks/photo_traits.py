"""What happens to a sheet of paper and to a photo of it: folds, holes, curl, glare, shake, a thumb.

Each function takes a page or a photo (H, W, 3), 0 .. 255, the height of its capitals in pixels, and a random
generator, and returns it changed. Nothing here is drawn by what the networks learn from.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import ndimage

Trait = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def creased(paper: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Fold a paper once or twice, both ways: its parts are lit differently, the folds are worn."""
    lit = paper.copy()
    for axis in range(2):
        for _ in range(int(rng.integers(0, 3))):
            at = int(rng.uniform(0.2, 0.8) * paper.shape[axis])
            along = np.arange(paper.shape[axis], dtype=np.float32) - at
            wavy = rng.uniform(0.02, 0.06) * height
            side = rng.uniform(-0.12, 0.12) * np.tanh(along / height)
            fold = rng.uniform(-0.25, 0.15) * np.exp(-((along / max(1.0, wavy)) ** 2))
            factor = 1 + side + fold
            lit *= factor[:, None, None] if axis == 0 else factor[None, :, None]
    return lit


def curled(paper: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Bend a paper as the page of a book: its lines go up and down, one side is darker."""
    rows, cols = paper.shape[:2]
    across = np.linspace(0, 1, cols, dtype=np.float32)
    if rng.random() < 0.5:
        across = 1 - across
    shift = rng.uniform(0.3, 1.5) * height * np.exp(-across / rng.uniform(0.08, 0.4))
    down, right = np.mgrid[:rows, :cols].astype(np.float32)
    bent = [
        ndimage.map_coordinates(one, [down - shift, right], order=1, mode="nearest")
        for one in np.moveaxis(paper, 2, 0)
    ]
    return np.stack(bent, axis=2) * (1 - rng.uniform(0, 0.4) * np.exp(-across / 0.1))[None, :, None]


def wrinkled(paper: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Crumple a paper: many faint facets of light."""
    facets = np.zeros(paper.shape[:2], np.float32)
    down, right = np.mgrid[: paper.shape[0], : paper.shape[1]].astype(np.float32)
    for _ in range(12):
        angle, row, col = rng.uniform(0, np.pi), *(rng.uniform(0, 1, 2) * paper.shape[:2])
        along = (down - row) * np.cos(angle) + (right - col) * np.sin(angle)
        facets += np.tanh(along / (rng.uniform(0.05, 1.5) * height)) * rng.uniform(-1, 1)
    return paper * (1 + rng.uniform(0.02, 0.05) * facets)[..., None]


def punched(paper: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Punch holes along the left edge, two or as for a spiral, through which something dark is seen."""
    holed, down, right = paper.copy(), *np.mgrid[: paper.shape[0], : paper.shape[1]]
    radius = height * rng.uniform(0.2, 0.45)
    col = 1.5 * radius
    step = paper.shape[0] / 2 if rng.random() < 0.4 else radius * rng.uniform(3, 6)
    for row in np.arange(step / 2, paper.shape[0], step):
        holed[(down - row) ** 2 + (right - col) ** 2 < radius**2] = rng.uniform(20, 90)
    return holed


def margined(paper: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Print the red line of a margin, and a page number at the foot."""
    lined, col = paper.copy(), int(rng.uniform(0.5, 0.9) * height)
    lined[:, col : col + max(1, int(0.05 * height))] = (210, 90, 90)
    return lined


def stained(paper: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Stain a paper with the ring of a cup and with drops."""
    wet, (down, right) = paper.copy(), np.mgrid[: paper.shape[0], : paper.shape[1]]
    brown = np.array([0.85, 0.75, 0.6], np.float32)
    for _ in range(int(rng.integers(1, 4))):
        row, col = rng.uniform(0, 1, 2) * paper.shape[:2]
        radius, wide = height * rng.uniform(0.4, 4), height * rng.uniform(0.1, 0.5)
        away = np.hypot(down - row, right - col) - radius
        ring, drop = np.exp(-((away / wide) ** 2)), 1 / (1 + np.exp(np.clip(away, -50, 50)))
        share = ring if rng.random() < 0.6 else drop
        wet *= 1 - rng.uniform(0.3, 1) * share[..., None] * (1 - brown)
    return wet


def pale(paper: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Write with a pencil: all ink is pale."""
    ground = np.median(paper, axis=(0, 1))
    return ground + (paper - ground) * rng.uniform(0.25, 0.5)


def highlighted(paper: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Draw over some of a paper with a marker of a bright colour, which darkens it a little."""
    marked = paper.copy()
    colour = np.array([(1.0, 1.0, 0.35), (1.0, 0.65, 0.8), (0.6, 1.0, 0.6), (0.6, 0.85, 1.0)])[
        int(rng.integers(4))
    ]
    for _ in range(int(rng.integers(1, 5))):
        top, left = rng.uniform(0.05, 0.8, 2) * paper.shape[:2]
        high, wide = height * rng.uniform(0.8, 2), rng.uniform(0.1, 0.6) * paper.shape[1]
        band = (slice(int(top), int(top + high)), slice(int(left), int(left + wide)))
        marked[band] *= colour
    return marked


def showing_through(paper: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Let what is written on the other side be seen: mirrored, pale and blurred."""
    ground = np.median(paper, axis=(0, 1))
    behind = ndimage.gaussian_filter(paper[:, ::-1], (0.06 * height, 0.06 * height, 0))
    rows = int(rng.uniform(0.2, 0.8) * height)
    return paper + np.roll(behind - ground, rows, axis=0) * rng.uniform(0.06, 0.2)


def glaring(photo: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Reflect a lamp: a spot of light which washes the ink out."""
    down, right = np.mgrid[: photo.shape[0], : photo.shape[1]].astype(np.float32)
    row, col = rng.uniform(0, 1, 2) * photo.shape[:2]
    wide = min(photo.shape[:2]) * rng.uniform(0.08, 0.4)
    share = rng.uniform(0.3, 0.75) * np.exp(-((down - row) ** 2 + (right - col) ** 2) / wide**2)
    return photo + (255 - photo) * share[..., None]


def shaken(photo: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Blur a photo along the way that the camera moved."""
    length, angle = rng.uniform(0.05, 0.22) * height, rng.uniform(0, np.pi)
    moved = [
        ndimage.shift(
            photo,
            (share * length * np.sin(angle), share * length * np.cos(angle), 0),
            order=1,
            mode="nearest",
        )
        for share in np.linspace(-0.5, 0.5, 7)
    ]
    return np.mean(moved, axis=0)


def held(photo: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Put thumbs into the edges of a photo, which hide nothing but the edge."""
    hidden, (down, right) = photo.copy(), np.mgrid[: photo.shape[0], : photo.shape[1]].astype(np.float32)
    for _ in range(int(rng.integers(1, 3))):
        side, place = int(rng.integers(4)), rng.uniform(0.2, 0.8)
        row = (place, place, 0, 1)[side] * photo.shape[0]
        col = (0, 1, place, place)[side] * photo.shape[1]
        wide, high = height * rng.uniform(0.5, 1.2, 2)
        away = ((down - row) / high) ** 2 + ((right - col) / wide) ** 2
        skin = np.array([205, 150, 125], np.float32) * rng.uniform(0.4, 1.1)
        skin = skin * (1 - 0.2 * np.clip(away, 0, 1))[..., None]
        hidden = np.where((away < 1)[..., None], skin, hidden)
    return hidden


def cropped(photo: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Put a photo between black bars, as a screenshot of it."""
    bar, axis = int(rng.uniform(0.1, 0.5) * max(photo.shape[:2])), int(rng.integers(2))
    pad = [(0, 0)] * 3
    pad[axis] = (bar, bar)
    return np.pad(photo, pad)


ON_PAPER: dict[str, Trait] = {
    trait.__name__: trait
    for trait in (creased, curled, wrinkled, punched, margined, stained, pale, highlighted, showing_through)
}
IN_PHOTO: dict[str, Trait] = {trait.__name__: trait for trait in (glaring, shaken, held, cropped)}
