"""Marks at the ends of lines that are no characters of it: by their darkness alone."""

import dataclasses

import numpy as np
import pytest

from ocr.page.components import find_components
from ocr.page.lines import TextLine
from ocr.page.marks import FaintEndSettings, without_faint_ends

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


def left_out(*darknesses, **settings):
    components, lines, darkness = line_of(*darknesses)
    found, gone = without_faint_ends(
        components,
        lines,
        darkness,
        text_height_px=LETTER_PX,
        settings=dataclasses.replace(FaintEndSettings(), **settings),
    )
    assert sorted([*found[0].members, *gone]) == list(range(len(darknesses))), "each is somewhere"
    return [int(components.boxes[index, 1]) // 40 for index in gone]


def test_marks_of_wood_beside_ink_are_left_out_on_both_sides():
    assert left_out(0.2, 0.25, 0.8, 0.7, 0.75, 0.2) == [0, 1, 5]


@pytest.mark.parametrize(
    "darknesses",
    [
        (0.8, 0.7, 0.75),
        (0.2, 0.2, 0.25, 0.2),
        (0.8, 0.3, 0.8),
        # In glare ink fades from letter to letter.
        (0.8, 0.75, 0.6, 0.45, 0.32, 0.22),
        (0.3,),
    ],
    ids=["dark", "all faint", "faint between dark", "fading", "one"],
)
def test_signs_stay(darknesses):
    assert left_out(*darknesses) == []


def test_no_lines_lose_nothing():
    components, _, darkness = line_of(0.5)
    assert without_faint_ends(components, (), darkness, text_height_px=LETTER_PX) == ((), ())


def test_settings_matter():
    faint, fading = (0.3, 0.8, 0.8), (0.8, 0.8, 0.8, 0.42, 0.3)
    assert left_out(*faint) == [0]
    assert left_out(*faint, faint_frac=0.3) == []
    assert left_out(*fading) == []
    assert left_out(*fading, step=1.3) == [4]
    assert left_out(*faint, apart_letters=1.5) == []


@pytest.mark.parametrize(("gap", "gone"), [(4, []), (14, [2])])
def test_a_faint_dot_is_a_full_stop_beside_its_word_only(gap, gone):
    darkness = np.zeros((60, 120), np.float32)
    darkness[10:50, 10:16] = darkness[10:50, 30:36] = 0.8
    darkness[46:50, 36 + gap : 40 + gap] = 0.2
    components = find_components(darkness > 0)
    order = np.argsort(components.boxes[:, 1]).tolist()
    _, left = without_faint_ends(
        components, (TextLine(tuple(order), 0.0, 30.0),), darkness, text_height_px=20
    )
    assert [order.index(index) for index in left] == gone
