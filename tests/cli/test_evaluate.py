"""``ocr evaluate``: what is read beside what is written, page by page and pooled."""

import json
import sys

import pytest

from cli.pictures import word


@pytest.fixture
def folder(in_folder):
    """Two written pages with their texts, one picture without, and a text without a picture."""
    pages = in_folder / "notes"
    pages.mkdir()
    for name, text in {"page10": "HUT", "page2": "TOP"}.items():
        (pages / f"{name}.png").write_bytes(word(text))
        (pages / f"{name}.gt.txt").write_text(f"{text}\n")
    (pages / "other.png").write_bytes(word("ICE"))
    (pages / "lost.gt.txt").write_text("nothing")
    return pages


def test_pages_and_their_folder_are_scored(folder, ocr):
    code, out, err = ocr("evaluate", "notes")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0] == "notes"
    assert lines[1].split() == ["page", "CER", "%", "no", "case", "A-Z", "0-9", "WER", "%", "F1", "s"]
    assert [line.split()[0] for line in lines[2:5]] == ["page2.png", "page10.png", "all"]
    assert all(line.split()[1:6] == ["0.0", "0.0", "100.0", "0.0", "100.0"] for line in lines[2:4])
    assert len(lines) == 5


def test_mistakes_are_counted_pooled_and_ranked(folder, ocr):
    (folder / "page2.gt.txt").write_text("TOPHAT 1")
    code, out, _ = ocr("evaluate", "notes", "--top", "1")
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()[2:5]}
    assert code == 0
    assert rows["page2.png"][:4] == ["62.5", "62.5", "42.9", "100.0"]
    # 5 edits in 8 + 3 characters, whichever page is the longer.
    assert rows["all"][1] == "45.5"
    tail = out.splitlines()[-2:]
    assert tail[0].split() == ["is", "read", "as", "count", "of", "its", "kind"]
    assert "nothing" in tail[1]


def test_several_folders_are_never_put_together(folder, in_folder, ocr):
    code, out, _ = ocr("evaluate", "notes", "notes", "--top", "0")
    assert code == 0
    assert out.count("all 2") == 2
    assert out.split("\n\n")[1].startswith("notes\n")


def test_json_holds_every_number_and_the_texts(folder, ocr):
    (folder / "page2.gt.txt").write_text("Top.")
    code, out, err = ocr("evaluate", "notes", "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert (found["model"], found["language"]) == ("print", "english")
    assert "NFKC" in found["normalisation"]
    (notes,) = found["folders"]
    first, second = notes["pages"]
    assert (first["picture"].rpartition("/")[2], first["text"], first["was_read"]) == (
        "page2.png",
        "TOP",
        True,
    )
    assert (first["edits"], first["edits_caseless"], first["alphanumeric_edits"]) == (3, 1, 0)
    assert first["cer"] == pytest.approx(3 / 4)
    assert second["cer"] == 0
    assert notes["pooled"]["cer"] == pytest.approx(3 / 7)
    assert notes["pooled"]["seconds_per_page"] > 0
    assert sum(one["count"] for one in notes["confusions"]) == 3


def test_language_and_model_can_be_chosen(folder, tiny_model, ocr):
    code, out, _ = ocr("evaluate", "notes", "--language", "none", "-m", tiny_model, "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["model"], found["language"]) == ("tiny", "none")


def test_a_text_may_begin_with_a_byte_order_mark(folder, ocr):
    (folder / "page2.gt.txt").write_text("TOP", encoding="utf-8-sig")
    assert json.loads(ocr("evaluate", "notes", "--json")[1])["folders"][0]["pooled"]["cer"] == 0


def test_a_picture_that_cannot_be_read_counts_as_an_empty_page(folder, ocr):
    (folder / "page2.png").write_bytes(b"torn")
    code, out, err = ocr("evaluate", "notes", "--json")
    pages = json.loads(out)["folders"][0]["pages"]
    assert code == 3
    assert err.startswith("ocr: ")
    assert err.count("\n") == 1
    assert "page2.png" in err
    assert [(page["was_read"], page["text"], page["cer"]) for page in pages] == [
        (False, "", 1),
        (True, "HUT", 0),
    ]


def test_a_folder_without_pictures_and_texts_ends_in_one_line(folder, in_folder, ocr):
    for name, files in {"empty": (), "pictures": ("page.png",), "texts": ("page.gt.txt",)}.items():
        (in_folder / name).mkdir()
        for file in files:
            (in_folder / name / file).write_bytes(word("HUT"))
        message = (
            f"ocr: folder {name}: found no picture with its text, expected page1.jpg beside page1.gt.txt\n"
        )
        assert ocr("evaluate", "notes", name) == (5, "", message)


def test_texts_that_are_none_end_in_one_line(folder, monkeypatch, ocr):
    (folder / "page2.gt.txt").write_bytes(b"\xff\xfe\xfd")
    code, out, err = ocr("evaluate", "notes")
    assert (code, out, err.count("\n")) == (5, "", 1)
    assert "page2.gt.txt: cannot be read (not utf-8); expected the page's text in UTF-8" in err
    (folder / "page2.gt.txt").write_bytes(b"a" * 100)
    monkeypatch.setattr("ocr.cli.evaluate_command._MOST_TEXT_BYTES", 99)
    assert "page2.gt.txt: larger than" in ocr("evaluate", "notes")[2]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "Missing argument"),
        (("nowhere",), 2, "does not exist"),
        (("notes/page2.png",), 2, "is a file"),
        (("notes", "--language", "klingon"), 2, "klingon"),
        (("notes", "--top", "-1"), 2, "-1"),
        (("notes", "--model", "nobody"), 4, "nobody"),
    ],
)
def test_bad_usage_ends_in_its_code(folder, ocr, arguments, code, words):
    found, out, err = ocr("evaluate", *arguments)
    assert (found, out) == (code, "")
    assert words in err
    assert "Traceback" not in err


def test_help_fits_a_screen_and_says_what_the_measures_are(ocr):
    code, out, _ = ocr("evaluate", "--help")
    assert code == 0
    assert len(out.splitlines()) <= 40
    assert "CER, edits over characters" in out


def test_without_its_library_it_says_what_to_install_before_it_reads(folder, ocr, monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidfuzz.distance", None)
    monkeypatch.delitem(sys.modules, "ocr.evaluation.page_scores", raising=False)
    message = "scores of pages need a library that is not installed; install with: pip install rapidfuzz"
    assert ocr("evaluate", "notes") == (2, "", f"ocr: {message}\n")
