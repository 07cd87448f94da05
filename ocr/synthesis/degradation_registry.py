"""Kinds of damage to a photo, how strong each may be, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import SettingError
from ocr.geometry import Box
from ocr.synthesis import camera, degradations, ruling, sheet_damage, strikes
from ocr.synthesis.degradations import WHITE, Sheet
from ocr.synthesis.ink_texture import ink_grain
from ocr.synthesis.tables import MATERIALS, lay_on_table, photograph_aslant

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.array_types import Float32
    from ocr.synthesis.written_page import WrittenPage

    Draw = Callable[[Sheet, float, np.random.Generator], Float32]


@dataclass(frozen=True, slots=True)
class Degradation:
    """A kind of damage.

    Attributes
    ----------
    unit : str
        What its strength counts.
    strengths : tuple of float
        Those to measure, in rising order; any other in their range will do as well.
    draw : callable
        Sheet, strength and random generator to picture.
    in_file : bool
        It happens after the sensor has added its noise.
    text_left : callable or None
        Page and strength to the text that is left to read; all of it if None.
    """

    unit: str
    strengths: tuple[float, ...]
    draw: Draw
    in_file: bool = False
    text_left: Callable[[WrittenPage, float], str] | None = None


def _quarter_turn(one: Sheet, degrees: float) -> Float32:
    if degrees not in (90, 180, 270):
        message = f"quarter_turn: found {degrees}, expected 90, 180 or 270; rotation turns by less"
        raise SettingError(message)
    return np.ascontiguousarray(np.rot90(one.gray, round(degrees / 90)))


def _squared(one: Sheet, strength: float) -> Float32:
    side = one.pitch_px / 2
    first = one.page.baselines[0]
    return ruling.squared_grid(
        one.gray, spacing_px=side, first_row=first, first_col=side / 2, strength=strength
    )


def _dotted(one: Sheet, strength: float) -> Float32:
    side, thick = one.pitch_px / 4, max(1.0, 0.07 * one.text_height_px)
    first = one.page.baselines[0]
    return ruling.dotted_grid(
        one.gray, spacing_px=side, first_row=first, first_col=side / 2, strength=strength, thickness_px=thick
    )


def _ruled(one: Sheet, strength: float) -> Float32:
    # The writer leaves a little white between the letters and the rule.
    first = one.page.baselines[0] + 0.08 * one.text_height_px
    return ruling.ruled_lines(one.gray, spacing_px=one.pitch_px, first_row=first, strength=strength)


def _framed(one: Sheet, strength: float, *, words: bool) -> Float32:
    """Print a frame around each line, or around each word."""
    groups: dict[tuple[int, int], list[Box]] = {}
    for character in one.page.characters:
        groups.setdefault((character.line, character.word if words else 0), []).append(character.box)
    letter = one.text_height_px
    aside = round((0.25 if words else 0.6) * letter)
    boxes = []
    for (line, _), characters in groups.items():
        around, base = Box.around(characters), one.page.baselines[line]
        top, bottom = min(around.top, round(base - letter)), max(around.bottom, round(base))
        above = round(0.25 * letter)
        boxes.append(Box(top - above, around.left - aside, bottom + above, around.right + aside))
    return sheet_damage.frames(one.gray, boxes=boxes, strength=strength, thickness_px=max(1.0, 0.05 * letter))


def _crossed_out(one: Sheet, share: float, rng: np.random.Generator) -> Float32:
    """Cross words out, each in a way of its own."""
    gray = one.gray
    for box in strikes.boxes_of(one.page, strikes.crossed_out_words(one.page, share=share)):
        style = str(rng.choice(list(strikes.STYLES)))
        gray = strikes.cross_out(
            gray, boxes=[box], style=style, darkness=0.93, pen_px=0.085 * one.text_height_px, rng=rng
        )
    return gray


def _faint(one: Sheet, darkness: float, rng: np.random.Generator) -> Float32:
    tooth = ink_grain(one.gray.shape, strength=0.4, rng=rng)
    return np.asarray(WHITE - (WHITE - one.gray) * darkness * tooth, np.float32)


def _chalk(one: Sheet, darkness: float, rng: np.random.Generator) -> Float32:
    return degradations.invert(_faint(one, darkness, rng))


def _coloured(one: Sheet, loss: float) -> Float32:
    paper = (0.92, 0.92 - 0.35 * loss, 0.92 - 0.85 * loss)
    ink = (0.12, 0.16 * paper[1], 0.5 * paper[2])
    return camera.in_colours(one.gray, paper=paper, ink=ink)


def _less_contrast(one: Sheet, share: float) -> Float32:
    return degradations.low_contrast(one.gray, black=0.5 - share / 2, white=0.5 + share / 2)


def _on_table(material: str) -> Draw:
    """Return a draw that lays the sheet on a table; on the plain one strength is its brightness."""

    def draw(one: Sheet, strength: float, rng: np.random.Generator) -> Float32:
        plain = material == "plain"
        return lay_on_table(
            one.gray,
            material=material,
            level=strength if plain else rng.uniform(0.3, 0.65),
            strength=0.05 if plain else strength,
            border_px=round(4 * one.text_height_px),
            turn_deg=rng.uniform(-2, 2),
            text_height_px=one.text_height_px,
            rng=rng,
        )

    return draw


def _aslant(material: str) -> Draw:
    """Return a draw that photographs the sheet on a table from so many degrees from above."""

    def draw(one: Sheet, degrees: float, rng: np.random.Generator) -> Float32:
        return photograph_aslant(
            one.gray,
            degrees=degrees,
            turn_deg=rng.uniform(-12, 12),
            material=material,
            level=rng.uniform(0.2, 0.55),
            strength=0.05 if material == "plain" else 0.15,
            text_height_px=one.text_height_px,
            rng=rng,
        )

    return draw


_TEXTURE = (0.08, 0.15, 0.25)
_FROM_ABOVE = "° from straight above"
_DARKNESS = "darkness of the print"
_SHARE = "share of the light taken"

DEGRADATIONS: dict[str, Degradation] = {
    "scale": Degradation(
        "factor", (0.25, 0.4, 0.6, 1.5, 2.5, 4), lambda s, x, _: degradations.scale(s.gray, factor=x)
    ),
    "rotation": Degradation(
        "°", (-10, -5, -2, 2, 5, 10), lambda s, x, _: degradations.rotate(s.gray, degrees=x)
    ),
    "quarter_turn": Degradation("°", (90, 180, 270), lambda s, x, _: _quarter_turn(s, x)),
    "perspective": Degradation(
        "most that a corner moves, of the side",
        (0.05, 0.1, 0.15, 0.2),
        lambda s, x, rng: degradations.tilt(s.gray, strength=x, rng=rng),
    ),
    "aslant": Degradation(_FROM_ABOVE, (30, 45, 55), _aslant("plain")),
    "aslant_on_wood": Degradation(_FROM_ABOVE, (30, 45, 55), _aslant("wood")),
    "curl": Degradation(
        "rise of a line, letters",
        (0.5, 1, 2),
        lambda s, x, _: camera.curl(s.gray, rise_px=x * s.text_height_px),
    ),
    "ruled": Degradation(_DARKNESS, (0.15, 0.3, 0.5, 0.75), lambda s, x, _: _ruled(s, x)),
    "squared": Degradation(_DARKNESS, (0.15, 0.3, 0.5, 0.75), lambda s, x, _: _squared(s, x)),
    "dotted": Degradation(_DARKNESS, (0.15, 0.3, 0.5, 0.75), lambda s, x, _: _dotted(s, x)),
    "line_boxes": Degradation(_DARKNESS, (0.3, 0.6, 0.9), lambda s, x, _: _framed(s, x, words=False)),
    "word_boxes": Degradation(_DARKNESS, (0.3, 0.6, 0.9), lambda s, x, _: _framed(s, x, words=True)),
    "crossed_out": Degradation(
        "share of the words",
        (0.1, 0.25, 0.5),
        _crossed_out,
        text_left=lambda page, x: strikes.text_left(page, share=x),
    ),
    "shadow": Degradation(
        _SHARE, (0.3, 0.5, 0.7, 0.85), lambda s, x, rng: degradations.shadow_edge(s.gray, strength=x, rng=rng)
    ),
    "uneven_light": Degradation(
        _SHARE, (0.3, 0.6, 0.85), lambda s, x, rng: degradations.uneven_light(s.gray, strength=x, rng=rng)
    ),
    "flash": Degradation(
        _SHARE, (0.4, 0.7, 0.9), lambda s, x, rng: camera.flash(s.gray, strength=x, rng=rng)
    ),
    "glare": Degradation(
        "way to white", (0.5, 0.8, 0.95), lambda s, x, rng: degradations.glare(s.gray, strength=x, rng=rng)
    ),
    "coloured_light": Degradation(
        "share of the blue that is missing", (0.3, 0.6, 0.9), lambda s, x, _: _coloured(s, x)
    ),
    "inverted": Degradation("brightness of the chalk", (0.3, 0.6, 1), _chalk),
    "brightness": Degradation(
        "factor", (0.15, 0.3, 0.6, 1.5, 2.5), lambda s, x, _: camera.exposure(s.gray, factor=x)
    ),
    "contrast": Degradation(
        "share that is left", (0.08, 0.15, 0.3, 0.6), lambda s, x, _: _less_contrast(s, x)
    ),
    "faint_ink": Degradation("darkness of the pencil", (0.1, 0.15, 0.25, 0.5), _faint),
    "blur": Degradation(
        "deviation, letters",
        (0.04, 0.07, 0.1, 0.14),
        lambda s, x, _: degradations.blur(s.gray, radius_px=x * s.text_height_px),
    ),
    "shake": Degradation(
        "length, letters",
        (0.1, 0.2, 0.3),
        lambda s, x, _: camera.motion_blur(s.gray, length_px=x * s.text_height_px),
    ),
    "noise": Degradation(
        "deviation on white",
        (0.03, 0.06, 0.12, 0.2),
        lambda s, x, rng: degradations.sensor_noise(s.gray, strength=x, rng=rng),
    ),
    "jpeg": Degradation(
        "quality", (5, 10, 20, 40), lambda s, x, _: degradations.jpeg(s.gray, quality=round(x)), in_file=True
    ),
    "two_levels": Degradation(
        "threshold",
        (0.2, 0.35, 0.5, 0.65, 0.8),
        lambda s, x, _: camera.two_levels(s.gray, threshold=x),
        in_file=True,
    ),
    "paper": Degradation(
        "deviation of its brightness",
        (0.03, 0.06, 0.12),
        lambda s, x, rng: degradations.paper_texture(s.gray, strength=x, rng=rng),
    ),
    **{
        f"on_{name}": Degradation("deviation of its brightness", _TEXTURE, _on_table(name))
        for name in MATERIALS
        if name != "plain"
    },
    "on_plain": Degradation("brightness of the table", (0.05, 0.3, 0.6), _on_table("plain")),
    "show_through": Degradation(
        "darkness of the other side",
        (0.1, 0.2, 0.35),
        lambda s, x, _: sheet_damage.show_through(s.gray, strength=x, softness_px=0.05 * s.text_height_px),
    ),
    "folds": Degradation(
        "creases",
        (1, 2, 4),
        lambda s, x, rng: sheet_damage.folds(
            s.gray, count=round(x), width_px=0.8 * s.text_height_px, rng=rng
        ),
    ),
    "punch_holes": Degradation(
        "holes",
        (2, 4),
        lambda s, x, _: sheet_damage.punch_holes(s.gray, count=round(x), radius_px=0.4 * s.text_height_px),
    ),
}
"""Kinds of damage by name, with the strengths to measure and their unit."""
