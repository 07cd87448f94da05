"""Lines read without cutting: the ink of one line, the glyphs of a text, and the choice between readings."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from ocr import Reader
from ocr.classifier.network import Layer
from ocr.errors import ModelError
from ocr.image.picture import Picture
from ocr.language.word_model import WordModel
from ocr.line_network.line_model import shipped_line_network
from ocr.page.layout import find_layout
from ocr.recognition import line_parts, line_reading, network_reading
from ocr.recognition.labels import LabelGroups
from ocr.recognition.line_choice import compare, line_words, text_columns
from ocr.recognition.line_reading import disputes, reread_lines
from ocr.recognition.network_reading import (
    line_image,
    line_strip,
    network_readings,
    surest_words,
)
from ocr.recognition.recognize import recognize, reread
from unit.page.drawings import as_bytes, written

TEXT = "the small red house"
READER = Reader()
LABELS = LabelGroups(READER.model.classes)
WORDS = WordModel(READER.language, LABELS.names)


@pytest.fixture(scope="module")
def page():
    """A drawn line: its layout, and how the lattice reads it."""
    layout = drawn_layout()
    return layout, recognize(layout, READER.model, READER.language)


def drawn_layout():
    return find_layout(Picture(as_bytes(written(TEXT, letter_height_px=40).gray)))


def text_of(words):
    return " ".join("".join(LABELS.names[label] for label in word) for word in words)


def prefer(monkeypatch, *, network):
    monkeypatch.setattr(line_reading, "_SURE_SCORE", np.inf)
    monkeypatch.setattr(line_parts, "network_probability", lambda _: float(network))
    if network:
        monkeypatch.setattr(line_reading, "search_again", lambda group, *_, **__: [line for line, _ in group])


def misread(recognized):
    """The line of a page with its first letter read as another one."""
    (line,) = recognized.recognized_lines
    return replace(line, steps=(line.steps[0]._replace(label=LABELS.names.index("j")), *line.steps[1:]))


def test_a_strip_holds_the_ink_of_its_line_alone(page):
    layout, recognized = page
    for line in recognized.recognized_lines:
        strip = line_strip(layout, line.lattice.segments, line.lattice.line_metrics)
        assert strip.strength.shape == (strip.box.height, strip.box.width)
        members = {member + 1 for glyph in line.lattice.segments for member in glyph.members}
        labels = layout.components.labels[strip.box.slices]
        foreign = (labels > 0) & ~np.isin(labels, list(members))
        assert not strip.strength[foreign].any()
        assert strip.strength.sum() > 0


def test_a_line_is_as_high_for_the_network_whatever_else_is_in_its_ink(page):
    layout, recognized = page
    line = recognized.recognized_lines[0]
    metrics = line.lattice.line_metrics
    strip = line_strip(layout, line.lattice.segments, metrics)
    blot = np.pad(strip.strength, ((0, 3 * strip.box.height), (0, 0)))
    blot[-10:] = 1
    clean, blotted = line_image(strip, metrics), line_image(strip._replace(strength=blot), metrics)
    assert blotted.scale < 1.4 * clean.scale


def test_the_network_reads_hand_print(page):
    layout, recognized = page
    (reading,) = network_readings(layout, recognized.recognized_lines, LABELS, WORDS)
    assert text_of(reading.words) == TEXT


def test_what_frames_say_most_surely():
    space = 3
    columns = [0, 1, 1, 0, 1, space + 1, 0, space + 1, 2, 3, space + 1]
    assert surest_words(np.log(np.eye(5)[columns] + 1e-9)) == ((0, 0), (1, 2))
    assert surest_words(np.log(np.eye(5)[[0, space + 1, 0]] + 1e-9)) == ()


def test_a_line_is_not_searched_if_its_frames_say_its_text(page, monkeypatch):
    layout, recognized = page
    (line,) = recognized.recognized_lines
    searched = []
    monkeypatch.setattr(network_reading, "search", lambda scores, *_, **__: searched.extend(scores) or [])
    (reading,) = network_readings(layout, [line], LABELS, WORDS, search_all=False)
    assert text_of(reading.words) == TEXT
    assert searched == []


@pytest.mark.parametrize(("score", "is_read_again"), [(-0.5, False), (-0.7, True)])
def test_a_line_that_is_read_surely_is_not_read_again(page, monkeypatch, score, is_read_again):
    layout, recognized = page
    (line,) = recognized.recognized_lines
    given = replace(line, score=score * len(line.steps))
    asked = []

    def silent(_layout, lines, *_, **__):
        asked.extend(lines)
        return [SimpleNamespace(words=()) for _ in lines]

    monkeypatch.setattr(line_reading, "network_readings", silent)
    assert reread_lines(layout, [given], LABELS, WORDS) == (given,)
    assert asked == [given] * is_read_again


def test_a_line_of_the_network_has_a_glyph_for_each_character(page, monkeypatch):
    layout, recognized = page
    prefer(monkeypatch, network=True)
    (line,) = reread_lines(layout, [misread(recognized)], LABELS, WORDS)
    (reading,) = network_readings(layout, recognized.recognized_lines, LABELS, WORDS)
    assert line.without_cuts
    assert line_words(line) == reading.words
    assert len(line.glyphs) == len(line.steps)
    centers = [glyph.box.center[1] for glyph in line.glyphs]
    assert centers == sorted(centers)
    rows = line.lattice.log_probabilities
    assert np.exp(rows).sum(axis=1) == pytest.approx(1)


def test_a_misread_line_is_read_by_its_lattice_and_the_network_together(page, monkeypatch):
    layout, recognized = page
    prefer(monkeypatch, network=False)
    given = misread(recognized)
    blind = replace(given.lattice, log_probabilities=np.full_like(given.lattice.log_probabilities, -4.0))
    (line,) = reread_lines(layout, [replace(given, lattice=blind)], LABELS, WORDS)
    assert text_of(line_words(line)) == TEXT
    assert not line.without_cuts


def test_lists_and_lines_that_both_read_alike_are_not_disputed(page, monkeypatch):
    layout, recognized = page
    prefer(monkeypatch, network=False)
    (line,) = recognized.recognized_lines
    assert list(disputes(layout, [line], LABELS, WORDS)) == []
    assert list(disputes(layout, [replace(misread(recognized), is_list=True)], LABELS, WORDS)) == []
    (dispute,) = disputes(layout, [misread(recognized)], LABELS, WORDS)
    assert text_of(dispute.reading.words) == TEXT


def test_a_page_of_the_network_has_boxes_on_its_ink(page, monkeypatch):
    layout, recognized = page
    prefer(monkeypatch, network=True)
    given = replace(recognized, recognized_lines=(misread(recognized),))
    again = reread(layout, given, READER.model, READER.language)
    characters = [one for line in again.lines for word in line.words for one in word.characters]
    assert " ".join(line.text for line in again.lines).lower() == TEXT
    assert all(one.box.width > 2 and one.box.height > 2 for one in characters)
    assert all(0 < one.probability <= 1 for one in characters)
    assert all(one.alternatives for one in characters)


def test_a_rejected_line_that_the_network_reads_surely_comes_back(page):
    layout, recognized = page
    rejected = replace(recognized, lines=(), recognized_lines=(), rejected_lines=recognized.recognized_lines)
    again = reread(layout, rejected, READER.model, READER.language)
    assert [line.text for line in again.lines] == [TEXT]
    assert again.rejected_lines == ()


def test_a_rejected_line_of_one_letter_stays_rejected(page):
    layout, recognized = page
    (line,) = recognized.recognized_lines
    few = replace(line, lattice=replace(line.lattice, segments=line.lattice.segments[:1]))
    assert line_reading.rescued_lines(layout, [few], LABELS, WORDS) == ()
    assert line_reading.rescued_lines(layout, [], LABELS, WORDS) == ()


@pytest.mark.parametrize(("sureness", "comes_back"), [(-0.5, True), (-0.9, False)])
@pytest.mark.parametrize("word", ["the", "17"])
def test_a_short_word_comes_back_if_it_is_read_surely(page, monkeypatch, word, sureness, comes_back):
    layout, recognized = page
    (line,) = recognized.recognized_lines
    (reading,) = network_readings(layout, [line], LABELS, WORDS)
    short = replace(reading, words=(tuple(LABELS.names.index(name) for name in word),))
    monkeypatch.setattr(line_reading, "network_readings", lambda *_: [short])
    monkeypatch.setattr(line_reading, "words_log_probability", lambda *_: sureness * len(word))
    found = line_reading.rescued_lines(layout, [line], LABELS, WORDS)
    assert len(found) == (comes_back and word.isalpha())


def test_a_model_for_other_pages_reads_alone(page):
    layout, recognized = page

    class Digits:
        classes = tuple("0123456789")

    assert reread(layout, recognized, Digits(), READER.language) is recognized


def test_a_model_that_has_learnt_a_hand_reads_with_its_own_line_network(page):
    layout, recognized = page
    shipped = shipped_line_network()
    mute = tuple(tuple(Layer(0 * one.weights, 0 * one.bias) for one in stage) for stage in shipped)
    (reading,) = network_readings(layout, recognized.recognized_lines, LABELS, WORDS, mute)
    assert reading.logs == pytest.approx(np.full(reading.logs.shape, -np.log(96)))
    model = replace(READER.model, line_network=shipped[:2])
    with pytest.raises(ModelError, match="learn it anew with 'ocr learn'"):
        reread(layout, recognized, model, READER.language)


def test_comparison_of_a_line(page):
    layout, recognized = page
    (line,) = recognized.recognized_lines
    (reading,) = network_readings(layout, [line], LABELS, WORDS)
    found = compare(line, reading.scores.logs, reading.words, LABELS, WORDS)
    assert found.constant == 1
    assert found.length == len(line.steps)
    assert found.network >= -0.5
    assert found.sureness <= 0
    assert found.digits == sum(LABELS.names[step.label].isdigit() for step in line.steps)


def test_columns_of_a_text():
    assert text_columns([(4, 0), (7,)], 57) == [5, 1, 57, 8]
