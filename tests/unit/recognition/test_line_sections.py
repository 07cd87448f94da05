"""Lines are cut into sections where a gap is much wider than a space, each with spacing of its own."""

import numpy as np
import pytest

from ocr.image.picture import Picture
from ocr.page.layout import find_layout
from ocr.reader import Reader
from ocr.recognition.decoder import RecognizedLine, Step
from ocr.recognition.labels import LabelGroups
from ocr.recognition.line_sections import are_in_one_column, cut_at_wide_gaps, joined
from ocr.recognition.recognize import place_lines
from ocr.recognition.segments import classify_lines, segment_lines
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page


@pytest.fixture(scope="module")
def reader():
    return Reader()


def column(lines, *, letter_spacing):
    """Write a column of a table."""
    settings = PageSettings(
        letter_height_px=40, letter_spacing_letters=letter_spacing, word_spacing_letters=0.6
    )
    page = write_page(lines, writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(4))
    return np.rint(page.gray * 255).astype(np.uint8)


def side_by_side(*columns):
    height = max(len(one) for one in columns)
    padded = [np.pad(one, ((0, height - len(one)), (0, 0)), constant_values=255) for one in columns]
    return np.hstack(padded)


LABELS, NUMBERS = ["SIZE 4 MM", "SIZE 2 MM", "SIZE 1 MM"], ["455", "457", "468"]


def lattices_of(picture, reader):
    layout = find_layout(Picture(picture))
    labels = LabelGroups(reader.model.classes)
    classified = classify_lines(layout, segment_lines(layout), reader.model)
    return place_lines(layout, classified, labels), layout.text_height_px


def test_wide_numbers_beside_close_labels_are_whole(reader):
    picture = side_by_side(column(LABELS, letter_spacing=0.15), column(NUMBERS, letter_spacing=0.7))
    expected = [f"{label} {number}" for label, number in zip(LABELS, NUMBERS, strict=True)]
    assert reader.read(picture).text.splitlines() == expected


def test_lines_are_cut_between_columns_only(reader):
    picture = side_by_side(column(LABELS, letter_spacing=0.15), column(NUMBERS, letter_spacing=0.7))
    lattices, height = lattices_of(picture, reader)
    cut = [cut_at_wide_gaps(lattice, text_height_px=height) for lattice in lattices]
    assert [len(sections) for sections in cut] == [2, 2, 2]
    flat = [section for line in cut for section in line]
    is_label = np.arange(6) % 2 == 0
    assert np.array_equal(are_in_one_column(flat), is_label[:, None] == is_label)


def test_a_line_of_words_is_one_section(reader):
    (lattice,), height = lattices_of(column(["WASH THE BIKE"], letter_spacing=0.15), reader)
    (section,) = cut_at_wide_gaps(lattice, text_height_px=height)
    assert section.lattice.segments == lattice.segments
    assert section.gaps_px == ()


def test_sections_make_the_line_again(reader):
    picture = side_by_side(column(LABELS[:1], letter_spacing=0.15), column(NUMBERS[:1], letter_spacing=0.7))
    (lattice,), height = lattices_of(picture, reader)
    sections = cut_at_wide_gaps(lattice, text_height_px=height)
    read = []
    for section in sections:
        alone = [index for index, one in enumerate(section.lattice.candidates) if one.stop == one.start + 1]
        steps = tuple(Step(index, 0, space_before=False) for index in alone)
        logits = np.zeros(len(section.lattice.segments) - 1)
        part = section.lattice.__class__(
            section.lattice.segments,
            section.lattice.is_cut,
            section.lattice.join_logits,
            section.lattice.candidates,
            space_logits=logits,
        )
        read.append(RecognizedLine(part, steps, -1.0))
    line = joined(lattice, sections, read)
    assert line.score == -2.0
    assert [step.space_before for step in line.steps].count(True) == 1
    assert line.lattice.space_logits.shape == (len(lattice.segments) - 1,)
    assert [lattice.candidates[step.candidate].start for step in line.steps] == list(
        range(len(lattice.segments))
    )
