"""The parts of a line, and which of two readings is kept for each."""

from dataclasses import replace

import numpy as np
import pytest

from ocr import Reader
from ocr.image.picture import Picture
from ocr.language.word_model import WordModel
from ocr.page.layout import find_layout
from ocr.recognition import line_parts
from ocr.recognition.labels import LabelGroups
from ocr.recognition.line_choice import COEFFICIENTS, Evidence, line_words, network_probability
from ocr.recognition.line_parts import best_of_both
from ocr.recognition.network_reading import network_readings
from ocr.recognition.recognize import recognize
from unit.page.drawings import as_bytes, written

TEXT = "the small red house"
READER = Reader()
LABELS = LabelGroups(READER.model.classes)
WORDS = WordModel(READER.language, LABELS.names)
PART = Evidence(1, 5, 2, 0, 0, 2, 0, 0, -2, 12)


@pytest.fixture(scope="module")
def page():
    """A drawn line: its layout, how the lattice reads it, and how the network does."""
    layout = find_layout(Picture(as_bytes(written(TEXT, letter_height_px=40).gray)))
    (line,) = recognize(layout, READER.model, READER.language).recognized_lines
    (reading,) = network_readings(layout, [line], LABELS, WORDS)
    return layout, line, reading


def text_of(line):
    return " ".join("".join(LABELS.names[label] for label in word) for word in line_words(line))


def with_letters(line, text):
    """A line whose characters are read as those of a text of the same length."""
    letters = text.replace(" ", "")
    labels = [LABELS.names.index(letter) for letter in letters]
    steps = [step._replace(label=label) for step, label in zip(line.steps, labels, strict=True)]
    return replace(line, steps=tuple(steps))


def without_space_before(line, place):
    steps = list(line.steps)
    steps[place] = steps[place]._replace(space_before=False)
    return replace(line, steps=tuple(steps))


def parts_of(page, line):
    layout, _, reading = page
    return line_parts.line_parts(layout, line, reading, LABELS, WORDS)


def test_a_line_falls_into_its_words(page):
    parts = parts_of(page, page[1])
    assert [text_of(part.cut) for part in parts] == TEXT.split()
    assert [text_of(part.uncut) for part in parts] == TEXT.split()
    assert all(part.evidence is None for part in parts)
    assert sum(part.cut.score for part in parts) == pytest.approx(page[1].score)


def test_a_space_of_one_reading_alone_parts_nothing(page):
    joined = without_space_before(page[1], TEXT.replace(" ", "").index("small"))
    parts = parts_of(page, joined)
    assert [text_of(part.cut) for part in parts] == ["thesmall", "red", "house"]
    assert [text_of(part.uncut) for part in parts] == ["the small", "red", "house"]


def test_each_part_is_read_by_the_better_one(page, monkeypatch):
    layout, line, reading = page
    misread = with_letters(line, "jhe small red houjj")
    parts = parts_of(page, misread)
    assert [part.evidence is None for part in parts] == [False, True, True, False]
    first = parts[0].evidence
    monkeypatch.setattr(line_parts, "network_probability", lambda evidence: float(evidence == first))
    found = best_of_both(layout, misread, reading, LABELS, WORDS)
    assert text_of(found) == "the small red houjj"
    assert found.without_cuts
    assert [step.candidate for step in found.steps] == list(range(len(found.steps)))
    centers = [glyph.box.center[1] for glyph in found.glyphs]
    assert centers == sorted(centers)
    own = [candidate.glyph for candidate in line.lattice.candidates]
    assert all(glyph in own for glyph in found.glyphs[3:])
    assert np.isinf(found.lattice.space_logits).all()


@pytest.mark.parametrize("better", [False, True])
def test_one_reading_may_be_the_better_one_everywhere(page, monkeypatch, better):
    layout, line, reading = page
    misread = with_letters(line, "jhe smajj jed houjj")
    monkeypatch.setattr(line_parts, "network_probability", lambda _: float(better))
    found = best_of_both(layout, misread, reading, LABELS, WORDS)
    assert text_of(found) == (TEXT if better else "jhe smajj jed houjj")
    assert (found is misread) == (not better)


def test_a_text_longer_than_its_line_is_not_kept(page, monkeypatch):
    layout, line, reading = page
    monkeypatch.setattr(line_parts, "network_probability", lambda _: 1.0)
    long = replace(reading, words=reading.words * 40)
    assert best_of_both(layout, line, long, LABELS, WORDS) is line


def test_the_surer_the_network_the_more_probable_its_reading():
    unsure = PART.within(PART)
    assert network_probability(unsure) < network_probability(
        unsure._replace(sureness=-0.2, line_sureness=-0.2)
    )
    assert network_probability(unsure) < network_probability(unsure._replace(joined=9))
    assert network_probability(unsure) > network_probability(unsure._replace(digits=9))


def test_what_holds_for_a_line_counts_for_each_character_of_it():
    of_line = PART._replace(shapes=-6.0, rejects=3.0, joined=1.5, sureness=-0.5)
    evidence = PART.within(of_line)
    assert evidence[:10] == PART[:10]
    assert evidence[10:] == (-0.5, 0.25, 0.125, -0.5)
    assert len(COEFFICIENTS) == len(evidence)
