"""The picture that is worked on: its scale, and whether it is a rectified sheet."""

import numpy as np
import pytest

from ocr.image.picture import Picture
from ocr.image.resize import resized
from ocr.page import scale
from ocr.page.scale import SMALL_HEIGHT_PX, WORKING_HEIGHT_PX, with_small_enlarged, working_gray
from ocr.page.sheet.page_boundary import Sheet
from ocr.reader import Reader
from ocr.synthesis.tables import lay_on_table, photograph_from_side
from unit.page.drawings import as_bytes, written

LETTER_PX = 32


@pytest.fixture(scope="module")
def page():
    return written("BROWN FOX", "LAZY DOG", letter_height_px=LETTER_PX).gray


def aslant(page, degrees):
    sheet = 0.9 * np.pad(page, 60, constant_values=1)
    return photograph_from_side(
        sheet,
        degrees=degrees,
        turn_deg=4,
        material="plain",
        level=0.3,
        strength=0.02,
        text_height_px=LETTER_PX,
        rng=np.random.default_rng(1),
    )


def test_a_page_is_only_made_larger_or_smaller(page):
    working = working_gray(Picture(as_bytes(page)))
    assert working.rectification is None
    assert working.sheet is None
    assert working.text_height_px == pytest.approx(LETTER_PX, abs=6)
    source = working.source_frame(Picture(as_bytes(page)))
    assert source.matrix is None
    assert (source.height, source.width) == page.shape


def test_large_letters_come_to_the_working_height(page):
    large = Picture(np.repeat(np.repeat(as_bytes(page), 4, axis=0), 4, axis=1))
    assert working_gray(large).text_height_px == pytest.approx(WORKING_HEIGHT_PX, abs=6)


def test_a_sheet_seen_from_the_side_is_rectified(page):
    picture = Picture(as_bytes(aslant(page, 50)))
    working = working_gray(picture)
    assert working.rectification is not None
    height, width = (side + 120 for side in page.shape)
    assert working.gray.shape[1] / working.gray.shape[0] == pytest.approx(width / height, rel=0.12)
    assert working.gray[working.sheet].min() < 90
    assert np.median(working.gray) > 180
    assert working.source_frame(picture).matrix is not None
    assert working_gray(picture, whole=True).rectification is None


def test_chalk_on_a_slate_seen_from_the_side(page):
    working = working_gray(Picture(255 - as_bytes(aslant(page, 50))))
    assert working.rectification is not None
    assert np.median(working.gray) > 180


def test_a_sheet_without_letters_seen_from_the_side(page):
    ruled = np.ones_like(page)
    ruled[100:106] = 0.1
    working = working_gray(Picture(as_bytes(aslant(ruled, 50))))
    assert working.text_height_px == 0
    assert working.rectification is not None


def test_the_corners_of_a_sheet_on_a_rough_table_show_its_edge(page):
    rng = np.random.default_rng(1)
    sheet = 0.9 * np.pad(page, 60, constant_values=1)
    settings = {"level": 0.4, "strength": 0.2, "border_px": 120, "text_height_px": LETTER_PX, "rng": rng}
    photo = lay_on_table(sheet, material="wood", **settings)
    working = working_gray(Picture(as_bytes(photo)))
    assert working.rectification is None
    rows, cols = np.nonzero(working.sheet)
    found = (
        np.array([rows.min(), rows.max(), cols.min(), cols.max()]) * photo.shape[1] / working.gray.shape[1]
    )
    bottom, right = (120 + side for side in sheet.shape)
    np.testing.assert_allclose(found, [120, bottom, 120, right], atol=25)
    assert (found[[0, 2]] > 122).all()


def test_small_letters_on_a_sheet_are_measured_as_large_as_they_are(page, monkeypatch):
    sheet = np.full((2400, 2000), 255, np.uint8)
    letters = resized(as_bytes(page), 0.5)
    sheet[300 : 300 + letters.shape[0], 200 : 200 + letters.shape[1]] = letters
    photo = np.full((3200, 4000), 70, np.uint8)
    photo[400:2800, 1000:3000] = sheet
    region = np.zeros((80, 100), bool)
    region[11:69, 26:74] = True
    monkeypatch.setattr(scale, "find_sheet", lambda colours: Sheet(region, None))
    working = working_gray(Picture(photo))
    height_px = working.text_height_px / working.gray.shape[0] * photo.shape[0]
    assert height_px == pytest.approx(LETTER_PX / 2, rel=0.25)


def test_small_letters_are_enlarged_but_not_without_end(page):
    working = working_gray(Picture(as_bytes(page)))
    for text_height_px, height in ((20, SMALL_HEIGHT_PX), (5, 15)):
        larger = with_small_enlarged(working._replace(text_height_px=float(text_height_px)))
        assert larger.text_height_px == height
        assert larger.gray.shape[0] == pytest.approx(working.gray.shape[0] * height / text_height_px, abs=1)


def strip(times):
    """Letters one below the other."""
    page = as_bytes(written("BROWN", "LAZY", letter_height_px=LETTER_PX).gray)
    return Picture(np.vstack([page] * times))


def test_the_overview_of_a_strip_is_bounded(monkeypatch):
    picture = strip(40)
    assert picture.height > 22 * picture.width
    asked = []
    decode = Picture.gray

    def gray(self, **options):
        asked.append(decode(self, **options))
        return asked[-1]

    monkeypatch.setattr(scale, "_MOST_OVERVIEW_PIXELS", 200_000)
    monkeypatch.setattr(Picture, "gray", gray)
    working = working_gray(picture)
    assert asked[0].size <= 4 * 200_000
    assert working.text_height_px == pytest.approx(LETTER_PX, rel=0.25)


def test_the_working_scale_is_bounded_by_pixels(page, monkeypatch):
    pixels = page.size // 3
    monkeypatch.setattr(scale, "_MOST_WORKING_PIXELS", pixels)
    pictures = [Picture(as_bytes(page)), Picture(as_bytes(aslant(page, 35))), strip(12)]
    for picture in pictures:
        working = working_gray(picture)
        assert 0 < working.gray.size <= 1.25 * pixels
        larger = with_small_enlarged(working)
        assert larger.gray.size <= 1.25 * pixels
        assert larger.text_height_px == pytest.approx(
            working.text_height_px * (larger.gray.shape[0] / working.gray.shape[0]), rel=0.02
        )


def test_a_page_that_is_reduced_for_its_size_has_a_note(page, monkeypatch):
    note = "so large that letters were reduced to"
    assert not any(note in one for one in Reader(turn_deg=0).read_picture(Picture(as_bytes(page))).page.notes)
    monkeypatch.setattr(scale, "_MOST_WORKING_PIXELS", page.size // 4)
    reading = Reader(turn_deg=0).read_picture(Picture(as_bytes(page)))
    assert [note in one for one in reading.page.notes] == [True]


def test_a_strip_that_is_longer_than_any_line_gets_no_margin(monkeypatch):
    monkeypatch.setattr(Picture, "with_margin", None)
    assert working_gray(Picture(np.full((20, 1201), 255, np.uint8))).text_height_px == 0
    with pytest.raises(TypeError):
        working_gray(Picture(np.full((20, 1200), 255, np.uint8)))


def test_a_texture_gets_no_margin_that_is_many_times_as_wide_as_its_marks():
    rows, cols = np.mgrid[:400, :300] // 6
    working = working_gray(Picture(np.where((rows + cols) % 2, 255, 128).astype(np.uint8)))
    assert 0 < working.text_height_px < 0.1 * 300
    assert (working.gray.shape, working.margin_px) == ((400, 300), 0)


def test_letters_too_small_for_the_overview_are_measured_on_a_part(monkeypatch):
    page = as_bytes(written(*["BROWN LAZY DOGS JUMP OVER"] * 8, letter_height_px=LETTER_PX).gray)
    monkeypatch.setattr(scale, "_OVERVIEW_PX", max(page.shape) // 16)
    working = working_gray(Picture(page))
    assert working.gray.shape[0] > 0.6 * page.shape[0]
    px_per_source = working.source_frame(Picture(page)).px_per_source
    assert working.text_height_px / px_per_source == pytest.approx(LETTER_PX, rel=0.35)


def test_blank_paper_with_grain_has_no_letters_at_any_size(monkeypatch):
    grain = np.random.default_rng(2).normal(230, 3, (1200, 900)).clip(0, 255).astype(np.uint8)
    monkeypatch.setattr(scale, "_OVERVIEW_PX", 150)
    assert working_gray(Picture(grain)).text_height_px == 0


def test_a_sheet_of_which_nothing_is_left_without_its_edge_is_none(page, monkeypatch):
    nothing = Sheet(np.zeros((10, 10), bool), None)
    monkeypatch.setattr(scale, "find_sheet", lambda _: nothing)
    working = working_gray(Picture(as_bytes(page)))
    assert working.sheet is None
    assert working.text_height_px > 0
