"""Read a folder of many small pages, some of them damaged: is any lost, and is a killed run taken up again?

Three runs of 'ocr read': over all pages at once; the same, killed when half of the pages are there; and that
one again with --resume. Both ways must end in the same files, one for each sound page, byte by byte, and each
run must count right and name each damaged page. Prints Markdown; the exit code is 1 if anything was lost.
"""

import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from PIL import Image

from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page

WORDS = ("HUT", "MAN", "TEN", "BOX", "FIRE", "LAMP", "WEST", "KITE")
DAMAGES = ("cut off", "empty", "text", "noise")
# Of the pages that are sound, this share is there when a run is killed.
KILLED_AT = 0.5


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of ``ocr read`` said and took."""

    name: str
    exit_code: int
    messages: tuple[str, ...]
    seconds: float

    @property
    def counts(self):
        """Numbers of the last line: read, of all, there already, refused; zeros if it was killed."""
        if not self.messages or not self.messages[-1].startswith("ocr: read "):
            return 0, 0, 0, 0
        patterns = (
            r"read ([\d,]+) of",
            r"of ([\d,]+) pictures",
            r"([\d,]+) there already",
            r"([\d,]+) could not",
        )
        found = [re.search(pattern, self.messages[-1]) for pattern in patterns]
        return tuple(int(match[1].replace(",", "")) if match else 0 for match in found)


def page_bytes(rng):
    """A PNG on which one to three words are written."""
    lines = [str(rng.choice(WORDS)) for _ in range(rng.integers(1, 4))]
    page = write_page(lines, writer=StrokeWriter(), settings=PageSettings(letter_height_px=32), rng=rng)
    stream = io.BytesIO()
    Image.fromarray(np.rint(page.gray * 255).astype(np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def damaged(content, kind, rng):
    """What no reader can make a page of."""
    if kind == "cut off":
        return content[: int(rng.integers(8, len(content) // 2))]
    if kind == "text":
        return b"no picture at all\n"
    return b"" if kind == "empty" else rng.bytes(2000)


def write_pages(folder, *, count, bad, seed):
    """Write pages; gives the names of the sound ones and of the damaged ones."""
    chosen = np.random.default_rng(seed).permutation(count)[: round(bad * count)]
    broken = {f"page{number:04}" for number in chosen}
    for number in range(count):
        rng, name = np.random.default_rng([seed, number]), f"page{number:04}"
        content = page_bytes(rng)
        if name in broken:
            content = damaged(content, DAMAGES[number % len(DAMAGES)], rng)
        (folder / f"{name}.png").write_bytes(content)
    return {f"page{number:04}" for number in range(count)} - broken, broken


def read_all(name, pages, output, *options, kill_after=None):
    """Run ``ocr read``; with ``kill_after`` the whole group of processes is killed after so many pages."""
    command = [sys.executable, "-m", "ocr", "read", str(pages), "-o", f"{output}/", *options]
    begun, messages, pages_read = time.perf_counter(), [], 0
    with subprocess.Popen(
        [*command, "--verbose"], stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        for line in process.stderr:
            pages_read += " (opened " in line
            if " (opened " not in line:
                messages.append(line.rstrip("\n"))
            if pages_read == kill_after:
                os.killpg(process.pid, signal.SIGKILL)
                kill_after = None
    return Run(name, process.returncode, tuple(messages), time.perf_counter() - begun)


def files_in(folder):
    return {path.stem: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}


def faults_of(run, expected, broken):
    """What is wrong with the counts of a run that came to its end, and with what it named."""
    named = {name for name in broken if any(f"{name}.png" in line for line in run.messages[:-1])}
    if run.exit_code != (3 if broken else 0):
        yield f"{run.name}: found exit code {run.exit_code}"
    if run.counts != expected:
        yield f"{run.name}: counted {run.counts}, expected {expected}"
    if named != broken:
        yield f"{run.name}: did not name {', '.join(sorted(broken - named))}"


def compared(whole, again, sound):
    """What two folders lack or hold otherwise."""
    for name, found in (("whole", whole), ("killed and resumed", again)):
        if set(found) != sound:
            yield f"{name}: lost {sorted(sound - set(found))}, has too much {sorted(set(found) - sound)}"
    differing = sorted(name for name in whole.keys() & again.keys() if whole[name] != again[name])
    if differing:
        yield f"not the same after the kill: {differing}"


def report(runs, *, lost):
    click.echo("| run | pages | read | there already | refused | exit code | seconds | pages a second |")
    click.echo("|---|---|---|---|---|---|---|---|")
    for run, read in runs:
        _, asked, there, refused = run.counts
        shown = (asked or "", read, there, refused, run.exit_code, f"{run.seconds:.0f}")
        click.echo(f"| {run.name} | {' | '.join(map(str, shown))} | {read / run.seconds:.1f} |")
    click.echo(f"\nLost: {lost}")


@click.command(help=__doc__)
@click.option("--pages", "count", type=click.IntRange(min=8), default=1000, show_default=True)
@click.option("--bad", type=click.FloatRange(0, 0.5), default=0.05, show_default=True, help="Damaged share.")
@click.option("--jobs", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(count, bad, jobs, seed):
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        pages = work / "pages"
        pages.mkdir()
        sound, broken = write_pages(pages, count=count, bad=bad, seed=seed)
        options = ("--jobs", str(jobs))
        whole = read_all("whole", pages, work / "whole", *options)
        half = round(KILLED_AT * len(sound))
        killed = read_all("killed", pages, work / "again", *options, kill_after=half)
        there = len(files_in(work / "again"))
        resumed = read_all("resumed", pages, work / "again", *options, "--resume")
        first, second = files_in(work / "whole"), files_in(work / "again")
    refused = len(broken)
    faults = [
        *faults_of(whole, (len(sound), count, 0, refused), broken),
        *faults_of(resumed, (len(sound) - there, count, there, refused), broken),
        *compared(first, second, sound),
    ]
    if killed.exit_code != -signal.SIGKILL or not half <= there < len(sound):
        faults.append(f"killed: found exit code {killed.exit_code} and {there} of {len(sound)} files")
    report(
        [(whole, whole.counts[0]), (killed, there), (resumed, resumed.counts[0])],
        lost=len(sound - set(second)),
    )
    click.echo("\n".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
