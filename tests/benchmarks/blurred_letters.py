"""Read small letters that are more or less out of focus, handwritten and printed as labels of forms are.

    python tests/benchmarks/blurred_letters.py --fonts FONTS [--pages 60] [--seed 0]

FONTS is a folder of handwriting fonts; a quarter of the pages is printed in DejaVu Sans. Each page has one to
five lines of 9 to 18 pixels, blurred, with grain, as a JPEG. Errors are character errors in percent, case
ignored, by the size of the letters, the blur as a share of it, and the kind of font.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from traits import draw_traits, read_drawn

from ocr.synthesis.fonts import find_fonts

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = (
    "the and for with from milk eggs bread call rent due friday meeting notes plan water coffee train "
    "Date of birth Name Street City Address Phone school number State Education District 1987 42 2026"
)
PRINT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
TRAITS: dict[str, tuple[Any, ...]] = {
    "size, px": (9, 11, 13, 15, 18),
    "blur, sizes": (0.035, 0.06, 0.08, 0.1),
    "font": ("print", "hand", "hand", "hand"),
}
# Drawn so many times as large; lines so far apart, in sizes.
_ZOOM, _PITCH, _MARGIN_PX = 4, 1.7, 12


def draw_page(fonts: Sequence[Path], rng: np.random.Generator) -> tuple[Image.Image, str, dict[str, Any]]:
    """Draw a page, and return it with its text and traits."""
    traits = draw_traits(TRAITS, rng)
    size = traits["size, px"]
    path = PRINT if traits["font"] == "print" else fonts[int(rng.integers(len(fonts)))]
    face = ImageFont.truetype(str(path), size * _ZOOM)
    lines = [
        " ".join(rng.choice(WORDS.split(), int(rng.integers(1, 5)))) for _ in range(int(rng.integers(1, 6)))
    ]
    width = max(int(face.getlength(line)) for line in lines) + 2 * _MARGIN_PX * _ZOOM
    height = round((len(lines) * _PITCH * size + 2 * _MARGIN_PX) * _ZOOM)
    page = Image.new("L", (width, height), 240)
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        row = (_MARGIN_PX + number * _PITCH * size) * _ZOOM
        draw.text((_MARGIN_PX * _ZOOM, row), line, fill=60, font=face)
    page = page.filter(ImageFilter.GaussianBlur(traits["blur, sizes"] * size * _ZOOM))
    small = np.asarray(page.resize((width // _ZOOM, height // _ZOOM), Image.Resampling.BOX), np.float32)
    grainy = np.clip(small + rng.normal(0, 2, small.shape), 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(grainy).save(buffer, "JPEG", quality=85)
    return Image.open(buffer), "\n".join(lines), traits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fonts", type=Path, required=True, help="folder of handwriting fonts")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    fonts = [font.path for font in find_fonts(asked.fonts)]
    read_drawn(lambda rng: draw_page(fonts, rng), TRAITS, count=asked.pages, seed=asked.seed)


if __name__ == "__main__":
    main()
