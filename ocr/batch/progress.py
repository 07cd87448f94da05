"""Progress on standard error: a line that changes on a terminal, and one line per epoch anywhere.

`StatusLine` is that line. `Pace` computes how fast a long run goes and how long it will take.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr.training.learner import Epoch


# Where nothing moves: the log of a run of hours.
_SECONDS_BETWEEN_LINES = 30.0
# Often enough to look alive, and seldom enough to cost nothing.
_SECONDS_BETWEEN_DRAWINGS = 0.1
# Back to the start of the line, and clear the rest of it: every terminal since the VT100 knows this.
_CLEAR = "\r\x1b[K"
_BAR_WIDTH = 24


class StatusLine:
    """One line at the bottom of a terminal that changes; printed lines scroll by above it.

    Parameters
    ----------
    is_shown : bool
        False where nothing should move: lines are printed then, and the status is never shown.
    """

    def __init__(self, *, is_shown: bool) -> None:
        self._is_shown = is_shown
        self._text = ""
        self._drawn = -_SECONDS_BETWEEN_DRAWINGS

    def show(self, text: str) -> None:
        """Put another text in the line; if the last one has just been drawn, only the next time."""
        self._text = text
        now = time.monotonic()
        if now - self._drawn >= _SECONDS_BETWEEN_DRAWINGS:
            self._drawn = now
            self._draw()

    def print(self, line: str) -> None:
        """Print a line above the status."""
        self.clear()
        click.echo(line, err=True)
        self._draw()

    def clear(self) -> None:
        """Remove the status from the terminal."""
        if self._is_shown:
            click.echo(_CLEAR, err=True, nl=False)

    def _draw(self) -> None:
        if self._is_shown:
            # A text as wide as the terminal would begin a second line, which nothing would clear.
            width = shutil.get_terminal_size().columns - 1
            click.echo(_CLEAR + self._text[:width], err=True, nl=False)


@contextmanager
def status_line(*, is_shown: bool = True) -> Iterator[StatusLine]:
    """Show a line that changes on standard error if that is a terminal, and clear it at the end."""
    line = StatusLine(is_shown=is_shown and sys.stderr.isatty())
    try:
        yield line
    finally:
        line.clear()


def bar(done: int, total: int) -> str:
    """Draw how much is done.

    >>> bar(1, 4)
    '[######------------------]'
    """
    full = _BAR_WIDTH * done // max(total, 1)
    return f"[{'#' * full}{'-' * (_BAR_WIDTH - full)}]"


def epoch_line(epoch: Epoch) -> str:
    """Return one line of the table that training prints."""
    return (
        f"epoch {epoch.number:3d}/{epoch.epochs}  loss {epoch.loss:.4f}  "
        f"train {100 * epoch.train_accuracy:5.2f} %  validation {100 * epoch.validation_accuracy:5.2f} %  "
        f"{epoch.characters_per_second:7,.0f} characters/s  {epoch.seconds_left:5.0f} s left"
    )


@contextmanager
def training_progress() -> Iterator[
    tuple[Callable[[Epoch], None], Callable[[int, int], None], Callable[[str], None]]
]:
    """Yield the callbacks of a training run: one per epoch, one per block of characters, one per phase."""
    with status_line() as status:
        yield (
            lambda epoch: status.print(epoch_line(epoch)),
            lambda done, total: status.show(
                f"this epoch {bar(done, total)} {done:,} of {total:,} characters"
            ),
            status.print,
        )


@contextmanager
def line_progress() -> Iterator[
    tuple[
        Callable[[Epoch], None],
        Callable[[int, int], None],
        Callable[[str], None],
        Callable[[str, float], None],
    ]
]:
    """Yield the callbacks of training on lines: per epoch, per batch, per phase, and for what is before."""
    with status_line() as status:
        yield (
            lambda epoch: status.print(epoch_line(epoch)),
            lambda done, total: status.show(f"this epoch {bar(done, total)} {done:,} of {total:,} lines"),
            status.print,
            lambda what, share: status.show(f"{what} {bar(round(100 * share), 100)}"),
        )


@contextmanager
def picture_progress(
    count: int, *, quiet: bool, beside_text: bool = True, logs_pace: bool = False
) -> Iterator[tuple[Callable[[str], None], Callable[..., None]]]:
    """Show how many pictures are done, how fast it goes and how long it will take.

    The status is shown for more than three pictures, on a terminal, and only where the text does not run
    through the same terminal: there the text itself shows how far it is.

    Parameters
    ----------
    count : int
        Pictures to read.
    quiet : bool
        Show nothing.
    beside_text : bool
        Whether text goes to standard output meanwhile.
    logs_pace : bool
        Where there is no terminal, print a line every half minute.

    Yields
    ------
    report : callable
        Prints a line on standard error.
    advance : callable
        ``advance(pictures=1, pages=1)`` counts what is done.
    """
    logs_pace = logs_pace and not (quiet or sys.stderr.isatty())
    pace, printed = Pace(count), time.monotonic()
    with status_line(
        is_shown=not quiet and count > 3 and not (beside_text and sys.stdout.isatty())
    ) as status:

        def advance(*, pictures: int = 1, pages: int = 1) -> None:
            nonlocal printed
            now = time.monotonic()
            pace.add(pictures, pages, now=now)
            status.show(f"{bar(pace.pictures, count)} {pace.line()}")
            if logs_pace and now - printed > _SECONDS_BETWEEN_LINES:
                printed = now
                status.print(f"ocr: {pace.line()}")

        status.show(f"{bar(0, count)} {pace.line()}")
        yield status.print, advance


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
        Done so far.
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
        """Return in one line how far it is.

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
    """Return a time in the unit that fits.

    >>> duration(40), duration(100), duration(9000), duration(200_000)
    ('40 s', '2 min', '2.5 h', '2.3 days')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 36 * 3600 else f"{seconds / 86400:.1f} days"
