"""ocr read --fields: a table of the fields of forms."""

import json

import pytest

from cli.pictures import word

FIELDS = {"fields": [{"name": "word", "box": [0, 0, 1, 1], "kind": "upper"}]}


@pytest.fixture
def form(in_folder):
    in_folder.joinpath("a.png").write_bytes(word("HUT"))
    in_folder.joinpath("f.json").write_text(json.dumps(FIELDS))
    return in_folder


def test_the_table(form, ocr):
    code, out, err = ocr("read", "a.png", "--fields", "f.json")
    assert (code, err) == (0, "")
    assert [line.split()[:2] for line in out.splitlines()] == [["name", "text"], ["word", "HUT"]]


def test_the_format_is_that_of_the_option_or_of_the_file(form, ocr):
    code, out, _ = ocr("read", "a.png", "a.png", "--fields", "f.json", "-f", "json")
    assert code == 0
    assert [page["fields"][0]["text"] for page in json.loads(out)["pages"]] == ["HUT", "HUT"]
    assert ocr("read", "a.png", "--fields", "f.json", "-o", "out.tsv") == (0, "", "wrote out.tsv\n")
    assert form.joinpath("out.tsv").read_text().splitlines()[1].startswith("a.png\tword\tupper\tHUT\t")


def test_what_cannot_be_read_is_named_and_the_rest_is_read(form, ocr):
    code, out, err = ocr("read", "none.png", "a.png", "--fields", "f.json")
    assert code == 3
    assert "HUT" in out
    assert err.startswith("ocr: ")
    assert "none.png" in err


REFUSED = {
    "missing file": (["--fields", "none.json"], "fields none.json: no such file"),
    "folder": (["--fields", "f.json", "-o", "out/"], "found a folder, expected one file"),
    "format": (["--fields", "f.json", "-f", "hocr"], "found the format hocr, expected txt, json, tsv"),
    "ending": (["--fields", "f.json", "-o", "a.pdf"], "found the format pdf"),
    "useless option": (["--fields", "f.json", "--overlay", "b.png"], "--overlay and --fields: expected one"),
    "jobs": (["--fields", "f.json", "--jobs", "2"], "--jobs and --fields: expected one"),
    "over the fields": (["--fields", "f.json", "-o", "f.json"], "would overwrite another file of this run"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_use_ends_with_2(case, form, ocr):
    options, reason = REFUSED[case]
    code, out, err = ocr("read", "a.png", *options)
    assert (code, out) == (2, "")
    assert reason in err
    assert json.loads(form.joinpath("f.json").read_text()) == FIELDS
