"""By which one version of a file is told from another, whatever its file system tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# What file systems call the time of the last change.
_MOMENTS = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")


@dataclass(frozen=True, slots=True)
class Stamp:
    """By which one version of a file is told from another.

    Attributes
    ----------
    moment : float or None
        Of its last change, seconds since 1970.
    size : int or None
        Bytes.
    """

    moment: float | None
    size: int | None

    def is_like(self, other: Stamp | None) -> bool:
        """Whether both may be of one version: what both know is the same.

        Some stores tell a list whole seconds, and others more; some tell a list no time at all.
        """
        if other is None:
            return False
        known = ((_second(self.moment), _second(other.moment)), (self.size, other.size))
        return all(mine is None or theirs is None or mine == theirs for mine, theirs in known)


def stamp_of(found: Mapping[str, Any]) -> Stamp:
    """Return the stamp among what a file system tells of a file."""
    moment = next((found[name] for name in _MOMENTS if found.get(name) is not None), None)
    return Stamp(_seconds(moment), found.get("size"))


def _seconds(moment: object) -> float | None:
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            return None
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return float(moment) if isinstance(moment, int | float) else None


def _second(moment: float | None) -> int | None:
    return None if moment is None else int(moment)
