"""The tree of a document: texts, boxes, probabilities, reading order."""

import dataclasses

import pytest

from ocr.document.mark_kind import MarkKind
from ocr.document.tree import Character, Document, Line, Page, Rejected, Word
from ocr.geometry import Box


def word(text, left=0, top=0, probability=0.9):
    return Word(
        tuple(
            Character(character, Box(top, left + 10 * place, top + 12, left + 10 * place + 8), probability)
            for place, character in enumerate(text)
        )
    )


FIRST = Line((word("RED"), word("HEN", left=50)))
SECOND = Line((word("42", top=30),))
PAGE = Page((FIRST, SECOND), width=200, height=100, source="a.png", letter_height_px=12.0)
BLANK = Page((), width=5, height=5)


def test_texts():
    assert FIRST.words[1].text == "HEN"
    assert FIRST.text == "RED HEN"
    assert PAGE.text == "RED HEN\n42"
    assert BLANK.text == ""
    assert Document((PAGE, BLANK, PAGE)).text == "RED HEN\n42\f\fRED HEN\n42"
    assert Document(()).text == ""


def test_doubtful_characters_are_marked():
    line = Line((Word((*word("RE").characters, *word("D", probability=0.4).characters)), word("42")))
    document = Document((Page((line, SECOND), width=200, height=100), BLANK))
    assert document.confident_text(0.5) == "RE~ 42\n42\f"
    assert document.confident_text(0.5, reject_char="·") == "RE· 42\n42\f"
    assert document.confident_text(0.4) == document.text, "what is as sure as asked for is kept"
    assert document.confident_text(0.0) == document.text
    assert document.confident_text(1.0) == "~~~ ~~\n~~\f"


def test_boxes():
    assert FIRST.words[1].box == Box(0, 50, 12, 78)
    assert FIRST.box == Box(0, 0, 12, 78)


def test_walks_in_reading_order():
    document = Document((PAGE, BLANK, PAGE))
    assert "".join(character.text for character in PAGE.characters) == "REDHEN42"
    assert [found.text for found in PAGE.words] == ["RED", "HEN", "42"]
    assert [line.text for line in document.lines] == ["RED HEN", "42"] * 2
    assert [found.text for found in document.words] == ["RED", "HEN", "42"] * 2
    assert "".join(character.text for character in document.characters) == "REDHEN42" * 2


def test_probability_of_a_word_is_the_geometric_mean():
    box = Box(0, 0, 1, 1)
    found = Word((Character("a", box, 0.9), Character("b", box, 0.4)))
    assert found.probability == pytest.approx(0.6)
    assert Word((Character("a", box, 0.0), Character("b", box, 1.0))).probability == pytest.approx(1e-6)


@pytest.mark.parametrize(
    "value", [PAGE, FIRST, FIRST.words[0], Document((PAGE,)), Rejected(Box(0, 0, 1, 1), MarkKind.STRAY)]
)
def test_nothing_can_be_changed(value):
    name = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, None)


@pytest.mark.parametrize("empty", [Word(()), Line(())])
def test_nothing_has_no_box(empty):
    with pytest.raises(ValueError, match="at least one box"):
        _ = empty.box


def test_the_old_name_of_rejected_marks_warns():
    with pytest.warns(DeprecationWarning, match=r"Page\.discarded is now Page\.rejected"):
        assert PAGE.discarded == PAGE.rejected


def test_a_document_writes_itself(tmp_path):
    document = Document((PAGE,))
    assert document.export("hocr") == document.to_hocr()
    assert document.export("json") == document.to_json()
    assert Document.from_json(document.to_json(indent=1)) == document
    assert "~" not in document.export("txt")
    assert set(document.export("txt", min_confidence=1)) <= {"~", " ", "\n"}
    document.save(tmp_path / "a.txt")
    document.save(tmp_path / "b.txt", format="tsv")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == document.export("txt")
    assert (tmp_path / "b.txt").read_text(encoding="utf-8") == document.export("tsv")
