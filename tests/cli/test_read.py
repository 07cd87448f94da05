"""``ocr read``: text on stdout and nothing else there, one line on stderr for each thing that went wrong."""

import io
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from cli.pictures import encoded, png_bomb, png_header, word, written
from ocr.batch import progress
from ocr.batch.inputs import natural_order
from ocr.cli.app import run
from ocr.view.stages import STAGES

NOTHING = "nothing that looks like writing was found"
HUT = Image.fromarray(written("HUT"))
BLANK = encoded(Image.new("L", (60, 40), 255), "PNG")


def deep_tiff():
    return encoded(Image.fromarray(written("HUT").astype(np.uint16) * 257), "TIFF")


def float_tiff():
    return encoded(Image.fromarray(written("HUT").astype(np.float32) / 255), "TIFF")


def transparent(mode):
    ink = 255 - written("HUT")
    layer = np.zeros((*ink.shape, 4), np.uint8)
    layer[..., 3] = ink
    return Image.fromarray(layer).convert(mode)


def palette_with_alpha():
    image = Image.fromarray(np.where(written("HUT") > 128, 0, 1).astype(np.uint8))
    image = image.convert("P")
    image.putpalette([0, 0, 0] * 2)
    return encoded(image, "PNG", transparency=b"\x00\xff")


GOOD = {
    "jpeg": lambda: encoded(HUT, "JPEG", quality=90),
    "progressive JPEG": lambda: encoded(HUT.convert("RGB"), "JPEG", progressive=True),
    "CMYK JPEG": lambda: encoded(HUT.convert("RGB").convert("CMYK"), "JPEG"),
    "1 bit": lambda: encoded(HUT.convert("1"), "PNG"),
    "16 bit PNG": lambda: encoded(Image.fromarray(written("HUT").astype(np.uint16) * 257), "PNG"),
    "16 bit TIFF": deep_tiff,
    "float TIFF": float_tiff,
    "RGBA": lambda: encoded(transparent("RGBA"), "PNG"),
    "LA": lambda: encoded(transparent("LA"), "PNG"),
    "palette": lambda: encoded(HUT.convert("RGB").convert("P"), "PNG"),
    "palette with alpha": palette_with_alpha,
    "GIF": lambda: encoded(HUT, "GIF"),
    "BMP": lambda: encoded(HUT, "BMP"),
    "PPM": lambda: encoded(HUT.convert("RGB"), "PPM"),
    "WebP": lambda: encoded(HUT.convert("RGB"), "WEBP"),
    "white on black": lambda: encoded(Image.fromarray(255 - written("HUT")), "PNG"),
    "damaged tags": lambda: encoded(HUT, "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xffjunk"),
    "tags of another kind": lambda: encoded(HUT, "JPEG", exif=b"Exif\x00\x00nonsense"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_reads_every_kind_of_picture(kind, in_folder, ocr):
    in_folder.joinpath("photo").write_bytes(GOOD[kind]())
    assert ocr("read", "photo") == (0, "HUT\n", "")


def bytes_of_pickle():
    return pickle.dumps({"not": "a picture"})


IS_NO_PICTURE = "not a picture that can be read; expected JPEG, PNG, TIFF, PDF, HEIC, WebP, AVIF, BMP or GIF"
BAD = {
    "empty": (lambda: b"", "the file is empty; expected a JPEG, PNG, TIFF or other picture"),
    "text": (lambda: b"dear reader\n" * 9, IS_NO_PICTURE),
    "pickle": (bytes_of_pickle, IS_NO_PICTURE),
    "PostScript": (
        lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n",
        IS_NO_PICTURE,
    ),
    "header of a giant": (
        lambda: png_header(100_000, 100_000),
        "more than 256 megapixels; reduce it first",
    ),
    "bomb": (png_bomb, "16000 x 16000 pixels, expected at most 200 megapixels; reduce it first"),
    "header only": (lambda: png_header(40, 40), None),
    "truncated JPEG": (lambda: GOOD["jpeg"]()[:-300], None),
    "truncated PNG": (lambda: word()[: len(word()) // 2], None),
    "truncated TIFF": (lambda: deep_tiff()[:-400], None),
    "truncated GIF": (lambda: GOOD["GIF"]()[:60], None),
    "truncated WebP": (lambda: GOOD["WebP"]()[:200], None),
    "truncated BMP": (lambda: GOOD["BMP"]()[:900], None),
    "JPEG without pixels": (lambda: GOOD["jpeg"]()[:24], None),
    "PNG with a wrong checksum": (lambda: word().replace(b"IDAT", b"IDAT", 1)[:60] + b"\0" * 80, None),
}


@pytest.mark.parametrize("kind", BAD)
def test_refuses_what_is_no_whole_picture_in_one_line(kind, in_folder, ocr):
    content, reason = BAD[kind]
    in_folder.joinpath("photo.jpg").write_bytes(content())
    code, out, err = ocr("read", "photo.jpg")
    assert (code, out) == (3, "")
    assert err.startswith("ocr: picture photo.jpg: ")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    if reason is not None:
        assert err == f"ocr: picture photo.jpg: {reason}\n"


@pytest.mark.parametrize("name", ["missing.jpg", "no/such/folder/a.jpg", ""])
def test_missing_file(name, in_folder, ocr):
    assert ocr("read", name) == (3, "", f"ocr: picture {name}: no such file; is the path right?\n")


def test_name_that_no_file_has(in_folder, ocr):
    expected = "ocr: picture a\\x00b: no file has such a name; is the path right?\n"
    assert ocr("read", "a\0b") == (3, "", expected)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_pipe_is_refused_and_not_waited_for(in_folder, ocr):
    os.mkfifo("photo.jpg")
    expected = (
        "ocr: picture photo.jpg: found a pipe or device, expected a file; pipe pictures to 'ocr read -'\n"
    )
    assert ocr("read", "photo.jpg") == (3, "", expected)


def test_device_is_refused(ocr):
    code, out, err = ocr("read", os.devnull)
    assert (code, out) == (3, "")
    assert "found a pipe or device" in err


def test_file_that_may_not_be_read(in_folder, ocr, monkeypatch):
    in_folder.joinpath("photo.png").write_bytes(word())

    def forbidden(path):
        raise PermissionError(13, "Permission denied")

    # Not chmod: to an administrator every file is open.
    monkeypatch.setattr("pathlib.Path.read_bytes", forbidden)
    expected = "ocr: picture photo.png: may not be read; ask for permission or copy it\n"
    assert ocr("read", "photo.png") == (3, "", expected)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("my photo.png", "my photo.png"),
        ("two\nlines.png", r"two\nlines.png"),
        ("a\udcffb.png", r"a\udcffb.png"),
    ],
)
def test_odd_names_are_read_and_shown_in_one_line(name, shown, in_folder, ocr):
    try:
        in_folder.joinpath(name).write_bytes(BLANK)
    except (OSError, UnicodeError):
        pytest.skip("this file system has no such names")
    assert ocr("read", name) == (0, "", f"ocr: {shown}: {NOTHING}\n")


def test_link_to_a_picture_is_read(in_folder, ocr):
    in_folder.joinpath("real.png").write_bytes(word())
    in_folder.joinpath("link").symlink_to("real.png")
    assert ocr("read", "link") == (0, "HUT\n", "")


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (300, 2), (1, 900), (60, 40)])
@pytest.mark.parametrize("gray", [0, 255])
def test_blank_page_is_empty_text_with_a_note(size, gray, in_folder, ocr):
    Image.new("L", size, gray).save("photo.png")
    assert ocr("read", "photo.png") == (0, "", f"ocr: photo.png: {NOTHING}\n")
    assert ocr("read", "photo.png", "--quiet") == (0, "", "")


@pytest.mark.parametrize("format_", ["GIF", "PNG", "WEBP"])
def test_first_picture_of_an_animation_is_read_with_a_note(format_, in_folder, ocr):
    frames = [HUT.convert("RGB"), Image.new("RGB", HUT.size, "white")]
    frames[0].save("moving", format=format_, save_all=True, append_images=frames[1:])
    expected = "ocr: moving: is an animation; only its first picture was read\n"
    assert ocr("read", "moving") == (0, "HUT\n", expected)


def test_standard_input(ocr, monkeypatch):
    class Stdin:
        buffer = io.BytesIO(word())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert ocr("read", "-") == (0, "HUT\n", "")
    code, out, err = ocr("read", "-")
    assert (code, out) == (3, "")
    assert err.startswith("ocr: picture standard input: the file is empty")


def test_form_feed_between_pages(in_folder, ocr):
    for name, text in (("a.png", "HUT"), ("c.png", "MAN")):
        in_folder.joinpath(name).write_bytes(word(text))
    in_folder.joinpath("b.png").write_bytes(BLANK)
    expected = f"ocr: b.png: {NOTHING}\n"
    assert ocr("read", "a.png", "b.png", "c.png") == (0, "HUT\n\f\fMAN\n", expected)


def test_batch_goes_on_after_bad_files_and_sums_up(in_folder, ocr):
    in_folder.joinpath("1.png").write_bytes(word("HUT"))
    in_folder.joinpath("2.png").write_bytes(b"no picture")
    in_folder.joinpath("3.png").write_bytes(word("MAN"))
    bad = [f"ocr: picture 2.png: {IS_NO_PICTURE}\n", "ocr: picture 4.png: no such file; is the path right?\n"]
    names = ("1.png", "2.png", "3.png", "4.png")
    summary = "ocr: read 2 of 4 pictures; 2 could not be read\n"
    assert ocr("read", *names) == (3, "HUT\n\fMAN\n", "".join(bad) + summary)
    assert ocr("read", "-q", *names) == (3, "HUT\n\fMAN\n", "".join(bad))


def test_many_good_pictures_leave_stderr_empty(in_folder, ocr):
    in_folder.joinpath("1.png").write_bytes(word())
    assert ocr("read", *["1.png"] * 5) == (0, "\f".join(["HUT\n"] * 5), "")


def test_progress_bar_on_a_terminal_only_and_never_on_stdout(in_folder, ocr, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    # Pages that are read at once come too fast for a bar that is drawn ten times a second.
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_DRAWINGS", 0.0)
    in_folder.joinpath("1.png").write_bytes(word())
    code, out, err = ocr("read", *["1.png"] * 4)
    assert (code, out) == (0, "\f".join(["HUT\n"] * 4))
    assert "4 of 4 pictures" in err
    assert ocr("read", *["1.png"] * 3)[2] == ""
    assert ocr("read", "-q", *["1.png"] * 4)[2] == ""


def test_folder_in_natural_order_without_hidden_and_other_files(in_folder, ocr):
    folder = in_folder / "scans"
    (folder / "inner").mkdir(parents=True)
    for name, text in (("page10.png", "MAN"), ("Page9.PNG", "HUT"), ("inner/page1.png", "TEN")):
        (folder / name).write_bytes(word(text))
    (folder / "notes.txt").write_text("no picture")
    (folder / ".page8.png").write_bytes(b"what some systems leave")
    assert ocr("read", "scans") == (0, "HUT\n\fMAN\n", "")
    assert ocr("read", "--recursive", "scans") == (0, "HUT\n\fMAN\n\fTEN\n", "")


def test_folder_that_links_to_itself_is_read_once(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word())
    in_folder.joinpath("circle").symlink_to(in_folder)
    assert ocr("read", "-r", ".") == (0, "HUT\n", "")


def test_folder_without_pictures_is_an_error(in_folder, ocr):
    in_folder.joinpath("scans").mkdir()
    expected = "ocr: folder scans: no pictures in it, expected names such as page1.jpg"
    hint = "; --recursive looks into its folders"
    assert ocr("read", "scans") == (3, "", f"{expected}{hint}\n")
    assert ocr("read", "-r", "scans") == (3, "", f"{expected}\n")


def test_folder_that_may_not_be_listed_is_an_error(in_folder, ocr, monkeypatch):
    in_folder.joinpath("scans").mkdir()

    def forbidden(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.scandir", forbidden)
    assert ocr("read", "scans") == (3, "", "ocr: folder scans: cannot be listed (permission denied)\n")


def test_natural_order():
    names = ["b", "a10", "a9", "A1", "a01", "a"]
    assert sorted(names, key=natural_order) == ["a", "A1", "a01", "a9", "a10", "b"]


def test_overlay_of_one_picture(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word())
    assert ocr("read", "a.png", "--overlay", "boxes.png") == (0, "HUT\n", "")
    with Image.open("boxes.png") as drawing:
        assert drawing.format == "PNG"
        assert drawing.size == HUT.size
        colors = {color for _, color in drawing.getcolors(1 << 20)}
    assert (0, 114, 178) in colors, "no box of a sure character"
    assert sorted(path.name for path in in_folder.iterdir()) == ["a.png", "boxes.png"], "a draft was left"


def test_overlays_of_several_pictures_go_to_a_folder(in_folder, ocr):
    for folder in ("x", "y"):
        (in_folder / folder).mkdir()
        (in_folder / folder / "page.png").write_bytes(word())
    assert ocr("read", "x/page.png", "y/page.png", "--overlay", "boxes")[0] == 0
    assert sorted(path.name for path in (in_folder / "boxes").iterdir()) == [
        "page.overlay.png",
        "page_2.overlay.png",
    ]


def test_stages_of_one_and_of_several_pictures(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word())
    assert ocr("read", "a.png", "--stages", "one")[0] == 0
    assert sorted(path.stem for path in (in_folder / "one").iterdir()) == list(STAGES)
    assert ocr("read", "a.png", "a.png", "--stages", "two")[0] == 0
    assert sorted(path.name for path in (in_folder / "two").iterdir()) == ["a", "a_2"]


def test_stages_and_overlay_of_a_blank_page(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(encoded(Image.new("L", (1, 1), 255), "PNG"))
    code, out, err = ocr("read", "a.png", "--stages", "stages", "--overlay", "boxes.png")
    assert (code, out, err) == (0, "", f"ocr: a.png: {NOTHING}\n")
    assert len(list((in_folder / "stages").iterdir())) == len(STAGES)


def test_charset_leaves_the_next_best_sign(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word("HUT"))
    assert ocr("read", "a.png", "--charset", "HUT") == (0, "HUT\n", "")
    code, out, _ = ocr("read", "a.png", "--charset", "digits")
    assert code == 0
    assert len(out) == 4
    assert out.strip().isdigit()


def test_language_and_words_of_ones_own(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word("HUT"))
    in_folder.joinpath("names.txt").write_text("# names\nKvorx\n")
    assert ocr("read", "a.png", "--language", "none") == (0, "HUT\n", "")
    assert ocr("read", "a.png", "--words", "names.txt", "--language", "english") == (0, "HUT\n", "")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such file; is the path right?"),
        (b"a\0b", "found a binary file, expected UTF-8 text with one word a line"),
        (b"\xff\xfe", "line 1 is not UTF-8, expected a text file with one word a line"),
        (b"#" * 10_000_001, "larger than 10 MB; leave out the words that the language knows"),
    ],
)
def test_bad_list_of_words_ends_with_2_in_one_line(content, reason, in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word("HUT"))
    if content is not None:
        in_folder.joinpath("names.txt").write_bytes(content)
    assert ocr("read", "a.png", "--words", "names.txt") == (2, "", f"ocr: words names.txt: {reason}\n")


def test_doubtful_signs_are_printed_as_the_reject_char(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word("HUT"))
    assert ocr("read", "a.png", "--min-confidence", "0") == (0, "HUT\n", "")
    assert ocr("read", "a.png", "--min-confidence", "1") == (0, "~~~\n", "")
    assert ocr("read", "a.png", "--min-confidence", "1", "--reject-char", "·") == (0, "···\n", "")


def test_lattice_of_a_line(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(encoded(Image.fromarray(written("HUT", "MAN")), "PNG"))
    for line in (1, 2):
        assert ocr("read", "a.png", "--lattice", f"{line}.png", "--line", line) == (0, "HUT\nMAN\n", "")
        with Image.open(f"{line}.png") as drawing:
            assert drawing.format == "PNG"
    assert ocr("read", "a.png", "--lattice", "first.png")[0] == 0
    assert in_folder.joinpath("first.png").read_bytes() == in_folder.joinpath("1.png").read_bytes()


def test_lattice_of_a_line_that_is_not_there(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word("HUT"))
    expected = "ocr: --line 2: found 1 lines of writing; choose one of them\n"
    assert ocr("read", "a.png", "--lattice", "b.png", "--line", "2") == (2, "", expected)
    assert [path.name for path in in_folder.iterdir()] == ["a.png"]


REFUSED = {
    "no picture": ([], "Missing argument"),
    "unknown option": (["a.png", "--colour"], "No such option"),
    "one file for two overlays": (["a.png", "a.png", "--overlay", "b.png"], "expected a folder"),
    "overlay that is no png": (["a.png", "--overlay", "b.jpg"], "found the ending '.jpg', expected .png"),
    "overlay over the picture": (["a.png", "--overlay", "a.png"], "would overwrite a picture to read"),
    "overlay over a link to it": (["link.png", "--overlay", "./a.png"], "would overwrite a picture to read"),
    "stage over the picture": (["1_gray.png", "--stages", "."], "would overwrite a picture to read"),
    "character that the model lacks": (["a.png", "--charset", "0€9"], "charset '0€9': found '€'"),
    "unknown language": (["a.png", "--language", "klingon"], "'klingon' is not one of"),
    "no confidence": (["a.png", "--min-confidence", "nan"], "found nan, expected a number from 0 to 1"),
    "impossible confidence": (["a.png", "--min-confidence", "90"], "is not in the range 0<=x<=1"),
    "two reject chars": (["a.png", "--reject-char", "??"], "found '??', expected one character"),
    "reject char of no width": (["a.png", "--reject-char", "\n"], r"found '\n', expected one character"),
    "lattice of two pictures": (["a.png", "a.png", "--lattice", "b.png"], "found 2 pictures, expected one"),
    "lattice that is no png": (
        ["a.png", "--lattice", "b.jpg"],
        "found the ending '.jpg', expected one picture",
    ),
    "lattice over the picture": (["a.png", "--lattice", "a.png"], "would overwrite a picture to read"),
    "line before the first": (["a.png", "--lattice", "b.png", "--line", "0"], "is not in the range x>=1"),
    "misspelt charset": (["a.png", "--charset", "digit"], "did you mean digits?"),
    "line without its drawing": (["a.png", "--line", "2"], "--line 2: found no --lattice"),
    "reject char for nothing": (
        ["a.png", "--reject-char", "?"],
        "--reject-char ?: found no --min-confidence",
    ),
    "empty charset": (["a.png", "--charset", ""], "found no character"),
    "file for a folder": (["a.png", "--stages", "a.png"], "is a file"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_use_ends_with_2_before_anything_is_written(case, in_folder, ocr):
    arguments, reason = REFUSED[case]
    for name in ("a.png", "1_gray.png"):
        in_folder.joinpath(name).write_bytes(word())
    in_folder.joinpath("link.png").symlink_to("a.png")
    code, out, err = ocr("read", *arguments)
    assert (code, out) == (2, "")
    assert reason in err
    assert in_folder.joinpath("a.png").read_bytes() == word()
    assert sorted(path.name for path in in_folder.iterdir()) == ["1_gray.png", "a.png", "link.png"]


def test_output_that_cannot_be_written(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word())
    in_folder.joinpath("file").write_text("in the way")
    code, _, err = ocr("read", "a.png", "--overlay", "file/boxes.png")
    assert code == 1
    assert err.startswith("ocr: output file/boxes.png: cannot be written (")
    assert err.count("\n") == 1


def test_missing_model_ends_with_4(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word())
    code, out, err = ocr("read", "a.png", "--model", "nosuchmodel")
    assert (code, out) == (4, "")
    assert err.startswith("ocr: model nosuchmodel: not found")
    assert err.count("\n") == 1


def test_damaged_model_ends_with_4(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word())
    in_folder.joinpath("mine.npz").write_bytes(b"no weights")
    in_folder.joinpath("mine.json").write_text("{}")
    code, out, err = ocr("read", "a.png", "--model", "mine.npz")
    assert (code, out) == (4, "")
    assert err.count("\n") == 1


def test_interrupted_ends_with_130(in_folder, ocr, monkeypatch):
    in_folder.joinpath("a.png").write_bytes(word())

    def interrupted(self, picture):
        raise KeyboardInterrupt

    monkeypatch.setattr("ocr.reader.Reader.read_picture", interrupted)
    code, out, err = ocr("read", "a.png")
    assert (code, out) == (130, "")
    assert "interrupted" in err


def test_closed_pipe_is_no_error(in_folder, ocr, monkeypatch):
    in_folder.joinpath("a.png").write_bytes(word())

    def closed(*_arguments, **_options):
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("ocr.batch.run.print_text", closed)
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # Click replaces both, for what Python flushes at its end
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    assert ocr("read", "a.png")[0] == 0


def test_text_is_utf8_whatever_the_locale(in_folder, monkeypatch):
    in_folder.joinpath("a.png").write_bytes(word())
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stdout)
    monkeypatch.setattr("ocr.document.tree.Page.confident_text", lambda page, *_, **__: "Größe ✓")
    assert run(["read", "a.png"]) == 0
    stdout.flush()
    assert stdout.buffer.getvalue().decode("utf-8") == "Größe ✓\n"


def test_help_is_fast_because_nothing_heavy_is_loaded():
    program = (
        "import sys; from ocr.cli.app import run; code = run(['read', '--help']); "
        "sys.exit(code or any(name in sys.modules for name in ('numpy', 'PIL', 'scipy')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "IMAGE..." in done.stdout
