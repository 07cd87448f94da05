"""Count the dates, times, amounts, sums, codes and telephone numbers that are read exactly.

    python tests/benchmarks/digit_words.py --data DIR [--count 1000] [--fields 1]

Fields are composed from characters that no shipped model was trained on: digits and capitals of the EMNIST
byclass test (``DIR/emnist``) and of held-out providers of UNIPEN (``DIR/characters/unipen.npz``). The
built-in strokes draw points, commas, colons, hyphens and percent signs. A field takes all its characters from
one source. Each picture has one field, or as many lines as ``--fields`` says. A field is right if every
character is right, spaces included; one column ignores spaces. Codes have no letters that have the shape of a
digit (I, O, Q, S, Z), like number plates. Two runs with one seed print the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import click
import numpy as np
from PIL import Image
from rapidfuzz.distance import Levenshtein
from written import tight

from ocr.datasets.emnist import load
from ocr.datasets.npz_set import load_characters
from ocr.reader import Reader
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.writers import SUPERSAMPLE

CAPITAL_PX = 60
_PAPER, _PEN, _MARGIN_PX = 235, 195, 60
_CODE_LETTERS = "ABCDEFGHJKLMNPRTUVWXY"
_DRAWN = set(".,:;-%")
_WORDS = ("MILK", "BREAD", "TEA", "EGGS", "PAINT", "NAILS", "RENT", "MATHS", "BOOK", "KEYS")
# How high above the baseline the middle of a mark lies, in heights of a capital.
_MIDDLE = {"+": 0.4, "=": 0.4, "-": 0.4}


def number(rng, low, high, width=0):
    return str(int(rng.integers(low, high + 1))).zfill(width)


def digits(rng, count):
    return "".join(str(value) for value in rng.integers(0, 10, count))


def letters(rng, count):
    return "".join(rng.choice(list(_CODE_LETTERS), count))


def date(rng):
    width = int(rng.choice([0, 2]))
    day, month = number(rng, 1, 31, width), number(rng, 1, 12, width)
    year = number(rng, 1950, 2035) if rng.random() < 0.6 else number(rng, 0, 35, 2)
    mark = rng.choice(["-", "/", "."])
    if rng.random() < 0.15:
        return f"{number(rng, 1950, 2035)}-{month.zfill(2)}-{day.zfill(2)}"
    if rng.random() < 0.2:
        return f"{day}.{month}." if mark == "." else f"{day}{mark}{month}"
    return mark.join((day, month, year))


def time(rng):
    hour, minute = number(rng, 0, 23, int(rng.choice([0, 2]))), number(rng, 0, 59, 2)
    return f"{hour}:{minute}" + (f":{number(rng, 0, 59, 2)}" if rng.random() < 0.15 else "")


def amount(rng):
    whole = int(rng.integers(0, 10 ** int(rng.integers(1, 6))))
    cents = f".{digits(rng, 2)}" if rng.random() < 0.75 or whole < 1000 else ""
    return rng.choice(["$", ""]) + f"{whole:,}" + cents


def total(rng):
    first, second = (int(rng.integers(0, 10 ** int(rng.integers(1, 3)))) for _ in range(2))
    plus = rng.random() < 0.6 or second > first
    text = f"{first}{'+' if plus else '-'}{second}"
    return text + (f"={first + second if plus else first - second}" if rng.random() < 0.6 else "")


def phone(rng):
    patterns = ("555-0123", "(212)555-0123", "212-555-0123", "01632-960123", "020-79460958", "+49-30-123456")
    pattern = rng.choice(patterns)
    prefix = pattern[: pattern[0] == "0"]
    return prefix + "".join(digits(rng, 1) if one.isdigit() else one for one in pattern[len(prefix) :])


def post_code(rng):
    kind = int(rng.integers(4))
    if kind == 0:
        return digits(rng, int(rng.choice([4, 5, 6])))
    if kind == 1:
        return f"{digits(rng, 5)}-{digits(rng, 4)}"
    if kind == 2:
        return "".join(
            letters(rng, 1) if one == "A" else digits(rng, 1) if one == "1" else one for one in "A1A 1A1"
        )
    return f"{letters(rng, 2)}{number(rng, 1, 20)} {digits(rng, 1)}{letters(rng, 2)}"


def article(rng):
    return (
        f"{letters(rng, int(rng.integers(1, 4)))}-{digits(rng, int(rng.integers(2, 6)))}"
        if rng.random() < 0.6
        else f"{digits(rng, 2)}-{digits(rng, 3)}-{letters(rng, 1)}"
    )


def serial(rng):
    return "".join(
        digits(rng, 1) if rng.random() < 0.6 else letters(rng, 1) for _ in range(rng.integers(5, 14))
    )


def percentage(rng):
    return number(rng, 0, 100) + (f".{digits(rng, 1)}" if rng.random() < 0.3 else "") + "%"


def entry(rng):
    return number(rng, 1, 20) + rng.choice([".", ")"]) + " " + rng.choice(_WORDS)


KINDS = {
    "date": date,
    "time": time,
    "amount": amount,
    "sum": total,
    "telephone": phone,
    "post code": post_code,
    "article": article,
    "serial": serial,
    "percentage": percentage,
    "list entry": entry,
}


class Hand:
    """Characters of one source, with the height of each against a capital where it is known."""

    def __init__(self, images, labels, heights):
        self.images, self.heights = images, heights
        self.rows = {str(label): np.flatnonzero(labels == label) for label in np.unique(labels)}

    def draw(self, character, rng):
        """Return the ink of a character in pixels of the page."""
        row = rng.choice(self.rows[character])
        ink = tight(self.images[row])
        height = CAPITAL_PX * float(self.heights[row])
        scale = height / ink.shape[0]
        size = max(round(ink.shape[1] * scale), 3), max(round(height), 3)
        return np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC))


def hands(folder):
    """Return the EMNIST test and the held-out writers; those of few characters come last."""
    emnist = load("byclass", "test", data=folder / "emnist")
    labels = np.array(emnist.classes)[emnist.labels]
    unipen = load_characters(folder / "characters" / "unipen.npz")
    found = [Hand(emnist.images, labels, np.ones(len(labels)))]
    for provider in ("tos", "gmd"):
        one = unipen.only([provider])
        heights = one.sizes[:, 1].astype(float)
        for label in np.unique(one.labels):
            mine = one.labels == label
            usual = np.median(heights[mine])
            heights[mine] = np.clip(heights[mine] / usual, 0.85, 1.2) * np.clip(usual, 0.3, 1.2)
        found.append(Hand(one.images, one.labels, heights))
    return found


def drawn_percent(writer, rng):
    """Return the ink of a percent sign: a slash between two small rings."""
    heights = {"/": 0.95, "o": 0.55}
    slash, *rings = (
        np.asarray(
            Image.fromarray(one.coverage).resize(
                [max(side // SUPERSAMPLE, 1) for side in one.coverage.shape[::-1]], Image.Resampling.BOX
            )
        )
        for one in (writer.draw(part, letter_height_px=heights[part] * CAPITAL_PX, rng=rng) for part in "/oo")
    )
    overlap = int(0.08 * CAPITAL_PX)
    width = slash.shape[1] + sum(ring.shape[1] for ring in rings) - 4 * overlap
    ink = np.zeros((max(len(slash), *map(len, rings)), width), np.uint8)
    left = rings[0].shape[1] - 2 * overlap
    for part, row, col in (
        (slash, 0, left),
        (rings[0], 0, 0),
        (rings[1], len(ink) - len(rings[1]), width - rings[1].shape[1]),
    ):
        box = ink[row : row + len(part), col : col + part.shape[1]]
        np.maximum(box, part, out=box)
    return ink


def drawn_mark(mark, writer, rng):
    """Return the ink of a mark and how far it reaches below the baseline, in pixels of the page."""
    if mark == "%":
        return drawn_percent(writer, rng), 0.0
    parts = ".," if mark == ";" else mark
    drawn = [writer.draw(part, letter_height_px=CAPITAL_PX, rng=rng) for part in parts]
    above = [0.42 * CAPITAL_PX if mark == ";" and part == "." else 0 for part in parts]
    inks = []
    for one in drawn:
        size = [max(side // SUPERSAMPLE, 1) for side in one.coverage.shape[::-1]]
        inks.append(np.asarray(Image.fromarray(one.coverage).resize(size, Image.Resampling.BOX)))
    below = [
        len(ink) - one.baseline_row / SUPERSAMPLE - up
        for ink, one, up in zip(inks, drawn, above, strict=True)
    ]
    if len(inks) == 1:
        return inks[0], below[0]
    height = int(len(inks[0]) + below[1] - below[0])
    ink = np.zeros((max(height, len(inks[1])), max(one.shape[1] for one in inks)), np.uint8)
    ink[: len(inks[0]), : inks[0].shape[1]] = inks[0]
    ink[-len(inks[1]) :, : inks[1].shape[1]] = np.maximum(ink[-len(inks[1]) :, : inks[1].shape[1]], inks[1])
    return ink, below[1]


def choose_hand(text, sources, rng):
    """Choose a source that has all characters of a text but those that are drawn."""
    needed = set(text) - _DRAWN - {" "}
    order = rng.choice(len(sources), len(sources), replace=False, p=(0.5, 0.35, 0.15))
    for index in order:
        if all(character in sources[index].rows for character in needed):
            return [sources[index]]
    return [sources[0], sources[1]]


def write_field(text, sources, rng):
    """Return the ink of a line of text."""
    chosen = choose_hand(text, sources, rng)
    writer = StrokeWriter(pen_letters=float(rng.uniform(0.08, 0.15)), slant_deg=float(rng.uniform(-3, 8)))
    col, placed = 0.0, []
    for character in text:
        if character == " ":
            col += float(rng.uniform(0.55, 0.75)) * CAPITAL_PX
            continue
        hand = next((one for one in chosen if character in one.rows), None)
        if character in _DRAWN or hand is None:
            ink, below = drawn_mark(character, writer, rng)
        else:
            ink = hand.draw(character, rng)
            middle = _MIDDLE.get(character)
            below = 0.0 if middle is None else len(ink) / 2 - middle * CAPITAL_PX
        placed.append((ink, below + float(rng.normal(0, 0.02)) * CAPITAL_PX, col))
        col += ink.shape[1] + float(rng.uniform(0.12, 0.28)) * CAPITAL_PX
    top = int(max(len(ink) - below for ink, below, _ in placed)) + 1
    bottom = int(max(below for _, below, _ in placed)) + 1
    canvas = np.zeros((top + max(bottom, 1), int(col) + 1), np.uint8)
    for ink, below, left in placed:
        row = int(top + below) - len(ink)
        part = canvas[row : row + len(ink), int(left) : int(left) + ink.shape[1]]
        np.maximum(part, ink[: len(part), : part.shape[1]], out=part)
    return canvas


def write_page(texts, sources, rng):
    """Return the gray bytes of a picture with a text on each line."""
    lines = [write_field(text, sources, rng) for text in texts]
    height = sum(len(line) + _MARGIN_PX // 2 for line in lines) + 2 * _MARGIN_PX
    page = np.zeros((height, max(line.shape[1] for line in lines) + 2 * _MARGIN_PX), np.float32)
    row = _MARGIN_PX
    for line in lines:
        page[row : row + len(line), _MARGIN_PX : _MARGIN_PX + line.shape[1]] = line
        row += len(line) + _MARGIN_PX // 2
    gray = _PAPER - _PEN * page / 255 + rng.normal(0, 2, page.shape)
    return np.clip(gray, 0, 255).astype(np.uint8)


def pictures(sources, rng, count, fields):
    """Yield pictures with the kinds and texts on them; kinds take turns."""
    names = list(KINDS)
    for start in range(0, count, fields):
        kinds = [names[index % len(names)] for index in range(start, min(start + fields, count))]
        texts = [KINDS[kind](rng) for kind in kinds]
        yield kinds, texts, write_page(texts, sources, rng)


class Tally:
    """What became of the fields of a kind."""

    def __init__(self):
        self.count = self.right = self.right_without_spaces = self.edits = self.characters = 0

    def add(self, text, found):
        self.count += 1
        self.right += text == found
        self.right_without_spaces += text.replace(" ", "") == found.replace(" ", "")
        self.edits += Levenshtein.distance(text, found)
        self.characters += len(text)

    def row(self, name):
        right, spaceless = (100 * value / self.count for value in (self.right, self.right_without_spaces))
        cer = 100 * self.edits / self.characters
        return f"| {name} | {self.count} | {right:.1f} | {spaceless:.1f} | {cer:.1f} |"


def found_lines(text, wanted):
    """Return a line for each field; the lines of a page, or nothing where lines are missing."""
    lines = text.splitlines() if len(wanted) > 1 else [" ".join(text.split())]
    return [" ".join(line.split()) for line in lines] if len(lines) == len(wanted) else [""] * len(wanted)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--model", help="Shipped model or path.")
@click.option("--count", default=1000, show_default=True, type=click.IntRange(1), help="Fields.")
@click.option("--fields", default=1, show_default=True, type=click.IntRange(1), help="Fields in a picture.")
@click.option("--seed", default=1, show_default=True)
@click.option("--show", is_flag=True, help="Print each field that was misread.")
def main(*, data, model, count, fields, seed, show):
    """Read composed fields and count those that are exactly right."""
    reader, sources, rng = Reader(model), hands(data), np.random.default_rng(seed)
    tallies, confused = defaultdict(Tally), Counter()
    for kinds, texts, page in pictures(sources, rng, count, fields):
        for kind, text, found in zip(kinds, texts, found_lines(reader.read(page).text, texts), strict=True):
            tallies[kind].add(text, found)
            tallies["all"].add(text, found)
            for edit in Levenshtein.editops(text, found):
                wanted = text[edit.src_pos] if edit.tag != "insert" else ""
                got = found[edit.dest_pos] if edit.tag != "delete" else ""
                confused[wanted, got] += 1
            if show and text != found:
                click.echo(f"{kind}: {text} read {found}")
    click.echo(f"model {reader.model.name} {reader.model.checksum[:12]}, seed {seed}, {fields} a picture\n")
    click.echo("| kind | fields | right, % | right but for spaces, % | CER, % |\n|---|---|---|---|---|")
    for kind in (*KINDS, "all"):
        if tallies[kind].count:
            click.echo(tallies[kind].row(kind))
    common = ", ".join(f"{a or '+'}>{b or '-'} {n}" for (a, b), n in confused.most_common(25))
    click.echo(f"\nMost frequent errors: {common}")


if __name__ == "__main__":
    main()
