"""Read drawn survey forms: letters of 8 to 18 pixels in rows of boxes, on low-resolution scans.

    python tests/benchmarks/small_boxes.py --fonts FONTS [--forms 60] [--seed 0]

FONTS is a folder of handwriting fonts. Each form has one to four rows of boxes with words and numbers in one
hand. The boxes touch, or are up to a third of a box apart, or touch and have a printed label. Lines are gray
or black, and the scan is blurred, noisy, and a JPEG as often as not. Errors are character errors in percent,
case ignored.
"""

from __future__ import annotations

import argparse
import io
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ocr.errors import OcrError
from ocr.evaluation.page_scores import score_page
from ocr.image.picture import Picture
from ocr.reader import Reader
from ocr.synthesis.fonts import find_fonts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.synthesis.fonts import FontFile

KINDS = ("touching", "with a label", "apart")
# Hands that join their letters do not fill in boxes.
_JOINED = ("cursive", "script", "dancing", "sacramento", "parisienne", "allura", "vibes")
_WORDS = (
    "STREET",
    "GREEN",
    "ANNA",
    "MILLER",
    "BOSTON",
    "SCHOOL",
    "COLLEGE",
    "ENGINEERING",
    "SCIENCE",
    "MARCH",
    "WEST",
    "PARK",
    "JOHN",
    "MARIA",
    "SMITH",
    "TEACHER",
    "DOCTOR",
    "PRIMARY",
    "CENTRAL",
    "BOARD",
    "COMPUTER",
    "ARTS",
)
LABELS = ("Name:", "City", "District", "School", "Education", "Date of birth", "State", "Application No.")
# Matplotlib, which the program needs anyway, brings a font for print.
LABEL_FONT = Path(mpl.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
# Forms are drawn at so many times their size.
ZOOM = 4
_MARGIN_PX, _LABEL_PX = 15, 110


def draw_form(kind: str, fonts: Sequence[FontFile], rng: np.random.Generator) -> tuple[Image.Image, str]:
    """Draw a form of some kind, and return it with its text."""
    count, step = int(rng.integers(14, 28)), int(rng.integers(15, 26))
    gap = int(rng.integers(2, 6)) if kind == "apart" else 0
    high, rows = int(step * rng.uniform(0.9, 1.3)), int(rng.integers(1, 5))
    left = _MARGIN_PX + (_LABEL_PX if kind == "with a label" else 0)
    row_px = int(high * rng.uniform(1.15, 1.9))
    width, height = left + count * (step + gap) + 25, rows * row_px + 40
    canvas = Image.new("L", (width * ZOOM, height * ZOOM), 255)
    draw = ImageDraw.Draw(canvas)
    font = fonts[int(rng.integers(len(fonts)))]
    face = ImageFont.truetype(str(font.path), int(high * rng.uniform(0.62, 0.98) * ZOOM))
    shade, line_px = int(rng.choice([0, 60, 120, 160])), max(2, int(ZOOM * rng.uniform(0.7, 1.6)))
    ink = int(rng.choice([0, 30, 70, 110]))
    lines = []
    for row in range(rows):
        top, text, label = 15 + row * row_px, words_and_numbers(count, rng), ""
        if kind == "with a label":
            label = str(rng.choice(LABELS)) + " "
            printed = ImageFont.truetype(str(LABEL_FONT), 12 * ZOOM)
            draw.text((10 * ZOOM, (top + high // 2 - 7) * ZOOM), label, fill=0, font=printed)
        for place in range(count):
            at = left + place * (step + gap)
            corners = (at * ZOOM, top * ZOOM, (at + step) * ZOOM, (top + high) * ZOOM)
            draw.rectangle(corners, outline=shade, width=line_px)
        for place, letter in enumerate(text):
            col = left + place * (step + gap) + step * (0.5 + rng.normal(0, 0.06))
            middle = col, top + high * (0.5 + rng.normal(0, 0.05))
            write_letter(draw, letter, middle, face, shade=ink, stroke=int(rng.integers(0, 2)))
        lines.append(label + text)
    return scanned(canvas.resize((width, height), Image.Resampling.LANCZOS), rng), "\n".join(lines)


def words_and_numbers(count: int, rng: np.random.Generator) -> str:
    """Return words and numbers that fill most of so many boxes."""
    text = ""
    while len(text) < 0.8 * count:
        digits = "".join(rng.choice(list("0123456789"), int(rng.integers(2, 7))))
        word = str(rng.choice(_WORDS)) if rng.random() < 0.75 else digits
        if len(text) + len(word) + 1 > count:
            break
        text += " " + word if text else word
    return text


def scanned(form: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Blur a form, add grain, and compress every second one."""
    blurred = np.asarray(form.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.7))), np.float64)
    grain = rng.normal(0, rng.uniform(0, 5), blurred.shape)
    scan = Image.fromarray(np.clip(blurred * rng.uniform(0.85, 1) + grain, 0, 255).astype(np.uint8))
    if rng.random() < 0.5:
        return scan
    buffer = io.BytesIO()
    scan.save(buffer, "JPEG", quality=int(rng.integers(45, 92)))
    return Image.open(buffer)


def write_letter(
    draw: ImageDraw.ImageDraw,
    letter: str,
    middle: tuple[float, float],
    face: ImageFont.FreeTypeFont,
    *,
    shade: int,
    stroke: int,
) -> None:
    """Write a letter about a column and a row of a form."""
    left, top, right, bottom = face.getbbox(letter)
    corner = middle[0] * ZOOM - (left + right) / 2, middle[1] * ZOOM - (top + bottom) / 2
    draw.text(corner, letter, fill=shade, font=face, stroke_width=stroke)


def form_parser(description: str) -> argparse.ArgumentParser:
    """Return a parser of what each benchmark of drawn forms is asked."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--fonts", type=Path, required=True, help="folder of handwriting fonts")
    parser.add_argument("--forms", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    return parser


def fonts_of_separate_letters(parser: argparse.ArgumentParser, folder: Path) -> list[FontFile]:
    """Return the handwriting fonts of a folder that do not join their letters; exit if there are none."""
    try:
        found = find_fonts(folder)
    except OcrError as error:
        parser.error(str(error))
    fonts = [font for font in found if not any(name in str(font.path).lower() for name in _JOINED)]
    if not fonts:
        parser.error(f"--fonts {folder}: found no fonts of separate letters, expected .ttf or .otf files")
    return fonts


def main() -> None:
    parser = form_parser(__doc__.splitlines()[0])
    asked = parser.parse_args()
    fonts = fonts_of_separate_letters(parser, asked.fonts)
    rng, reader = np.random.default_rng(asked.seed), Reader()
    edits: dict[str, int] = defaultdict(int)
    characters: dict[str, int] = defaultdict(int)
    for number in range(asked.forms):
        kind = KINDS[number % len(KINDS)]
        form, text = draw_form(kind, fonts, rng)
        score = score_page(text, reader.read_picture(Picture(form)).page.text)
        edits[kind] += score.edits_caseless
        characters[kind] += score.characters
    for kind in KINDS:
        print(f"{kind:14}{100 * edits[kind] / max(1, characters[kind]):6.1f} % of {characters[kind]}")


if __name__ == "__main__":
    main()
