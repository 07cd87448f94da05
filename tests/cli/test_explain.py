"""``ocr explain``: a page beside the picture, and every way in which there is none."""

import base64
import io
import os
import re
import sys

import numpy as np
import pytest
from PIL import Image

from cli.pictures import encoded, scan, word, written
from ocr.batch import inputs


@pytest.fixture
def picture(in_folder):
    in_folder.joinpath("hut.png").write_bytes(word())
    return in_folder


def test_a_page_is_written_and_named(picture, ocr):
    code, out, err = ocr("explain", "hut.png")
    assert (code, out, err) == (0, "", "wrote hut.explained.html\n")
    page = picture.joinpath("hut.explained.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "Line 1 of 1: HUT" in page
    assert [path.name for path in sorted(picture.iterdir())] == ["hut.explained.html", "hut.png"]


@pytest.mark.skipif(sys.platform != "linux", reason="names of other systems are text")
def test_a_name_that_is_no_text_is_explained(in_folder, ocr):
    name = os.fsdecode(b"h\xfct.png")
    in_folder.joinpath(name).write_bytes(word())
    assert ocr("explain", name, "-o", "page.html")[0] == 0
    assert "h\ufffdt.png" in in_folder.joinpath("page.html").read_text(encoding="utf-8")


def test_line_and_output_are_chosen(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(encoded(Image.fromarray(written("HUT", "BOX")), "PNG"))
    assert ocr("explain", "a.png", "--line", "2", "-o", "page.htm")[0] == 0
    assert "Line 2 of 2: BOX" in in_folder.joinpath("page.htm").read_text(encoding="utf-8")


def test_the_same_picture_gives_the_same_page(picture, ocr):
    ocr("explain", "hut.png", "-o", "a.html")
    ocr("explain", "hut.png", "-o", "b.html")
    assert picture.joinpath("a.html").read_bytes() == picture.joinpath("b.html").read_bytes()


def test_a_picture_in_color_is_shown_in_color(in_folder, ocr):
    pixels = np.stack([written("HUT"), written("HUT"), np.full_like(written("HUT"), 90)], axis=-1)
    in_folder.joinpath("a.png").write_bytes(encoded(Image.fromarray(pixels), "PNG"))
    assert ocr("explain", "a.png")[0] == 0
    page = in_folder.joinpath("a.explained.html").read_text(encoding="utf-8")
    first = re.search('id="f-photo".*?base64,([^"]+)"', page).group(1)
    in_folder.joinpath("shown.jpg").write_bytes(base64.b64decode(first))
    with Image.open(in_folder / "shown.jpg") as shown:
        assert shown.mode == "RGB"


def test_standard_input_is_a_picture(in_folder, ocr, monkeypatch):
    monkeypatch.setattr(inputs.sys, "stdin", type("Stdin", (), {"buffer": io.BytesIO(word())})())
    assert ocr("explain", "-") == (0, "", "wrote stdin.explained.html\n")
    assert "standard input" in in_folder.joinpath("stdin.explained.html").read_text(encoding="utf-8")


def test_one_page_of_several_is_explained(in_folder, ocr):
    in_folder.joinpath("two.tif").write_bytes(scan("HUT", "BOX"))
    code, out, err = ocr("explain", "two.tif")
    assert (code, out) == (2, "")
    assert err == "ocr: two.tif: found 2 pages, expected one to explain; choose it by --pages\n"
    assert ocr("explain", "two.tif", "--pages", "2")[0] == 0
    page = in_folder.joinpath("two.explained.html").read_text(encoding="utf-8")
    assert "two.tif page 2" in page
    assert "Line 1 of 1: BOX" in page


def test_a_blank_page_is_explained(in_folder, ocr):
    in_folder.joinpath("blank.png").write_bytes(encoded(Image.new("L", (300, 200), 250), "PNG"))
    assert ocr("explain", "blank.png")[0] == 0
    assert "There is no text." in in_folder.joinpath("blank.explained.html").read_text(encoding="utf-8")
    assert ocr("explain", "blank.png", "--line", "2")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("none.png",), 3, "no such file"),
        (("torn.png",), 3, "torn.png"),
        (("hut.png", "--line", "2"), 2, "--line 2: found 1 lines of writing; choose one of them"),
        (("hut.png", "--line", "0"), 2, "--line"),
        (("hut.png", "-o", "page.png"), 2, "expected .html, .htm"),
        (("hut.png", "-o", "nowhere/page.html"), 2, "does not exist"),
        (("hut.png", "--model", "none"), 4, "model none: not found"),
        (("hut.png", "--pages", "2"), 3, "page"),
        (("hut.png", "--pages", "x"), 2, "pages"),
        ((), 2, "Missing argument"),
    ],
)
def test_what_cannot_be_explained_has_its_exit_code_and_leaves_nothing(
    picture, ocr, arguments, code, message
):
    picture.joinpath("torn.png").write_bytes(word()[:60])
    found, out, err = ocr("explain", *arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert sorted(path.name for path in picture.iterdir()) == ["hut.png", "torn.png"]


def test_no_picture_is_written_over(picture, ocr):
    picture.joinpath("hut.html").write_bytes(word())
    code, _, err = ocr("explain", "hut.html", "-o", "./hut.html")
    assert code == 2
    assert "would overwrite another file of this run" in err
    assert picture.joinpath("hut.html").read_bytes() == word()


def test_the_language_counts(picture, ocr):
    assert ocr("explain", "hut.png", "--language", "none")[0] == 0
    assert ocr("explain", "hut.png", "--language", "latin")[0] == 2


def test_it_reads_with_the_options_of_read(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(encoded(Image.fromarray(np.rot90(written("HUT"))), "PNG"))
    in_folder.joinpath("names.txt").write_text("HUT\n")
    options = ("--charset", "HU7", "--words", "names.txt", "--rotate", "270", "--keep-rules")
    text = ocr("read", "a.png", *options)[1].strip()
    assert ocr("explain", "a.png", *options)[0] == 0
    page = in_folder.joinpath("a.explained.html").read_text(encoding="utf-8")
    assert set(text) <= set("HU7")
    assert f"Line 1 of 1: {text}" in page
    assert "turned by 270°." in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--charset", ""), "found no character"),
        (("--words", "none.txt"), "none.txt"),
        (("--rotate", "45"), "--rotate"),
    ],
)
def test_wrong_options_of_read_are_refused(picture, ocr, arguments, message):
    code, out, err = ocr("explain", "hut.png", *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_no_list_of_words_is_written_over(picture, ocr):
    picture.joinpath("names.html").write_text("HUT\n")
    assert ocr("explain", "hut.png", "--words", "names.html", "-o", "names.html")[0] == 2
    assert picture.joinpath("names.html").read_text() == "HUT\n"


def test_options_stand_in_sections(ocr):
    out = ocr("explain", "--help")[1]
    places = [out.index(heading) for heading in ("What comes out:", "What is read:", "Other:", "Examples:")]
    assert places == sorted(places)
