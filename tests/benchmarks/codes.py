"""Does the language do harm, and are touching letters cut? Measured on characters of the EMNIST byclass test.

    python tests/benchmarks/codes.py --data DIR

**Codes**: 4 to 8 characters, digits and capitals at random, each code a picture of its own, read with the
language and without. **Touching**: pairs and triples of digits, or of capitals, apart and pushed together
until their ink touches, and 1 or 2 pixels of 28 further.

*Strict* wants every character as it is labelled. *Lenient* ignores case and takes 0 and O, 1 and I and l, 2
and Z, 5 and S for one: alone, people cannot tell them apart either. Intervals are 95 %: Wilson's for groups,
and the bootstrap's over whole codes. The seed makes everything, so two runs print the same.
"""

from collections import Counter
from pathlib import Path

import click
import numpy as np
from rapidfuzz.distance import Levenshtein
from written import apart, pushed, write_group, write_lines

from ocr.classifier.alphabet import DIGITS, LABEL_MAPS, LETTERS
from ocr.datasets.emnist import load
from ocr.evaluation.confusion import wilson_interval
from ocr.reader import Reader

_GROUPS_PER_LINE, _LINES = 5, 4
_STAND_IN = {character: group[0] for group in LABEL_MAPS["31"].groups for character in group}


def lenient(text):
    """Fold case and look-alikes."""
    return "".join(_STAND_IN.get(character, character) for character in text)


class Characters:
    """Test characters, drawn at random by what they show."""

    def __init__(self, data, rng):
        self.images, self.rng = data.images, rng
        self.rows = {
            character: np.flatnonzero(data.labels == index) for index, character in enumerate(data.classes)
        }

    def text(self, characters, length):
        return "".join(self.rng.choice(list(characters), length))

    def of(self, text):
        return [self.images[self.rng.choice(self.rows[character])] for character in text]


def written_code(characters, rng):
    text = characters.text((*DIGITS, *LETTERS), int(rng.integers(4, 9)))
    page, _ = write_lines([[(text, *write_group(characters.of(text), apart(rng)))]], rng)
    return text, page


def code_errors(codes, reader):
    """Count strict errors, lenient errors, added spaces and confused characters of each code."""
    rows, pairs = [], Counter()
    for text, page in codes:
        lines = reader.read(page).text
        found = "".join(lines.split())
        spaces = len(lines.split()) - 1
        rows.append(
            (Levenshtein.distance(text, found), Levenshtein.distance(lenient(text), lenient(found)), spaces)
        )
        for edit in Levenshtein.editops(lenient(text), lenient(found)):
            wanted = text[edit.src_pos] if edit.tag != "insert" else ""
            got = found[edit.dest_pos] if edit.tag != "delete" else ""
            pairs[wanted, got] += 1
    return np.array(rows), pairs


def bootstrap(values, sizes, rng, rounds=2000):
    """95 % interval of sum(values) / sum(sizes) over resampled codes."""
    rows = rng.integers(0, len(values), (rounds, len(values)))
    return np.percentile(values[rows].sum(axis=1) / sizes[rows].sum(axis=1), [2.5, 97.5])


def percent(rate, interval):
    low, high = interval
    return f"{100 * rate:.2f} ({100 * low:.2f} .. {100 * high:.2f})"


def report_codes(characters, readers, rng, count):
    codes = [written_code(characters, rng) for _ in range(count)]
    sizes = np.array([len(text) for text, _ in codes])
    click.echo(f"\n{count} codes of digits and capitals, {sizes.sum()} characters; errors in %:\n")
    click.echo("| language | strict | lenient | codes with a space put in |\n|---|---|---|---|")
    errors, confused = {}, {}
    for name, reader in readers.items():
        errors[name], confused[name] = code_errors(codes, reader)
        cells = [
            percent(errors[name][:, kind].sum() / sizes.sum(), bootstrap(errors[name][:, kind], sizes, rng))
            for kind in (0, 1)
        ]
        spaced = int((errors[name][:, 2] > 0).sum())
        click.echo(f"| {name} | {cells[0]} | {cells[1]} | {spaced} |")
    names = list(readers)
    change = errors[names[0]] - errors[names[1]]
    cells = [
        percent(change[:, kind].sum() / sizes.sum(), bootstrap(change[:, kind], sizes, rng))
        for kind in (0, 1)
    ]
    click.echo(f"| {names[0]} minus {names[1]} | {cells[0]} | {cells[1]} | |")
    for name in names:
        common = ", ".join(f"{a or '+'}>{b or '-'} {n}" for (a, b), n in confused[name].most_common(12))
        click.echo(f"\nMost frequent lenient errors, {name}: {common}")


def written_groups(characters, rng, *, length, shifts):
    """A page of groups; digits and capitals take turns."""
    lines = []
    for line in range(_LINES):
        texts = [
            characters.text(DIGITS if (line + place) % 2 else LETTERS, length)
            for place in range(_GROUPS_PER_LINE)
        ]
        lines.append([(text, *write_group(characters.of(text), shifts)) for text in texts])
    return write_lines(lines, rng)


def outcome(group, characters):
    """What became of a group: "right", "lenient", "misread", or how it was cut wrongly."""
    box = group.box
    mine = sorted(
        (one for one in characters if _inside(one.box.center, box)), key=lambda one: one.box.center[1]
    )
    if len(mine) != len(group.text):
        return "too few cuts" if len(mine) < len(group.text) else "too many cuts"
    centers = [one.box.center[1] for one in mine]
    if not all(own.left <= center <= own.right for own, center in zip(group.boxes, centers, strict=True)):
        return "cut elsewhere"
    found = "".join(one.text for one in mine)
    if found == group.text:
        return "right"
    return "lenient" if lenient(found) == lenient(group.text) else "misread"


def _inside(center, box):
    row, col = center
    return box.top - 15 <= row <= box.bottom + 15 and box.left - 15 <= col <= box.right + 15


def report_touching(characters, reader, rng, pages):
    click.echo("\nTouching characters; right in % of all groups:\n")
    click.echo(
        "| group | pushed by | groups | cut right | read right, lenient | read right, strict | failures |"
    )
    click.echo("|---|---|---|---|---|---|---|")
    for length, name in ((2, "pairs"), (3, "triples")):
        for label, shifts in {
            "apart": apart(rng),
            **{f"{overlap} px": pushed(overlap) for overlap in (0, 1, 2)},
        }.items():
            found = Counter()
            for _ in range(pages):
                page, groups = written_groups(characters, rng, length=length, shifts=shifts)
                read = list(reader.read(page).pages[0].characters)
                found.update(outcome(group, read) for group in groups)
            count = found.total()
            cut = found["right"] + found["lenient"] + found["misread"]
            rates = [
                percent(right / count, wilson_interval(right, count))
                for right in (cut, found["right"] + found["lenient"], found["right"])
            ]
            failures = ", ".join(
                f"{kind} {n}" for kind, n in found.most_common() if kind not in ("right", "lenient")
            )
            click.echo(f"| {name} | {label} | {count} | {' | '.join(rates)} | {failures} |")


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the EMNIST files.")
@click.option("--model", help="Shipped model or path.")
@click.option("--codes", "code_count", default=400, show_default=True, type=click.IntRange(1))
@click.option(
    "--pages", default=10, show_default=True, type=click.IntRange(1), help="Of 20 groups, each case."
)
@click.option("--seed", default=1, show_default=True)
def main(*, data, model, code_count, pages, seed):
    """Measure codes with the language on and off, and touching characters."""
    readers = {
        name: Reader(model, language=language)
        for name, language in (("english", "english"), ("none", "none"))
    }
    rng = np.random.default_rng(seed)
    characters = Characters(load("byclass", "test", data=data), rng)
    model_read = readers["english"].model
    click.echo(f"model {model_read.name} {model_read.checksum[:12]}, EMNIST byclass test, seed {seed}")
    report_codes(characters, readers, rng, code_count)
    report_touching(characters, readers["english"], rng, pages)


if __name__ == "__main__":
    main()
