import dataclasses
import os

import pytest
from PIL import Image

from ocr.document.saving import export, save
from ocr.document.tree import Document
from ocr.errors import OcrError, SettingError
from unit.document.documents import MIXED

ONE = Document((MIXED,), model="print")


def from_picture(path):
    Image.new("L", (400, 300)).save(path)
    return Document((dataclasses.replace(MIXED, source=str(path)),))


def test_the_ending_decides_unless_a_format_is_named(tmp_path):
    save(ONE, tmp_path / "a.tsv")
    assert (tmp_path / "a.tsv").read_text(encoding="utf-8") == export(ONE, "tsv")
    save(ONE, tmp_path / "a.dat", format="json")
    assert Document.from_json((tmp_path / "a.dat").read_bytes()) == ONE
    save(ONE, str(tmp_path / "a.pdf"))
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(SettingError, match="expected one of"):
        save(ONE, tmp_path / "b.dat")


def test_settings_are_handed_on(tmp_path):
    save(ONE, tmp_path / "a.txt", min_confidence=0.6, reject_char="?")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").startswith("R? ")


def test_what_was_there_is_replaced_whole_or_stays(tmp_path):
    target = tmp_path / "a.html"
    target.write_text("before", encoding="utf-8")
    with pytest.raises(SettingError, match="found 10 x 10"):
        save(ONE, target, pictures=[Image.new("L", (10, 10))])
    assert target.read_text(encoding="utf-8") == "before"
    save(ONE, target)
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [one.name for one in tmp_path.iterdir()] == ["a.html"]


def test_a_picture_that_was_read_is_never_written_over(tmp_path):
    picture = tmp_path / "a.png"
    document = from_picture(picture)
    before = picture.read_bytes()
    with pytest.raises(SettingError, match="is a picture that was read"):
        save(document, picture, format="txt")
    with pytest.raises(SettingError, match="is a picture that was read"):
        save(ONE, picture, format="pdf", pictures=[picture])
    other = tmp_path / "b.txt"
    os.link(picture, other)
    with pytest.raises(SettingError, match=r"b\.txt: is a picture"):
        save(document, other)
    assert picture.read_bytes() == before
    save(document, tmp_path / "c.txt")


def test_a_source_that_is_no_path_is_no_hindrance(tmp_path):
    odd = Document((dataclasses.replace(MIXED, source="a\0b"),))
    save(odd, tmp_path / "a.txt")
    save(odd, tmp_path / "a.txt")


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OcrError, match="cannot be written"):
        save(ONE, tmp_path / "file" / "a.txt")
