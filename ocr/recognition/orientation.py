"""Ways to look at a picture: all of it or a sheet on it, upright or turned; the one that reads best is kept.

How a picture is turned is decided by the score of the paths through the lines: about 0 for each character of
plain text, -2 in an alphabet, where language does not help, and less for what is upside down or no writing at
all. Which part of it is looked at, by how much writing is found there.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ocr.page.layout import Layout, find_layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.image.picture import Picture
    from ocr.recognition.recognize import RecognizedPage

# Text whose characters score this much on average is upright: of own pages, words, codes and lists score -0.7
# and more, joined letters, alphabets and sums down to -2; upside down all of them score -1.65 and less.
_TEXT, _UPRIGHT = -1.0, -1.55
# Lying down, a page has hardly any evidence of writing: less than this for each character.
_STANDING = 0.15
# More marks than on most pages of notes, and worse to read than writing that lies down.
_MANY, _NOISE = 600, -4.8
# A picture is turned if it then reads like text, and better by so much for each character and for all of
# them. What is no text may be sixes or nines: it is turned only where it looked like no writing at all.
_BETTER, _BETTER_IN_ALL = 0.5, 6.0
_LYING = -3.0
# Beside a sheet there is more text only if there is so much more evidence, as of five sure characters, and
# this share of it: marks of the table that come out as a line gain less. Beside four corners there hardly is
# any.
_MORE_TEXT, _MORE_BESIDE_SHEET, _MORE_BESIDE_CORNERS = 2.0, 1.15, 1.25


class Attempt(NamedTuple):
    """A picture as it was looked at: turned, laid out, and what was read."""

    picture: Picture
    layout: Layout
    found: RecognizedPage

    @property
    def score(self) -> float:
        """Average score of a character; minus infinity without any."""
        count = self.found.character_count
        return self.found.score / count if count else float("-inf")


def best_orientation(
    picture: Picture,
    read: Callable[[Layout], RecognizedPage],
    *,
    turn_deg: int | None,
    keep_rules: bool = False,
) -> Attempt:
    """Look at a picture in the way in which it reads best.

    Parameters
    ----------
    picture : Picture
    read : callable
        Reads a layout.
    turn_deg : int or None
        How far to turn the picture anticlockwise: 0, 90, 180 or 270; found by reading if None.
    keep_rules : bool
        Leave rules, frames and dots of the paper where they are.

    Returns
    -------
    Attempt
    """
    look = partial(_attempt, read=read, keep_rules=keep_rules)
    if turn_deg is not None:
        return look(picture.turned(turn_deg // 90))
    upright = look(picture)
    stands = upright.found.evidence > _STANDING * upright.found.character_count
    if not upright.found.character_count or (stands and upright.score >= _UPRIGHT) or _is_noise(upright):
        return upright
    looks = [look(picture.turned(quarters)) for quarters in ((2,) if stands else (1, 2, 3))]
    turned = max(looks, key=lambda one: one.score)
    return turned if _is_better(turned, upright) else upright


def _is_noise(look: Attempt) -> bool:
    """Tell whether there are very many marks that are no writing at all: no turn will make them so."""
    return look.found.character_count > _MANY and look.score < _NOISE


def _is_better(turned: Attempt, upright: Attempt) -> bool:
    better = turned.score - upright.score
    if better < _BETTER or better * turned.found.character_count < _BETTER_IN_ALL:
        return False
    return turned.score >= _TEXT or (upright.score < _LYING and upright.found.evidence < 0)


def _attempt(picture: Picture, *, read: Callable[[Layout], RecognizedPage], keep_rules: bool) -> Attempt:
    """Look at the sheet, if there is one, and at the whole picture; keep what finds more text."""
    layout = find_layout(picture, keep_rules=keep_rules)
    look = Attempt(picture, layout, read(layout))
    if layout.sheet is None:
        return look
    layout = find_layout(picture, whole=True, keep_rules=keep_rules)
    whole = Attempt(picture, layout, read(layout))
    more = _MORE_BESIDE_CORNERS if look.layout.source.matrix is not None else _MORE_BESIDE_SHEET
    return whole if whole.found.evidence > more * look.found.evidence + _MORE_TEXT else look
