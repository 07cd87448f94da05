"""Pages of many kinds, in a hand of ``page_hands.py``: lists, forms, tables, labels, diagrams, boards.

Each function draws one kind of page with an :class:`InkPage`, which keeps the lines as they should be read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from page_hands import PRINT_HAND, Hand
from PIL import Image, ImageDraw, ImageFilter

PAPER, INK, PRINT = (250, 250, 248), (40, 40, 60), (90, 90, 90)
# Pages are drawn twice as large, then reduced.
_ZOOM = 2

Colour = tuple[int, ...]
Point = tuple[float, float]


class InkPage:
    """A page written in one hand; lengths are in pixels of the page, ``px`` is the size of the font."""

    def __init__(
        self,
        rng: np.random.Generator,
        hand: Hand,
        *,
        size: tuple[int, int] = (900, 700),
    ) -> None:
        self.rng, self.hand, self.size = rng, hand, size
        self.lines: list[str] = []
        self.smallest_px = float(min(size))
        self.canvas = Image.new("RGB", (size[0] * _ZOOM, size[1] * _ZOOM), PAPER)
        self.draw = ImageDraw.Draw(self.canvas)

    def width(self, text: str, px: float) -> float:
        return self.hand.width(text, px * _ZOOM) / _ZOOM

    def put(self, at: Point, text: str, px: float, *, ink: Colour = INK, printed: bool = False) -> float:
        """Write a text from a point of its baseline on, and return its width."""
        self.smallest_px = min(self.smallest_px, px)
        hand = PRINT_HAND if printed else self.hand
        hand.write(self.draw, (at[0] * _ZOOM, at[1] * _ZOOM), text, px * _ZOOM, ink)
        return hand.width(text, px * _ZOOM) / _ZOOM

    def line(self, *points: Point, width: float = 2.0, ink: Colour = INK) -> None:
        places = [(x * _ZOOM, y * _ZOOM) for x, y in points]
        self.draw.line(places, fill=ink, width=max(1, int(width * _ZOOM)), joint="curve")

    def shape(self, kind: str, box: tuple[float, ...], **how: Any) -> None:
        """Draw a shape of Pillow, such as "ellipse"."""
        how.setdefault("width", 2)
        how["width"] *= _ZOOM
        if "fill" not in how:
            how.setdefault("outline", INK)
        getattr(self.draw, kind)([one * _ZOOM for one in box], **how)

    def words(self, most: int, *, fewest: int = 1) -> str:
        return self.hand.words(self.rng, most, fewest)

    def number(self) -> str:
        return self.hand.number(self.rng)

    def one_of(self, *texts: str) -> str:
        return self.hand.one_of(self.rng, list(texts))

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def write(self, lines: list[str], px: float, *, at: Point = (60.0, 90.0), pitch: float = 1.8) -> None:
        """Write lines of text one below the other."""
        for number, text in enumerate(lines):
            self.put((at[0], at[1] + number * pitch * px), text, px)
        self.lines += lines

    def picture(self) -> Image.Image:
        """Return the page with blur and grain."""
        page = self.canvas.resize(self.size, Image.Resampling.LANCZOS)
        page = page.filter(ImageFilter.GaussianBlur(float(self.rng.choice([0, 0.5, 0.9]))))
        grain = self.rng.normal(0, 4, (self.size[1], self.size[0], 1))
        return Image.fromarray(np.clip(np.asarray(page, np.float64) + grain, 0, 255).astype(np.uint8))


Kind = Callable[[np.random.Generator, Hand], InkPage]
KINDS: dict[str, Kind] = {}


def kind(draw: Kind) -> Kind:
    """Register a kind of page under the name of its function."""
    KINDS[draw.__name__.replace("_", " ")] = draw
    return draw


@kind
def plain_lines(rng: np.random.Generator, hand: Hand) -> InkPage:
    page = InkPage(rng, hand)
    page.write([page.words(4, fewest=2) for _ in range(5)], page.between(28, 46))
    return page


@kind
def small_letters(rng: np.random.Generator, hand: Hand) -> InkPage:
    page = InkPage(rng, hand)
    page.write([page.words(8, fewest=4) for _ in range(8)], page.between(12, 17))
    return page


@kind
def few_characters(rng: np.random.Generator, hand: Hand) -> InkPage:
    page = InkPage(rng, hand, size=(1200, 900))
    text = page.one_of("42", "Lea", "No", "12.5", "Monday", "Bob", "OPEN")
    page.write([text], page.between(26, 60), at=(page.between(60, 800), page.between(100, 800)))
    return page


@kind
def large_word(rng: np.random.Generator, hand: Hand) -> InkPage:
    page = InkPage(rng, hand, size=(900, 600))
    text = page.one_of("SALE", "OPEN", "Hi!", "100", "EXIT", "Wet Paint", "B12", "Thank you")
    px = min(page.between(120, 260), 120 * 820 / page.width(text, 120))
    page.write([text], px, at=((900 - page.width(text, px)) / 2, 400))
    return page


@kind
def title(rng: np.random.Generator, hand: Hand) -> InkPage:
    page, px = InkPage(rng, hand, size=(800, 800)), 32.0
    text, large = page.words(2), px * page.between(1.3, 2.0)
    width = page.width(text, large)
    page.write([text], large, at=(60, 100))
    below = 100 + 0.27 * large
    steps = int(rng.integers(1, 13))
    # A straight underline, or one that goes up and down.
    page.line(*((55 + place * width / steps, below + 4 * (place % 2)) for place in range(steps + 1)))
    page.write([page.words(4, fewest=2) for _ in range(5)], px, at=(60, 200))
    return page


@kind
def crossed_out(rng: np.random.Generator, hand: Hand) -> InkPage:
    page, px = InkPage(rng, hand), 36.0
    lines = [page.words(4, fewest=2) for _ in range(5)]
    gone = int(rng.integers(5))
    page.write(lines, px)
    row = 90 + gone * 1.8 * px - page.between(0.25, 0.35) * px
    page.line((50, row), (70 + page.width(lines[gone], px), row - page.between(-3, 3)), width=2.5)
    del page.lines[gone]
    return page


@kind
def circled(rng: np.random.Generator, hand: Hand) -> InkPage:
    page, px = InkPage(rng, hand), 36.0
    lines = [page.words(3) for _ in range(4)]
    page.write(lines, px, pitch=2.4)
    row = 90 + int(rng.integers(4)) * 2.4 * px
    width = page.width(lines[round((row - 90) / (2.4 * px))], px)
    page.shape("ellipse", (60 - 0.9 * px, row - 1.2 * px, 60 + width + 0.9 * px, row + 0.6 * px), width=3)
    return page


@kind
def framed(rng: np.random.Generator, hand: Hand) -> InkPage:
    page, px = InkPage(rng, hand), 36.0
    lines = [page.words(3) for _ in range(4)]
    page.write(lines, px, at=(90, 100), pitch=2.4)
    for number, text in enumerate(lines):
        row = 100 + number * 2.4 * px
        page.shape("rectangle", (70, row - 1.2 * px, 110 + page.width(text, px), row + 0.6 * px))
    return page


@kind
def diagram(rng: np.random.Generator, hand: Hand) -> InkPage:
    page, px, left = InkPage(rng, hand), 32.0, 60.0
    texts = [page.words(1) for _ in range(3)]
    for number, text in enumerate(texts):
        width = max(page.width(text, px) + 1.4 * px, 120)
        shape = str(rng.choice(["rectangle", "ellipse"]))
        page.shape(shape, (left, 200 - 1.7 * px, left + width, 200 + px))
        page.put((left + (width - page.width(text, px)) / 2, 200), text, px)
        left += width
        if number < 2:
            page.line((left, 190), (left + 70, 190))
            page.line((left + 55, 180), (left + 70, 190), (left + 55, 200))
        left += 70
    page.lines.append(" ".join(texts))
    page.write([page.words(4)], px, at=(60, 400))
    return page


@kind
def speech_bubbles(rng: np.random.Generator, hand: Hand) -> InkPage:
    page, px = InkPage(rng, hand), 38.0
    for number in range(2):
        left, top, text = 80 + 400 * number, 100 + 220 * number, page.words(2)
        width = max(page.width(text, px), 2 * px) + 1.4 * px
        page.shape("rounded_rectangle", (left, top, left + width, top + 2 * px), radius=1.6 * px, width=3)
        page.line(
            (left + px, top + 2 * px), (left + 0.6 * px, top + 2.8 * px), (left + 1.6 * px, top + 2 * px)
        )
        page.write([text], px, at=(left + 0.7 * px, top + 1.35 * px))
    return page


@kind
def stamped(rng: np.random.Generator, hand: Hand) -> InkPage:
    page = InkPage(rng, hand)
    page.write([page.words(4, fewest=2) for _ in range(4)], page.between(28, 40))
    page.shape("ellipse", (600, 430, 820, 650), width=5, outline=(70, 70, 170))
    page.shape("ellipse", (630, 460, 790, 620), width=3, outline=(70, 70, 170))
    return page


@kind
def form_lines(rng: np.random.Generator, hand: Hand) -> InkPage:
    return _form(InkPage(rng, hand), gap=0.0, step=1e9)


@kind
def dashed_form_lines(rng: np.random.Generator, hand: Hand) -> InkPage:
    page = InkPage(rng, hand)
    step = page.between(8, 19)
    return _form(page, gap=0.45 * step, step=step)


@kind
def dotted_form_lines(rng: np.random.Generator, hand: Hand) -> InkPage:
    page = InkPage(rng, hand)
    step = page.between(5, 12)
    return _form(page, gap=step - 2, step=step)


def _form(page: InkPage, *, gap: float, step: float) -> InkPage:
    """Write into a form with a printed label and a line in each row, in pieces with gaps between them."""
    px, row = page.between(28, 40), 110.0
    for label in page.rng.permutation(["Name", "Date", "Address", "Phone", "City"]).tolist():
        start, text = 72 + page.put((60, row), label, 0.7 * px, ink=PRINT, printed=True), page.words(3)
        for left in np.arange(start, 820, step).tolist():
            page.line((left, row + 4), (min(820.0, left + step - gap), row + 4), width=1.5, ink=PRINT)
        page.put((start + 0.5 * px, row), text, px)
        page.lines.append(f"{label} {text}")
        row += 2 * px
    return page


@kind
def dotted_leaders(rng: np.random.Generator, hand: Hand) -> InkPage:
    page, row = InkPage(rng, hand), 110.0
    px = page.between(26, 36)
    for _ in range(5):
        text, number, dot = page.words(3), page.number(), 0.06 * px
        end = 800 - page.width(number, px)
        for left in np.arange(
            60 + page.put((60, row), text, px) + 0.4 * px, end - 0.4 * px, 0.3 * px
        ).tolist():
            page.shape("ellipse", (left - dot, row - dot, left + dot, row + dot), fill=INK)
        page.put((end, row), number, px)
        page.lines.append(f"{text} {number}")
        row += 1.8 * px
    return page


@kind
def prices(rng: np.random.Generator, hand: Hand) -> InkPage:
    page, row = InkPage(rng, hand, size=(560, 800)), 90.0
    px = page.between(24, 34)
    for number in range(7):
        text, price = (page.one_of("Total") if number == 6 else page.words(2)), f"{rng.uniform(1, 300):.2f}"
        if number == 6:
            page.line((50, row - px), (510, row - px))
            row += 0.6 * px
        page.put((50, row), text, px)
        page.put((510 - page.width(price, px), row), price, px)
        page.lines.append(f"{text} {price}")
        row += 1.6 * px
    return page


@kind
def table(rng: np.random.Generator, hand: Hand) -> InkPage:
    rows, columns, px = int(rng.integers(3, 7)), int(rng.integers(2, 5)), 28.0
    return _grid(InkPage(rng, hand, size=(columns * 190 + 120, 500)), rows, columns, (190.0, 1.8 * px), px)


@kind
def calendar(rng: np.random.Generator, hand: Hand) -> InkPage:
    """Cells with a number above; lines are read across the cells."""
    page, px, wide, high = InkPage(rng, hand, size=(1000, 720)), 24.0, 130, 110
    _rules(page, (40, 80), (5, 7), (wide, high))
    for week in range(5):
        numbers, notes = [], []
        for day in range(7):
            left, top, text = 46 + day * wide, 80 + week * high, page.words(1)
            numbers.append(str(7 * week + day + 1))
            page.put((left, top + px), numbers[-1], px)
            if rng.random() < 0.3 and page.width(text, px) < wide - 16:
                page.put((left, top + 80), text, px)
                notes.append(text)
        page.lines += [" ".join(one) for one in (numbers, notes) if one]
    return page


def _grid(page: InkPage, rows: int, columns: int, cell: Point, px: float) -> InkPage:
    """Write a table with words in the first row and column, and numbers."""
    _rules(page, (60, 60), (rows, columns), cell)
    for row in range(rows):
        texts = [page.number() if row and column else page.words(1) for column in range(columns)]
        for column, text in enumerate(texts):
            page.put((60 + column * cell[0] + 0.35 * px, 60 + row * cell[1] + 0.7 * cell[1]), text, px)
        page.lines.append(" ".join(texts))
    return page


def _rules(page: InkPage, corner: Point, count: tuple[int, int], cell: Point) -> None:
    """Draw the lines between rows and columns."""
    (left, top), (rows, columns), (wide, high) = corner, count, cell
    width, ink = page.between(1, 2.5), (int(page.between(20, 150)),) * 3
    for row in range(rows + 1):
        at = top + row * high
        page.line((left, at), (left + columns * wide, at), width=width, ink=ink)
    for column in range(columns + 1):
        at = left + column * wide
        page.line((at, top), (at, top + rows * high), width=width, ink=ink)


@kind
def squared_paper(rng: np.random.Generator, hand: Hand) -> InkPage:
    page = InkPage(rng, hand)
    px, ink = page.between(28, 48), tuple(rng.integers(140, 200, 3).tolist())
    step = px * float(rng.choice([0.5, 0.7, 1.0, 1.4]))
    for at in np.arange(10, 900, step).tolist():
        page.line((at, 0), (at, 700), width=1, ink=ink)
        page.line((0, at), (900, at), width=1, ink=ink)
    page.write([f"{page.words(2)} {page.number()}" for _ in range(5)], px, at=(80, 110))
    return page


@kind
def label(rng: np.random.Generator, hand: Hand) -> InkPage:
    page, row, px = InkPage(rng, hand, size=(800, 640)), 80.0, 44.0
    page.shape("rectangle", (30, 20, 770, 620), width=3)
    for heading in rng.permutation(["CONTENTS", "DATE", "FROM", "USE BY", "BATCH"])[:4].tolist():
        text = page.words(2)
        page.put((50, row), heading, 0.4 * px, ink=PRINT, printed=True)
        page.put((60, row + 1.15 * px), text, px)
        page.line((30, row + 1.5 * px), (770, row + 1.5 * px))
        page.lines += [heading, text]
        row += 2.3 * px + 30
    return page


@kind
def column_sum(rng: np.random.Generator, hand: Hand) -> InkPage:
    page, row = InkPage(rng, hand, size=(500, 700)), 100.0
    px, numbers = page.between(34, 56), rng.integers(10, 9999, int(rng.integers(2, 5))).tolist()
    for number in (*numbers, sum(numbers)):
        text = str(number)
        page.put((300 - page.width(text, px), row), text, px)
        page.lines.append(text)
        row += 1.35 * px
    page.line((200, row - 2.35 * px), (310, row - 2.35 * px), width=2.5)
    return page


@kind
def bar_code(rng: np.random.Generator, hand: Hand) -> InkPage:
    page, left = InkPage(rng, hand), 80.0
    page.write([page.words(4, fewest=2) for _ in range(3)], page.between(30, 46))
    while left < 420:
        width = page.between(2, 8)
        page.shape("rectangle", (left, 480, left + width, 600), fill=(20, 20, 20))
        left += width + page.between(2, 8)
    return page
