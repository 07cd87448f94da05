"""The calls that people know from other readers."""

import io
import sys

import numpy as np
import pytest
from PIL import Image

import ocr
from ocr.document.tree import Document
from ocr.errors import ImageError, ModelError, OcrError, SettingError
from ocr.reader import Reader
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page
from unit.document.documents import BLANK, DOCUMENT, MIXED


@pytest.fixture(scope="module")
def page():
    settings = PageSettings(letter_height_px=40)
    drawn = write_page(("HUT 27",), writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(3))
    stream = io.BytesIO()
    Image.fromarray(np.rint(drawn.gray * 255).astype(np.uint8)).save(stream, format="PNG")
    return stream.getvalue()


def test_read_takes_the_settings_of_a_reader(page):
    assert ocr.read(page, charset="HUT27", language="none", words=iter(["HUT"])).text == "HUT 27"
    assert set(ocr.read(io.BytesIO(page), charset="digits", turn_deg=0).text) <= set("0123456789 ")
    assert ocr.read(page, name="scan").pages[0].source == "scan"


@pytest.mark.parametrize("jobs", [1, 2])
def test_many_come_in_their_order(page, jobs):
    blank = np.full((50, 60), 255, np.uint8)
    sources = [page, blank, b"no picture", io.BytesIO(page)]
    found = list(Reader().read_many(iter(sources), jobs=jobs, errors="return"))
    assert [one.text for one in (found[0], found[1], found[3])] == ["HUT 27", "", "HUT 27"]
    assert isinstance(found[2], ImageError)
    assert str(found[2]).startswith("picture <bytes>: not a picture")


def test_many_are_read_until_one_cannot_be(page):
    results = Reader().read_many([page, b"no picture", page])
    assert next(results).text == "HUT 27"
    with pytest.raises(ImageError):
        next(results)
    with pytest.raises(SettingError, match="jobs=-1"):
        next(Reader().read_many([], jobs=-1))


def test_a_document_says_by_what_it_was_read(page):
    reader = Reader(charset="HUT27", words=["HUT"])
    made_by = reader.read(page).provenance
    assert made_by.model_checksum == reader.model_checksum
    assert len(made_by.model_checksum) == 64
    assert (made_by.program, made_by.charset, made_by.own_words) == (f"ocr {ocr.__version__}", "HUT27", 1)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"model": ""}, ModelError),
        ({"model": b"print"}, SettingError),
        ({"model": 5}, SettingError),
        ({"model": "a\0b"}, ModelError),
        ({"charset": ["a"]}, SettingError),
        ({"charset": 5}, SettingError),
        ({"language": None}, SettingError),
        ({"language": "a\0b"}, ModelError),
        ({"words": 5}, SettingError),
        ({"words": [5]}, SettingError),
        ({"words": "a\0b"}, SettingError),
        ({"keep_rules": "x"}, SettingError),
        ({"turn_deg": "90"}, SettingError),
        ({"turn_deg": 90.0}, SettingError),
        ({"turn_deg": []}, SettingError),
        ({"turn_deg": True}, SettingError),
    ],
)
def test_wrong_types_are_one_error(settings, error):
    with pytest.raises(error) as caught:
        Reader(**settings)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: DOCUMENT.confident_text("x"),
        lambda: MIXED.confident_text(None),
        lambda: DOCUMENT.export("txt", min_confidence="x"),
        lambda: DOCUMENT.export("txt", min_confidence=float("nan")),
        lambda: DOCUMENT.export(5),
        lambda: DOCUMENT.save("a.txt", format=5),
        lambda: DOCUMENT.save("a\0b.txt"),
        lambda: Document.from_json(5),
        lambda: ocr.draw(5, "a.png"),
        lambda: ocr.draw(BLANK, "a.png", longest_px="x"),
        lambda: ocr.read("images/label_codes.jpg", pages=1.5),
        lambda: ocr.read("images/label_codes.jpg", pages=["a"]),
        lambda: ocr.load_model(5),
        lambda: ocr.load_model("a\0b"),
    ],
)
def test_wrong_arguments_are_one_error(call, tmp_path, monkeypatch):
    with pytest.raises(OcrError):
        call()


def test_what_people_print():
    assert str(DOCUMENT) == DOCUMENT.text
    assert str(MIXED.lines[1]) == 'A&B "C"'
    assert repr(MIXED.lines[1]) == "<Line 'A&B \"C\"'>"
    assert repr(DOCUMENT).startswith("<Document of 2 pages 'R0 <b>\\nA&B")
    long = Document((MIXED,) * 50)
    assert len(repr(long)) < 120


def test_boxes_unpack():
    top, left, bottom, right = MIXED.lines[0].box
    assert (top, left, bottom, right) == (20, 20, 32, 88)


def test_confidence_is_that_of_the_characters():
    line = MIXED.lines[0]
    expected = np.exp(np.mean(np.log([one.confidence for one in line.characters])))
    assert line.confidence == line.probability == pytest.approx(expected)
    assert line.words[0].confidence == line.words[0].probability


def test_a_dictionary_is_what_json_has():
    import json

    assert DOCUMENT.to_dict() == json.loads(DOCUMENT.to_json())


def test_a_table_has_a_row_for_each_word():
    pytest.importorskip("pandas")
    table = DOCUMENT.to_pandas()
    assert list(table.text) == [word.text for word in DOCUMENT.words]
    assert table.iloc[0].to_dict() == {
        "page": 1,
        "line": 1,
        "word": 1,
        "text": "R0",
        "confidence": DOCUMENT.words[0].confidence,
        "top": 20,
        "left": 20,
        "bottom": 32,
        "right": 38,
    }
    assert list(Document((BLANK,)).to_pandas().columns) == list(table.columns)


def test_without_pandas_there_is_one_clear_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(SettingError, match=r"to_pandas: .* pip install pandas"):
        DOCUMENT.to_pandas()


def test_a_notebook_shows_the_text_with_marks():
    found = DOCUMENT._repr_html_()
    assert '<mark style="' in found
    assert 'title="0 50%, O 45%, o 5%">0</mark> &lt;b&gt;\nA&amp;B' in found
    assert "nothing that looks like writing was found" in found
    assert Document(())._repr_html_() == "<p>no pages</p>"


def test_show_draws_each_page(page, tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(Image.Image, "show", lambda image: shown.append(image.size))
    path = tmp_path / "a.png"
    path.write_bytes(page)
    document = ocr.read(path)
    document.show()
    document.show(Image.open(path))
    assert shown == [shown[0]] * 2
