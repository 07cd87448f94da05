import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from PIL import Image

from ocr.document.formats import FORMATS, Format, format_named, format_of
from ocr.document.saving import export
from ocr.document.tree import Document
from ocr.errors import SettingError
from unit.document.documents import BLANK, DOCUMENT, MIXED

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ONE = Document((MIXED,), model="print")
STARTS = {
    "txt": "R0 <b>\n",
    "md": "R0 \\<b\\>\\\n",
    "json": '{"version":3,',
    "jsonl": '{"version":3,',
    "tables": "",
    "tsv": "level\tpage_num",
    "hocr": '<?xml version="1.0"',
    "alto": '<?xml version="1.0" encoding="UTF-8"?>\n<alto ',
    "page": '<?xml version="1.0" encoding="UTF-8"?>\n<PcGts ',
    "html": "<!doctype html>",
    "pdf": b"%PDF-",
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes(name):
    assert export(ONE, name, created=WHEN).startswith(STARTS[name])
    assert export(ONE, FORMATS[name], created=WHEN) == export(ONE, name.upper(), created=WHEN)


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.shows_pictures])
def test_pictures_reach_the_formats_that_show_them(name):
    picture = Image.effect_noise((400, 300), 50)
    assert len(export(ONE, name, pictures=[picture])) > len(export(ONE, name)) + 10_000


@pytest.mark.parametrize("one", FORMATS.values(), ids=lambda one: one.name)
def test_endings_lead_to_their_format(one):
    for suffix in one.suffixes:
        assert format_of(f"some.where/notes{suffix}") is one
        assert format_of(f"NOTES{suffix.upper()}") is one


def test_no_ending_has_two_formats():
    suffixes = [suffix for one in FORMATS.values() for suffix in one.suffixes]
    assert len(suffixes) == len(set(suffixes))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("notes.jsn", r"ends in \.jsn, expected one of \.txt .*; did you mean \.json\?"),
        ("notes.hmtl", r"did you mean \.html\?"),
        ("notes", r"ends in nothing, expected one of .* \.pdf$"),
        ("notes.xml", r"for XML say which: \.alto\.xml or \.page\.xml$"),
        ("notes.docx", r"expected one of .* \.pdf"),
    ],
)
def test_an_unknown_ending_is_refused_with_the_choices(path, message):
    with pytest.raises(SettingError, match=message):
        format_of(path)


@pytest.mark.parametrize(
    ("name", "message"),
    [("jason", "found 'jason', expected one of txt, md, .*; did you mean json"), ("xyz", "html, pdf$")],
)
def test_an_unknown_name_is_refused_with_the_choices(name, message):
    with pytest.raises(SettingError, match=message):
        format_named(name)
    with pytest.raises(SettingError, match=message):
        export(ONE, name)


@pytest.mark.parametrize("name", ["alto", "page", "pdf"])
def test_some_formats_need_a_page(name):
    with pytest.raises(SettingError, match=f"{name}: found a document without pages"):
        export(Document(()), name)


def test_some_hold_no_more_than_one():
    with pytest.raises(SettingError, match="page: found 2 pages, expected 1; write a file for each"):
        export(DOCUMENT, "page")


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if not one.fewest_pages])
def test_the_others_write_nothing_and_blank_pages(name):
    assert isinstance(export(Document(()), name), str)
    assert isinstance(export(Document((BLANK, BLANK)), name), str)


@pytest.mark.parametrize("name", ["txt", "md", "json", "jsonl", "tsv", "alto", "page"])
def test_doubtful_characters_are_marked_in_every_format(name):
    assert "R~" in export(ONE, name, min_confidence=0.6).replace("\\", "")
    assert "R~" not in export(ONE, name).replace("\\", "")
    assert "R?" in export(ONE, name, min_confidence=0.6, reject_char="?")


def test_times_are_written_in_utc():
    eastern = WHEN.astimezone(timezone(timedelta(hours=9)))
    assert export(ONE, "alto", created=eastern) == export(ONE, "alto", created=WHEN)
    assert f"<Created>{datetime.now(UTC).year}" in export(ONE, "page")


def test_the_table_in_the_documentation_is_that_of_the_registry():
    text = Path(__file__).parents[3].joinpath("docs", "formats.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\w+)\]\(#(\w+)\) \| (.+) \| (.+) \| (.+) \|$", text, re.MULTILINE)
    assert [(name, *cells) for name, _, *cells in rows] == [
        (one.name, " ".join(one.suffixes), one.description, pages_of(one)) for one in FORMATS.values()
    ]
    assert {section for _, section, *_ in rows} == set(re.findall(r"^## (\w+)$", text, re.MULTILINE))


def pages_of(one):
    if one.most_pages is not None:
        return str(one.most_pages)
    return f"{one.fewest_pages} or more" if one.fewest_pages else "any"


def test_a_new_format_is_one_entry(monkeypatch, tmp_path):
    shouted = Format("loud", (".loud",), "in capitals", f"{__name__}:write_loud", is_binary=True)
    monkeypatch.setitem(FORMATS, "loud", shouted)
    assert ONE.export("loud") == ONE.text.upper().encode()
    ONE.save(tmp_path / "a.loud")
    assert (tmp_path / "a.loud").read_bytes() == ONE.export("loud")


def write_loud(document):
    return document.text.upper().encode()
