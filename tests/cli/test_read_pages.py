"""``ocr read`` on files of several pages."""

import sys

import pytest
from PIL import Image

from cli.pictures import encoded, scan, word, written
from ocr.reader import Reader
from ocr.view.stages import STAGES

NOTHING = "nothing that looks like writing was found"


@pytest.fixture
def tif(in_folder):
    in_folder.joinpath("scan.tif").write_bytes(scan("HUT", "MAN", "TEN"))
    return in_folder


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_all_pages_of_a_tiff_are_parted_by_form_feeds(tif, ocr):
    assert ocr("read", "scan.tif") == (0, "HUT\n\fMAN\n\fTEN\n", "")


def test_all_pages_of_a_pdf(in_folder, ocr):
    pytest.importorskip("pypdfium2")
    in_folder.joinpath("scan.pdf").write_bytes(scan("HUT", "MAN", format_="PDF", resolution=200))
    in_folder.joinpath("a.png").write_bytes(word("TEN"))
    assert ocr("read", "scan.pdf", "a.png") == (0, "HUT\n\fMAN\n\fTEN\n", "")
    assert ocr("read", ".", "--pages", "1") == (0, "TEN\n\fHUT\n", "")


def test_heic_and_its_main_picture(in_folder, ocr):
    pillow_heif = pytest.importorskip("pillow_heif")
    file = pillow_heif.HeifFile()
    for text in ("HUT", "MAN"):
        file.add_from_pillow(Image.fromarray(written(text)))
    file.save("photo.heic", primary_index=1)
    expected = "ocr: photo.heic: holds 2 pictures; only the main one was read\n"
    assert ocr("read", "photo.heic") == (0, "MAN\n", expected)
    assert ocr("read", "photo.heic", "--pages", "1") == (0, "HUT\n", "")


def test_avif(in_folder, ocr):
    in_folder.joinpath("photo.avif").write_bytes(encoded(Image.fromarray(written("HUT")), "AVIF"))
    assert ocr("read", "photo.avif") == (0, "HUT\n", "")


@pytest.mark.parametrize(
    ("pages", "text"),
    [
        ("2", "MAN\n"),
        ("1,3", "HUT\n\fTEN\n"),
        ("2-3", "MAN\n\fTEN\n"),
        ("-2", "HUT\n\fMAN\n"),
        ("3-", "TEN\n"),
        ("3,1", "TEN\n\fHUT\n"),
    ],
)
def test_pages_that_are_asked_for(pages, text, tif, ocr):
    assert ocr("read", "scan.tif", "--pages", pages) == (0, text, "")


def test_a_picture_of_an_animation(in_folder, ocr):
    in_folder.joinpath("moving.gif").write_bytes(scan("HUT", "MAN", format_="GIF"))
    assert ocr("read", "moving.gif", "--pages", "2") == (0, "MAN\n", "")
    assert ocr("read", "moving.gif", "--pages", "1-") == (0, "HUT\n\fMAN\n", "")


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ("0", "pages 0: found page 0, the first is page 1"),
        ("3-1", "pages 3-1: found 3-1, expected the lower page first: 1-3"),
        ("one", "pages one: found 'one', expected numbers from 1 on and ranges, such as 1,3-5 or 7-"),
    ],
)
def test_pages_that_are_none_end_with_2(pages, reason, tif, ocr):
    assert ocr("read", "scan.tif", "--pages", pages) == (2, "", f"ocr: {reason}\n")


def test_a_file_that_ends_before_a_page_is_an_error_and_the_others_are_read(tif, ocr):
    tif.joinpath("a.png").write_bytes(word("HUT"))
    expected = (
        "ocr: picture a.png: found 1 page, expected at least 2 for pages 2; ask for others\n"
        "ocr: read 1 of 2 pictures; 1 could not be read\n"
    )
    assert ocr("read", "a.png", "scan.tif", "--pages", "2") == (3, "MAN\n", expected)


def test_notes_and_errors_name_the_page(in_folder, ocr):
    pages = [Image.fromarray(written("HUT")), Image.new("L", (60, 40), 255)]
    content = encoded(pages[0], "TIFF", save_all=True, append_images=[*pages[1:], pages[0]])
    in_folder.joinpath("scan.tif").write_bytes(content)
    note = f"ocr: scan.tif page 2: {NOTHING}\n"
    assert ocr("read", "scan.tif") == (0, "HUT\n\f\fHUT\n", note)
    in_folder.joinpath("scan.tif").write_bytes(content[: -len(content) // 4])
    code, out, err = ocr("read", "scan.tif")
    assert (code, out) == (3, "HUT\n\f")
    assert err.startswith(f"{note}ocr: picture scan.tif page 3: ")
    assert err.count("\n") == 2


def test_a_page_is_printed_before_the_next_is_read(tif, ocr, monkeypatch):
    shown, looked_at = [], []
    read_picture = Reader.read_picture

    def look(self, picture):
        looked_at.append(picture.name)
        assert len(shown) == len(looked_at) - 1
        return read_picture(self, picture)

    def show(text, *, is_first):
        shown.append(text)

    monkeypatch.setattr(Reader, "read_picture", look)
    monkeypatch.setattr("ocr.batch.run.print_text", show)
    assert ocr("read", "scan.tif")[0] == 0
    assert looked_at == [f"scan.tif page {number}" for number in (1, 2, 3)]
    assert shown == ["HUT", "MAN", "TEN"]


def test_a_file_that_takes_a_missing_library_is_an_error_and_the_others_are_read(in_folder, ocr, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    in_folder.joinpath("a.heic").write_bytes(b"\0\0\0\x14ftypheic\0\0\0\0heic")
    in_folder.joinpath("b.png").write_bytes(word("HUT"))
    expected = (
        "ocr: picture ./a.heic: HEIC needs a library that is not installed; "
        "install with: pip install pillow-heif\n"
        "ocr: read 1 of 2 pictures; 1 could not be read\n"
    )
    assert ocr("read", ".") == (3, "HUT\n", expected)


def test_drawings_of_several_pages_have_their_numbers(tif, ocr):
    assert ocr("read", "scan.tif", "--pages", "3,1", "--overlay", "boxes.png", "--stages", "st")[0] == 0
    assert names_in(tif) == ["boxes-1.png", "boxes-3.png", "scan.tif", "st"]
    assert names_in(tif / "st") == ["scan-1", "scan-3"]
    assert [path.stem for path in sorted((tif / "st" / "scan-3").iterdir())] == list(STAGES)


def test_drawings_of_one_page_have_no_number(tif, ocr):
    arguments = ("--overlay", "boxes.png", "--stages", "st", "--lattice", "line.png")
    assert ocr("read", "scan.tif", "--pages", "2", *arguments) == (0, "MAN\n", "")
    assert names_in(tif) == ["boxes.png", "line.png", "scan.tif", "st"]
    assert [path.stem for path in sorted((tif / "st").iterdir())] == list(STAGES)


def test_drawings_of_pages_go_to_a_folder_and_spare_those_of_others(tif, ocr):
    for name in ("scan-2.png", "scan.png"):
        tif.joinpath(name).write_bytes(word("HUT"))
    pictures = ("scan.tif", "scan-2.png", "scan.png")
    assert ocr("read", *pictures, "--overlay", "boxes", "--stages", "st")[0] == 0
    stems = ["scan-1", "scan-2", "scan-2_2", "scan-3", "scan_2"]
    assert names_in(tif / "st") == stems
    assert names_in(tif / "boxes") == [f"{stem}.overlay.png" for stem in stems]


def test_pages_are_not_drawn_over_a_picture_to_read(tif, ocr):
    tif.joinpath("scan-2.overlay.png").write_bytes(word("HUT"))
    assert ocr("read", "scan.tif", "scan-2.overlay.png", "--overlay", ".")[0] == 0
    assert tif.joinpath("scan-2.overlay.png").read_bytes() == word("HUT")
    assert "scan-2_2.overlay.png" in names_in(tif)


def test_lattice_of_several_pages_is_refused_before_they_are_read(tif, ocr):
    expected = "ocr: --lattice line.png: found 3 pages, expected one; choose it by --pages\n"
    assert ocr("read", "scan.tif", "--lattice", "line.png") == (2, "", expected)
    assert names_in(tif) == ["scan.tif"]
