"""How fast a long run goes and how long it will take: one line, from counts and a clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

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
