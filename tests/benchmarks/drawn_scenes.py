"""Read drawn photos of written papers on tables and walls, and show which of their traits cost errors.

    python tests/benchmarks/drawn_scenes.py --fonts FONTS [--strokes WORDS] [--scenes 60] [--seed 0]
        [--keep DIR]

FONTS is a folder of handwriting fonts, WORDS an npz file of words as pens moved. Each scene has one to ten
lines in one hand, on paper or a board of some colour, ruled or not, that fills the picture or lies on wood, a
wall or a dark ground with other things around it, in some light, turned a little or by quarters. The same
lines in black on white are read, too. Errors are character errors in percent, case ignored, for each value of
each trait: of the scenes, and of their lines in black on white. Nothing here is drawn by what the networks
learn from.
"""

from __future__ import annotations

import argparse
import io
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy import ndimage
from skimage.transform import ProjectiveTransform, warp
from traits import TraitScore, print_by_trait

from ocr.datasets.pen_strokes import HELD_OUT_PROVIDERS, load_pen_strokes
from ocr.evaluation.page_scores import score_page
from ocr.image.picture import Picture
from ocr.reader import Reader
from ocr.synthesis.fonts import find_fonts
from ocr.synthesis.pen_lines import PenWord, place_words

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = (
    "the and for with from milk eggs bread call rent due friday meeting notes plan water coffee train "
    "ticket paper green house open close total price order name date phone street garden school lesson "
    "energy force mass heat light sound system matrix vector proof result check done buy sell apples "
    "oranges sugar tea rice book desk lamp chair room floor north south left right down start stop end "
    "begin quick brown fox jumps over lazy dog hello world test sample write read hand letter number "
    "seven eight nine ten tuesday april june budget report draft final"
)
PAPERS = {
    "white": (245, 245, 243),
    "cream": (240, 232, 212),
    "yellow": (248, 232, 120),
    "pink": (246, 180, 190),
    "blue": (180, 210, 240),
    "brown": (186, 150, 110),
    "slate": (40, 42, 45),
    "green board": (38, 72, 55),
}
PENS = {"black": (30, 30, 32), "blue": (35, 50, 140), "red": (190, 35, 40), "green": (30, 110, 60)}
BOARDS = ("slate", "green board")
CHALK = (225, 225, 215)
PLACES = {
    "fills": None,
    "wood": (150, 105, 70),
    "light wood": (200, 180, 150),
    "wall": (205, 200, 190),
    "dark": (35, 33, 32),
}
_HELD_OUT = "held-out hands"


class Hand(NamedTuple):
    """A font, or the words of a writer with their strokes."""

    kind: str
    font: Path | None
    words: Sequence[PenWord]


def hands_of(fonts: Path, strokes: Path | None) -> dict[str, list[Hand]]:
    """Return the hands of each kind: fonts, and writers that no network has learnt from."""
    found = {"fonts": [Hand("fonts", font.path, ()) for font in find_fonts(fonts)]}
    if strokes is None:
        return found
    pens, words = load_pen_strokes(strokes), defaultdict(list)
    for index, label in enumerate(pens.labels):
        provider = str(pens.providers[index])
        if len(label) > 1 and str(label).isascii() and provider in HELD_OUT_PROVIDERS:
            words[provider, str(pens.writers[index])].append(PenWord(str(label), pens.strokes(index)))
    found[_HELD_OUT] = [Hand(_HELD_OUT, None, one) for _, one in sorted(words.items()) if len(one) > 30]
    return found


def written_line(hand: Hand, height: float, rng: np.random.Generator) -> tuple[np.ndarray, str]:
    """Write a line with capitals of a height: its ink (h, w), 0 .. 1, and its text."""
    count = int(rng.integers(1, 7))
    if hand.font is None:
        chosen = [hand.words[int(one)] for one in rng.integers(len(hand.words), size=count)]
        return _strokes(place_words(chosen, rng), height, rng), " ".join(word.text for word in chosen)
    text = " ".join(_word(rng) for _ in range(count))
    face = ImageFont.truetype(str(hand.font), int(1.45 * height))
    left, top, right, bottom = face.getbbox(text)
    image = Image.new("L", (int(right - left) + 8, int(bottom - top) + 8))
    ImageDraw.Draw(image).text((4 - left, 4 - top), text, fill=255, font=face)
    return np.asarray(image, np.float32) / 255, text


def _word(rng: np.random.Generator) -> str:
    kind, word = rng.random(), str(rng.choice(WORDS.split()))
    if kind < 0.2:
        return str(rng.integers(1, 10 ** int(rng.integers(1, 6))))
    return word.upper() if kind < 0.4 else word.capitalize() if kind < 0.6 else word


def _strokes(lines: list[np.ndarray], height: float, rng: np.random.Generator) -> np.ndarray:
    """Draw strokes in units of x-heights, at twice their size first."""
    points = np.concatenate(lines)
    scale, corner = 1.24 * height, points.min(axis=0)
    size = tuple(int(side * scale + 2 * height) for side in np.ptp(points, axis=0))
    image = Image.new("L", size)
    brush, width = ImageDraw.Draw(image), max(2, int(height * rng.uniform(0.12, 0.36)))
    for stroke in lines:
        places = [tuple(map(float, one)) for one in (stroke - corner) * scale + height]
        brush.line(places, fill=255, width=width, joint="curve")
        for col, row in (places[0], places[-1]):
            brush.ellipse((col - width / 2, row - width / 2, col + width / 2, row + width / 2), fill=255)
    return np.asarray(image.resize((size[0] // 2, size[1] // 2), Image.Resampling.LANCZOS), np.float32) / 255


def written_page(hand: Hand, height: float, rng: np.random.Generator) -> tuple[np.ndarray, str, float]:
    """Write lines one below the other: the ink (H, W), the text, and the distance of the lines."""
    lines = [written_line(hand, height, rng) for _ in range(int(rng.integers(1, 11)))]
    leading = height * (rng.uniform(1.5, 2.6) if hand.font else rng.uniform(2.3, 3.2))
    margin = int(height * rng.uniform(0.5, 3))
    tops = np.cumsum([margin, *(max(leading, 0.9 * len(ink)) for ink, _ in lines)]).astype(int)
    width = max(ink.shape[1] for ink, _ in lines) + 2 * margin
    page = np.zeros((tops[-1] + margin + max(len(ink) for ink, _ in lines), width), np.float32)
    for (ink, _), top in zip(lines, tops, strict=False):
        part = page[top : top + len(ink), margin : margin + ink.shape[1]]
        np.maximum(part, ink, out=part)
    return page[: tops[-1] + margin], "\n".join(text for _, text in lines), leading


def on_paper(
    page: np.ndarray, height: float, leading: float, traits: dict[str, Any], rng: np.random.Generator
):
    """Lay the ink of a page (H, W) on paper: (H, W, 3), 0 .. 255."""
    paper = np.ones((*page.shape, 3), np.float32) * np.array(PAPERS[traits["paper"]], np.float32)
    is_board = traits["paper"] in BOARDS
    pen = CHALK if is_board else PENS[str(rng.choice(list(PENS)))]
    rule = paper[0, 0] + (np.array([120, 150, 200]) - paper[0, 0]) * rng.uniform(0.4, 1)
    thick, pitch = max(1, int(0.04 * height)), height * rng.uniform(0.45, 1.6)
    if traits["ruling"] == "lines":
        for row in np.arange(leading, len(paper), leading):
            paper[int(row) : int(row) + thick] = rule
    elif traits["ruling"] == "squares":
        for place in np.arange(pitch, max(page.shape), pitch):
            paper[int(place) : int(place) + thick] = rule
            paper[:, int(place) : int(place) + thick] = rule
    paper += (_noise(page.shape, 3, rng) * rng.uniform(0, 3))[..., None]
    ink = page[..., None] * (rng.uniform(0.5, 0.8) if traits["pen"] == "pale" else 1)
    return paper * (1 - ink) + np.array(pen, np.float32) * ink


def _noise(shape: tuple[int, ...], cell: float, rng: np.random.Generator, stretch: float = 1.0) -> np.ndarray:
    coarse = rng.normal(0, 1, (int(shape[0] / cell) + 2, int(shape[1] / cell / stretch) + 2))
    return ndimage.zoom(coarse, (cell, cell * stretch), order=1)[: shape[0], : shape[1]]


def placed(paper: np.ndarray, height: float, traits: dict[str, Any], rng: np.random.Generator) -> np.ndarray:
    """Photograph a paper (H, W, 3) where it lies."""
    ground = PLACES[traits["place"]]
    rows, cols = paper.shape[:2]
    pad = 0 if ground is None else int(height * rng.uniform(1, 8))
    corners = np.array([(0, 0), (cols, 0), (cols, rows), (0, rows)], float)
    turn = np.deg2rad(traits.get("tilt", rng.normal(0, 3)))
    matrix = np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    seen = (corners - corners.mean(axis=0)) @ matrix + corners.mean(axis=0) + pad
    seen += rng.uniform(-1, 1, (4, 2)) * min(rows, cols) * rng.choice([0, 0, 0.06])
    if ground is None:
        seen -= seen.min(axis=0)
        size = tuple(int(side) + 1 for side in seen.max(axis=0))
        around = np.ones((size[1], size[0], 3)) * np.median(paper, axis=(0, 1))
    else:
        around = _surroundings((rows + 2 * pad, cols + 2 * pad), ground, height, traits, rng)
    layers = np.dstack([paper, np.full((rows, cols), 255.0)])
    shown = warp(
        layers,
        ProjectiveTransform.from_estimate(seen, corners),
        output_shape=around.shape[:2],
        order=1,
        preserve_range=True,
    )
    share = shown[..., 3:] > 250
    return np.where(share, shown[..., :3], around)


def _surroundings(
    shape: tuple[int, int], colour, height: float, traits: dict[str, Any], rng: np.random.Generator
) -> np.ndarray:
    stretch = 20 if "wood" in traits["place"] else 1
    grain = _noise(shape, 0.4 * height if stretch == 1 else 3, rng, stretch) * rng.uniform(2, 18)
    image = Image.fromarray(np.clip(np.array(colour) + grain[..., None], 0, 255).astype(np.uint8))
    brush = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(0, 6))):
        left, top = rng.uniform(0, 1, 2) * shape[::-1]
        wide, high = height * rng.uniform(1, 8, 2)
        fill = tuple(int(one) for one in rng.integers(0, 255, 3))
        draw = brush.rectangle if rng.random() < 0.5 else brush.ellipse
        draw((left, top, left + wide, top + high), fill=fill)
    return np.asarray(image, np.float32)


def lit(picture: np.ndarray, traits: dict[str, Any], rng: np.random.Generator) -> np.ndarray:
    """Light a picture (H, W, 3)."""
    down, right = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    down, right = down / picture.shape[0], right / picture.shape[1]
    angle = rng.uniform(0, 2 * np.pi)
    if traits["light"] == "gradient":
        side = (right - 0.5) * np.cos(angle) + (down - 0.5) * np.sin(angle)
        return picture * np.clip(1 - rng.uniform(0.2, 0.8) * (side + 0.5), 0.1, 1)[..., None]
    if traits["light"] == "shadow":
        row, col = rng.uniform(0.2, 0.8, 2)
        side = (right - col) * np.cos(angle) + (down - row) * np.sin(angle)
        edge = 1 / (1 + np.exp(np.clip(side / rng.uniform(0.004, 0.06), -50, 50)))
        return picture * (1 - rng.uniform(0.25, 0.65) * edge)[..., None]
    return picture * (rng.uniform(0.35, 0.7) if traits["light"] == "dim" else 1)


def draw_scene(hands: dict[str, list[Hand]], rng: np.random.Generator):
    """Draw a scene: its picture, the same lines in black on white, the text, and the traits."""
    traits: dict[str, Any] = {
        "hand": str(rng.choice(list(hands))),
        "paper": str(rng.choice([*PAPERS, *["white"] * 4])),
        "pen": str(rng.choice(["dark", "dark", "dark", "pale"])),
        "ruling": str(rng.choice(["none", "none", "lines", "squares"])),
        "place": str(rng.choice([*PLACES, "fills"])),
        "light": str(rng.choice(["even", "gradient", "shadow", "dim"])),
        "turned": int(rng.choice([0] * 9 + [90, 180, 270])),
        "blurred": bool(rng.random() < 0.4),
    }
    some = hands[traits["hand"]]
    hand, height = some[int(rng.integers(len(some)))], float(rng.uniform(28, 56))
    page, text, leading = written_page(hand, height, rng)
    paper = on_paper(page, height, leading, traits, rng)
    seen_height = float(np.exp(rng.uniform(np.log(16), np.log(90))))
    content = photographed(paper, height, traits, rng, seen_height=seen_height)
    return content, (255 * (1 - 0.9 * page)).astype(np.uint8), text, traits


def photographed(
    paper: np.ndarray, height: float, traits: dict[str, Any], rng: np.random.Generator, *, seen_height: float
) -> bytes:
    """Photograph a paper (H, W, 3) with letters of a height, so that they are as high as they are to be seen.

    Returns the content of a JPEG file of at most 2,500 pixels a side.
    """
    picture = lit(placed(paper, height, traits, rng), traits, rng)
    if "damage" in traits:
        picture = traits["damage"](picture, height, rng)
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    factor = min(seen_height / height, 2500 / max(image.size))
    image = image.resize(tuple(max(8, int(side * factor)) for side in image.size), Image.Resampling.LANCZOS)
    if traits["blurred"]:
        image = image.filter(ImageFilter.GaussianBlur(float(0.05 * height * factor)))
    grain = rng.normal(0, rng.choice([0, 3, 8]), (image.height, image.width, 3))
    pixels = np.asarray(image, np.float32) + grain
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).rotate(traits["turned"], expand=True)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=int(rng.choice([50, 75, 90])))
    return content.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fonts", type=Path, required=True, help="folder of handwriting fonts")
    parser.add_argument("--strokes", type=Path, help="npz file of words as pens moved")
    parser.add_argument("--scenes", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="leave the pictures, with their texts, in this folder")
    asked = parser.parse_args()
    hands, reader, found = hands_of(asked.fonts, asked.strokes), Reader(), []
    for number in range(asked.scenes):
        content, clean, text, traits = draw_scene(hands, np.random.default_rng((asked.seed, number)))
        texts = [reader.read_picture(Picture(one)).page.text for one in (content, clean)]
        scores = [score_page(text, one) for one in texts]
        edits = tuple(score.edits_caseless for score in scores)
        found.append(TraitScore(traits, edits, scores[0].characters))
        if asked.keep:
            asked.keep.mkdir(parents=True, exist_ok=True)
            (asked.keep / f"{number:03}.jpg").write_bytes(content)
            (asked.keep / f"{number:03}.gt.txt").write_text(text + "\n", encoding="utf-8")
    seen = {name: sorted({one.traits[name] for one in found}, key=str) for name in found[0].traits}
    print_by_trait(found, seen)


if __name__ == "__main__":
    main()
