"""Read drawn lists of words, most of them with check boxes, and show which of their traits cost errors.

    python tests/benchmarks/check_lists.py --fonts FONTS [--forms 60] [--seed 0]

FONTS is a folder of handwriting fonts. Each list has one to seven rows of one to three words. Drawn at random
are the height of the letters, whether all are capitals, how far apart rows are, the size, thickness and shade
of the check boxes and how far they are from the words, and blur. Two of five boxes are ticked. What is in the
boxes is no text. Words in capitals without boxes are a trap too: their bars and stems look like combs. Errors
are character errors in percent, case ignored, for each value of each trait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from small_boxes import ZOOM, fonts_of_separate_letters, form_parser, scanned
from traits import draw_traits, read_drawn

from ocr.synthesis.form_drawing import CHECK_MARKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.synthesis.fonts import FontFile

# Lengths in heights of capitals.
TRAITS: dict[str, tuple[Any, ...]] = {
    "letters, px": (18, 24, 32, 44, 58),
    "capitals": (True, True, False),
    "row pitch": (1.6, 2.2, 3.0),
    "box": (0, 0, 0.7, 1.0, 1.3, 1.6),
    "from box to word": (0.4, 0.8, 1.2),
    "line": (0.05, 0.08, 0.12),
    "shade of lines": (0, 60, 130),
    "blur, px": (0.0, 0.5, 1.0),
}
_WORDS = (
    "Milk",
    "Bread",
    "Paid",
    "Urgent",
    "Call",
    "Back",
    "Send",
    "Invoice",
    "Yes",
    "No",
    "Other",
    "Female",
    "Male",
    "Member",
    "Renewal",
    "Cash",
    "Card",
    "Morning",
    "Evening",
    "Phone",
    "Return",
    "Kitchen",
    "Hammer",
    "Minimum",
)
# A font is about so many times as large as its capitals are high.
_FONT_SIZE = 1.35
_MARGIN_PX, _TICKED, _PEN = 30, 0.4, 0.09


def draw_list(fonts: Sequence[FontFile], rng: np.random.Generator) -> tuple[Image.Image, str, dict[str, Any]]:
    """Draw a list, and return it with its text and traits."""
    traits = draw_traits(TRAITS, rng)
    high, side = traits["letters, px"], traits["box"] * traits["letters, px"]
    lines = [" ".join(rng.choice(_WORDS, int(rng.integers(1, 4)))) for _ in range(int(rng.integers(1, 8)))]
    if traits["capitals"]:
        lines = [line.upper() for line in lines]
    face = ImageFont.truetype(str(fonts[int(rng.integers(len(fonts)))].path), int(high * _FONT_SIZE * ZOOM))
    left = _MARGIN_PX + (side + traits["from box to word"] * high if side else 0)
    pitch = max(traits["row pitch"] * high, 1.25 * side)
    width = int(left + max(map(face.getlength, lines)) / ZOOM) + _MARGIN_PX
    height = int(len(lines) * pitch) + 2 * _MARGIN_PX
    canvas = Image.new("L", (width * ZOOM, height * ZOOM), 255)
    draw = ImageDraw.Draw(canvas)
    _, top, _, bottom = face.getbbox("H")
    for number, line in enumerate(lines):
        middle = _MARGIN_PX + (number + 0.5) * pitch
        if side:
            _draw_box(draw, (_MARGIN_PX, middle - side / 2, side), traits, rng)
        draw.text((left * ZOOM, middle * ZOOM - (top + bottom) / 2), line, fill=30, font=face)
    form = canvas.resize((width, height), Image.Resampling.LANCZOS)
    return scanned(form.filter(ImageFilter.GaussianBlur(traits["blur, px"])), rng), "\n".join(lines), traits


def _draw_box(
    draw: ImageDraw.ImageDraw,
    place: tuple[float, float, float],
    traits: dict[str, Any],
    rng: np.random.Generator,
) -> None:
    """Draw a box from its left, its top and its side, with a mark in it or without."""
    left, top, side = place
    corners = [one * ZOOM for one in (left, top, left + side, top + side)]
    line_px = max(2, round(traits["line"] * traits["letters, px"] * ZOOM))
    draw.rectangle(corners, outline=traits["shade of lines"], width=line_px)
    if rng.random() >= _TICKED:
        return
    for stroke in CHECK_MARKS[str(rng.choice(list(CHECK_MARKS)))]:
        places = np.array(stroke) + rng.normal(0, 0.04, (len(stroke), 2))
        points = [((left + x * side) * ZOOM, (top + y * side) * ZOOM) for x, y in places.tolist()]
        draw.line(points, fill=30, width=round(_PEN * traits["letters, px"] * ZOOM), joint="curve")


def main() -> None:
    parser = form_parser(__doc__.splitlines()[0])
    asked = parser.parse_args()
    fonts = fonts_of_separate_letters(parser, asked.fonts)
    read_drawn(lambda rng: draw_list(fonts, rng), TRAITS, count=asked.forms, seed=asked.seed)


if __name__ == "__main__":
    main()
