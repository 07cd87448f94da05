"""A clean page in the tones of a photo, and degradations of it by paper, lens, sensor and file.

A degradation takes gray (H, W) float32, 0 black .. 1 paper, and returns a new array of the same kind in
0 .. 1; strength 0 changes nothing. Those by light are in :mod:`ocr.synthesis.lighting`, printed rules in
:mod:`ocr.synthesis.ruling`.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, zoom

from ocr.errors import require_range
from ocr.synthesis.warp import perspective, rotation, scaling

if TYPE_CHECKING:
    from ocr.array_types import Float32, Gray
    from ocr.synthesis.written_page import WrittenPage

# Black ink and paper as a phone shows them in good light.
BLACK, WHITE = 0.06, 0.92
# Characters as high as a capital.
_TALL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789bdfhkl")
# Sizes of the grain of paper: fibres, tooth and clouds, each as strong as the others.
_GRAINS_PX = (1, 4, 32)


@dataclass(frozen=True, slots=True, eq=False)
class CleanPage:
    """A page in the tones of a photo, before any degradation.

    Attributes
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32, 0.06 for the blackest ink .. 0.92 for paper.
    page : WrittenPage
        With the box of each character.
    text_height_px : float
        Height of a capital.
    """

    gray: Float32
    page: WrittenPage
    text_height_px: float

    @property
    def pitch_px(self) -> float:
        """Distance of the baselines; a usual one for a single line."""
        rows = self.page.baselines
        return rows[1] - rows[0] if len(rows) > 1 else 2.2 * self.text_height_px


def clean_page_of(page: WrittenPage) -> CleanPage:
    """Return a written page, dark ink on white, in the tones of a photo."""
    return CleanPage(low_contrast(page.gray, black=BLACK, white=WHITE), page, text_height_of(page))


def text_height_of(page: WrittenPage) -> float:
    """Return the median height in px of characters as high as a capital, or the largest height."""
    tall = [character.box.height for character in page.characters if character.text in _TALL]
    return float(np.median(tall) if tall else max(character.box.height for character in page.characters))


def paper_texture(gray: Gray, *, strength: float, rng: np.random.Generator) -> Gray:
    """Add clouds and fibres to the paper.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32.
    strength : float
        Standard deviation of the brightness, as a share of it, 0 .. 0.3.
    rng : numpy.random.Generator
        Source of the texture.

    Returns
    -------
    numpy.ndarray
        Same shape, float32, 0 .. 1.

    Raises
    ------
    SettingError
        If ``strength`` lies outside its range.
    """
    require_range("paper texture", strength, 0, 0.3)
    height, width = gray.shape
    texture = np.zeros(gray.shape, np.float32)
    for grain_px in _GRAINS_PX:
        coarse = rng.standard_normal((height // grain_px + 3, width // grain_px + 3), np.float32)
        fine = gaussian_filter(coarse, 1.0)
        texture += zoom(fine / fine.std(), grain_px, order=1)[:height, :width] / np.sqrt(len(_GRAINS_PX))
    return np.asarray(np.clip(gray * (1 + strength * texture), 0, 1), np.float32)


def sensor_noise(gray: Gray, *, strength: float, rng: np.random.Generator) -> Gray:
    """Add the noise of a sensor: most of it grows with the root of the light.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32.
    strength : float
        Standard deviation on white, in gray levels of 0 .. 1; range 0 .. 0.3.
    rng : numpy.random.Generator
        Source of the noise.

    Returns
    -------
    numpy.ndarray
        Same shape, float32, 0 .. 1.

    Raises
    ------
    SettingError
        If ``strength`` lies outside its range.
    """
    require_range("sensor noise", strength, 0, 0.3)
    noise = rng.standard_normal(gray.shape, np.float32) * np.sqrt(0.2 + 0.8 * gray)
    return np.asarray(np.clip(gray + strength * noise, 0, 1), np.float32)


def blur(gray: Gray, *, radius_px: float) -> Gray:
    """Blur the page as a lens out of focus does.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32.
    radius_px : float
        Standard deviation of the Gaussian in px, 0 .. 50.

    Returns
    -------
    numpy.ndarray
        Same shape, float32.

    Raises
    ------
    SettingError
        If ``radius_px`` lies outside its range.
    """
    require_range("blur radius", radius_px, 0, 50)
    return np.asarray(gaussian_filter(gray, radius_px, mode="nearest"), np.float32)


def low_contrast(gray: Gray, *, black: float, white: float) -> Gray:
    """Compress the range of gray: pencil on grey paper, fog on the lens.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32.
    black, white : float
        New values of 0 and 1, with 0 <= black <= white <= 1.

    Returns
    -------
    numpy.ndarray
        Same shape, float32, black .. white.

    Raises
    ------
    SettingError
        If the values are not in that order.
    """
    require_range("white", white, 0, 1)
    require_range("black", black, 0, white)
    return np.asarray(black + (white - black) * gray, np.float32)


def invert(gray: Gray) -> Gray:
    """Invert a page to a chalkboard: light ink on a dark ground."""
    return np.asarray(1 - gray, np.float32)


def jpeg(gray: Gray, *, quality: int) -> Gray:
    """Store the page as JPEG and read it back.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32.
    quality : int
        5 (blocks) .. 95 (nearly unharmed).

    Returns
    -------
    numpy.ndarray
        Same shape, float32, 0 .. 1 in steps of 1/255.

    Raises
    ------
    SettingError
        If ``quality`` lies outside its range.
    """
    require_range("jpeg quality", quality, 5, 95)
    stored = BytesIO()
    Image.fromarray(np.round(gray * 255).astype(np.uint8)).save(stored, "JPEG", quality=quality)
    return np.asarray(np.asarray(Image.open(stored)) / 255, np.float32)


def rotate(gray: Gray, *, degrees: float) -> Gray:
    """Rotate the page, see `ocr.synthesis.warp.rotation`; the picture grows, filled with paper."""
    return rotation(_shape(gray), degrees=degrees).gray(gray)


def tilt(gray: Gray, *, strength: float, rng: np.random.Generator) -> Gray:
    """Tilt the page against the camera, see `ocr.synthesis.warp.perspective`; the shape stays."""
    return perspective(_shape(gray), strength=strength, rng=rng).gray(gray)


def scale(gray: Gray, *, factor: float) -> Gray:
    """Scale the picture, see `ocr.synthesis.warp.scaling`."""
    return scaling(_shape(gray), factor=factor).gray(gray)


def _shape(gray: Gray) -> tuple[int, int]:
    """Return (H, W) as two ints."""
    height, width = gray.shape
    return height, width
