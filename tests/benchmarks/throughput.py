"""Pages a second on this machine: one process, ``--jobs N``, and a local cluster of N.

    python tests/benchmarks/throughput.py --pages 44 --processes 2

All read the same pages, copies of the sample pictures, into a folder, start to end, start-up included; in
turns, several rounds. The best round counts, and the median of the ratios of the rounds. "But for waiting"
leaves out the time that processes waited for a core that had other work, as Linux counts it (schedstat): an
estimate of the ratio on idle cores. Memory is that of all processes together, and of the largest, at peak.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click
import psutil

from ocr.files import shipped_folder

WAYS = {
    "one": ("one process", ["--jobs", "1"]),
    "jobs": ("--jobs {n}", ["--jobs", "{n}"]),
    "cluster": ("--scheduler local:{n}", ["--scheduler", "local:{n}"]),
}
# Of the matrix products of each process, in all ways alike.
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds that reading all pages took, those but for waiting, those of all cores; MB at the peak."""

    seconds: float
    undisturbed: float
    work: float
    together: float
    largest: float


def copied(folder, pages):
    """Copy the sample pictures, again and again, until there are so many."""
    pictures = sorted(shipped_folder("images").glob("*.jpg"))
    for number in range(pages):
        picture = pictures[number % len(pictures)]
        shutil.copy(picture, folder / f"{number:04}_{picture.name}")


def memory(process):
    """MB of a process and of each of those it started."""
    sizes = []
    for one in (process, *process.children(recursive=True)):
        try:
            sizes.append(one.memory_info().rss / 1e6)
        except psutil.NoSuchProcess:
            continue
    return sizes


def waited(process):
    """Seconds (run, waited for a core) of each thread of a process and of those that it started."""
    found = {}
    for one in (process, *process.children(recursive=True)):
        for path in Path(f"/proc/{one.pid}/task").glob("*/schedstat"):
            try:
                run, waiting, _ = path.read_text().split()
            except (OSError, ValueError):
                continue
            found[path] = int(run) / 1e9, int(waiting) / 1e9
    return found


def measured(folder, output, options):
    """Read the folder once."""
    command = [sys.executable, "-m", "ocr", "read", str(folder), "-o", f"{output}/", "--quiet", *options]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    together = largest = 0.0
    threads = {}
    with subprocess.Popen(command, env={**os.environ, **ONE_THREAD}) as running:
        process = psutil.Process(running.pid)
        while running.poll() is None:
            with suppress(psutil.NoSuchProcess):
                threads |= waited(process)
                sizes = memory(process)
                together, largest = max(together, sum(sizes)), max(largest, *sizes, 0)
            time.sleep(0.2)
    if running.returncode:
        sys.exit(f"{' '.join(command)}: exit code {running.returncode}")
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    ran, waiting = (sum(times) for times in zip(*threads.values(), strict=True)) if threads else (1.0, 0.0)
    return Run(seconds, seconds * ran / (ran + waiting), work, together, largest)


def row(name, processes, pages, runs, singles):
    """One line of the table."""
    pairs = list(zip(singles, runs, strict=True))
    ratio = statistics.median(single.seconds / run.seconds / processes for single, run in pairs)
    idle = statistics.median(single.undisturbed / run.undisturbed / processes for single, run in pairs)
    speed, work = pages / min(run.seconds for run in runs), min(run.work for run in runs) / pages
    together, largest = max(run.together for run in runs), max(run.largest for run in runs)
    return (
        f"| {name} | {speed:.2f} | {ratio:.2f} | {idle:.2f} | {work:.2f} | {together:.0f} | {largest:.0f} |"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=44)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--ways", default=",".join(WAYS), help="some of them; one has to be there")
    asked = parser.parse_args()
    ways = [way for way in WAYS if way in {"one", *asked.ways.split(",")}]
    runs = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as top:
        pages = Path(top) / "pages"
        pages.mkdir()
        copied(pages, asked.pages)
        for number in range(asked.rounds):
            for way in ways:
                options = [option.format(n=asked.processes) for option in WAYS[way][1]]
                runs[way].append(measured(pages, Path(top) / f"{way}{number}", options))
    click.echo(f"{asked.pages} pages, {asked.rounds} rounds\n")
    click.echo(
        "| way | pages/s | of N times one | but for waiting | s of work a page | MB together | MB largest |"
    )
    click.echo("|---|---|---|---|---|---|---|")
    for way in ways:
        processes = 1 if way == "one" else asked.processes
        name = WAYS[way][0].format(n=asked.processes)
        click.echo(row(name, processes, asked.pages, runs[way], runs["one"]))


if __name__ == "__main__":
    main()
