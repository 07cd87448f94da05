"""Lines that only the pixel networks recognise are erased, and nothing else."""

import numpy as np

from ocr.page.binarization import binarize
from ocr.page.components import find_components
from ocr.page.line_removal import remove_print
from ocr.page.pixel_classifier import PixelClasses, classify_pixels
from ocr.page.printed_lines import PrintedLine
from ocr.page.writing_mask import erase_judged_lines, sides_between, text_height_without_lines
from unit.page.drawings import written

HEIGHT = 40.0


def erased(darkness):
    ink = binarize(darkness, text_height_px=HEIGHT)
    classes = classify_pixels(darkness, ink.strength, text_height_px=HEIGHT)
    bare = remove_print(darkness, ink, text_height_px=HEIGHT, classes=classes)
    return bare, erase_judged_lines(ink, bare, classes, text_height_px=HEIGHT)


def boxed(*, touching):
    """Darkness of letters in a comb whose sides are as dark as the pen, and its letters alone."""
    page = written("H A P P Y", letter_height_px=int(HEIGHT), ink_grain=0)
    letters = np.clip(1 - page.gray, 0, 1).astype(np.float32)
    boxes = find_components(letters > 0.5).boxes
    top, bottom = int(boxes[:, 0].min()), int(boxes[:, 2].max())
    shift = 3 if touching else 8
    comb = np.zeros_like(letters)
    for _, left, _, _ in boxes:
        column = max(2, int(left) - shift)
        comb[top - 12 : bottom + 12, column : column + 3] = 0.8
    lefts = boxes[:, 1]
    comb[top - 12 : top - 9, lefts.min() - shift : boxes[:, 3].max() + 20] = 0.8
    comb[bottom + 9 : bottom + 12, lefts.min() - shift : boxes[:, 3].max() + 20] = 0.8
    return np.maximum(letters, comb), letters > 0.5, (comb > 0) & (letters < 0.05)


def test_a_page_without_lines_is_left_as_it_was():
    page = written("HELLO WORLD", "TITLE LEFT", letter_height_px=int(HEIGHT), ink_grain=0)
    darkness = np.clip(1 - page.gray, 0, 1).astype(np.float32)
    bare, judged = erased(darkness)
    assert judged.ink is bare.ink
    assert judged.darkness is bare.darkness
    assert judged.lines == ()


def test_sides_of_a_comb_that_letters_touch_are_erased():
    darkness, letters, comb = boxed(touching=True)
    _, judged = erased(darkness)
    assert judged.ink.mask[letters].mean() > 0.8
    assert judged.ink.mask[comb].mean() < 0.15


def test_sides_between_two_lines_are_found_and_letters_are_not():
    erased = np.zeros((100, 120), bool)
    erased[10:13] = erased[70:73] = True
    ink = np.zeros_like(erased)
    # A side from line to line, a letter that touches the upper line, and one that touches neither.
    ink[13:70, 20:24] = ink[13:50, 50:54] = ink[20:60, 80:84] = True
    found = sides_between(erased, ink, text_height_px=HEIGHT)
    assert found[10:73, 20:24].all()
    assert not found[:, 24:].any()


def test_the_text_height_is_measured_on_the_rows_of_a_table():
    page = np.zeros((220, 300), np.float32)
    for left in range(20, 280, 40):
        page[25:95, left : left + 4] = page[105:135, left : left + 4] = 1.0
        page[91:95, left : left + 20] = page[131:135, left : left + 20] = page[40:44, left : left + 20] = 1.0
    ink = binarize(page, text_height_px=30.0)
    classes = PixelClasses(page, np.zeros_like(page))
    lines = [
        PrintedLine(upright=False, offset=row, slope=0.0, start=0, stop=300) for row in (20, 60, 100, 140)
    ]
    lines += [PrintedLine(upright=True, offset=col, slope=0.0, start=0, stop=220) for col in (5, 295)]
    height = text_height_without_lines(ink, classes, lines, text_height_px=30.0)
    assert height is not None
    assert height < 40


def test_a_blank_page_stays_blank():
    blank = np.zeros((80, 300), np.float32)
    _, judged = erased(blank)
    assert not judged.ink.mask.any()
