"""Make the sample form of this folder again: ``python images/make_form.py``.

It writes `form.png` and `form.fields.json`. The captions and the writing come from the built-in stroke font;
the person on it is made up.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from PIL import Image, ImageDraw

from ocr.synthesis import degradations, lighting
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.writers import SUPERSAMPLE

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1000, 700
SEED = 22
PRINT, PEN = 110, 45  # gray of the printed form and of the pen
LINE_PX, CAPTION_PX, LETTER_PX = 2, 15, 30


@dataclass(frozen=True)
class DrawnField:
    """A field of the form: where its frame is, and what is written in it."""

    name: str
    caption: str
    left: int
    top: int
    width: int
    kind: str
    text: str
    cells: int | None = None
    pattern: str | None = None
    words: tuple[str, ...] = ()
    height: int = 56


FIELDS = (
    DrawnField("surname", "SURNAME", 60, 120, 528, "upper", "HARTMANN", cells=12),
    DrawnField("first_name", "FIRST NAME", 620, 120, 320, "text", "Lena"),
    DrawnField("born", "DATE OF BIRTH", 60, 230, 320, "date", "14.03.1987"),
    DrawnField("postcode", "POST CODE", 420, 230, 220, "digits", "80331", cells=5, pattern=r"\d{5}"),
    DrawnField("city", "CITY", 680, 230, 260, "text", "Munich", words=("Munich", "Augsburg", "Ulm")),
    DrawnField("amount", "AMOUNT", 60, 340, 320, "amount", "96.00"),
    DrawnField("phone", "PHONE", 420, 340, 520, "digits", ""),
    DrawnField("member", "I AM A MEMBER", 60, 440, 36, "checkbox", "ticked", height=36),
    DrawnField("newsletter", "SEND ME THE NEWSLETTER", 60, 510, 36, "checkbox", "not ticked", height=36),
    DrawnField("reference", "REFERENCE", 60, 610, 320, "text", "AB-4072", pattern=r"[A-Z]{2}-\d{4}"),
)


def put(
    ink: np.ndarray,
    text: str,
    place: tuple[float, float],
    *,
    writer: StrokeWriter,
    letter_px: float,
    rng: np.random.Generator,
    pitch_px: float | None = None,
    gap_letters: float = 0.04,
) -> None:
    """Write a text on the coverage of a page, each character at the pen or in the middle of its cell."""
    col, baseline = place
    for number, character in enumerate(text):
        if character == " ":
            col += 0.6 * letter_px
            continue
        drawn = writer.draw(character, letter_height_px=letter_px, rng=rng)
        if pitch_px is not None:
            col = place[0] + (number + 0.5) * pitch_px - drawn.advance / SUPERSAMPLE / 2
        small = Image.fromarray(drawn.coverage)
        size = [max(1, round(side / SUPERSAMPLE)) for side in small.size]
        patch = np.asarray(small.resize((size[0], size[1]), Image.Resampling.BOX), np.float32) / 255
        top = round(baseline - drawn.baseline_row / SUPERSAMPLE)
        left = round(col - drawn.origin_col / SUPERSAMPLE)
        part = ink[top : top + size[1], left : left + size[0]]
        np.maximum(part, patch[: part.shape[0], : part.shape[1]], out=part)
        col += drawn.advance / SUPERSAMPLE + gap_letters * letter_px


def draw_print(draw: ImageDraw.ImageDraw, field: DrawnField) -> None:
    """Draw the frame of a field and the cells of a comb."""
    left, top = field.left, field.top
    right, bottom = left + field.width, top + field.height
    draw.rectangle((left, top, right, bottom), outline=PRINT, width=LINE_PX)
    for cell in range(1, field.cells or 1):
        col = left + round(cell * field.width / (field.cells or 1))
        draw.line((col, top, col, bottom), fill=PRINT, width=LINE_PX)


def draw_form() -> Image.Image:
    """Draw the form, fill it in, and scan it."""
    rng = np.random.default_rng(SEED)
    paper = Image.new("L", (WIDTH, HEIGHT), 248)
    draw = ImageDraw.Draw(paper)
    printed, pen = np.zeros((2, HEIGHT, WIDTH), np.float32)
    printer = StrokeWriter(pen_letters=0.11, slant_deg=0, jitter_letters=0, pressure_frac=0)
    writer = StrokeWriter(pen_letters=0.095, slant_deg=3)
    put(printed, "MEMBERSHIP FORM", (60, 70), writer=printer, letter_px=26, rng=rng)
    for field in FIELDS:
        draw_print(draw, field)
        is_box = field.kind == "checkbox"
        beside = (field.left + field.width + 16, field.top + 25), (field.left, field.top - 8)
        put(printed, field.caption, beside[0 if is_box else 1], writer=printer, letter_px=CAPTION_PX, rng=rng)
        if is_box and field.text == "ticked":
            put(pen, "X", (field.left + 6, field.top + 31), writer=writer, letter_px=25, rng=rng)
        elif not is_box:
            pitch = field.width / field.cells if field.cells else None
            start = (field.left + (0 if pitch else 14), field.top + 43)
            put(
                pen,
                field.text,
                start,
                writer=writer,
                letter_px=LETTER_PX,
                rng=rng,
                pitch_px=pitch,
                gap_letters=0.12,
            )
    gray = np.asarray(paper, np.float32)
    gray = gray * (1 - printed) + PRINT * printed
    gray = (gray * (1 - pen) + PEN * pen) / 255
    gray = lighting.uneven_light(gray.astype(np.float32), strength=0.1, rng=rng)
    gray = degradations.blur(gray, radius_px=0.7)
    gray = degradations.sensor_noise(gray, strength=0.006, rng=rng)
    return Image.fromarray(np.rint(np.clip(gray, 0, 1) * 15).astype(np.uint8) * 17)


def field_entry(field: DrawnField) -> dict[str, object]:
    """Return what the file of fields says of one."""
    corners = (field.left, field.top, field.left + field.width, field.top + field.height)
    sides = (WIDTH, HEIGHT, WIDTH, HEIGHT)
    entry: dict[str, object] = {
        "name": field.name,
        "box": [round(one / side, 4) for one, side in zip(corners, sides, strict=True)],
        "kind": field.kind,
    }
    if field.cells:
        entry["cells"] = field.cells
    if field.pattern:
        entry["pattern"] = field.pattern
    if field.words:
        entry["words"] = list(field.words)
    return entry


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=HERE, help="Where to write.")
def main(out: Path) -> None:
    """Make the sample form."""
    out.mkdir(parents=True, exist_ok=True)
    draw_form().save(out / "form.png", optimize=True, bits=4)
    rows = ",\n".join(f"  {json.dumps(field_entry(field))}" for field in FIELDS)
    text = f'{{"fields": [\n{rows}\n]}}\n'
    (out / "form.fields.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
