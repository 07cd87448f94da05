"""Make the sample pages of this folder again, byte for byte: ``python images/make.py --fonts DIR``.

The words are our own. `README.md` beside this file says which fonts to install into DIR, and which seed each
page has. The bytes are the same for the same versions of Pillow, NumPy and the fonts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.synthesis import degradations, lighting, ruling
from ocr.synthesis.fonts import find_font
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.writers import FontWriter, Writer
from ocr.synthesis.written_page import PageSettings, WrittenPage, write_page

HERE = Path(__file__).parent
Gray = NDArray[np.float32]
Step = Callable[[Gray, np.random.Generator], Gray]


@dataclass(frozen=True)
class Rules:
    """Printed rules: how dark in red, green and blue, and whether they form squares."""

    strength: tuple[float, float, float]
    squared: bool = False


@dataclass(frozen=True)
class SamplePage:
    """A text, its writer, pen and paper, and the degradations of the photo."""

    stem: str
    seed: int
    lines: tuple[str, ...]
    writer: str | StrokeWriter  # name of a font, or the built-in writer
    settings: PageSettings
    paper: tuple[float, float, float]
    ink: tuple[float, float, float]
    steps: tuple[Step, ...]  # the camera's place first: its edge fill would draw texture out into streaks
    pen_letters: float = 0.0
    rules: Rules | None = None
    quality: int = 80


def light(strength: float) -> Step:
    """Uneven light."""
    return lambda gray, rng: lighting.uneven_light(gray, strength=strength, rng=rng)


def shadow(strength: float, softness: float) -> Step:
    """Shadow with a visible edge."""
    return lambda gray, rng: lighting.shadow_edge(gray, strength=strength, softness=softness, rng=rng)


def lamp(strength: float, radius: float) -> Step:
    """Reflection of a lamp."""
    return lambda gray, rng: lighting.glare(gray, strength=strength, radius=radius, rng=rng)


def texture(strength: float) -> Step:
    """Paper that is not quite even."""
    return lambda gray, rng: degradations.paper_texture(gray, strength=strength, rng=rng)


def turn(degrees: float) -> Step:
    """Phone held at an angle."""
    return lambda gray, _rng: degradations.rotate(gray, degrees=degrees)


def tilt(strength: float) -> Step:
    """Phone held from the side."""
    return lambda gray, rng: degradations.tilt(gray, strength=strength, rng=rng)


def lens(radius_px: float) -> Step:
    """Soft focus."""
    return lambda gray, _rng: degradations.blur(gray, radius_px=radius_px)


def noise(strength: float) -> Step:
    """Sensor noise, a little smoothed as phones do."""
    return lambda gray, rng: degradations.blur(
        degradations.sensor_noise(gray, strength=strength, rng=rng), radius_px=0.6
    )


def desk(border_px: int, level: float) -> Step:
    """Lay the paper on a desk that shows around it."""
    return lambda gray, _rng: np.pad(gray, border_px, constant_values=np.float32(level))


SAMPLE_PAGES = (
    SamplePage(
        "todo_list",
        11,
        (
            "SATURDAY JOBS",
            "1. WASH THE BIKE",
            "2. BUY PAINT AND TWO BRUSHES",
            "3. CALL GRANDMA BEFORE NOON",
            "4. FIX THE KITCHEN LAMP",
            "5. REST",
        ),
        "architects-daughter",
        PageSettings(
            letter_height_px=46,
            line_spacing_letters=2.7,
            letter_spacing_letters=0.12,
            ink_darkness=0.8,
            ink_grain=0.5,
            slope_deg=-0.4,
            margin_letters=(3.5, 3, 5, 2.5),
        ),
        (0.66, 0.69, 0.70),
        (0.2, 0.2, 0.22),
        (tilt(0.02), texture(0.02), light(0.35), lens(0.9), noise(0.015)),
    ),
    SamplePage(
        "alphabet",
        12,
        ("A B C D E F G", "H I J K L M N", "O P Q R S T U", "V W X Y Z", "0 1 2 3 4", "5 6 7 8 9"),
        "gaegu",
        PageSettings(
            letter_height_px=70,
            line_spacing_letters=2.1,
            letter_spacing_letters=0.3,
            word_spacing_letters=1.1,
            spacing_jitter_letters=0.1,
            size_jitter_frac=0.06,
            baseline_wander_letters=0.07,
            ink_grain=0.2,
            margin_letters=(2.5, 4, 3, 3),
        ),
        (0.80, 0.70, 0.57),
        (0.16, 0.15, 0.17),
        (turn(1.2), texture(0.03), light(0.3), lens(1.0), noise(0.015)),
    ),
    SamplePage(
        "note_mixed",
        13,
        (
            "Dear Hanna",
            "the cat has eaten and sleeps",
            "on the blue chair. Please water",
            "the tomatoes and lock the gate.",
            "We are back on Sunday at six",
            "Thank you Max",
        ),
        "patrick-hand",
        PageSettings(
            letter_height_px=56,
            line_spacing_letters=2.3,
            slope_deg=1.6,
            slope_jitter_deg=0.5,
            left_jitter_letters=0.4,
            margin_letters=(3, 3, 4, 3),
        ),
        (0.93, 0.91, 0.86),
        (0.10, 0.15, 0.42),
        (tilt(0.03), texture(0.015), light(0.3), lens(0.9), noise(0.012)),
    ),
    SamplePage(
        "ruled_note",
        14,
        (
            "Monday we walked to the lake",
            "and saw five grey herons",
            "The water was cold but calm",
            "Jonas found a green stone",
            "and gave it to his sister",
            "We came home after dark",
        ),
        "schoolbell",
        PageSettings(
            letter_height_px=54,
            line_spacing_letters=2.0,
            letter_spacing_letters=0.08,
            baseline_wander_letters=0.03,
            slope_jitter_deg=0.15,
            ink_darkness=0.9,
            margin_letters=(4, 5, 4, 3),
        ),
        (0.94, 0.93, 0.88),
        (0.12, 0.12, 0.16),
        (turn(-0.8), tilt(0.02), texture(0.015), light(0.25), lens(0.9), noise(0.012)),
        rules=Rules((0.3, 0.17, 0.08)),
    ),
    SamplePage(
        "shopping_shadow",
        15,
        ("MILK AND BREAD", "6 EGGS", "RICE 2 KG", "ONIONS", "BLACK TEA", "SOAP"),
        "permanent-marker",
        PageSettings(
            letter_height_px=72,
            line_spacing_letters=2.0,
            letter_spacing_letters=0.12,
            word_spacing_letters=0.6,
            slope_deg=0.8,
            left_jitter_letters=0.15,
            margin_letters=(2.5, 5, 3, 3),
        ),
        (0.90, 0.87, 0.80),
        (0.08, 0.08, 0.09),
        (tilt(0.02), texture(0.02), light(0.15), shadow(0.45, 0.06), lens(1.0), noise(0.014)),
    ),
    SamplePage(
        "label_codes",
        16,
        ("BOX 17 OF 24", "SHELF B4", "ROOM 308", "LOT 9A 56", "PACKED 12 JUNE"),
        "short-stack",
        PageSettings(
            letter_height_px=84,
            line_spacing_letters=1.9,
            letter_spacing_letters=0.08,
            size_jitter_frac=0.04,
            margin_letters=(2, 2.5, 2, 2),
        ),
        (0.78, 0.66, 0.50),
        (0.12, 0.10, 0.10),
        (turn(-1.5), texture(0.035), light(0.25), lens(1.2), noise(0.014)),
        pen_letters=0.03,
    ),
    SamplePage(
        "whiteboard",
        17,
        (
            "Team meeting Friday",
            "new door for room 7",
            "Lena orders the chairs",
            "test the pump again",
            "lunch at the park",
        ),
        "gochi-hand",
        PageSettings(
            letter_height_px=62,
            line_spacing_letters=2.3,
            letter_spacing_letters=0.1,
            slope_deg=0.7,
            slope_jitter_deg=0.6,
            ink_darkness=0.92,
            ink_grain=0.25,
            margin_letters=(3, 4, 3.5, 3),
        ),
        (0.87, 0.90, 0.93),
        (0.08, 0.16, 0.50),
        (tilt(0.03), light(0.3), lamp(0.7, 0.22), lens(1.0), noise(0.012)),
    ),
    SamplePage(
        "chalkboard",
        18,
        ("Soup of the day", "red lentils with lime", "fresh bread and butter", "plum cake", "open until 9"),
        "delius",
        PageSettings(
            letter_height_px=64,
            line_spacing_letters=2.2,
            letter_spacing_letters=0.1,
            ink_darkness=1.0,
            ink_grain=0.55,
            shape_jitter_letters=0.02,
            rotation_jitter_deg=2.5,
            margin_letters=(2.5, 4, 3, 3),
        ),
        (0.17, 0.25, 0.21),
        (0.86, 0.87, 0.83),
        (tilt(0.03), texture(0.08), light(0.3), lens(1.0), noise(0.02)),
        pen_letters=0.04,
    ),
    SamplePage(
        "drawn",
        19,
        (
            "Quick plan for the garden",
            "dig the bed by the wall",
            "sow 4 rows of beans",
            "move the old bench",
            "Give Zoe the extra jars",
        ),
        StrokeWriter(pen_letters=0.09, slant_deg=5),
        PageSettings(
            letter_height_px=56, line_spacing_letters=2.2, slope_deg=0.5, margin_letters=(3, 3.5, 4, 3)
        ),
        (0.92, 0.91, 0.89),
        (0.13, 0.13, 0.15),
        (turn(0.7), texture(0.015), light(0.3), lens(0.9), noise(0.012)),
    ),
    SamplePage(
        "squared_sums",
        20,
        ("12 + 30 = 42", "75 - 18 = 57", "6 + 9 = 15", "84 - 4 = 80", "100 - 37 = 63"),
        StrokeWriter(pen_letters=0.08, slant_deg=2),
        PageSettings(
            letter_height_px=60,
            line_spacing_letters=2.4,
            word_spacing_letters=0.55,
            slope_jitter_deg=0.2,
            left_jitter_letters=0.2,
            ink_grain=0.35,
            ink_darkness=0.85,
            margin_letters=(3, 9, 3.5, 4.5),
        ),
        (0.93, 0.92, 0.90),
        (0.15, 0.15, 0.20),
        (tilt(0.02), texture(0.012), light(0.3), lens(0.9), noise(0.012)),
        rules=Rules((0.28, 0.17, 0.10), squared=True),
    ),
    SamplePage(
        "card_on_desk",
        21,
        ("Happy birthday Paula", "the tickets are in", "the yellow box", "love from us all"),
        "shadows-into-light",
        PageSettings(
            letter_height_px=58,
            line_spacing_letters=2.3,
            letter_spacing_letters=0.08,
            slope_deg=0.8,
            margin_letters=(2.2, 2.5, 2.5, 2.5),
        ),
        (0.93, 0.91, 0.86),
        (0.12, 0.10, 0.12),
        (desk(150, 0.3), tilt(0.06), texture(0.02), light(0.3), lens(1.0), noise(0.014)),
        pen_letters=0.02,
    ),
)


def photograph(sample: SamplePage, fonts: Path) -> tuple[WrittenPage, Image.Image]:
    """Write the page of a sample and take its photo."""
    writer: Writer
    if isinstance(sample.writer, str):
        writer = FontWriter(find_font(fonts, sample.writer), pen_letters=sample.pen_letters)
    else:
        writer = sample.writer
    page = write_page(
        sample.lines, writer=writer, settings=sample.settings, rng=np.random.default_rng(sample.seed)
    )
    channels = [develop(sample, page, channel) for channel in range(3)]
    return page, Image.fromarray(np.round(np.dstack(channels) * 255).astype(np.uint8))


def develop(sample: SamplePage, page: WrittenPage, channel: int) -> Gray:
    """Return red, green or blue (H, W) of the photo.

    Each channel starts from the same seed: light, texture and noise are the same in all of them, as they are
    on grey paper under a white lamp.
    """
    paper, ink = sample.paper[channel], sample.ink[channel]
    gray = np.asarray(ink + (paper - ink) * page.gray, np.float32)
    if sample.rules is not None:
        pitch = sample.settings.letter_height_px * sample.settings.line_spacing_letters
        strength = sample.rules.strength[channel]
        if sample.rules.squared:
            side, first_row = pitch / 2, page.baselines[0]
            # Half a square from the edge: a rule on the edge would be pulled out over all that lies beyond.
            gray = ruling.squared_grid(
                gray, spacing_px=side, first_row=first_row, first_col=side / 2, strength=strength
            )
        else:  # the writer leaves a little white between the letters and the rule
            first_row = page.baselines[0] + 0.08 * sample.settings.letter_height_px
            gray = ruling.ruled_lines(gray, spacing_px=pitch, first_row=first_row, strength=strength)
    rng = np.random.default_rng([sample.seed, 1])
    for step in sample.steps:
        gray = step(gray, rng)
    return gray


@click.command()
@click.option(
    "--fonts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder with the fonts that README.md names, such as node_modules.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=HERE,
    help="Where to write; by default beside this file.",
)
@click.option("--only", help="Make just this page.")
def main(fonts: Path, out: Path, only: str | None) -> None:
    """Make the sample pages."""
    out.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLE_PAGES:
        if only not in (None, sample.stem):
            continue
        page, photo = photograph(sample, fonts)
        path = out / f"{sample.stem}.jpg"
        photo.save(path, quality=sample.quality)
        path.with_suffix(".gt.txt").write_text(page.text, encoding="utf-8", newline="\n")
        click.echo(f"{path.name}: {photo.width} x {photo.height}, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
