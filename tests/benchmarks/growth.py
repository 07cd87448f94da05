"""How the cost of reading grows: with the characters of a page, its megapixels, and the pages of a batch.

    python tests/benchmarks/growth.py [--batches 1,10,100,1000,10000] [--curves FILE.png] [--json FILE]

Texts are pages that are as large as their characters need. Photos (colored JPEG) and scans (gray PNG) are one
page of notes at several sizes; both are read in a fresh process, and the second, warm read counts. A batch is
a whole process that reads so many copies of a tiny page and writes a file for each.

The exponent is the slope between neighbouring sizes where both axes are logarithmic: 0 costs no more, 1 as
many times more as it is larger. More than 1 would be worse than linear. Times are those of the processors,
medians of rounds in turns.
"""

import json
import math
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

import click
from processes import Run, answer, around_table, environment, printed, timed

# How each kind of cost is called, drawn and measured: by the picture's kind in ``speed_pages.py``.
DEGRADATIONS = {"text": "characters", "photo": "megapixels of a photo", "scan": "megapixels of a gray scan"}
BATCH, BATCH_NAME = "batch", "pages of a batch"
# So many characters has a tiny page.
_TINY = 6


class Point(NamedTuple):
    """Medians of one size."""

    size: float
    cpu_seconds: float
    peak_mb: float


class Sizes(click.ParamType):
    """Positive numbers, separated by commas; an empty text is none of them."""

    name = "N,N,..."

    def convert(self, value, param, ctx):
        if isinstance(value, tuple):
            return value
        try:
            sizes = tuple(float(part) for part in value.split(",") if part.strip())
        except ValueError:
            sizes = (0.0,)
        if any(size <= 0 for size in sizes):
            self.fail(f"found {value!r}, expected positive numbers separated by commas", param, ctx)
        return tuple(sorted(sizes))


def draw_pictures(sizes, folder, env):
    """One picture for each kind and size: paths by both."""
    paths = {}
    for kind in DEGRADATIONS:
        for size in sizes[kind]:
            suffix = "jpg" if kind == "photo" else "png"
            paths[kind, size] = folder / f"{kind}_{size:g}.{suffix}"
            answer("speed_pages.py", kind, paths[kind, size], f"{size:g}", env=env)
    return paths


def copies(count, folder, env):
    """A folder with so many tiny pages."""
    batch = folder / f"batch_{count}"
    batch.mkdir()
    first = batch / "000000.png"
    answer("speed_pages.py", "text", first, _TINY, env=env)
    for place in range(1, count):
        shutil.copy(first, batch / f"{place:06}.png")
    return batch


def read_batch(batch, folder, env):
    """A whole process that reads a folder."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        command = [sys.executable, "-m", "ocr", "read", "--quiet", str(batch), "-o", f"{out}/"]
        return timed("ocr", command, env)


def measure(sizes, *, rounds, env, folder):
    """Points by kind."""
    paths = draw_pictures(sizes, folder, env)
    batches = {size: copies(int(size), folder, env) for size in sizes[BATCH]}
    runs = {key: [] for key in (*paths, *((BATCH, size) for size in batches))}
    for _ in range(rounds):
        for key, path in paths.items():
            runs[key].append(Run(*answer("one_read.py", path, env=env)))
        for size, batch in batches.items():
            runs[BATCH, size].append(read_batch(batch, folder, env))
    points = {kind: [] for kind in sizes}
    for (kind, size), own in runs.items():
        middle = (median(getattr(run, field) for run in own) for field in ("cpu_seconds", "peak_mb"))
        points[kind].append(Point(size, *middle))
    return {kind: own for kind, own in points.items() if own}


def exponent(before, after, field):
    """Slope between two points, both axes logarithmic."""
    return math.log(getattr(after, field) / getattr(before, field)) / math.log(after.size / before.size)


def report(points):
    """One row for each point."""
    click.echo("| what | size | CPU s | exponent | peak, MB | exponent |\n" + "|---" * 6 + "|")
    for kind, own in points.items():
        for before, point in zip([None, *own], own, strict=False):
            slopes = [
                "" if before is None else f"{exponent(before, point, field):.2f}"
                for field in ("cpu_seconds", "peak_mb")
            ]
            time_cells = f"{point.cpu_seconds:.3g} | {slopes[0]}"
            click.echo(
                f"| {name_of(kind)} | {point.size:,g} | {time_cells} | {point.peak_mb:.0f} | {slopes[1]} |"
            )


def name_of(kind):
    """What the sizes of a kind count."""
    return BATCH_NAME if kind == BATCH else DEGRADATIONS[kind]


def draw_panel(axes, points, kinds, field):
    """One figure of these kinds by their size; dotted is what grows as fast as the size."""
    from ocr.view.style import QUIET, SERIES

    for color, kind in zip(SERIES, kinds, strict=False):
        sizes = [point.size for point in points[kind]]
        values = [getattr(point, field) for point in points[kind]]
        axes.plot(sizes, values, "o-", color=color, markersize=4, label=kind)
    linear = [axes.dataLim.y1 * size / sizes[-1] for size in sizes]
    axes.plot(sizes, linear, ":", color=QUIET, linewidth=1, label="linear")
    axes.set(xscale="log", yscale="log")
    axes.set_xticks(sizes, [f"{size:,g}" for size in sizes])


def draw_curves(points):
    """Time above, memory below, one column for each kind of size: bytes of a PNG."""
    from matplotlib.ticker import LogLocator

    from ocr.view.style import QUIET, new_figure, quiet, saved

    columns = {"characters of a page": ["text"], "megapixels": ["photo", "scan"], BATCH_NAME: [BATCH]}
    present = {title: [kind for kind in kinds if kind in points] for title, kinds in columns.items()}
    present = {title: kinds for title, kinds in present.items() if kinds}
    figure = new_figure(3.4 * len(present), 5.2)
    grid = figure.subplots(2, len(present), squeeze=False, sharex="col", sharey="row")
    rows = (("cpu_seconds", "seconds of the processor", (1,)), ("peak_mb", "peak memory, MB", (1, 2, 5)))
    for row, (field, label, ticks) in zip(grid, rows, strict=True):
        for axes, (title, kinds) in zip(row, present.items(), strict=True):
            draw_panel(axes, points, kinds, field)
            quiet(axes, xlabel=title if field == "peak_mb" else "", ylabel=label if axes is row[0] else "")
        values = [getattr(point, field) for own in points.values() for point in own]
        row[0].set_ylim(min(values) / 1.6, max(values) * 1.6)
        row[0].yaxis.set_major_locator(LogLocator(subs=ticks))
        row[0].yaxis.set_major_formatter("{x:g}")
        for axes in row:
            axes.minorticks_off()
    for axes in grid[0]:
        axes.legend(frameon=False, fontsize=9, labelcolor=QUIET)
    return saved(figure)


@click.command()
@click.option("--characters", type=Sizes(), default="1,10,100,1000,5000", show_default=True)
@click.option("--megapixels", type=Sizes(), default="1,3,12,50,200", show_default=True)
@click.option("--batches", type=Sizes(), default="1,10,100,1000", show_default=True, help="Pages in each.")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1))
@click.option(
    "--threads", type=click.IntRange(1), help="Of a matrix product; as the machine is set if left out."
)
@click.option("--into", type=click.Path(exists=True, path_type=Path), help="Put the table into this page.")
@click.option("--curves", type=click.Path(path_type=Path), help="Draw the curves into this PNG.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write the points into this file.")
def main(*, characters, megapixels, batches, rounds, threads, curves, into, json_path):
    """Measure how the cost of reading grows."""
    if into is not None:
        around_table(into, "growth.py")
    sizes = {"text": characters, "photo": megapixels, "scan": megapixels, BATCH: batches}
    with tempfile.TemporaryDirectory() as folder:
        points = measure(sizes, rounds=rounds, env=environment(threads), folder=Path(folder))
    printed(into, "growth.py", report, points)
    if curves is not None:
        curves.write_bytes(draw_curves(points))
    if json_path is not None:
        named = {kind: [point._asdict() for point in own] for kind, own in points.items()}
        json_path.write_text(json.dumps(named, indent=1))


if __name__ == "__main__":
    main()
