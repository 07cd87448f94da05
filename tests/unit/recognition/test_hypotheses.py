"""Spaces are chosen together with the text, on pages that are written for it."""

import numpy as np
import pytest

from ocr.image.picture import Picture
from ocr.language.word_model import WordModel
from ocr.page.layout import find_layout
from ocr.reader import Reader
from ocr.recognition.hypotheses import _decode_together, _LineDecoder, _Spacing, language_weight
from ocr.recognition.labels import LabelGroups
from ocr.recognition.line_sections import cut_at_wide_gaps
from ocr.recognition.recognize import place_lines
from ocr.recognition.segments import classify_lines, segment_lines
from ocr.recognition.spacing import shipped_styles
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page


@pytest.fixture(scope="module")
def reader():
    return Reader()


def read(reader, lines, *, letter_spacing, word_spacing, seed=1):
    settings = PageSettings(
        letter_height_px=40, letter_spacing_letters=letter_spacing, word_spacing_letters=word_spacing
    )
    page = write_page(lines, writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(seed))
    return reader.read(np.rint(page.gray * 255).astype(np.uint8)).text


@pytest.mark.parametrize("gap", [0.15, 0.5, 0.9])
def test_letters_set_apart_are_one_word(reader, gap):
    assert read(reader, ["MARGARET"], letter_spacing=gap, word_spacing=3 * gap + 0.3) == "MARGARET"


@pytest.mark.parametrize("gap", [0.15, 0.5, 0.9])
def test_wider_gaps_between_letters_set_apart_are_spaces(reader, gap):
    text = read(reader, ["WASH THE BIKE", "CALL THE BAKER"], letter_spacing=gap, word_spacing=3 * gap + 0.6)
    assert text == "WASH THE BIKE\nCALL THE BAKER"


def test_an_alphabet_is_a_list_of_characters(reader):
    found = read(reader, ["A B C D E F G", "H I J K L M N"], letter_spacing=0.15, word_spacing=0.9)
    assert found == "A B C D E F G\nH I J K L M N"


def test_a_page_without_lines_has_none(reader):
    assert reader.read(np.full((80, 200), 255, np.uint8)).text == ""


@pytest.mark.parametrize("total", ["8 + 3", "9 - 1", "9 + 4 - 1"])
def test_a_sum_with_its_marks_apart_is_read_so(reader, total):
    assert read(reader, [total], letter_spacing=0.2, word_spacing=1.0) == total


def test_one_upright_stroke_before_the_words_of_a_sentence_is_the_pronoun(reader):
    text = read(reader, ["I like to play with the ball"], letter_spacing=0.15, word_spacing=0.8)
    assert text == "I like to play with the ball"


@pytest.mark.parametrize(("joined", "apart", "expected"), [(0, 40, 0.6), (1, 5, 0.83), (20, 30, 1.2)])
def test_the_language_counts_more_where_letters_join(joined, apart, expected):
    assert language_weight(joined, apart) == pytest.approx(expected, abs=0.01)


def decoded_path(decoder):
    spacing = _Spacing(0, decoder.widths)
    _decode_together([(decoder, spacing)], shipped_styles())
    return decoder.decoded(spacing, shipped_styles())[0]


def test_the_score_of_a_line_is_that_with_the_usual_weight_of_the_language(reader):
    settings = PageSettings(letter_height_px=40, letter_spacing_letters=0.15)
    page = write_page(
        ["wash the bike"], writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(2)
    )
    layout = find_layout(Picture(np.rint(page.gray * 255).astype(np.uint8)))
    labels = LabelGroups(reader.model.classes)
    words = WordModel(reader.language, labels.names)
    lattices = place_lines(layout, classify_lines(layout, segment_lines(layout), reader.model), labels)
    (lattice,) = lattices
    section = cut_at_wide_gaps(lattice, text_height_px=layout.text_height_px)[0]
    decoder = _LineDecoder(section, labels, (words,), layout.text_height_px)
    path = decoded_path(decoder)
    assert decoder.line_score(path) == path.score
    decoder.weight = 1.2
    path = decoded_path(decoder)
    assert decoder.line_score(path) == pytest.approx(path.score - path.language_score / 2)
