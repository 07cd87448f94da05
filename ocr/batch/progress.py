"""Progress on stderr: a moving bar on a terminal, one line per epoch anywhere.

Rich draws the bars. It is imported only where one may be drawn: it takes as long as reading a word.

How fast a long run goes and how long it will take: one line, from counts and a clock.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr.training.trainer import Epoch


# Where nothing moves: the log of a run of hours.
_SECONDS_BETWEEN_LINES = 30.0


def epoch_line(epoch: Epoch) -> str:
    """One line of the table that training prints."""
    return (
        f"epoch {epoch.number:3d}/{epoch.epochs}  loss {epoch.loss:.4f}  "
        f"train {100 * epoch.train_accuracy:5.2f} %  validation {100 * epoch.validation_accuracy:5.2f} %  "
        f"{epoch.characters_per_second:7,.0f} characters/s  {epoch.seconds_left:5.0f} s left"
    )


@contextmanager
def training_progress() -> Iterator[tuple[Callable[[Epoch], None], Callable[[int, int], None]]]:
    """Give the two callbacks of a training run: one per epoch, one per block of characters."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("characters"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("this epoch")

        def on_epoch(epoch: Epoch) -> None:
            console.print(epoch_line(epoch))

        def on_block(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield on_epoch, on_block


@contextmanager
def picture_progress(
    count: int, *, quiet: bool, beside_text: bool = True, no_color: bool = False
) -> Iterator[tuple[Callable[[str], None], Callable[[], None]]]:
    """Give what says a line on stderr and what counts one picture as done.

    A bar is drawn for more than three pictures, on a terminal, and only where the text does not run through
    the same terminal, as it does ``beside_text``: there the text itself shows how far it is. Without color
    where that is asked for, or the environment has NO_COLOR.
    """
    if quiet or count <= 3 or (beside_text and sys.stdout.isatty()):
        yield lambda line: click.echo(line, err=True), lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(
        stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True, no_color=no_color or None
    )
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("pictures"), TimeRemainingColumn())
    # Standard output is not Rich's: it would print the text on stderr.
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        task = progress.add_task("", total=count)
        yield console.print, lambda: progress.advance(task)


@contextmanager
def paced_progress(
    count: int, *, quiet: bool, no_color: bool = False
) -> Iterator[tuple[Callable[[str], None], Callable[[int, int], None]]]:
    """Give what says a line on stderr, and what counts pictures and their pages as done.

    How far it is, how fast, and how long it will take stands in one line: a moving one on a terminal, a new
    one every half minute elsewhere.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(
        stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True, no_color=no_color or None
    )
    is_moving = console.is_terminal and not quiet
    pace, said = Pace(count), time.monotonic()
    columns = (BarColumn(), TextColumn("{task.description}", markup=False))
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=not is_moving,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        task = progress.add_task(pace.line(), total=count)

        def advance(pictures: int, pages: int) -> None:
            nonlocal said
            now = time.monotonic()
            pace.add(pictures, pages, now=now)
            progress.update(task, advance=pictures, description=pace.line())
            if not (quiet or is_moving) and now - said > _SECONDS_BETWEEN_LINES:
                said = now
                console.print(f"ocr: {pace.line()}")

        yield console.print, advance


# The pace is that of the last minutes: machines come and go.
_SECONDS_LOOKED_BACK = 120.0


@dataclass(slots=True)
class Pace:
    """Counts of a run at moments of a clock.

    Attributes
    ----------
    total : int
        Pictures to read.
    pictures, pages : int
        That are done.
    """

    total: int
    pictures: int = 0
    pages: int = 0
    _past: deque[tuple[float, int, int]] = field(default_factory=deque)

    def add(self, pictures: int, pages: int, *, now: float) -> None:
        """Count what was done; ``now`` is in seconds of any clock."""
        self.pictures += pictures
        self.pages += pages
        self._past.append((now, self.pictures, self.pages))
        while now - self._past[0][0] > _SECONDS_LOOKED_BACK and len(self._past) > 2:
            self._past.popleft()

    def line(self) -> str:
        """Say how far it is.

        >>> pace = Pace(1000)
        >>> pace.add(0, 0, now=0.0)
        >>> pace.add(100, 120, now=10.0)
        >>> pace.line()
        '100 of 1,000 pictures, 12.0 pages/s, 2 min left'
        """
        parts = [f"{self.pictures:,} of {self.total:,} pictures"]
        if len(self._past) > 1:
            (first, pictures, pages), (last, *_) = self._past[0], self._past[-1]
            seconds = last - first
            if seconds > 0 and self.pictures > pictures:
                left = (self.total - self.pictures) * seconds / (self.pictures - pictures)
                parts += [f"{(self.pages - pages) / seconds:.1f} pages/s", f"{duration(left)} left"]
        return ", ".join(parts)


def duration(seconds: float) -> str:
    """Say how long, in the unit that fits.

    >>> duration(40), duration(100), duration(9000), duration(200_000)
    ('40 s', '2 min', '2.5 h', '2.3 days')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 36 * 3600 else f"{seconds / 86400:.1f} days"
