"""Lines that only the pixel networks recognise are erased, and nothing else."""

import numpy as np

from ocr.page.binarization import binarize
from ocr.page.components import find_components
from ocr.page.line_removal import remove_print
from ocr.page.pixel_classifier import classify_pixels
from ocr.page.writing_mask import erase_judged_lines
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


def test_a_blank_page_stays_blank():
    blank = np.zeros((80, 300), np.float32)
    _, judged = erased(blank)
    assert not judged.ink.mask.any()
