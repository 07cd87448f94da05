"""Marks that are far fainter than the writing beside them: at the ends of lines, and alone on one."""

import numpy as np
import pytest

from ocr.page.ink.components import find_components
from ocr.page.writing.faint_marks import reject_faint_bars, reject_faint_ends
from ocr.page.writing.lines import TextLine, TextLines
from unit.page.drawings import blocks

# The bars stand 20 px apart: farther than letters of this height do in a word.
LETTER_PX = 16


def line_of(*darknesses, width=20):
    """Bars side by side, each as dark as said: components, the line through all of them, darkness."""
    darkness = np.zeros((60, 40 * len(darknesses)), np.float32)
    for place, dark in enumerate(darknesses):
        darkness[10:50, 40 * place + 10 : 40 * place + 10 + width] = dark
    components = find_components(darkness > 0)
    order = np.argsort(components.boxes[:, 1])
    return components, (TextLine(tuple(order.tolist()), 0.0, 30.0),), darkness


def rejected(*darknesses, text_height_px=LETTER_PX):
    components, lines, darkness = line_of(*darknesses)
    found = reject_faint_ends(components, TextLines(lines, ()), darkness, text_height_px=text_height_px)
    members = [*found.lines[0].members, *found.rejected]
    assert sorted(members) == list(range(len(darknesses))), "each is somewhere"
    return [int(components.boxes[index, 1]) // 40 for index in found.rejected]


def test_marks_of_wood_beside_ink_are_rejected_on_both_sides():
    assert rejected(0.2, 0.25, 0.8, 0.7, 0.75, 0.2) == [0, 1, 5]


@pytest.mark.parametrize(
    "darknesses",
    [
        (0.8, 0.7, 0.75),
        (0.2, 0.2, 0.25, 0.2),
        (0.8, 0.3, 0.8),
        # In glare ink fades from letter to letter.
        (0.8, 0.75, 0.6, 0.45, 0.32, 0.22),
        (0.3,),
        (0.2, 0.25, 0.2, 0.25, 0.8, 0.7, 0.75, 0.8),
    ],
    ids=["dark", "all faint", "faint between dark", "fading", "one", "a printed label"],
)
def test_characters_stay(darknesses):
    assert rejected(*darknesses) == []


def test_no_lines_lose_nothing():
    components, _, darkness = line_of(0.5)
    none = TextLines((), ())
    assert reject_faint_ends(components, none, darkness, text_height_px=LETTER_PX) == none


@pytest.mark.parametrize(
    ("darknesses", "text_height_px", "gone"),
    [
        ((0.33, 0.8, 0.8), 16, [0]),
        ((0.35, 0.8, 0.8), 16, []),
        # The character beside them is not much darker: 1.4 or 1.7 times.
        ((0.8, 0.8, 0.8, 0.42, 0.3), 16, []),
        ((0.8, 0.8, 0.8, 0.51, 0.3), 16, [4]),
        # Marks 20 px apart are in one word of larger letters.
        ((0.3, 0.8, 0.8), 18, [0]),
        ((0.3, 0.8, 0.8), 19, []),
    ],
)
def test_how_faint_how_much_and_how_far(darknesses, text_height_px, gone):
    assert rejected(*darknesses, text_height_px=text_height_px) == gone


@pytest.mark.parametrize(("gap", "gone"), [(4, []), (14, [2])])
def test_a_faint_dot_is_a_full_stop_beside_its_word_only(gap, gone):
    darkness = np.zeros((60, 120), np.float32)
    darkness[10:50, 10:16] = darkness[10:50, 30:36] = 0.8
    darkness[46:50, 36 + gap : 40 + gap] = 0.2
    components = find_components(darkness > 0)
    order = np.argsort(components.boxes[:, 1]).tolist()
    lines = TextLines((TextLine(tuple(order), 0.0, 30.0),), ())
    found = reject_faint_ends(components, lines, darkness, text_height_px=20)
    assert [order.index(index) for index in found.rejected] == gone


# Three letters on a line, and below them one bar 24 px high.
LETTERS = ((10, 10, 30, 20), (10, 30, 30, 40), (10, 50, 30, 60))


@pytest.mark.parametrize(
    ("bar_darkness", "bar_px", "is_rejected"),
    [(0.4, 4, True), (0.8, 4, False), (0.59, 4, True), (0.61, 4, False), (0.4, 6, True), (0.4, 7, False)],
)
def test_a_faint_bar_alone_on_its_line_is_rejected(bar_darkness, bar_px, is_rejected):
    components = blocks(*LETTERS, (60, 10, 84, 10 + bar_px))
    darkness = np.where(components.labels == 4, bar_darkness, 0.8 * (components.labels > 0))
    lines = (TextLine((0, 1, 2), 0.0, 20.0), TextLine((3,), 0.0, 72.0))
    found = reject_faint_bars(components, TextLines(lines, ()), darkness.astype(np.float32))
    assert found == (TextLines(lines[:1], (3,)) if is_rejected else TextLines(lines, ()))


def test_where_every_line_is_one_bar_all_stay():
    components = blocks((10, 10, 40, 14), (60, 10, 90, 14))
    lines = (TextLine((0,), 0.0, 25.0), TextLine((1,), 0.0, 75.0))
    darkness = np.where(components.labels == 1, 0.8, 0.2).astype(np.float32)
    found = TextLines(lines, ())
    assert reject_faint_bars(components, found, darkness) == found
