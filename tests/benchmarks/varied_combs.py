"""Read drawn combs that vary more than forms do, and show which of their traits cost errors.

    python tests/benchmarks/varied_combs.py --fonts FONTS [--forms 60] [--seed 0] [--sides full]

FONTS is a folder of handwriting fonts. Each form has one to four rows of boxes. Drawn at random are the size
of the boxes, how far apart they are, how much of them a letter fills and how well it stands in the middle,
the thickness and shade of lines and ink, a printed label, a tilt, and blur. ``--sides ticks`` draws combs
that are open above. Errors are character errors in percent, case ignored, for each value of each trait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from small_boxes import (
    LABEL_FONT,
    LABELS,
    ZOOM,
    fonts_of_separate_letters,
    form_parser,
    scanned,
    words_and_numbers,
    write_letter,
)
from traits import draw_traits, read_drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from ocr.synthesis.fonts import FontFile

TRAITS: dict[str, tuple[Any, ...]] = {
    "box, px": (13, 16, 20, 26, 36, 50),
    "rows": (1, 2, 3, 4),
    "gap, boxes": (0, 0, 0, 1 / 8, 1 / 4),
    "letter, boxes": (0.6, 0.75, 0.9, 1.05),
    "line, px": (0.6, 1.0, 1.6),
    "shade of lines": (0, 80, 140, 190),
    "shade of ink": (0, 60, 110),
    "label": ("none", "none", "left", "above"),
    "tilt, degrees": (0.0, 0.0, 0.7, -1.5),
    "blur, px": (0.0, 0.4, 0.8),
    "out of the middle": (0.04, 0.1),
}
_MARGIN_PX, _LABEL_PX, _TOP_PX, _TICK_FRAC = 15, 110, 25, 0.35
# Thickness and blur are those of boxes of this size; larger ones are scanned at a finer scale.
_USUAL_BOX_PX = 26


def draw_comb(
    sides: str, fonts: Sequence[FontFile], rng: np.random.Generator
) -> tuple[Image.Image, str, dict[str, Any]]:
    """Draw a form, and return it with its text and traits."""
    traits = draw_traits(TRAITS, rng)
    box, label = traits["box, px"], traits["label"]
    count, high, gap = (
        int(rng.integers(8, 28)),
        int(box * rng.uniform(0.9, 1.3)),
        int(traits["gap, boxes"] * box),
    )
    label_px = 12 if label == "left" else max(8, box // 2)
    row_px = high + label_px + 8 if label == "above" else int(high * rng.uniform(1.15, 1.9))
    left = _MARGIN_PX + (_LABEL_PX if label == "left" else 0)
    width, height = left + count * (box + gap) + 25, traits["rows"] * row_px + 50
    canvas = Image.new("L", (width * ZOOM, height * ZOOM), 255)
    draw = ImageDraw.Draw(canvas)
    letter_px = high * traits["letter, boxes"] * 0.95
    face = ImageFont.truetype(str(fonts[int(rng.integers(len(fonts)))].path), int(letter_px * ZOOM))
    printed = ImageFont.truetype(str(LABEL_FONT), label_px * ZOOM)
    scale = max(1.0, box / _USUAL_BOX_PX)
    line_px, lines = max(2, int(ZOOM * traits["line, px"] * scale)), []
    for row in range(traits["rows"]):
        top, text = _TOP_PX + row * row_px, words_and_numbers(count, rng) or "7A"
        name = str(rng.choice(LABELS))
        for place in range(count):
            at = left + place * (box + gap)
            corners = [at * ZOOM, top * ZOOM, (at + box) * ZOOM, (top + high) * ZOOM]
            _draw_box(draw, corners, sides, shade=traits["shade of lines"], width=line_px)
        for place, letter in enumerate(text):
            away = rng.normal(0, traits["out of the middle"], 2)
            middle = left + place * (box + gap) + box * (0.5 + away[0]), top + high * (0.5 + away[1])
            stroke = int(rng.integers(0, 2))
            write_letter(draw, letter, middle, face, shade=traits["shade of ink"], stroke=stroke)
        if label == "left":
            draw.text((10 * ZOOM, (top + high // 2 - 7) * ZOOM), name, fill=0, font=printed)
        elif label == "above":
            draw.text((left * ZOOM, (top - label_px - 4) * ZOOM), name, fill=0, font=printed)
        lines.append(text if label == "none" else name + (" " if label == "left" else "\n") + text)
    form = canvas.resize((width, height), Image.Resampling.LANCZOS)
    if traits["tilt, degrees"]:
        form = form.rotate(traits["tilt, degrees"], Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    form = form.filter(ImageFilter.GaussianBlur(traits["blur, px"] * scale))
    return scanned(form, rng), "\n".join(lines), traits


def _draw_box(draw: ImageDraw.ImageDraw, corners: list[int], sides: str, *, shade: int, width: int) -> None:
    """Draw a box, or a level line with a tick at both ends."""
    left, top, right, bottom = corners
    if sides == "full":
        draw.rectangle(corners, outline=shade, width=width)
        return
    draw.line((left, bottom, right, bottom), fill=shade, width=width)
    for col in (left, right):
        draw.line((col, bottom, col, bottom - _TICK_FRAC * (bottom - top)), fill=shade, width=width)


def main() -> None:
    parser = form_parser(__doc__.splitlines()[0])
    parser.add_argument("--sides", choices=("full", "ticks"), default="full")
    asked = parser.parse_args()
    fonts = fonts_of_separate_letters(parser, asked.fonts)
    read_drawn(lambda rng: draw_comb(asked.sides, fonts, rng), TRAITS, count=asked.forms, seed=asked.seed)


if __name__ == "__main__":
    main()
