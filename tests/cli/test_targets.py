"""``ocr read -f -o``: every format in its place, and what is refused before anything is read."""

import io
import json
import os
import sys

import pytest
from PIL import Image

from cli.pictures import encoded, scan, word, written
from ocr.batch.inputs import Input
from ocr.batch.outputs import output_path, outputs_of, plan_target
from ocr.document.formats import FORMATS
from ocr.document.tree import Document
from ocr.errors import ImageError

SEVERAL = [name for name, one in FORMATS.items() if one.most_pages is None]


@pytest.fixture
def folder(in_folder):
    in_folder.joinpath("a.png").write_bytes(word("HUT"))
    in_folder.joinpath("b.png").write_bytes(word("MAN"))
    return in_folder


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(autouse=True)
def _reads_nothing_that_is_refused(request, monkeypatch):
    if "refused" in request.node.name:

        def never(*_arguments, **_settings):
            pytest.fail("something was read")

        monkeypatch.setattr("ocr.batch.read_input.Album", never)


def test_each_format_has_a_kind_of_file(folder, ocr):
    for name, one in FORMATS.items():
        output = f"out{one.suffixes[-1]}"
        assert ocr("read", "a.png", "-o", output) == (0, "", "")
        by_name = ocr("read", "a.png", "-f", name.upper(), "-o", "named")
        assert by_name == (0, "", "")
        first, second = (folder.joinpath(path).read_bytes() for path in (output, "named"))
        # These two say when they were made.
        assert len(first) == len(second) if name in {"alto", "page", "pdf"} else first == second
        # The page has no table.
        assert b"HUT" in first or name in {"hocr", "alto", "page", "pdf", "tables"}


@pytest.mark.parametrize("name", SEVERAL)
def test_several_pictures_in_one_file(name, folder, ocr):
    output = f"out{FORMATS[name].suffixes[0]}"
    code, out, err = ocr("read", "a.png", "b.png", "-o", output)
    assert (code, out, err) == (0, "", "ocr: read 2 of 2 pictures\n")
    assert folder.joinpath(output).stat().st_size > 0 or name == "tables", "the page has no table"
    assert names_in(folder) == sorted(["a.png", "b.png", output]), "a draft was left"


@pytest.mark.parametrize("name", [name for name in SEVERAL if name not in {"alto", "pdf"}])
def test_standard_output_gets_what_the_file_gets(name, folder, ocr):
    assert ocr("read", "a.png", "b.png", "-f", name, "-o", "out", "-q") == (0, "", "")
    text = folder.joinpath("out").read_text(encoding="utf-8")
    assert ocr("read", "a.png", "b.png", "-f", name, "-o", "-") == (0, text, "")


def test_json_of_the_command_line_is_a_document(folder, ocr):
    code, out, _ = ocr("read", "a.png", "b.png", "--format", "json")
    document = Document.from_json(out)
    assert (code, document.text) == (0, "HUT\fMAN")
    assert [page.source for page in document.pages] == ["a.png", "b.png"]


def texts_below(folder):
    """What was written, by the path below ``folder``."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text().strip() for path in found}


@pytest.mark.parametrize("output", ["texts/", "texts"])
def test_a_folder_gets_a_file_for_each(output, folder, ocr):
    if output == "texts":
        folder.joinpath("texts").mkdir()
    for name in ("x", "y"):
        folder.joinpath(name).mkdir()
        folder.joinpath(name, "a.png").write_bytes(word("TEN"))
    assert ocr("read", "a.png", "x/a.png", "b.png", "-o", output) == (0, "", "ocr: read 3 of 3 pictures\n")
    expected = {"a.png.txt": "HUT", "a.png_2.txt": "TEN", "b.txt": "MAN"}
    assert texts_below(folder / "texts") == expected
    assert ocr("read", "a.png", "-f", "alto", "-o", output)[0] == 0
    assert (folder / "texts" / "a.alto.xml").is_file()


def test_below_a_folder_files_have_the_paths_of_their_pictures(folder, ocr):
    for name, text in (("1/a.png", "TEN"), ("2/a.png", "MAN"), ("2/A.jpg", "HUT")):
        folder.joinpath("books", name).parent.mkdir(parents=True, exist_ok=True)
        folder.joinpath("books", name).write_bytes(word(text))
    assert ocr("read", "books", "-r", "-o", "texts/", "-q") == (0, "", "")
    assert texts_below(folder / "texts") == {"1/a.txt": "TEN", "2/a.png.txt": "MAN", "2/A.jpg.txt": "HUT"}


def outputs(*inputs, output="out/"):
    target = plan_target(output, None, is_asked=False)
    return [(output_path(target, one), one.is_sure) for one in outputs_of(target, inputs)]


def test_no_file_lies_outside_the_folder_whatever_its_picture_is_called(folder):
    inside = folder.relative_to(folder.anchor).as_posix()
    above = folder.parent.relative_to(folder.anchor).as_posix()
    found = outputs(
        Input("../../c.png"),
        Input("/d.png"),
        Input("x/../../e.png", top="x"),
        Input("../f.png", top=""),
        Input("..", top="."),
        Input("x/./../g.png", top="."),
    )
    expected = ["c", "d", f"{above}/e", f"{above}/f", above, "g"]
    assert found == [(f"out/{name}.txt", True) for name in expected]
    assert outputs(Input("h.png", top="")) == [(f"out/{inside}/h.txt", True)]


def test_what_cannot_be_read_or_named_has_no_file():
    error = ImageError("folder scans: no pictures in it")
    inputs = (Input("scans", error), Input("a\0b.png"), Input("scans.png"), Input("-"), Input("stdin.png"))
    expected = [("out/scans.txt", True), ("out/stdin.txt", False), ("out/stdin.png.txt", True)]
    assert outputs(*inputs) == [(None, False)] * 2 + expected
    assert outputs(Input("a.png"), output="all.txt") == [(None, False)]


def test_standard_input_has_a_file_name(folder, ocr, monkeypatch):
    monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": io.BytesIO(word("TEN"))}))
    assert ocr("read", "-", "-f", "html", "-o", "out/") == (0, "", "")
    page = folder.joinpath("out", "stdin.html").read_text(encoding="utf-8")
    assert "TEN" in page
    assert "data:image/jpeg" in page


def test_pictures_of_pages_that_are_no_file_are_shown(folder, ocr):
    folder.joinpath("scan.tif").write_bytes(scan("HUT", "MAN"))
    assert ocr("read", "scan.tif", "a.png", "-o", "out.html", "-q") == (0, "", "")
    assert folder.joinpath("out.html").read_text(encoding="utf-8").count("data:image/jpeg") == 3
    assert ocr("read", "scan.tif", "-f", "html", "-o", "each/") == (0, "", "")
    assert folder.joinpath("each", "scan.html").read_text(encoding="utf-8").count("data:image/jpeg") == 2


def test_upright_as_the_camera_says(folder, ocr):
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = Image.fromarray(written("HUT")).transpose(Image.Transpose.ROTATE_90)
    folder.joinpath("photo.jpg").write_bytes(encoded(turned, "JPEG", exif=exif))
    assert ocr("read", "photo.jpg", "-o", "out.html") == (0, "", "")
    assert "HUT" in folder.joinpath("out.html").read_text(encoding="utf-8")


def test_doubtful_signs_in_a_file(folder, ocr):
    assert ocr("read", "a.png", "--min-confidence", "1", "--reject-char", "?", "-o", "a.md")[0] == 0
    assert folder.joinpath("a.md").read_text() == "???\n"


def test_a_format_that_is_named_counts_more_than_the_ending(folder, ocr, monkeypatch):
    assert ocr("read", "a.png", "-f", "json", "-o", "a.txt")[0] == 0
    assert json.loads(folder.joinpath("a.txt").read_text())["version"] == 3
    # The ending counts more than a setting, a setting more than nothing.
    monkeypatch.setenv("OCR_FORMAT", "json")
    assert ocr("read", "a.png", "-o", "a.txt")[0] == 0
    assert folder.joinpath("a.txt").read_text() == "HUT\n"
    assert ocr("read", "a.png", "-o", "noending")[0] == 0
    assert ocr("read", "a.png")[1] == folder.joinpath("noending").read_text()


def test_what_cannot_be_read_leaves_no_file_of_its_own_and_the_old_one_stays(folder, ocr):
    folder.joinpath("bad.png").write_bytes(b"no picture")
    folder.joinpath("out").mkdir()
    folder.joinpath("out", "bad.txt").write_text("of yesterday")
    code, out, err = ocr("read", "a.png", "bad.png", "b.png", "-o", "out")
    assert (code, out) == (3, "")
    assert err.endswith("ocr: read 2 of 3 pictures; 1 could not be read\n")
    assert names_in(folder / "out") == ["a.txt", "b.txt", "bad.txt"]
    assert folder.joinpath("out", "bad.txt").read_text() == "of yesterday"


def test_a_file_of_which_a_page_is_damaged_gets_none_of_its_own(folder, ocr):
    content = scan("HUT", "MAN")
    folder.joinpath("scan.tif").write_bytes(content[: -len(content) // 4])
    code, out, err = ocr("read", "scan.tif", "-o", "out/")
    assert (code, out) == (3, "")
    assert err.startswith("ocr: picture scan.tif page 2: ")
    assert not folder.joinpath("out").exists()
    assert ocr("read", "scan.tif", "-o", "out/", "--pages", "1") == (0, "", "")
    assert folder.joinpath("out", "scan.txt").read_text() == "HUT\n"


def test_one_file_for_all_has_what_could_be_read_and_is_not_there_if_nothing_could(folder, ocr):
    folder.joinpath("bad.png").write_bytes(b"no picture")
    assert ocr("read", "bad.png", "a.png", "-o", "all.txt")[0] == 3
    assert folder.joinpath("all.txt").read_text() == "HUT\n"
    assert ocr("read", "bad.png", "-o", "none.json")[0] == 3
    assert ocr("read", "bad.png", "-f", "json")[:2] == (3, "")
    assert not folder.joinpath("none.json").exists()


def test_several_pages_in_a_format_of_one(folder, ocr):
    folder.joinpath("scan.tif").write_bytes(scan("HUT", "MAN"))
    code, _, err = ocr("read", "scan.tif", "a.png", "-f", "page", "-o", "out/")
    assert code == 2
    expected = "ocr: scan.tif: found 2 pages, expected 1 in this format; choose it by --pages\n"
    assert err.startswith(expected)
    assert names_in(folder / "out") == ["a.page.xml"]


def test_a_folder_that_cannot_be_written_to_later_is_an_error(folder, ocr, monkeypatch):
    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    code, out, err = ocr("read", "a.png", "-o", "out.txt")
    assert (code, out) == (1, "")
    assert err.startswith("ocr: output out.txt: cannot be written (no space left on device)")
    code, _, err = ocr("read", "a.png", "-o", "out/")
    assert code == 1
    assert err.startswith("ocr: output out/a.txt: cannot be written (no space left on device)")


REFUSED = {
    "format": (["a.png", "-f", "jsn"], "found 'jsn', expected one of txt, md, json"),
    "near format": (["a.png", "-f", "jsn"], "did you mean json?"),
    "ending": (["a.png", "-o", "a.jsn"], "ends in .jsn, expected one of .txt"),
    "no ending": (["a.png", "-o", "out"], "a folder ends in /"),
    "several in page": (["a.png", "b.png", "-o", "a.page.xml"], "name a folder: -o DIR/"),
    "over the picture": (["a.png", "-f", "txt", "-o", "./a.png"], "would overwrite another file of this run"),
    "over a link to it": (
        ["link.png", "-f", "txt", "-o", "a.png"],
        "would overwrite another file of this run",
    ),
    "over the words": (
        ["a.png", "--words", "w.txt", "-o", "w.txt"],
        "would overwrite another file of this run",
    ),
    "over the list": (["@w.txt", "-o", "w.txt"], "would overwrite another file of this run"),
    "over the input in a folder": (["c.pdf", "-f", "pdf", "-o", "./"], "would overwrite a picture"),
    "too long": (["a.png", "-o", "n" * 256 + ".txt"], "cannot be used (file name too long)"),
    "in a file": (["a.png", "-o", "b.png/a.txt"], "b.png is no folder"),
    "over the words in a folder": (["w.png", "--words", "w.txt", "-o", "."], "would overwrite another file"),
    "over a drawing": (
        ["a.png", "-f", "md", "-o", "x.png", "--overlay", "x.png"],
        "another file of this run",
    ),
    "resume without output": (["a.png", "--resume"], "found --output standard output, expected a folder"),
    "resume in a file": (["a.png", "--resume", "-o", "a.txt"], "expected a folder; it ends in /"),
    "quiet and verbose": (["a.png", "-q", "-v"], "expected one of them"),
    "jobs": (["a.png", "--jobs", "-1"], "is not in the range"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_anything_is_read(case, folder, ocr):
    arguments, reason = REFUSED[case]
    folder.joinpath("w.txt").write_text("a.png\n")
    folder.joinpath("c.pdf").write_bytes(b"%PDF")
    folder.joinpath("link.png").symlink_to("a.png")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    code, out, err = ocr("read", *arguments)
    assert (code, out) == (2, "")
    assert reason in err
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.skipif(sys.platform == "win32", reason="no such rights there")
def test_a_place_that_may_not_be_written_to_is_refused(folder, ocr, monkeypatch):
    # Not chmod: to an administrator every folder is open.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert ocr("read", "a.png", "-o", "out.txt")[2].endswith(" may not be written to; choose another place\n")
    folder.joinpath("out.txt").write_text("old")
    expected = "ocr: --output out.txt: may not be written; choose another place\n"
    assert ocr("read", "a.png", "-o", "out.txt") == (2, "", expected)


def test_pdf_on_a_terminal_is_refused(folder, ocr, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    expected = "ocr: --format pdf: found a terminal, expected a file; name one by --output FILE\n"
    assert ocr("read", "a.png", "-f", "pdf") == (2, "", expected)


def test_pdf_into_a_pipe(folder, ocr, monkeypatch):
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stdout)
    assert ocr("read", "a.png", "-f", "pdf")[0] == 0
    assert stdout.buffer.getvalue().startswith(b"%PDF-")
