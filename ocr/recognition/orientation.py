"""Find how a picture is read best: all of it or the sheet on it, upright or turned by quarters.

A picture that reads like text is upright. Any other is read in four orientations, and what was read in each
decides, see :mod:`ocr.recognition.turn_choice`. The amount of writing decides between the sheet and all of
the picture. Where no writing is found, smaller letters are looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from ocr.page.layout import SMALLER_FACTORS
from ocr.recognition.noise import may_be_turned, middle_part, recognize_unless_noise
from ocr.recognition.turn_choice import likeliest_turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.image.picture import Picture
    from ocr.page.layout import Layout
    from ocr.recognition.noise import FindLayout
    from ocr.recognition.recognize import RecognizedPage
    from ocr.recognition.turn_choice import Evidence

# Text whose characters score this much on average is upright: of pages, words, codes and lists score -0.7
# and more, joined letters, alphabets and sums down to -2; upside down all of them score -1.65 and less.
_UPRIGHT = -1.55
# A page that lies on its side has hardly any writing: its writing score for each character is below this.
_STANDING = 0.15
# All of the picture is read, not the sheet alone, if its writing score is higher by this, as of five sure
# characters, and by this factor: marks of the table that look like a line gain less. Beside a sheet with four
# corners there is hardly ever text.
_MORE_WRITING, _MORE_BESIDE_SHEET, _MORE_BESIDE_CORNERS = 2.0, 1.15, 1.25
# ... and the other way, if its support is higher by this: twenty times as likely.
_SURER = 3.0
# ... and never if its text is smaller than so many times the text of the sheet, and its characters score less
# than this on average: grain of the table scores -6, joined letters -2.
_FINER_FRAC, _GRAIN = 0.5, -4.0
# A picture of more pixels at the working scale is turned only if a part of it is likelier so: each turn needs
# as much time as reading it, and memory beside it. No real page of 76 has so many. Of few characters, such as
# the days of a calendar, a part has too few.
_LARGE_PIXELS, _FEW_CHARACTERS = 2_000_000, 150
_TURNS = (1, 2, 3)


@dataclass(frozen=True, eq=False)
class Attempt:
    """One way to read a picture: as it was turned, its layout, what was read, and how that is judged."""

    picture: Picture
    layout: Layout
    recognized: RecognizedPage
    evidence_of: Callable[[Layout, RecognizedPage], Evidence]

    @cached_property
    def evidence(self) -> Evidence:
        """What speaks for it; the line network reads some lines for that."""
        return self.evidence_of(self.layout, self.recognized)

    @property
    def reads_like_text(self) -> bool:
        """Whether it is upright by the score of its paths, and its lines look like writing."""
        read, count = self.recognized, self.recognized.character_count
        return read.writing_score > _STANDING * count and read.score >= _UPRIGHT * count

    def is_cleaner_than(self, other: Attempt) -> bool:
        """Whether it has more writing in fewer characters: what the other one has besides is grain."""
        own, others = (
            sum(len(line.steps) for line in one.recognized.recognized_lines) for one in (self, other)
        )
        return own < others and self.recognized.writing_score > max(other.recognized.writing_score, 0.0)


def best_orientation(
    picture: Picture,
    find_layout: FindLayout,
    recognize: Callable[[Layout], RecognizedPage],
    evidence_of: Callable[[Layout, RecognizedPage], Evidence],
    *,
    turn_deg: int | None = None,
) -> Attempt:
    """Read a picture in the orientation in which it is most likely upright.

    Parameters
    ----------
    picture : Picture
    find_layout : callable
        Finds the layout of a picture.
    recognize : callable
        Reads a layout.
    evidence_of : callable
        Returns what speaks for an orientation.
    turn_deg : int, optional
        How far to turn the picture anticlockwise: 0, 90, 180 or 270; found by reading if left out.

    Returns
    -------
    Attempt
    """
    found = _best_turn(picture, find_layout, recognize, evidence_of, turn_deg=turn_deg)
    layout = found.layout
    # Where nothing was measured, or noise was not read, it would be the same again.
    is_unread = layout.sheet is None and not (layout.text_height_px and layout.ink.mask.any())
    if found.recognized.writing_score > 0 or is_unread:
        return found
    # What was measured may be a drawing, and the letters smaller.
    layouts = (partial(find_layout, height_factor=factor) for factor in SMALLER_FACTORS)
    smaller = (read_turned(picture, (turn_deg or 0) // 90, find, recognize, evidence_of) for find in layouts)
    return next((one for one in smaller if one.reads_like_text), found)


def _best_turn(
    picture: Picture,
    find_layout: FindLayout,
    recognize: Callable[[Layout], RecognizedPage],
    evidence_of: Callable[[Layout, RecognizedPage], Evidence],
    *,
    turn_deg: int | None,
) -> Attempt:
    """Read a picture with its text as high as it is measured."""

    def attempt(quarters: int) -> Attempt:
        return read_turned(picture, quarters, find_layout, recognize, evidence_of)

    if turn_deg is not None:
        return attempt(turn_deg // 90)
    upright = attempt(0)
    if not upright.recognized.character_count or upright.reads_like_text:
        return upright
    if upright.evidence.is_sure or not may_be_turned(
        upright.layout, upright.recognized, find_layout, recognize
    ):
        return upright
    if upright.layout.gray.size > _LARGE_PIXELS:
        if upright.recognized.character_count > _FEW_CHARACTERS:
            quarters = _turn_of_part(upright.layout, find_layout, recognize, evidence_of)
        else:
            quarters = likeliest_turn([upright.evidence, *(attempt(turn).evidence for turn in _TURNS)])
        if not quarters:
            return upright
        # Its layout takes as much memory as the next one.
        del upright
        return attempt(quarters)
    attempts = [upright, *map(attempt, _TURNS)]
    return attempts[likeliest_turn([one.evidence for one in attempts])]


def _turn_of_part(
    layout: Layout,
    find_layout: FindLayout,
    recognize: Callable[[Layout], RecognizedPage],
    evidence_of: Callable[[Layout, RecognizedPage], Evidence],
) -> int:
    """Return the quarter turn in which a part of a large page is most likely upright."""
    part = middle_part(layout)
    evidence = []
    for quarters in (0, *_TURNS):
        found = find_layout(part.turned(quarters), text_height_px=layout.text_height_px)
        evidence.append(evidence_of(found, recognize(found)))
    return likeliest_turn(evidence)


def read_turned(
    picture: Picture,
    quarters: int,
    find_layout: FindLayout,
    recognize: Callable[[Layout], RecognizedPage],
    evidence_of: Callable[[Layout, RecognizedPage], Evidence],
) -> Attempt:
    """Read a picture that is turned anticlockwise by so many quarters of a full turn.

    The sheet on it, if there is one, and all of it are read; what has more writing is kept, unless it reads
    badly and the other one is much surer: the grain of paper or table may be read as many characters.
    """
    picture = picture.turned(quarters) if quarters else picture
    found = recognize_unless_noise(find_layout(picture), find_layout, recognize)
    sheet = Attempt(picture, *found, evidence_of)
    if sheet.layout.sheet is None:
        return sheet
    found = recognize_unless_noise(find_layout(picture, whole=True), find_layout, recognize)
    whole = Attempt(picture, *found, evidence_of)
    if not sheet.recognized.character_count:
        # What was taken for a sheet may be a part of a character or a word that fills the picture.
        return whole if whole.recognized.writing_score > 0 else sheet
    if _is_grain(whole, sheet):
        return sheet
    factor = _MORE_BESIDE_SHEET if sheet.layout.source.matrix is None else _MORE_BESIDE_CORNERS
    # Joined writing on the sheet may score below zero: marks beside it that hardly count are no more writing.
    enough = max(factor * sheet.recognized.writing_score + _MORE_WRITING, 0.0)
    is_more = whole.recognized.writing_score > enough or whole.is_cleaner_than(sheet)
    more, less = (whole, sheet) if is_more else (sheet, whole)
    if more.reads_like_text or not less.recognized.character_count:
        return more
    return less if more.evidence.support + _SURER < less.evidence.support else more


def _is_grain(whole: Attempt, sheet: Attempt) -> bool:
    """Return whether a picture has far smaller text than the sheet in it, which reads worse than any text."""
    height_px, score = whole.layout.source_text_height_px, whole.recognized.score
    is_finer = height_px < _FINER_FRAC * sheet.layout.source_text_height_px
    return is_finer and score < _GRAIN * whole.recognized.character_count
