"""A sheet of paper while it is drawn: what is written on it and what is printed on it, apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

if TYPE_CHECKING:
    from ocr.array_types import Float32
    from ocr.synthesis.canvas_words import WordSource

# A canvas is drawn so many times finer than the page.
_FINE = 2


class SheetDrawing:
    """The layers of a page while it is drawn: lengths in capital heights, twice as fine as the page."""

    def __init__(
        self,
        size: tuple[float, float],
        text_height_px: float,
        source: WordSource,
        labels: WordSource | None,
        rng: np.random.Generator,
    ) -> None:
        self.unit, self.rng = _FINE * text_height_px, rng
        self.source, self.labels = source, labels
        self.width, self.height = size
        shape = (round(self.width * self.unit), round(self.height * self.unit))
        self.ink, self.rules = Image.new("L", shape), Image.new("L", shape)
        self.pen = float(np.clip(np.exp(rng.normal(np.log(0.105), 0.4)), 0.04, 0.3))
        self.printed_scale = float(rng.uniform(0.35, 1.0))
        # Some pages hold no writing at all.
        self.share = 0.0 if rng.random() < 0.05 else 1.0
        self.ink_shade = int(rng.uniform(90, 255))
        self.rule_shade = int(rng.uniform(40, 255))
        self.palest = float(rng.uniform(0.3, 0.9)) if rng.random() < 0.3 else 1.0
        self.line_shade = 1.0
        self.rule_width = float(np.clip(np.exp(rng.normal(np.log(0.05), 0.7)), 0.015, 0.25))
        # Tables and forms often have a border: thick, and black beside gray lines and a gray pen.
        is_thick = rng.random() < 0.4
        self.border_width = float(
            rng.uniform(0.1, 0.5) if is_thick else min(0.5, self.rule_width * rng.uniform(1, 4))
        )
        self.border_shade = int(rng.uniform(200, 255)) if rng.random() < 0.6 else self.rule_shade
        self.dash = rng.uniform(0.05, 0.5, 2) if rng.random() < 0.12 else None
        self.wobble = float(rng.uniform(0.01, 0.05)) if rng.random() < 0.15 else 0.0

    def word(
        self,
        left: float,
        baseline: float,
        *,
        scale: float = 1.0,
        single: bool = False,
        source: WordSource | None = None,
        shade: int | None = None,
    ) -> float:
        """Write a word; return its width."""
        if not self.share:
            return 2.0
        if source is not None:
            scale = self.printed_scale
        width = (source or self.source).draw(
            self.ink,
            (left * self.unit, baseline * self.unit),
            letter_px=scale * self.unit,
            pen_px=self.pen * self.unit * float(np.exp(self.rng.normal(0, 0.08))),
            shade=shade or max(40, round(self.ink_shade * self._shade())),
            single=single,
            rng=self.rng,
        )
        return width / self.unit

    def _shade(self) -> float:
        """How dark the next word is, as a share: pens run dry, and some pages are written with two."""
        if self.rng.random() < 0.3:
            self.line_shade = float(self.rng.uniform(self.palest, 1))
        return self.line_shade

    def line_of_words(self, left: float, right: float, baseline: float, *, scale: float = 1.0) -> float:
        """Write words from left to right while there is room; return where they end."""
        slope = self.rng.normal(0, 0.008)
        start = left
        while left < right:
            wander = self.rng.normal(0, 0.04)
            left += self.word(left, baseline + slope * (left - start) + wander, scale=scale)
            left += self.rng.uniform(0.4, 1.1) * scale
            if self.rng.random() < 0.06:
                break
        return left

    def rule(
        self,
        start: tuple[float, float],
        stop: tuple[float, float],
        *,
        width: float | None = None,
        shade: int | None = None,
        hand: bool = False,
        border: bool = False,
    ) -> None:
        """Draw a straight line from one (x, y) to another."""
        brush = ImageDraw.Draw(self.rules)
        if border:
            width, shade = width or self.border_width, self.border_shade
        shade = self.rule_shade if shade is None else shade
        width_px = max(1, round((self.rule_width if width is None else width) * self.unit))
        first, last = np.multiply(start, self.unit), np.multiply(stop, self.unit)
        length = float(np.hypot(*(last - first))) / self.unit
        wobble = self.wobble or (0.03 if hand else 0)
        if self.dash is not None and not hand and not border:
            places = np.arange(0, length, self.dash.sum())
            for place in places:
                ends = [first + (last - first) * min(1, t / length) for t in (place, place + self.dash[0])]
                brush.line([tuple(end) for end in ends], fill=shade, width=width_px)
            return
        count = max(2, round(2 * length)) if wobble else 2
        track = first + (last - first) * np.linspace(0, 1, count)[:, None]
        if wobble:
            track += ndimage.gaussian_filter1d(
                self.rng.normal(0, 3 * wobble * self.unit, track.shape), 2, axis=0
            )
        brush.line([tuple(point) for point in track], fill=shade, width=width_px, joint="curve")

    def box(self, left: float, top: float, right: float, bottom: float, *, border: bool = False) -> None:
        """Draw the four sides of a box."""
        for start, stop in (
            ((left, top), (right, top)),
            ((left, bottom), (right, bottom)),
            ((left, top), (left, bottom)),
            ((right, top), (right, bottom)),
        ):
            self.rule(start, stop, border=border)


def layer(image: Image.Image) -> Float32:
    """Return a canvas at the size of the page, in [0, 1]."""
    return np.asarray(image.reduce(_FINE), np.float32) / np.float32(255)
