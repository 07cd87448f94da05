"""Kill a batch again and again, run two at once, and read for long in one process.

A batch with two jobs is killed at random and resumed, again and again; then it is resumed to its
end. Two batches write into one folder at the same time. Both must end in the files of an unbroken run, byte
by byte, and leave no half-written file by the name of an output. Then one process reads the pages for long:
its memory must stay flat. Prints Markdown; the exit code is 1 if anything was lost or memory grew.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
from batch import files_in, write_pages

from ocr.reader import Reader

# Memory that may be added after the first reads, which fill caches.
MOST_GROWTH_MB = 10.0
# A run is killed so long after a page was read, at most.
LONGEST_DELAY_S = 0.3


def started(pages, output):
    command = [sys.executable, "-m", "ocr", "read", str(pages), "-o", f"{output}/", "-j", "2", "--resume"]
    return subprocess.Popen([*command, "-v"], stderr=subprocess.PIPE, text=True, start_new_session=True)


def read_to_the_end(pages, output):
    with started(pages, output) as process:
        _, messages = process.communicate()
    return process.returncode, messages.splitlines()[-1]


def read_and_kill(pages, output, rng):
    """Kill a run some time after it read some pages; return whether it was killed before its end."""
    wanted, seen = rng.randrange(8), 0
    with started(pages, output) as process:
        while seen < wanted and (line := process.stderr.readline()):
            seen += " (opened " in line
        time.sleep(rng.uniform(0, LONGEST_DELAY_S))
        is_running = process.poll() is None
        if is_running:
            os.killpg(process.pid, signal.SIGKILL)
        process.stderr.read()
    return is_running


def faults_of(name, expected, output):
    """What a folder lacks or holds otherwise than that of an unbroken run."""
    found = files_in(output)
    if found.keys() != expected.keys():
        yield f"{name}: lost {sorted(expected.keys() - found.keys())}"
    differing = sorted(page for page in found.keys() & expected.keys() if found[page] != expected[page])
    if differing:
        yield f"{name}: other bytes in {differing}"


def resident_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def grown_mb(folder, reads):
    """Return the memory before and after many reads in this process, without the first tenth."""
    reader, files = Reader(), sorted(folder.glob("*.png"))
    before = 0.0
    for number in range(reads):
        reader.read(files[number % len(files)])
        if number == reads // 10:
            before = resident_mb()
    return before, resident_mb()


@click.command(help=__doc__)
@click.option("--pages", "count", default=300, show_default=True)
@click.option("--kills", default=50, show_default=True)
@click.option("--reads", default=2000, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(count, kills, reads, seed):
    rng, faults = random.Random(seed), []
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        pages = top / "pages"
        pages.mkdir()
        write_pages(pages, count=count, bad=0, seed=seed)
        read_to_the_end(pages, top / "whole")
        whole = files_in(top / "whole")
        killed = sum(read_and_kill(pages, top / "killed", rng) for _ in range(kills))
        there = len(files_in(top / "killed")) if (top / "killed").is_dir() else 0
        code, message = read_to_the_end(pages, top / "killed")
        faults += faults_of("killed and resumed", whole, top / "killed")
        with started(pages, top / "both") as one, started(pages, top / "both") as two:
            codes = [process.communicate() and process.returncode for process in (one, two)]
        faults += faults_of("two at once", whole, top / "both")
        faults += [f"exit codes {code}, {codes}"] if any((code, *codes)) else []
        before, after = grown_mb(pages, reads)
    if after - before > MOST_GROWTH_MB:
        faults.append(f"memory grew by {after - before:.0f} MB")
    click.echo("| what | result |\n|---|---|")
    click.echo(f"| killed and resumed, {count} pages, 2 jobs | {killed} kills, {there} pages there |")
    click.echo(f"| last run | {message} |")
    click.echo(f"| two runs into one folder | exit codes {codes} |")
    click.echo(f"| {reads:,} reads in one process | {before:.0f} MB, then {after:.0f} MB |")
    click.echo("\n".join(["", *faults] if faults else ["", "Lost: 0, half-written: 0, other bytes: 0"]))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
