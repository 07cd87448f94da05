"""What the line network says of candidate glyphs, and what that changes."""

from dataclasses import replace

import numpy as np
import pytest

from ocr import Reader
from ocr.image.picture import Picture
from ocr.language.word_model import WordModel
from ocr.page.layout import find_layout
from ocr.recognition import second_search
from ocr.recognition.decoder import LANGUAGE_WEIGHT
from ocr.recognition.labels import LabelGroups
from ocr.recognition.line_choice import line_words
from ocr.recognition.network_reading import network_readings
from ocr.recognition.recognize import recognize
from ocr.recognition.second_search import page_language_weight, search_again, with_network
from unit.page.drawings import as_bytes, written

TEXT = "quiet river"
READER = Reader()
LABELS = LabelGroups(READER.model.classes)
WORDS = WordModel(READER.language, LABELS.names)


@pytest.fixture(scope="module")
def pair():
    """A drawn line as the lattice and as the network reads it."""
    layout = find_layout(Picture(as_bytes(written(TEXT, seed=5, letter_height_px=40).gray)))
    (line,) = recognize(layout, READER.model, READER.language).recognized_lines
    (reading,) = network_readings(layout, [line], LABELS, WORDS)
    return line, reading


def text_of(line):
    return " ".join("".join(LABELS.names[label] for label in word) for word in line_words(line))


def test_what_is_said_in_some_frames_is_a_noisy_or():
    said = np.array([[0.5, 0.0], [0.5, 0.2], [0.0, 0.0]])
    found = second_search._said_between(said, np.array([0.0, 1.2, 2.0]), np.array([1.0, 1.9, 9.0]))
    assert found == pytest.approx(np.array([[0.75, 0.2], [0.5, 0.2], [0, 0]]))


def test_a_character_said_in_two_frames_on_end_is_one():
    said = np.zeros((6, 96))
    said[0, 40] = said[1, 40] = said[4, 41] = 1
    said[[2, 3, 5], 0] = 1
    counted = second_search._characters_beside_one(said, np.array([0.0, 0.0]), np.array([2.0, 5.0]))
    assert counted == pytest.approx([0, 1])


def test_the_network_says_each_letter_under_its_glyph(pair):
    line, reading = pair
    lattice = with_network(line.lattice, reading)
    chosen = [step.candidate for step in line.steps]
    gained = lattice.log_probabilities[chosen] - line.lattice.log_probabilities[chosen]
    assert text_of(line) == TEXT
    for row, step in zip(gained, line.steps, strict=True):
        own = row[LABELS.members[step.label]].max()
        assert own > np.median(row) + 1


def test_a_point_that_the_network_leaves_out_loses_less_than_a_letter(pair):
    line, reading = pair
    mute = replace(
        reading, logs=np.where(np.arange(reading.logs.shape[1]) == 0, 0.0, -50.0) + 0 * reading.logs
    )
    lost = line.lattice.log_probabilities - with_network(line.lattice, mute).log_probabilities
    point, letter = (lost[:, READER.model.classes.index(name)] for name in ".e")
    assert (point > 0).all()
    assert (point < letter - 1).all()


def test_the_network_says_the_space_between_words(pair):
    line, reading = pair
    lattice = with_network(line.lattice, reading)
    before = line.lattice.space_logits
    is_open = np.isfinite(before)
    gained = np.where(is_open, lattice.space_logits, 0) - np.where(is_open, before, 0)
    starts = [line.lattice.candidates[step.candidate].start for step in line.steps]
    (space,) = [start - 1 for start, step in zip(starts, line.steps, strict=True) if step.space_before]
    assert gained[space] > 0
    others = np.delete(gained, space)[np.delete(is_open, space)]
    assert (others < 0).all()
    assert (lattice.space_logits[~is_open] == -np.inf).all()


def test_shapes_that_say_nothing_are_read_with_the_network(pair):
    line, reading = pair
    blind = replace(line.lattice, log_probabilities=np.full_like(line.lattice.log_probabilities, -4.0))
    (found,) = search_again([(replace(line, lattice=blind), reading)], LABELS, WORDS, weight=0.6)
    assert text_of(found) == TEXT


def test_candidates_are_characters_as_probably_as_before(pair):
    line, _ = pair
    (found,) = search_again([pair], LABELS, WORDS, weight=0.6)
    readable = LABELS.members.any(axis=0)
    before, after = (np.exp(one.lattice.log_probabilities[:, readable]).sum(axis=1) for one in (line, found))
    assert after == pytest.approx(before)
    assert not np.allclose(found.lattice.log_probabilities, line.lattice.log_probabilities)


def test_in_the_boxes_of_a_form_the_network_says_no_spaces(pair):
    line, reading = pair
    in_boxes = replace(line.lattice, comb_gaps_px=np.zeros_like(line.lattice.space_logits))
    assert (with_network(in_boxes, reading).space_logits == line.lattice.space_logits).all()


def test_the_language_counts_more_where_letters_join(pair):
    line, _ = pair
    joined = replace(line, lattice=replace(line.lattice, is_cut=np.ones_like(line.lattice.is_cut)))
    assert page_language_weight([line]) == LANGUAGE_WEIGHT
    assert page_language_weight([joined]) > LANGUAGE_WEIGHT
