"""Find how a picture is read best: all of it or the sheet on it, upright or turned by quarters.

The score of the paths through the lines decides how a picture is turned: it is about 0 for each character of
plain text, -2 in an alphabet, where language does not help, and lower upside down or without writing. The
amount of writing decides between the sheet and all of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr.recognition.noise import may_be_turned, middle_part, recognize_unless_noise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.image.picture import Picture
    from ocr.page.layout import Layout
    from ocr.recognition.noise import FindLayout
    from ocr.recognition.recognize import RecognizedPage

# Text whose characters score this much on average is upright: of pages, words, codes and lists score -0.7
# and more, joined letters, alphabets and sums down to -2; upside down all of them score -1.65 and less.
_TEXT, _UPRIGHT = -1.0, -1.55
# A page that lies on its side has hardly any writing: its writing score for each character is below this.
_STANDING = 0.15
# A picture is turned if it then reads like text, and scores higher by so much for each character and for all
# of them. What is not text may be sixes or nines: it is turned only if upright it looked like no writing at
# all, and turned it looks like writing: one word that is hard to read is not.
_BETTER, _BETTER_IN_ALL, _MUCH_BETTER_IN_ALL = 0.5, 6.0, 16.0
# All of the picture is read, not the sheet alone, if its writing score is higher by this, as of five sure
# characters, and by this factor: marks of the table that look like a line gain less. Beside a sheet with four
# corners there is hardly ever text.
_MORE_WRITING, _MORE_BESIDE_SHEET, _MORE_BESIDE_CORNERS = 2.0, 1.15, 1.25
# A picture of more pixels at the working scale is turned only if a part of it reads better so: each turn
# needs as much time as reading it, and memory beside it. No real page of 76 has so many.
_LARGE_PIXELS = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """One way to read a picture: as it was turned, its layout, and what was read."""

    picture: Picture
    layout: Layout
    recognized: RecognizedPage

    @property
    def score(self) -> float:
        """Average score of a character; minus infinity without any."""
        count = self.recognized.character_count
        return self.recognized.score / count if count else float("-inf")

    @property
    def stands(self) -> bool:
        """Whether the lines look like writing: lines of a page that lies on its side hardly do."""
        return self.recognized.writing_score > _STANDING * self.recognized.character_count


def best_orientation(
    picture: Picture,
    find_layout: FindLayout,
    recognize: Callable[[Layout], RecognizedPage],
    *,
    turn_deg: int | None = None,
    plausible: Callable[[Layout, Sequence[int]], Sequence[int]] | None = None,
) -> Attempt:
    """Read a picture in the orientation in which it reads best.

    Parameters
    ----------
    picture : Picture
    find_layout : callable
        Finds the layout of a picture.
    recognize : callable
        Reads a layout.
    turn_deg : int, optional
        How far to turn the picture anticlockwise: 0, 90, 180 or 270; found by reading if left out.
    plausible : callable, optional
        Returns those of some quarter turns in which the page may be upright, by its layout as it lies; all
        of them are tried if left out.

    Returns
    -------
    Attempt
    """

    def attempt(quarters: int) -> Attempt:
        return _sheet_or_whole(picture.turned(quarters) if quarters else picture, find_layout, recognize)

    if turn_deg is not None:
        return attempt(turn_deg // 90)
    upright = attempt(0)
    count = upright.recognized.character_count
    if not count or (upright.stands and upright.score >= _UPRIGHT):
        return upright
    if not may_be_turned(upright.layout, upright.recognized, find_layout, recognize):
        return upright
    turns: Sequence[int] = (2,) if upright.stands else (1, 2, 3)
    if plausible is not None:
        turns = plausible(upright.layout, turns)
    if upright.layout.gray.size > _LARGE_PIXELS:
        quarters = _turn_of_part(upright.layout, turns, find_layout, recognize)
        if not quarters:
            return upright
        # Its layout takes as much memory as the next one.
        del upright
        return attempt(quarters)
    turned = max(map(attempt, turns), key=lambda one: one.score, default=upright)
    return turned if _is_better(turned, upright) else upright


def _turn_of_part(
    layout: Layout,
    turns: Sequence[int],
    find_layout: FindLayout,
    recognize: Callable[[Layout], RecognizedPage],
) -> int:
    """Return that of some quarter turns in which a part of a large page reads better than upright, or 0."""
    part = middle_part(layout)

    def attempt(quarters: int) -> Attempt:
        picture = part.turned(quarters)
        found = find_layout(picture, text_height_px=layout.text_height_px)
        return Attempt(picture, found, recognize(found))

    attempts = {quarters: attempt(quarters) for quarters in (0, *turns)}
    best = max(attempts, key=lambda quarters: attempts[quarters].score)
    return best if _is_better(attempts[best], attempts[0]) else 0


def _is_better(turned: Attempt, upright: Attempt) -> bool:
    better = turned.score - upright.score
    in_all = better * turned.recognized.character_count
    if better < _BETTER or in_all < _BETTER_IN_ALL:
        return False
    is_lying = upright.recognized.writing_score < 0 and turned.stands and in_all > _MUCH_BETTER_IN_ALL
    return turned.score >= _TEXT or is_lying


def _sheet_or_whole(
    picture: Picture, find_layout: FindLayout, recognize: Callable[[Layout], RecognizedPage]
) -> Attempt:
    """Read the sheet, if there is one, and all of the picture; keep what has more writing."""
    sheet = Attempt(picture, *recognize_unless_noise(find_layout(picture), find_layout, recognize))
    if sheet.layout.sheet is None:
        return sheet
    whole_layout = find_layout(picture, whole=True)
    whole = Attempt(picture, *recognize_unless_noise(whole_layout, find_layout, recognize))
    if not sheet.recognized.character_count:
        # What was taken for a sheet may be a part of a word that fills the picture.
        return whole if whole.stands else sheet
    factor = _MORE_BESIDE_SHEET if sheet.layout.source.matrix is None else _MORE_BESIDE_CORNERS
    # Joined writing on the sheet may score below zero: marks beside it that hardly count are no more writing.
    enough = max(factor * sheet.recognized.writing_score + _MORE_WRITING, 0.0)
    return whole if whole.recognized.writing_score > enough else sheet
