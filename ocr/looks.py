"""Ways to look at a picture: all of it or a sheet on it, upright or turned; the one that reads best is kept.

What decides is the score of the paths through the lines: about 0 for each sign of plain text, -2 in an
alphabet, where language does not help, and less for what is upside down or no writing at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ocr.layout import Layout, find_layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.page.image_io import Picture
    from ocr.recognition import Recognised

# A picture whose signs score this much on average is upright. Of own pages, words, codes and lists score -0.7
# and more, alphabets and sums down to -2; upside down all of them score -1.7 and less.
_UPRIGHT = -1.0
# A picture is turned if that is so much better, and good in itself.
_BETTER, _GOOD = 0.25, -2.3
# What a sign is worth that is read: a look at more of the picture is better if it finds text there, and worse
# if it finds marks that look like none.
_WORTH = 1.5


class Look(NamedTuple):
    """A picture as it was looked at: turned, laid out, and what was read."""

    picture: Picture
    layout: Layout
    found: Recognised

    @property
    def score(self) -> float:
        """Average score of a sign; minus infinity without any."""
        count = self.found.sign_count
        return self.found.score / count if count else float("-inf")


def best_look(picture: Picture, read: Callable[[Layout], Recognised], *, turn_deg: int | None) -> Look:
    """Look at a picture in the way in which it reads best.

    Parameters
    ----------
    picture : Picture
    read : callable
        Reads a layout.
    turn_deg : int or None
        How far to turn the picture anticlockwise: 0, 90, 180 or 270; found by reading if None.

    Returns
    -------
    Look
    """
    if turn_deg is not None:
        return _look(picture.turned(turn_deg // 90), read)
    upright = _look(picture, read)
    if upright.score >= _UPRIGHT or not upright.found.sign_count:
        return upright
    turned = max(
        (_look(picture.turned(quarters), read) for quarters in (1, 2, 3)), key=lambda look: look.score
    )
    return turned if turned.score > max(upright.score + _BETTER, _GOOD) else upright


def _look(picture: Picture, read: Callable[[Layout], Recognised]) -> Look:
    """Look at the sheet, if there is one, and at the whole picture; keep what finds more text."""
    layout = find_layout(picture)
    look = Look(picture, layout, read(layout))
    if layout.sheet is None:
        return look
    layout = find_layout(picture, whole=True)
    whole = Look(picture, layout, read(layout))
    return whole if _value(whole) > _value(look) else look


def _value(look: Look) -> float:
    return look.found.score + _WORTH * look.found.sign_count
