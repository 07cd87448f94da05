"""Lines that only the pixel networks recognise are erased, and nothing else."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.page.ink.binarization import binarize
from ocr.page.ink.components import find_components
from ocr.page.ink.pixel_classifier import PixelClasses, classify_pixels
from ocr.page.printed.line_removal import PrintRemoved, remove_print
from ocr.page.printed.printed_lines import PrintedLine
from ocr.page.printed.writing_mask import erase_judged_lines, sides_between, text_height_without_lines
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
    classes = PixelClasses(page, np.zeros_like(page), np.zeros_like(page))
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


def judged_by(line, ink_darkness):
    """What is erased from ink if the networks see a line (H, W) in it and take the rest for writing."""
    ink = binarize(ink_darkness, text_height_px=HEIGHT)
    writing = np.where(line, 0.0, (ink.strength > 0.2).astype(np.float32))
    classes = PixelClasses(writing.astype(np.float32), line.astype(np.float32), np.zeros_like(ink.strength))
    bare = PrintRemoved(ink_darkness, ink, (), (), ink_darkness)
    return erase_judged_lines(ink, bare, classes, text_height_px=HEIGHT)


def pieces(*, length, gap, count=6, sag=0):
    """Mask of pieces of one rule, with letters between them."""
    line = np.zeros((160, 700), bool)
    for place in range(count):
        left = 20 + place * (length + gap)
        line[100 + sag * place : 103 + sag * place, left : left + length] = True
    return line


@pytest.mark.parametrize("sag", [0, 1])
def test_pieces_of_a_rule_between_letters_are_one_line(sag):
    line = pieces(length=40, gap=60, sag=sag)
    darkness = np.where(line, np.float32(0.8), np.float32(0))
    for left in range(66, 500, 100):
        darkness[65:103, left : left + 8] = 0.9
    judged = judged_by(line, darkness)
    assert not judged.ink.mask[line].any()
    assert judged.ink.mask[65:98, 66:74].all()


def test_a_letter_that_stands_on_a_long_line_stays():
    line = np.zeros((160, 900), bool)
    line[100:103, 20:880] = True
    darkness = np.where(line, np.float32(0.8), np.float32(0))
    darkness[70:101, 400:406] = 0.9
    judged = judged_by(line, darkness)
    assert not judged.ink.mask[line].any()
    assert judged.ink.mask[70:98, 401:405].all()


@pytest.mark.parametrize(("length", "count"), [(40, 2), (10, 6)])
def test_short_or_few_pieces_are_no_line(length, count):
    line = pieces(length=length, gap=70, count=count)
    darkness = np.where(line, np.float32(0.8), np.float32(0))
    assert judged_by(line, darkness).ink.mask[line].mean() > 0.9


def test_ink_within_faint_lines_is_erased():
    line = np.zeros((200, 600), bool)
    line[20:180:40] = line[:, 20:600:40] = True
    darkness = np.where(line, np.float32(0.08), np.float32(0))
    darkness[130:170, 140] = 0.9
    darkness[50:90, 290:296] = 0.9
    judged = judged_by(line & (darkness > 0), np.where(darkness > 0.5, darkness, np.float32(0)))
    assert not judged.ink.mask[130:170, 138:143].any()
    assert judged.ink.mask[50:90, 292:294].all()


def test_stems_between_the_rules_of_squared_paper_stay():
    line, page = np.zeros((2, 200, 700), bool)
    line[20:200:60, :] = True
    page[21:140, 100:105] = page[80:140, 300:305] = True
    erased = judged_by(line & ~page, np.where(page, 0.9, 0.5 * line).astype(np.float32))
    assert erased.ink.mask[30:130, 101:104].mean() > 0.95
    assert erased.ink.mask[90:130, 301:304].mean() > 0.95
    assert not erased.ink.mask[:, 400:].any()


def bubble(words, *, tail=True):
    """Darkness of a word in a bubble with round ends, and the bubble alone."""
    page = written(words, letter_height_px=int(HEIGHT), ink_grain=0)
    letters = np.pad(np.clip(1 - page.gray, 0, 1).astype(np.float32), 60)
    rows, cols = np.nonzero(letters > 0.5)
    around = (cols.min() - 40, rows.min() - 30, cols.max() + 40, rows.max() + 30)
    canvas = Image.new("L", letters.shape[::-1])
    draw = ImageDraw.Draw(canvas)
    draw.rounded_rectangle(around, radius=45, outline=200, width=4)
    if tail:
        left, bottom = around[0] + 60, around[3]
        draw.line((left, bottom, left - 10, bottom + 40, left + 30, bottom), fill=200, width=4)
    drawn = np.asarray(canvas, np.float32) / 255
    return np.maximum(letters, drawn), letters > 0.5, drawn > 0.3


@pytest.mark.parametrize("tail", [False, True])
def test_of_a_bubble_around_a_word_nothing_is_left_or_all(tail):
    darkness, letters, outline = bubble("HELLO AGAIN", tail=tail)
    _, judged = erased(darkness)
    assert judged.ink.mask[letters].mean() > 0.95
    # What is left whole is a ring, and a drawing; ends alone would be brackets.
    left = judged.ink.mask[outline].mean()
    assert left < 0.1 or left > 0.95


def test_an_arc_is_no_printed_line():
    cols = np.arange(200)
    rows = np.rint(30 - 24 * np.sin(np.pi * cols / 199)).astype(int)
    arc, rule = np.zeros((2, 60, 220), bool)
    for thick in range(3):
        arc[rows + thick, cols + 10] = True
        rule[30 + thick, 10:210] = True
    assert judged_by(rule.astype(np.float32), rule * 0.8).lines
    assert not judged_by(arc.astype(np.float32), arc * 0.8).lines


@pytest.mark.parametrize("width", [16, 6])
def test_a_letter_beside_a_line_is_no_piece_of_it(width):
    # The networks take the stem, two fifths of it, for a part of the rule below.
    ink, line = np.zeros((2, 80, 220), bool)
    ink[50:53, 10:210] = line[50:53, 10:210] = True
    ink[20:46, 30 : 30 + width] = line[20:46, 30 : 30 + round(0.4 * width)] = True
    judged = judged_by(line, ink * np.float32(0.8))
    assert not judged.ink.mask[50:53].any()
    # What is as narrow as a stroke is one.
    assert (judged.ink.mask[20:46, 30 : 30 + width].mean() > 0.9) == (width == 16)


def test_the_text_height_is_measured_where_no_writing_is_sure():
    page = written("A FEW LETTERS", letter_height_px=30, ink_grain=0)
    darkness = np.clip(1 - page.gray, 0, 1).astype(np.float32)
    ink = binarize(darkness, text_height_px=HEIGHT)
    doubtful, nothing = np.full_like(darkness, 0.5), np.zeros_like(darkness)
    classes = PixelClasses(doubtful, nothing, nothing)
    found = text_height_without_lines(ink, classes, (), text_height_px=HEIGHT)
    assert found == pytest.approx(30 * 1.085, rel=0.1)
