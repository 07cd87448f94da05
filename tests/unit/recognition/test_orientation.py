"""In which orientation a picture is read."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.files import shipped_folder
from ocr.image.picture import Picture
from ocr.page.layout import find_layout
from ocr.reader import Reader
from ocr.recognition import orientation, turn_choice
from ocr.recognition.orientation import best_orientation
from ocr.recognition.recognize import recognize
from unit.page.drawings import as_bytes, written

READER = Reader()


def gray_of(stem):
    gray = Picture(shipped_folder("images") / f"{stem}.jpg").gray(at_least_px=700)
    # Two lines of the page are enough to see how it lies.
    return gray[: len(gray) // 2] if stem == "drawn" else gray


@pytest.fixture(scope="module")
def gray():
    return gray_of("drawn")


# A card on a desk is looked at as a card and as a picture, in each orientation, which takes its time.
@pytest.mark.parametrize(
    ("stem", "quarters"), [("drawn", 0), ("drawn", 2), ("drawn", 3), ("card_on_desk", 1)]
)
def test_a_page_is_found_upright_however_it_lies(stem, quarters):
    gray = gray_of(stem)
    (page,) = READER.read(np.rot90(gray, quarters)).pages
    assert page.text.startswith({"drawn": "Quick plan for the", "card_on_desk": "Happy birthday Paula"}[stem])
    assert page.turned_deg == (360 - 90 * quarters) % 360
    assert (page.height, page.width) == gray.shape
    for character in page.characters:
        assert 0 <= character.box.left < character.box.right <= page.width
        assert 0 <= character.box.top < character.box.bottom <= page.height


@pytest.mark.parametrize(("quarters", "times_read"), [(0, 1), (1, 2)])
def test_a_large_page_is_turned_only_if_a_part_of_it_reads_better_so(monkeypatch, gray, quarters, times_read):
    monkeypatch.setattr(orientation, "_LARGE_PIXELS", 1000)
    monkeypatch.setattr(orientation, "_FEW_CHARACTERS", 5)
    # As if it were hard to read upright.
    monkeypatch.setattr(orientation, "_UPRIGHT", 0.0)
    monkeypatch.setattr(turn_choice, "_SURE", 0.0)
    whole = []

    def find(picture, *, text_height_px=None, **options):
        whole.append(text_height_px is None)
        return find_layout(picture, text_height_px=text_height_px, **options)

    read_lines = partial(recognize, model=READER.model, language=READER.language)
    evidence = partial(turn_choice.evidence_of, model=READER.model)
    found = best_orientation(Picture(np.rot90(gray, quarters)), find, read_lines, evidence)
    assert found.layout.gray.shape == find_layout(Picture(gray)).gray.shape
    assert (found.picture.quarters, sum(whole)) == (-quarters % 4, times_read)


def test_a_large_page_of_few_characters_is_turned_as_a_whole(monkeypatch, gray):
    monkeypatch.setattr(orientation, "_LARGE_PIXELS", 1000)
    lying = np.rot90(gray)
    (page,) = Reader().read(lying).pages
    assert page.turned_deg == 270
    assert page.text.startswith("Quick plan for the garden")


@pytest.mark.parametrize(
    ("height_px", "score", "expected"), [(12.0, -6.0, 3), (12.0, -2.0, 9), (30.0, -6.0, 9)]
)
def test_the_grain_of_a_table_beside_a_sheet_is_not_read(height_px, score, expected):
    source = SimpleNamespace(matrix=None)
    layouts = iter([(np.ones((4, 6), bool), 40.0, 3), (None, height_px, 9)])

    def find(_picture, **_):
        sheet, source_height, count = next(layouts)
        return SimpleNamespace(
            sheet=sheet,
            source=source,
            source_text_height_px=source_height,
            text_height_px=30.0,
            ink=SimpleNamespace(mask=np.ones((4, 6), bool)),
            glyphs=(),
            count=count,
        )

    def recognize(layout):
        return SimpleNamespace(
            character_count=layout.count,
            score=score * layout.count,
            writing_score=0.9 * layout.count,
            recognized_lines=(SimpleNamespace(steps=range(layout.count)),),
        )

    picture = Picture(np.full((40, 60), 255, np.uint8))
    found = best_orientation(picture, find, recognize, of_equal_support, turn_deg=0)
    assert found.recognized.character_count == expected


def test_a_turn_that_is_asked_for_is_made(gray):
    lying = np.rot90(gray)
    (page,) = Reader(turn_deg=270).read(lying).pages
    assert page.text.startswith("Quick plan for the garden")
    (page,) = Reader(turn_deg=0).read(lying).pages
    assert page.turned_deg == 0
    assert "garden" not in page.text


@pytest.mark.parametrize("turn_deg", [45, -90, 360])
def test_other_turns_are_refused(turn_deg):
    with pytest.raises(SettingError, match=f"turn: found {turn_deg}, expected 0, 90, 180 or 270"):
        Reader(turn_deg=turn_deg)


def test_the_grain_of_a_table_is_no_text():
    gray = Picture(shipped_folder("images") / "drawn.jpg").gray(at_least_px=700)
    rng = np.random.default_rng(3)
    height, width = gray.shape
    # Planks: long marks along the rows, darker and brighter.
    marks = rng.normal(0, 1, (height + 400, (width + 500) // 40 + 1)).repeat(40, axis=1)[:, : width + 500]
    table = np.clip(120 + 28 * marks, 0, 255).astype(np.uint8)
    table[150 : 150 + height, 250 : 250 + width] = gray
    (page,) = READER.read(table).pages
    assert page.text == READER.read(gray).text


def turn_of(*supports, score=-2.0):
    """Return the quarter turn that is chosen by the support of each."""
    turns = []

    def recognize(_):
        return SimpleNamespace(character_count=10, score=10 * score, writing_score=4.0)

    def evidence_of(*_):
        turns.append(len(turns))
        support = supports[turns[-1]]
        return SimpleNamespace(support=support, turned_support=support, is_sure=False)

    picture = Picture(np.full((40, 60), 255, np.uint8))
    return best_orientation(picture, find_layout, recognize, evidence_of).picture.quarters, len(turns)


def test_the_turn_with_the_most_support_is_chosen():
    assert turn_of(0.0, 1.0, 2.0, 9.0) == (3, 4)


def test_weak_support_turns_no_page():
    assert turn_of(0.0, 1.0, 2.0, 3.0) == (0, 4)


def test_a_page_that_reads_like_text_is_not_turned():
    assert turn_of(0.0, 1.0, 2.0, 9.0, score=-0.5) == (0, 0)


def of_equal_support(*_):
    return SimpleNamespace(support=0.0, is_sure=False)


def test_marks_beside_a_sheet_are_no_more_writing_than_what_is_hard_to_read_on_it():
    layout = SimpleNamespace(
        sheet=np.ones((4, 6), bool), source=SimpleNamespace(matrix=None), source_text_height_px=30, glyphs=()
    )
    counts = iter([(20, -0.4), *[(1, -0.5)] * 5])

    def recognize(_):
        count, writing = next(counts)
        return SimpleNamespace(
            character_count=count,
            score=-4.0 * count,
            writing_score=writing * count,
            recognized_lines=(SimpleNamespace(steps=range(count)),),
        )

    picture = Picture(np.full((40, 60), 255, np.uint8))
    found = best_orientation(picture, lambda _picture, **_: layout, recognize, of_equal_support, turn_deg=0)
    assert found.recognized.character_count == 20


@pytest.mark.parametrize(("supports", "expected"), [((1.0, 9.0), 15), ((1.0, 2.0), 80), ((9.0, 1.0), 80)])
def test_grain_on_a_sheet_that_is_read_as_many_characters_is_no_more_writing(supports, expected):
    layout = SimpleNamespace(
        sheet=np.ones((4, 6), bool), source=SimpleNamespace(matrix=None), source_text_height_px=30, glyphs=()
    )
    counts, left = iter([80, 15]), iter(supports)

    def recognize(_):
        count = next(counts)
        return SimpleNamespace(
            character_count=count,
            score=-4.0 * count,
            writing_score=0.4 * count,
            recognized_lines=(SimpleNamespace(steps=range(count)),),
        )

    def evidence_of(*_):
        return SimpleNamespace(support=next(left), is_sure=False)

    picture = Picture(np.full((40, 60), 255, np.uint8))
    found = best_orientation(
        picture, lambda _picture, whole=False: layout, recognize, evidence_of, turn_deg=0
    )
    assert found.recognized.character_count == expected


def test_all_of_a_picture_with_more_writing_in_fewer_characters_is_cleaner():
    layout = SimpleNamespace(
        sheet=np.ones((4, 6), bool), source=SimpleNamespace(matrix=None), source_text_height_px=30, glyphs=()
    )
    left = iter([(43, 20.2), (42, 20.5)])

    def recognize(_):
        count, writing = next(left)
        lines = (SimpleNamespace(steps=range(count)),)
        return SimpleNamespace(
            character_count=count, score=-0.4 * count, writing_score=writing, recognized_lines=lines
        )

    picture = Picture(np.full((40, 60), 255, np.uint8))
    find = lambda _picture, whole=False: layout  # noqa: E731
    found = best_orientation(picture, find, recognize, of_equal_support, turn_deg=0)
    assert found.recognized.character_count == 42


def test_smaller_letters_are_looked_for_where_there_is_no_writing():
    page = np.full((700, 1000), 255, np.uint8)
    letters = as_bytes(written("WET PAINT", "DO NOT SIT", letter_height_px=30).gray)
    page[40 : 40 + letters.shape[0], 40 : 40 + letters.shape[1]] = letters
    heights = []

    def find(picture, **options):
        # As if a drawing were measured.
        options["height_factor"] = 4 * options.get("height_factor", 1.0)
        heights.append(options["height_factor"])
        return find_layout(picture, **options)

    read_lines = partial(recognize, model=READER.model, language=READER.language)
    evidence = partial(turn_choice.evidence_of, model=READER.model)
    found = best_orientation(Picture(page), find, read_lines, evidence)
    assert found.recognized.writing_score > 0
    assert min(heights) < 4
