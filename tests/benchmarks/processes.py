"""Run programs and say how long they took and how much memory they held.

Nothing heavy is imported here: on Linux the peak of a child counts the memory that its parent held when it
was started, so what measures must be smaller than what is measured.
"""

import io
import json
import os
import shlex
import statistics
import subprocess
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

import click

HERE = Path(__file__).parent
# On Linux in kilobytes, on macOS in bytes.
MAXRSS_PER_MB = 1e6 if sys.platform == "darwin" else 1e6 / 1024


class Run(NamedTuple):
    """Seconds on the clock, seconds of the processors, and the peak of the resident memory in megabytes."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def environment(threads):
    """The environment of this process; at most so many threads for a matrix product, as set if None.

    Python may keep compiled files, as it does where the program is installed: compiling all modules takes
    longer than reading a page.
    """
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if threads is None:
        return own
    names = [f"{library}_NUM_THREADS" for library in ("OPENBLAS", "OMP", "MKL")] + ["OMP_THREAD_LIMIT"]
    return {**own, **dict.fromkeys(names, str(threads))}


def timed(name, command, env):
    """Run a program to its end and measure it with all that it starts.

    The seconds on the clock begin before it is started, so Python's own start counts.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    # It has been waited for: without this, its end would be asked for again.
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"{name}: found exit code {process.returncode}, expected 0: {shlex.join(command)}"
        raise click.ClickException(message)
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MAXRSS_PER_MB)


def answer(script, *arguments, env):
    """Run a script of this folder in a process of its own; the value that its last line has as JSON."""
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    if done.returncode:
        message = f"{script}: found exit code {done.returncode}, expected 0: {done.stderr.strip()}"
        raise click.ClickException(message)
    return json.loads(done.stdout.splitlines()[-1])


def commands_of(peers):
    """Commands by name from ``NAME=COMMAND`` texts; ``{image}`` stands for the picture.

    Raises
    ------
    click.BadParameter
        If one is not of this form.
    """
    commands = {}
    for peer in peers:
        name, character, command = peer.partition("=")
        if not character or "{image}" not in command:
            message = f"--peer: found {peer!r}, expected NAME=COMMAND with {{image}} in it"
            raise click.BadParameter(message)
        commands[name] = shlex.split(command)
    return commands


def with_image(command, image):
    """The command for one picture."""
    return [part.replace("{image}", str(image)) for part in command]


def in_turns(commands, rounds, env):
    """Run all commands (by name) one after the other, so many times over: the runs of each.

    What else the machine does then hits all alike, and the ratio of two of them in one round is fair.
    """
    runs = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(timed(name, command, env))
    return runs


def ratio(runs, others, field="seconds"):
    """Median over the rounds of how many times the others' figure the runs' one is."""
    pairs = zip(runs, others, strict=True)
    return statistics.median(getattr(run, field) / getattr(other, field) for run, other in pairs)


def around_table(into, name):
    """Find what stands before and behind a table: up to ``<!-- name -->``, and from ``<!-- end of name -->``.

    Raises
    ------
    click.ClickException
        If the page lacks these two lines.
    """
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, has_start, rest = into.read_text(encoding="utf-8").partition(start)
    _, has_end, after = rest.partition(end)
    if not has_start or not has_end:
        message = f"--into {into}: found no {start.strip()} with its end, expected both; add the two lines"
        raise click.ClickException(message)
    return before + start, end + after


def printed(into, name, report, *arguments):
    """Print a report; also into a page, if one is given, see `around_table`."""
    with redirect_stdout(io.StringIO()) as stream:
        report(*arguments)
    text = stream.getvalue()
    click.echo(text, nl=False)
    if into is None:
        return
    before, after = around_table(into, name)
    into.write_text(f"{before}\n{text}\n{after}", encoding="utf-8", newline="\n")


def middle(runs, field):
    """Median of one figure of runs."""
    return statistics.median(getattr(run, field) for run in runs)
