"""Draw the first picture of the README: a sample page on a table, read, with its text beside it.

    python docs/make_hero.py docs/pictures

Writes ``read.png`` and ``read-dark.png``. The boxes and the text are what the program reads on this picture.
"""

import sys
from pathlib import Path

import numpy as np
from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy.ndimage import gaussian_filter

import ocr
from ocr.files import shipped_folder
from ocr.synthesis.tables import photograph_from_side
from ocr.view.drawing import confidence_color

WIDTH, HEIGHT, PANEL_LEFT, MARGIN = 1600, 760, 990, 28
# Red, green and blue of the paper, of the ink and of the table.
PAPER, INK, WOOD = (0.99, 0.965, 0.90), (0.13, 0.16, 0.30), (0.55, 0.38, 0.25)
RULES_PX = (52, 120)
THEMES = {
    "read.png": {
        "ground": "#ffffff",
        "panel": "#f6f8fa",
        "edge": "#d0d7de",
        "text": "#1f2328",
        "quiet": "#656d76",
    },
    "read-dark.png": {
        "ground": "#0d1117",
        "panel": "#161b22",
        "edge": "#30363d",
        "text": "#e6edf3",
        "quiet": "#8d96a0",
    },
}


def paper():
    """Return the sample page in color (H, W, 3): its ink on cream paper, without the light of the sample."""
    gray = np.asarray(Image.open(shipped_folder("images") / "todo_list.jpg").convert("L"), np.float32) / 255
    gray = gray[60:900, 70:1390]
    flat = gray / gaussian_filter(gray, 40)
    ink = np.clip((0.95 - gaussian_filter(flat, 0.6)) / 0.22, 0, 1)[:, :, None]
    fibre = gaussian_filter(np.random.default_rng(1).normal(size=gray.shape), 1.2)[:, :, None] * 0.02
    page = (1 - ink) * (np.array(PAPER) + fibre) + ink * np.array(INK)
    # Rules below the lines of the sample.
    for row in range(RULES_PX[0], page.shape[0], RULES_PX[1]):
        page[row : row + 2] *= np.array((0.86, 0.92, 0.98))
    return np.clip(page, 0, 1).astype(np.float32)


def photo():
    """Return a photo of the page on a wooden table, as a Pillow image."""
    page = paper()
    channels = [
        photograph_from_side(
            page[:, :, channel],
            degrees=12,
            turn_deg=-2.0,
            material="planks",
            level=WOOD[channel],
            strength=0.06,
            text_height_px=60,
            rng=np.random.default_rng(7),
        )
        for channel in range(3)
    ]
    colored = np.stack(channels, axis=2)
    height, width = colored.shape[:2]
    rows, cols = np.mgrid[:height, :width]
    light = 1.02 - 0.32 * np.hypot(rows / height - 0.15, cols / width - 0.2) ** 1.4
    return Image.fromarray(np.rint(np.clip(colored * light[:, :, None], 0, 1) * 255).astype(np.uint8))


def font(name, size):
    """Return a font of Matplotlib."""
    return ImageFont.truetype(Path(get_data_path()) / "fonts" / "ttf" / f"{name}.ttf", size)


def rounded(picture, radius):
    """Return a mask of a picture with round corners."""
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, picture.width - 1, picture.height - 1), radius, fill=255)
    return mask


def with_boxes(picture, document, scale):
    """Return the picture at a scale with a box around each word, in the color of its confidence."""
    small = picture.resize(
        (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS
    )
    layer = Image.new("RGBA", small.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    for word in document.words:
        top, left, bottom, right = (round(side * scale) for side in word.box)
        color = confidence_color(min(one.probability for one in word.characters))
        draw.rounded_rectangle((left - 7, top - 6, right + 7, bottom + 6), 7, (*color, 26), (*color, 255), 3)
    return Image.alpha_composite(small.convert("RGBA"), layer).convert("RGB")


def panel(draw, document, theme):
    """Draw the command and the text."""
    mono, bold = font("DejaVuSansMono", 25), font("DejaVuSansMono-Bold", 25)
    box = (PANEL_LEFT, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN)
    draw.rounded_rectangle(box, 18, theme["panel"], theme["edge"], 2)
    left, row = PANEL_LEFT + 34, MARGIN + 52
    draw.text((left, row), "$ ocr read list.jpg", theme["quiet"], mono, "lm")
    lines = document.lines
    step = (HEIGHT - 2 * MARGIN - 230) / max(1, len(lines))
    for number, line in enumerate(lines):
        row, col = MARGIN + 130 + number * step, left
        for word in line.words:
            for one in word.characters:
                sure = one.probability >= 0.98
                draw.text(
                    (col, row),
                    one.text,
                    theme["text"] if sure else confidence_color(one.probability),
                    bold,
                    "lm",
                )
                col += bold.getlength(one.text)
            col += bold.getlength(" ")
    mean = float(np.mean([one.probability for one in document.characters]))
    quiet = f"{len(document.characters)} characters, {mean:.1%} sure"
    draw.text((left, HEIGHT - MARGIN - 46), quiet, theme["quiet"], font("DejaVuSans", 22), "lm")


def main(folder):
    """Write both pictures."""
    picture = photo()
    document = ocr.read(picture)
    room = PANEL_LEFT - 2 * MARGIN, HEIGHT - 2 * MARGIN
    scale = max(side / whole for side, whole in zip(room, picture.size, strict=True))
    shown = with_boxes(picture, document, scale)
    left, top = (shown.width - room[0]) * 9 // 20, (shown.height - room[1]) // 2
    shown = shown.crop((left, top, left + room[0], top + room[1]))
    for name, theme in THEMES.items():
        canvas = Image.new("RGB", (WIDTH, HEIGHT), theme["ground"])
        shadow = Image.new("L", canvas.size, 0)
        ImageDraw.Draw(shadow).rounded_rectangle(
            (MARGIN, MARGIN + 6, MARGIN + room[0], MARGIN + 6 + room[1]), 18, 90
        )
        canvas.paste("#000000", mask=shadow.filter(ImageFilter.GaussianBlur(10)))
        canvas.paste(shown, (MARGIN, MARGIN), rounded(shown, 18))
        panel(ImageDraw.Draw(canvas), document, theme)
        canvas.quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(folder / name, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
