"""Read mutated pictures: bytes scribbled over and cut off, pixels turned to noise, stripes and blots.

Every outcome but a page or one OcrError is a fault: a warning too, and a picture that takes more than 10 s of
processor time or 1 GB of memory. With folders of crafted files, each of these is read by a process of its own
with these limits, as it is and damaged. Prints Markdown: how many there were, the slowest and the memory.
"""

import io
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

import click
import numpy as np
from PIL import Image

from ocr.errors import OcrError
from ocr.reader import Reader

MOST_SECONDS, MOST_MB = 10.0, 1000.0
# Where a process that does not end is ended: a busy machine is slower.
MOST_WAIT_S = 900.0
SAMPLES = sorted((Path(__file__).resolve().parents[2] / "images").glob("*.jpg"))
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF")


def crop_glyph(gray, rng):
    """Cut out a part of any shape, 1 to 900 pixels a side."""
    height, width = (int(min(side, 2 ** rng.uniform(0, 9.8))) for side in gray.shape)
    top, left = (
        int(rng.integers(side - part + 1)) for side, part in zip(gray.shape, (height, width), strict=True)
    )
    return gray[top : top + height, left : left + width]


def scribbled(gray, rng):
    """Change pixels: noise, stripes, blots, another light, a turn, another page on top."""
    page = gray.astype(np.float32)
    rows, cols = np.mgrid[: page.shape[0], : page.shape[1]]
    kind = rng.integers(8)
    if kind == 0:
        page += rng.normal(0, rng.uniform(5, 150), page.shape)
    elif kind == 1:
        page[(rows + cols) % int(rng.integers(2, 40)) == 0] = rng.integers(256)
    elif kind == 2:
        for _ in range(int(rng.integers(1, 60))):
            row, col, radius = rng.integers(page.shape[0]), rng.integers(page.shape[1]), rng.uniform(1, 60)
            page[np.hypot(rows - row, cols - col) < radius] = rng.integers(256)
    elif kind == 3:
        page = (page - 128) * rng.uniform(-3, 3) + rng.uniform(0, 255)
    elif kind == 4:
        page = np.rot90(page, rng.integers(4))
    elif kind == 5:
        page = np.minimum(page, np.roll(page, rng.integers(-99, 99, 2), (0, 1)))
    elif kind == 6:
        page = rng.integers(0, 256, page.shape).astype(np.float32)
    return np.clip(page, 0, 255).astype(np.uint8)


def mutated(rng):
    """One picture as bytes: a part of a sample, perhaps changed, stored, and perhaps damaged."""
    gray = np.asarray(Image.open(SAMPLES[rng.integers(len(SAMPLES))]).convert("L"))
    picture = Image.fromarray(np.ascontiguousarray(scribbled(crop_glyph(gray, rng), rng)))
    buffer = io.BytesIO()
    picture.save(buffer, FORMATS[rng.integers(len(FORMATS))])
    content = bytearray(buffer.getvalue())
    damage = rng.integers(4)
    if damage == 1:
        del content[int(rng.integers(len(content))) :]
    elif damage == 2:
        for place in rng.integers(len(content), size=int(rng.integers(1, 40))):
            content[place] = rng.integers(256)
    return bytes(content)


def read_crafted(path):
    """Read a file by the command in a process of its own; return exit code, errors, seconds and megabytes."""
    command = [sys.executable, "-m", "ocr", "read", str(path), "--quiet"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    timer = threading.Timer(MOST_WAIT_S, process.kill)
    timer.start()
    with process.stderr:
        errors = process.stderr.read()
    # The largest of the process and those that it waited for.
    _, status, used = os.wait4(process.pid, 0)
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, errors, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def with_damaged(files, copies, seed, folder):
    """Yield files, and so many copies of each with some bytes scribbled over or cut off."""
    for path in files:
        yield path
        for number in range(copies):
            rng = np.random.default_rng([seed, number])
            content = bytearray(path.read_bytes())
            if number % 2:
                del content[int(rng.integers(1, len(content))) :]
            for place in rng.integers(len(content), size=int(rng.integers(1, 9))):
                content[place] = rng.integers(256)
            copy = folder / f"{path.stem}_{number}{path.suffix}"
            copy.write_bytes(content)
            yield copy
            copy.unlink()


def crafted_faults(files):
    """Yield what is wrong with the reading of each file, and print a row for it."""
    for path in files:
        code, errors, seconds, megabytes = read_crafted(path)
        click.echo(f"| {path.name} | {code} | {seconds:.1f} s | {megabytes:.0f} MB |")
        if code not in {0, 3} or errors.count("\n") != (code == 3):
            yield f"{path.name}: exit code {code}, {errors[-200:]!r}"
        if seconds > MOST_SECONDS or megabytes > MOST_MB:
            yield f"{path.name}: {seconds:.1f} s, {megabytes:.0f} MB"


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--count", default=5000, show_default=True)
@click.option("--copies", default=0, show_default=True, help="Damaged copies of each crafted file.")
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Write pictures that are faults into this folder."
)
def main(folders, count, copies, seed, keep):
    warnings.simplefilter("error")
    reader, times, refused, faults = Reader(), [], 0, []
    for number in range(count):
        content = mutated(np.random.default_rng([seed, number]))
        start = time.process_time()
        try:
            reader.read(content)
        except OcrError:
            refused += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            faults.append(f"{number}: {type(error).__name__}: {error}")
            if keep:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{number}.bin").write_bytes(content)
        times.append(time.process_time() - start)
        if times[-1] > MOST_SECONDS:
            faults.append(f"{number}: {times[-1]:.1f} s")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if memory > MOST_MB:
        faults.append(f"memory: {memory:.0f} MB")
    slowest = int(np.argmax(times))
    click.echo("| pictures | refused | faults | slowest | median | memory |\n|---|---|---|---|---|---|")
    click.echo(
        f"| {len(times):,} | {refused:,} | {len(faults)} | {times[slowest]:.1f} s (number {slowest}) "
        f"| {np.median(times):.2f} s | {memory:.0f} MB |"
    )
    crafted = sorted(path for folder in folders for path in folder.iterdir() if path.suffix != ".md")
    if crafted:
        click.echo("\n| file | exit code | seconds | memory |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        faults += crafted_faults(with_damaged(crafted, copies, seed, Path(name)))
    click.echo("\n".join(["", *faults]))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
