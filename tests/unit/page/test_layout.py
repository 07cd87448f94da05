"""From picture to layout: what is printed on the paper is taken out of the ink and reported."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.geometry import Box
from ocr.image.picture import Picture
from ocr.page import layout as page_layout
from ocr.page import scale
from ocr.page.layout import find_layout
from ocr.page.scale import SMALL_HEIGHT_PX
from ocr.synthesis import sheet_degradations
from ocr.synthesis.ruling import dotted_grid, ruled_lines, squared_grid
from ocr.synthesis.tables import photograph_from_side
from unit.page.drawings import as_bytes, written

LINES = ("THE QUICK BROWN FOX", "JUMPS OVER A LAZY DOG", "BOX 274 AND 9 MEN")
LETTER_PX = 40


def page():
    return written(*LINES, letter_height_px=LETTER_PX).gray


def framed(gray):
    rows, cols = np.nonzero(gray < 0.5)
    around = Box(rows.min() - 20, cols.min() - 20, rows.max() + 20, cols.max() + 20)
    return sheet_degradations.frames(gray, boxes=[around], strength=0.6, thickness_px=2)


def punched(gray):
    wide = np.pad(gray, ((0, 0), (160, 0)), constant_values=1)
    rows, cols = np.mgrid[: wide.shape[0], : wide.shape[1]]
    for row in (80, wide.shape[0] - 80):
        wide[(rows - row) ** 2 + (cols - 60) ** 2 < 20**2] = 0.1
    return wide


PRINTS = {
    "rule": lambda gray: ruled_lines(gray, spacing_px=60, first_row=20, strength=0.4),
    "frame": framed,
    "dot": lambda gray: dotted_grid(gray, spacing_px=30, strength=0.5, thickness_px=3),
    "hole": punched,
}


def layout_of(gray, **settings):
    return find_layout(Picture(as_bytes(gray)), **settings)


def reasons(layout):
    return {one.reason for one in layout.rejected}


@pytest.mark.parametrize("reason", PRINTS)
def test_print_is_taken_out_and_reported(reason):
    gray = PRINTS[reason](page())
    layout = layout_of(gray)
    assert reasons(layout_of(page())) == set()
    assert reason in reasons(layout)
    assert len(layout.lines) == 3
    assert {one.reason for one in layout.rules} == ({reason} & {"rule", "frame"})
    assert set(layout.rules) <= set(layout.rejected)
    height, width = gray.shape
    for one in layout.rejected:
        assert 0 <= one.box.top <= one.box.bottom <= height
        assert 0 <= one.box.left <= one.box.right <= width


@pytest.mark.parametrize("reason", ["rule", "frame", "dot"])
def test_print_can_be_kept(reason):
    gray = PRINTS[reason](page())
    kept = layout_of(gray, keep_rules=True)
    assert kept.rules == ()
    assert not reasons(kept) & {"frame", "dot"}
    assert kept.ink.mask.sum() >= layout_of(gray).ink.mask.sum()


@pytest.mark.parametrize("turn_deg", [-10, 6])
def test_squares_are_taken_out_of_a_turned_page(turn_deg):
    from PIL import Image

    gray = np.pad(page(), 60, constant_values=1)
    squared = squared_grid(gray, spacing_px=30, strength=0.5)
    plain, turned = (
        Picture(np.asarray(Image.fromarray(as_bytes(one)).rotate(turn_deg, fillcolor=255)))
        for one in (gray, squared)
    )
    # Shares of the picture: one is levelled a little larger than the other.
    inked, left = (find_layout(one).ink.mask.mean() for one in (plain, turned))
    assert left == pytest.approx(inked, rel=0.1)


def test_boxes_of_a_sheet_seen_from_the_side_lie_on_its_writing():
    sheet = 0.9 * np.pad(page(), 60, constant_values=1)
    photo = photograph_from_side(
        sheet,
        degrees=50,
        turn_deg=5,
        material="plain",
        level=0.3,
        strength=0.02,
        text_height_px=LETTER_PX,
        rng=np.random.default_rng(1),
    )
    layout = layout_of(photo)
    assert len(layout.lines) == 3
    assert 0.4 * LETTER_PX < layout.source_text_height_px < LETTER_PX
    assert layout.px_per_source == layout.source.px_per_source
    boxes = [layout.source_box(glyph.box) for glyphs in layout.glyphs for glyph in glyphs]
    covered = np.zeros(photo.shape, bool)
    for box in boxes:
        assert photo[box.slices].min() < 0.35, "a stroke in each"
        covered[box.slices] = True
    # The pen is blacker than the table.
    ink = photo < 0.2
    assert ink.sum() > 1000
    assert (ink & covered).sum() > 0.99 * ink.sum()


def test_words_crossed_out_are_reported_and_in_no_line():
    from ocr.synthesis.strikes import boxes_of, cross_out

    one = written(*LINES, letter_height_px=LETTER_PX)
    (box,) = boxes_of(one, ((0, 1),))
    gray = cross_out(
        one.gray, boxes=[box], style="line", darkness=0.85, pen_px=4, rng=np.random.default_rng(1)
    )
    layout = layout_of(gray)
    (gone,) = (one.box for one in layout.rejected)
    assert {one.reason for one in layout.rejected} == {"crossed out"}
    assert gone.left == pytest.approx(box.left, abs=12)
    assert gone.right == pytest.approx(box.right, abs=12)
    assert [len(glyphs) for glyphs in layout.glyphs] == [len("THEBROWNFOX"), 17, 13]


def test_a_ring_around_a_word_is_reported_and_the_word_stays():
    from PIL import Image, ImageDraw

    one = written(*LINES, letter_height_px=LETTER_PX, word_spacing_letters=1.3)
    around = Box.around(
        character.box for character in one.characters if (character.line, character.word) == (1, 1)
    )
    picture = Image.fromarray(as_bytes(one.gray))
    ring = (around.left - 40, around.top - 18, around.right + 40, around.bottom + 18)
    ImageDraw.Draw(picture).ellipse(ring, outline=40, width=4)
    layout, plain = find_layout(Picture(picture)), layout_of(one.gray)
    # Its nearly level parts may be taken for lines.
    assert {one.reason for one in layout.rejected} <= {"drawing", "rule"}
    assert reasons(plain) == set()
    assert [len(glyphs) for glyphs in layout.glyphs] == [len(glyphs) for glyphs in plain.glyphs]


def test_columns_are_read_one_after_the_other():
    left = written("WE MET AT TEN AND", "TALKED OF THE OLD", "BRIDGE AND THE SEA", letter_height_px=LETTER_PX)
    right = written(
        "HOW TO GROW BEANS", "SOAK THEM IN A CUP", "OF WATER AND SALT", letter_height_px=LETTER_PX
    )
    height = max(left.gray.shape[0], right.gray.shape[0])
    gray = np.hstack(
        [np.pad(one.gray, ((0, height - len(one.gray)), (0, 0)), constant_values=1) for one in (left, right)]
    )
    layout = layout_of(gray)
    middles = [layout.source_box(glyphs[0].box).left < left.gray.shape[1] for glyphs in layout.glyphs]
    assert middles == [True] * 3 + [False] * 3


def test_an_upright_page_in_focus_does_not_import_scikit_image():
    code = (
        "import sys; from ocr.files import shipped_folder; from ocr.image.picture import Picture;"
        "from ocr.page.layout import find_layout;"
        "find_layout(Picture(shipped_folder('images') / 'todo_list.jpg')); print('skimage' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_small_letters_on_ruled_paper_are_enlarged_before_the_rules_are_removed():
    small = written(*LINES, letter_height_px=14).gray
    plain, ruled = layout_of(small), layout_of(ruled_lines(small, spacing_px=24, first_row=12, strength=0.25))
    assert "rule" in reasons(ruled)
    assert ruled.text_height_px == pytest.approx(SMALL_HEIGHT_PX)
    # Where a rule touches the feet of two letters they may stay joined; they are cut when they are read.
    for line, expected in zip(ruled.glyphs, plain.glyphs, strict=True):
        assert len(line) == pytest.approx(len(expected), abs=1)


@pytest.mark.parametrize("shape", [(1, 3000), (3, 2000)])
def test_a_strip_of_a_few_pixels_is_not_enlarged_many_times(shape, monkeypatch):
    from ocr.page import page_ink

    heights = []
    classify = page_ink.classify_pixels

    def recorded(darkness, strength, *, text_height_px):
        heights.append(text_height_px)
        return classify(darkness, strength, text_height_px=text_height_px)

    monkeypatch.setattr(page_ink, "classify_pixels", recorded)
    assert find_layout(Picture(np.full(shape, 200, np.uint8))).lines == ()
    assert heights
    assert min(heights) >= 2


@pytest.mark.parametrize("factor", [1 / 3, 3])
def test_a_page_that_was_measured_wrongly_is_measured_by_its_writing(monkeypatch, factor):
    found = layout_of(page())
    measure = scale.measure_text_height
    monkeypatch.setattr(scale, "measure_text_height", lambda *args, **more: factor * measure(*args, **more))
    again = layout_of(page())
    assert again.source_text_height_px == pytest.approx(found.source_text_height_px, rel=0.15)
    assert [len(line.members) for line in again.lines] == [len(line.members) for line in found.lines]


def test_smaller_heights_are_tried_where_drawings_have_most_ink(monkeypatch):
    found = layout_of(page())
    monkeypatch.setattr(page_layout, "_DRAWN_FRAC", -1.0)
    monkeypatch.setattr(page_layout, "_MISMEASURED", np.inf)
    assert layout_of(page()).text_height_px == found.text_height_px
    measure = scale.measure_text_height
    monkeypatch.setattr(scale, "measure_text_height", lambda *args, **more: 3.5 * measure(*args, **more))
    again = layout_of(page())
    assert again.source_text_height_px == pytest.approx(found.source_text_height_px, rel=0.15)
    assert [len(line.members) for line in again.lines] == [len(line.members) for line in found.lines]


def diagram():
    """Two words in rings that an arrow joins, and grain."""
    gray = np.pad(written("ARE  ALL", letter_height_px=20).gray, ((170, 300), (60, 500)), constant_values=1)
    page = Image.fromarray(as_bytes(gray))
    draw = ImageDraw.Draw(page)
    for left in (40, 300, 560):
        draw.ellipse((left, 140, left + 190, 270), outline=60, width=4)
    draw.line((230, 205, 300, 205), fill=60, width=4)
    draw.line((490, 205, 560, 205), fill=60, width=4)
    grain = np.random.default_rng(1).normal(0, 4, (page.height, page.width))
    return np.clip(np.asarray(page) * 0.97 + grain, 0, 255).astype(np.uint8)


def test_the_grain_of_the_paper_beside_a_drawing_is_no_writing():
    layout = find_layout(Picture(diagram()))
    assert 1 <= len(layout.lines) <= 2
    assert sum(map(len, layout.glyphs)) <= 12
