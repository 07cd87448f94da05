"""A built-in writer with a round pen, so that pages can be made without any font.

The pen follows the strokes of `ocr.synthesis.stroke_font`. No two copies of a letter are alike: the control
points are moved a little before the curve is laid through them, and the pen presses harder and softer on its
way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ocr.errors import require_range
from ocr.synthesis.stroke_font import STROKES, Point, strokes_of
from ocr.synthesis.writers import SUPERSAMPLE, DrawnCharacter

if TYPE_CHECKING:
    from ocr.array_types import Float64

# Points per segment of a curve: facets stay below one fine px for letters up to 200 px.
_CURVE_STEPS = 12
# White space on either side of a character, in cap heights.
_SIDE_BEARING = 0.11


@dataclass(frozen=True, slots=True)
class StrokeWriter:
    """The built-in writer.

    Parameters
    ----------
    pen_letters : float
        Width of the pen in cap heights, 0.02 .. 0.3 (0.08 is a ball pen, 0.15 a marker).
    slant_deg : float
        Slant of the uprights in degrees, -30 .. 30; positive leans to the right.
    jitter_letters : float
        Standard deviation of the control points in cap heights, 0 .. 0.1.
    pressure_frac : float
        Variation of the pen width along a stroke, 0 .. 0.5 of its width.

    Raises
    ------
    SettingError
        If a setting lies outside its range.
    """

    pen_letters: float = 0.085
    slant_deg: float = 4.0
    jitter_letters: float = 0.018
    pressure_frac: float = 0.12

    def __post_init__(self) -> None:
        ranges = {
            "pen_letters": (0.02, 0.3),
            "slant_deg": (-30, 30),
            "jitter_letters": (0, 0.1),
            "pressure_frac": (0, 0.5),
        }
        for name, (low, high) in ranges.items():
            require_range(name, getattr(self, name), low, high)

    @property
    def name(self) -> str:
        """Name to show."""
        return "built-in strokes"

    @property
    def licence(self) -> str:
        """Licence of the strokes: that of this project."""
        return "MIT"

    def can_write(self, character: str) -> bool:
        """Return whether the stroke font has the character."""
        return character in STROKES

    def draw(self, character: str, *, letter_height_px: float, rng: np.random.Generator) -> DrawnCharacter:
        """Draw one character, a little different each time.

        Parameters
        ----------
        character : str
            A key of `ocr.synthesis.stroke_font.STROKES`.
        letter_height_px : float
            Height of a capital on the page, in px.
        rng : numpy.random.Generator
            Moves the control points and the pressure.

        Returns
        -------
        DrawnCharacter
            The character on the fine grid.

        Raises
        ------
        KeyError
            If the writer has no such character.
        """
        paths = self._paths(character, rng)
        widest = max(x for _, points in strokes_of(character) for x, _ in points)
        every = np.concatenate(paths)
        letter = letter_height_px * SUPERSAMPLE
        pen = self.pen_letters * letter
        pad = pen * (1 + self.pressure_frac) / 2 + 2
        origin_col = pad - every[:, 0].min() * letter
        baseline_row = pad + every[:, 1].max() * letter
        size = (np.ptp(every, axis=0) * letter + 2 * pad).astype(int) + 1
        canvas = Image.new("L", (int(size[0]), int(size[1])))
        brush = ImageDraw.Draw(canvas)
        for path in paths:
            track = path * (letter, -letter) + (origin_col, baseline_row)
            _pull_pen(brush, track, widths=pen * self._pressure(len(track), rng))
        bearing = (_SIDE_BEARING + self.pen_letters / 2) * letter
        return DrawnCharacter(
            np.asarray(canvas), baseline_row, origin_col - bearing, widest * letter + 2 * bearing
        )

    def _paths(self, character: str, rng: np.random.Generator) -> list[Float64]:
        """Return the strokes as finely stepped polylines (N, 2) of ``(x, y)`` in cap heights."""
        slant = np.tan(np.deg2rad(self.slant_deg))
        moved: dict[Point, Point] = {}
        paths = []
        for is_smooth, points in strokes_of(character):
            for point in points:
                if point not in moved:  # strokes that meet in a point still meet after the jitter
                    x, y = np.add(point, rng.normal(0, self.jitter_letters, 2))
                    moved[point] = (x + slant * y, y)
            path = np.array([moved[point] for point in points])
            paths.append(_curve(path) if is_smooth else _curve(np.repeat(path, 2, axis=0)))
        return paths

    def _pressure(self, count: int, rng: np.random.Generator) -> Float64:
        """Return a slow wave around 1, shape (count,)."""
        phase, periods = rng.uniform(0, 2 * np.pi), rng.uniform(0.4, 1.1)
        return 1 + self.pressure_frac * np.sin(phase + 2 * np.pi * periods * np.linspace(0, 1, count))


def _curve(points: Float64) -> Float64:
    """Lay a Catmull-Rom curve through the points (N, 2); a doubled point is a corner.

    The tangent at a point is half the way from its predecessor to its successor, and zero at doubled points,
    so a polyline is the same curve with every point doubled.
    """
    before = np.vstack([points[:1], points[:-1]])
    after = np.vstack([points[1:], points[-1:]])
    tangent = (after - before) / 2
    doubled = np.all(points == after, axis=1) | np.all(points == before, axis=1)
    # The first and last point count as doubled above but are no corners: a stroke starts in full swing.
    doubled[[0, -1]] = [np.array_equal(points[0], points[1]), np.array_equal(points[-1], points[-2])]
    tangent[doubled] = 0
    t = np.linspace(0, 1, _CURVE_STEPS, endpoint=False)[:, None, None]
    start, end = points[:-1], points[1:]
    segments = (
        (2 * t**3 - 3 * t**2 + 1) * start
        + (t**3 - 2 * t**2 + t) * tangent[:-1]
        + (3 * t**2 - 2 * t**3) * end
        + (t**3 - t**2) * tangent[1:]
    )
    return np.vstack([segments.transpose(1, 0, 2).reshape(-1, 2), points[-1:]])


def _pull_pen(brush: ImageDraw.ImageDraw, track: Float64, *, widths: Float64) -> None:
    """Draw a round pen of varying width along ``track`` (N, 2) of ``(col, row)`` in fine px."""
    for (col, row), width in zip(track, widths, strict=True):
        radius = width / 2
        brush.ellipse((col - radius, row - radius, col + radius, row + radius), fill=255)
    for start, end, width in zip(track[:-1], track[1:], widths[1:], strict=True):
        # Pillow rounds an ellipse outward by half a pixel on each side; the line must not look thinner.
        brush.line((*start, *end), fill=255, width=round(width) + 1)
