"""All degradations of a photo by name, with their strengths and how each is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import SettingError
from ocr.geometry import Box
from ocr.synthesis import camera, degradations, lighting, ruling, sheet_degradations, strikes
from ocr.synthesis.degradations import WHITE, CleanPage
from ocr.synthesis.ink_texture import ink_grain
from ocr.synthesis.tables import MATERIALS, lay_on_table, photograph_from_side

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.array_types import Float32
    from ocr.synthesis.written_page import WrittenPage

    Draw = Callable[[CleanPage, float, np.random.Generator], Float32]


@dataclass(frozen=True, slots=True)
class Degradation:
    """One degradation.

    Attributes
    ----------
    unit : str
        Unit of its strength.
    strengths : tuple of float
        Those to measure, in rising order; any other in their range may be drawn.
    draw : callable
        Clean page, strength and random generator -> picture.
    in_file : bool
        Whether it comes after the noise of the sensor.
    text_left : callable or None
        Page and strength -> the text that is left to read; None if it is all of it.
    """

    unit: str
    strengths: tuple[float, ...]
    draw: Draw
    in_file: bool = False
    text_left: Callable[[WrittenPage, float], str] | None = None


def _quarter_turn(clean: CleanPage, degrees: float) -> Float32:
    """Turn the page by a multiple of 90 degrees."""
    if degrees not in (90, 180, 270):
        message = f"quarter_turn: found {degrees}, expected 90, 180 or 270; rotation turns by less"
        raise SettingError(message)
    return np.ascontiguousarray(np.rot90(clean.gray, round(degrees / 90)))


def _squared(clean: CleanPage, strength: float) -> Float32:
    """Print squares of half a line."""
    side, first = clean.pitch_px / 2, clean.page.baselines[0]
    return ruling.squared_grid(
        clean.gray, spacing_px=side, first_row=first, first_col=side / 2, strength=strength
    )


def _dotted(clean: CleanPage, strength: float) -> Float32:
    """Print dots at a quarter of a line."""
    side, first = clean.pitch_px / 4, clean.page.baselines[0]
    return ruling.dotted_grid(
        clean.gray,
        spacing_px=side,
        first_row=first,
        first_col=side / 2,
        strength=strength,
        thickness_px=max(1.0, 0.07 * clean.text_height_px),
    )


def _ruled(clean: CleanPage, strength: float) -> Float32:
    """Print a rule below each line."""
    # The writer leaves a little white between the letters and the rule.
    first = clean.page.baselines[0] + 0.08 * clean.text_height_px
    return ruling.ruled_lines(clean.gray, spacing_px=clean.pitch_px, first_row=first, strength=strength)


def _framed(clean: CleanPage, strength: float, *, words: bool) -> Float32:
    """Print a frame around each line, or around each word."""
    groups: dict[tuple[int, int], list[Box]] = {}
    for character in clean.page.characters:
        groups.setdefault((character.line, character.word if words else 0), []).append(character.box)
    letter = clean.text_height_px
    aside, above = round((0.25 if words else 0.6) * letter), round(0.25 * letter)
    boxes = []
    for (line, _), characters in groups.items():
        around, base = Box.around(characters), clean.page.baselines[line]
        top, bottom = min(around.top, round(base - letter)), max(around.bottom, round(base))
        boxes.append(Box(top - above, around.left - aside, bottom + above, around.right + aside))
    return sheet_degradations.frames(
        clean.gray, boxes=boxes, strength=strength, thickness_px=max(1.0, 0.05 * letter)
    )


def _crossed_out(clean: CleanPage, share: float, rng: np.random.Generator) -> Float32:
    """Cross words out, each in a random style."""
    gray = clean.gray
    for box in strikes.boxes_of(clean.page, strikes.crossed_out_words(clean.page, share=share)):
        style = str(rng.choice(list(strikes.STYLES)))
        gray = strikes.cross_out(
            gray, boxes=[box], style=style, darkness=0.93, pen_px=0.085 * clean.text_height_px, rng=rng
        )
    return gray


def _faint(clean: CleanPage, darkness: float, rng: np.random.Generator) -> Float32:
    """Write with a pencil instead of a pen."""
    grain = ink_grain(clean.gray.shape, strength=0.4, rng=rng)
    return np.asarray(WHITE - (WHITE - clean.gray) * darkness * grain, np.float32)


def _chalk(clean: CleanPage, brightness: float, rng: np.random.Generator) -> Float32:
    """Write with chalk on a board."""
    return degradations.invert(_faint(clean, brightness, rng))


def _coloured(clean: CleanPage, loss: float) -> Float32:
    """Light the page with a lamp that lacks blue."""
    paper = (0.92, 0.92 - 0.35 * loss, 0.92 - 0.85 * loss)
    ink = (0.12, 0.16 * paper[1], 0.5 * paper[2])
    return camera.in_colours(clean.gray, paper=paper, ink=ink)


def _less_contrast(clean: CleanPage, share: float) -> Float32:
    """Reduce the contrast to a share of it."""
    return degradations.low_contrast(clean.gray, black=0.5 - share / 2, white=0.5 + share / 2)


def _on_table(material: str) -> Draw:
    """Return a function that lays the page on a table; the strength of the plain one is its brightness."""

    def draw(clean: CleanPage, strength: float, rng: np.random.Generator) -> Float32:
        plain = material == "plain"
        return lay_on_table(
            clean.gray,
            material=material,
            level=strength if plain else rng.uniform(0.3, 0.65),
            strength=0.05 if plain else strength,
            border_px=round(4 * clean.text_height_px),
            turn_deg=rng.uniform(-2, 2),
            text_height_px=clean.text_height_px,
            rng=rng,
        )

    return draw


def _from_side(material: str) -> Draw:
    """Return a function that photographs the page on a table, some degrees from straight above."""

    def draw(clean: CleanPage, degrees: float, rng: np.random.Generator) -> Float32:
        return photograph_from_side(
            clean.gray,
            degrees=degrees,
            turn_deg=rng.uniform(-12, 12),
            material=material,
            level=rng.uniform(0.2, 0.55),
            strength=0.05 if material == "plain" else 0.15,
            text_height_px=clean.text_height_px,
            rng=rng,
        )

    return draw


_ABOVE = "° from straight above"
_DARKNESS = "darkness of the print"
_SHARE = "share of the light taken"
_ROUGHNESS = "deviation of its brightness"

# In the functions below `page` is the clean page and `x` the strength.
_BY_GEOMETRY: dict[str, Degradation] = {
    "scale": Degradation(
        "factor", (0.25, 0.4, 0.6, 1.5, 2.5, 4), lambda page, x, _: degradations.scale(page.gray, factor=x)
    ),
    "rotation": Degradation(
        "°", (-10, -5, -2, 2, 5, 10), lambda page, x, _: degradations.rotate(page.gray, degrees=x)
    ),
    "quarter_turn": Degradation("°", (90, 180, 270), lambda page, x, _: _quarter_turn(page, x)),
    "perspective": Degradation(
        "most that a corner moves, of the side",
        (0.05, 0.1, 0.15, 0.2),
        lambda page, x, rng: degradations.tilt(page.gray, strength=x, rng=rng),
    ),
    "from_side": Degradation(_ABOVE, (30, 45, 55), _from_side("plain")),
    "from_side_on_wood": Degradation(_ABOVE, (30, 45, 55), _from_side("wood")),
    "curl": Degradation(
        "rise of a line, letters",
        (0.5, 1, 2),
        lambda page, x, _: camera.curl(page.gray, rise_px=x * page.text_height_px),
    ),
}
_BY_PRINT: dict[str, Degradation] = {
    "ruled": Degradation(_DARKNESS, (0.15, 0.3, 0.5, 0.75), lambda page, x, _: _ruled(page, x)),
    "squared": Degradation(_DARKNESS, (0.15, 0.3, 0.5, 0.75), lambda page, x, _: _squared(page, x)),
    "dotted": Degradation(_DARKNESS, (0.15, 0.3, 0.5, 0.75), lambda page, x, _: _dotted(page, x)),
    "line_boxes": Degradation(_DARKNESS, (0.3, 0.6, 0.9), lambda page, x, _: _framed(page, x, words=False)),
    "word_boxes": Degradation(_DARKNESS, (0.3, 0.6, 0.9), lambda page, x, _: _framed(page, x, words=True)),
    "crossed_out": Degradation(
        "share of the words",
        (0.1, 0.25, 0.5),
        _crossed_out,
        text_left=lambda page, x: strikes.text_left(page, share=x),
    ),
}
_BY_LIGHT: dict[str, Degradation] = {
    "shadow": Degradation(
        _SHARE,
        (0.3, 0.5, 0.7, 0.85),
        lambda page, x, rng: lighting.shadow_edge(page.gray, strength=x, rng=rng),
    ),
    "uneven_light": Degradation(
        _SHARE, (0.3, 0.6, 0.85), lambda page, x, rng: lighting.uneven_light(page.gray, strength=x, rng=rng)
    ),
    "flash": Degradation(
        _SHARE, (0.4, 0.7, 0.9), lambda page, x, rng: camera.flash(page.gray, strength=x, rng=rng)
    ),
    "glare": Degradation(
        "way to white",
        (0.5, 0.8, 0.95),
        lambda page, x, rng: lighting.glare(page.gray, strength=x, rng=rng),
    ),
    "coloured_light": Degradation(
        "share of the blue that is missing", (0.3, 0.6, 0.9), lambda page, x, _: _coloured(page, x)
    ),
    "inverted": Degradation("brightness of the chalk", (0.3, 0.6, 1), _chalk),
    "brightness": Degradation(
        "factor", (0.15, 0.3, 0.6, 1.5, 2.5), lambda page, x, _: camera.exposure(page.gray, factor=x)
    ),
    "contrast": Degradation(
        "share that is left", (0.08, 0.15, 0.3, 0.6), lambda page, x, _: _less_contrast(page, x)
    ),
    "faint_ink": Degradation("darkness of the pencil", (0.1, 0.15, 0.25, 0.5), _faint),
}
_BY_CAMERA: dict[str, Degradation] = {
    "blur": Degradation(
        "deviation, letters",
        (0.04, 0.07, 0.1, 0.14),
        lambda page, x, _: degradations.blur(page.gray, radius_px=x * page.text_height_px),
    ),
    "shake": Degradation(
        "length, letters",
        (0.1, 0.2, 0.3),
        lambda page, x, _: camera.motion_blur(page.gray, length_px=x * page.text_height_px),
    ),
    "noise": Degradation(
        "deviation on white",
        (0.03, 0.06, 0.12, 0.2),
        lambda page, x, rng: degradations.sensor_noise(page.gray, strength=x, rng=rng),
    ),
    "jpeg": Degradation(
        "quality",
        (5, 10, 20, 40),
        lambda page, x, _: degradations.jpeg(page.gray, quality=round(x)),
        in_file=True,
    ),
    "two_levels": Degradation(
        "threshold",
        (0.2, 0.35, 0.5, 0.65, 0.8),
        lambda page, x, _: camera.two_levels(page.gray, threshold=x),
        in_file=True,
    ),
}
_BY_SHEET: dict[str, Degradation] = {
    "paper": Degradation(
        _ROUGHNESS,
        (0.03, 0.06, 0.12),
        lambda page, x, rng: degradations.paper_texture(page.gray, strength=x, rng=rng),
    ),
    **{
        f"on_{material}": Degradation(_ROUGHNESS, (0.08, 0.15, 0.25), _on_table(material))
        for material in MATERIALS
        if material != "plain"
    },
    "on_plain": Degradation("brightness of the table", (0.05, 0.3, 0.6), _on_table("plain")),
    "show_through": Degradation(
        "darkness of the other side",
        (0.1, 0.2, 0.35),
        lambda page, x, _: sheet_degradations.show_through(
            page.gray, strength=x, softness_px=0.05 * page.text_height_px
        ),
    ),
    "folds": Degradation(
        "creases",
        (1, 2, 4),
        lambda page, x, rng: sheet_degradations.folds(
            page.gray, count=round(x), width_px=0.8 * page.text_height_px, rng=rng
        ),
    ),
    "punch_holes": Degradation(
        "holes",
        (2, 4),
        lambda page, x, _: sheet_degradations.punch_holes(
            page.gray, count=round(x), radius_px=0.4 * page.text_height_px
        ),
    ),
}

DEGRADATIONS: dict[str, Degradation] = _BY_GEOMETRY | _BY_PRINT | _BY_LIGHT | _BY_CAMERA | _BY_SHEET
"""All degradations by name."""
