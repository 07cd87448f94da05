"""Many pictures: side by side, cut off, and taken up again."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.pages_of_docs import ROOT
from cli.pictures import scan, word
from ocr.batch import read_input
from ocr.errors import ImageError

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals here")

NO_PICTURE = "not a picture that can be read; expected JPEG, PNG, TIFF, PDF, HEIC, WebP, AVIF, BMP or GIF"


def make_fragile(settings):
    """A process that reads, and dies of one picture."""
    read = read_input.make_worker(settings)

    def fragile(job):
        if "fatal" in job.source.path:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(job)

    return fragile


def small_pages(folder, count):
    """Small pages of which three are damaged, and what is to be read on each."""
    rng = random.Random(5)
    characters = [("HUT", "MAN", "TEN")[number % 3] for number in range(count)]
    bad = set(rng.sample(range(count), 3))
    for number, text in enumerate(characters):
        content = word(text)
        cut = rng.randrange(len(content) // 2)
        (folder / f"page{number}.png").write_bytes(content[:cut] if number in bad else content)
    return folder, {f"page{number}": text for number, text in enumerate(characters) if number not in bad}


@pytest.fixture(scope="module")
def dozen(tmp_path_factory):
    return small_pages(tmp_path_factory.mktemp("dozen"), 12)


def texts_in(folder):
    return {path.stem: path.read_text().strip() for path in folder.iterdir()}


@needs_signals
def test_none_of_many_is_lost_side_by_side(dozen, in_folder, ocr):
    pages, texts = dozen
    code, out, err = ocr("read", pages, "--jobs", "2")
    assert code == 3
    assert out == "\f".join(f"{text}\n" for text in texts.values())
    assert err.count("\n") == 4
    assert err.endswith("ocr: read 9 of 12 pictures; 3 could not be read\n")
    assert ocr("read", pages, "--jobs", "2", "-o", "texts/") == (3, "", err)
    assert texts_in(in_folder / "texts") == texts
    summary = "ocr: read 0 of 12 pictures; 9 there already; 3 could not be read\n"
    code, out, err = ocr("read", pages, "--jobs", "2", "-o", "texts/", "--resume")
    assert (code, out) == (3, "")
    assert err.endswith(summary)


def make_halting(settings):
    """A process that reads, and waits for ever at one picture."""
    read = read_input.make_worker(settings)

    def halting(job):
        if "page8" in job.source.path:
            signal.pause()
        return read(job)

    return halting


# A run that cannot end before it is cut off, and whose processes get any time to end when they are asked to.
HALTING_RUN = """
from cli import test_batch
from ocr import workers
from ocr.batch import processes
from ocr.cli.app import main

if __name__ == "__main__":
    processes.make_worker = test_batch.make_halting
    workers._SECONDS_TO_END = 3600
    main()
"""


def started(pages):
    """A run over many pages in a process group of its own, when the first of them was read."""
    Path("halting_run.py").write_text(HALTING_RUN)
    folders = [str(ROOT), str(ROOT / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])]
    # Where Ctrl-C is ignored, as by tests in the background of a shell, a new process would ignore it too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            [sys.executable, "halting_run.py", "read", str(pages), "--jobs", "2", "-o", "texts/", "-v"],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
        )
    finally:
        signal.signal(signal.SIGINT, before)
    return process, process.stderr.readline()


@needs_signals
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda kind: kind.name)
def test_cut_off_and_taken_up_again(kind, dozen, in_folder, ocr):
    pages, texts = dozen
    process, first = started(pages)
    with process:
        assert "page0" in first
        os.killpg(process.pid, kind)
        _, err = process.communicate()
    codes = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}
    assert process.returncode == codes[kind]
    if kind is signal.SIGINT:
        assert err.endswith("interrupted\n")
    if kind is not signal.SIGKILL:
        assert "Traceback" not in err
    # What killing leaves has a hidden name.
    found = {path.name for path in (in_folder / "texts").iterdir()}
    assert kind is signal.SIGKILL or not any(name.startswith(".") for name in found)
    done = {name for name in found if not name.startswith(".")}
    assert 0 < len(done) < len(texts)
    for name in done:
        assert (in_folder / "texts" / name).read_text() == f"{texts[name.removesuffix('.txt')]}\n"
    for name in found - done:
        (in_folder / "texts" / name).unlink()
    code, _, err = ocr("read", pages, "-o", "texts/", "--resume")
    assert code == 3
    assert f"; {len(done)} there already; 3 could not be read\n" in err
    assert texts_in(in_folder / "texts") == texts


@needs_signals
def test_a_picture_that_kills_its_process_is_named_and_the_others_are_read(in_folder, ocr, monkeypatch):
    monkeypatch.setattr("ocr.batch.processes.make_worker", make_fragile)
    for name in ("a", "b_fatal", "c", "d"):
        in_folder.joinpath(f"{name}.png").write_bytes(word("HUT"))
    expected = (
        "ocr: picture ./b_fatal.png: the process that read it was ended by SIGKILL; "
        "is memory short? try fewer --jobs\n"
        "ocr: read 3 of 4 pictures; 1 could not be read\n"
    )
    assert ocr("read", ".", "-j", "2") == (3, "HUT\n\fHUT\n\fHUT\n", expected)


def test_side_by_side_is_as_one_after_the_other(in_folder, ocr, monkeypatch):
    in_folder.joinpath("a.tif").write_bytes(scan("HUT", "MAN"))
    in_folder.joinpath("b.png").write_bytes(word("TEN"))
    arguments = ("read", "a.tif", "none.png", "b.png", "-f", "html", "--overlay", "boxes/")
    alone = ocr(*arguments)
    assert alone[0] == 3
    drawn = {path.name: path.read_bytes() for path in (in_folder / "boxes").iterdir()}
    assert sorted(drawn) == ["a-1.overlay.png", "a-2.overlay.png", "b.overlay.png"]
    assert ocr(*arguments, "--jobs", "2") == alone
    assert {path.name: path.read_bytes() for path in (in_folder / "boxes").iterdir()} == drawn
    monkeypatch.setattr("ocr.batch.processes.available_cores", lambda: 3)
    assert ocr(*arguments, "--jobs", "0") == alone


def test_one_picture_needs_no_other_process(in_folder, ocr, monkeypatch):
    monkeypatch.setattr(
        "ocr.batch.processes.map_in_order", lambda *_, **__: pytest.fail("a process was started")
    )
    in_folder.joinpath("a.png").write_bytes(word())
    assert ocr("read", "a.png", "--jobs", "8") == (0, "HUT\n", "")


@needs_signals
def test_standard_input_is_read_by_another_process(in_folder, ocr, monkeypatch):
    import io

    in_folder.joinpath("a.png").write_bytes(word("MAN"))
    monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": io.BytesIO(word("HUT"))}))
    assert ocr("read", "-", "a.png", "-j", "2") == (0, "HUT\n\fMAN\n", "")


def test_what_is_older_than_its_picture_is_read_again(in_folder, ocr):
    for name in ("a", "b"):
        in_folder.joinpath(f"{name}.png").write_bytes(word("HUT"))
    assert ocr("read", "a.png", "b.png", "-o", "out/")[0] == 0
    for name in ("a", "b"):
        in_folder.joinpath("out", f"{name}.txt").write_text("changed by hand")
    os.utime(in_folder / "a.png", (2e9, 2e9))
    summary = "ocr: read 1 of 2 pictures; 1 there already\n"
    assert ocr("read", "a.png", "b.png", "-o", "out/", "--resume") == (0, "", summary)
    assert texts_in(in_folder / "out") == {"a": "HUT", "b": "changed by hand"}
    # What is not there any more is no success.
    in_folder.joinpath("a.png").unlink()
    assert ocr("read", "a.png", "-o", "out/", "--resume")[0] == 3
    in_folder.joinpath("a.png").write_bytes(word("HUT"))
    # Another format is another file.
    assert ocr("read", "a.png", "b.png", "-o", "out/", "--resume", "-f", "md", "-q") == (0, "", "")
    assert in_folder.joinpath("out", "b.md").read_text() == "HUT\n"


def test_no_resumed_run_keeps_the_text_of_another_picture(in_folder, ocr):
    pages = {"a.jpg": "HUT", "a.png": "MAN", "b/a.png": "TEN"}
    for name, text in pages.items():
        in_folder.joinpath("scans", name).parent.mkdir(parents=True, exist_ok=True)
        in_folder.joinpath("scans", name).write_bytes(word(text))
        os.utime(in_folder / "scans" / name, (1e9, 1e9))
    arguments = ("read", "scans", "-r", "-o", "out/", "--resume")
    assert ocr(*arguments)[2] == "ocr: read 3 of 3 pictures\n"
    # One that comes first of three that share a name.
    in_folder.joinpath("scans", "a.bmp").write_bytes(word("TEN"))
    assert ocr(*arguments)[2] == "ocr: read 1 of 4 pictures; 3 there already\n"
    texts = {
        name: path.read_text().strip() for name in (*pages, "a.bmp") for path in files_of(name, in_folder)
    }
    assert texts == {**pages, "a.bmp": "TEN"}
    # One that had a name alone, and shares it now.
    in_folder.joinpath("scans", "b", "a.jpg").write_bytes(word("HUT"))
    assert ocr(*arguments)[2] == "ocr: read 2 of 5 pictures; 3 there already\n"
    assert texts_in(in_folder / "out" / "b") == {"a": "TEN", "a.jpg": "HUT", "a.png": "TEN"}


def files_of(name, folder):
    """Files in the folder ``out`` that may be of one picture."""
    whole, plain = (folder / "out" / f"{called}.txt" for called in (name, name.rpartition(".")[0]))
    return [path for path in (whole, plain) if path.is_file()]


def test_files_of_one_name_are_read_again(in_folder, ocr):
    for name, text in (("x", "HUT"), ("y", "MAN")):
        in_folder.joinpath(name).mkdir()
        in_folder.joinpath(name, "a.png").write_bytes(word(text))
    arguments = ("-o", "out/", "--resume", "-q")
    assert ocr("read", "x/a.png", "y/a.png", *arguments) == (0, "", "")
    assert ocr("read", "y/a.png", "x/a.png", *arguments) == (0, "", "")
    assert texts_in(in_folder / "out") == {"a.png": "MAN", "a.png_2": "HUT"}


def test_a_folder_without_pictures_is_never_there_already(in_folder, ocr):
    in_folder.joinpath("scans").mkdir()
    in_folder.joinpath("out").mkdir()
    in_folder.joinpath("out", "scans.txt").write_text("another")
    code, out, err = ocr("read", "scans", "-o", "out/", "--resume")
    assert (code, out) == (3, "")
    assert err.startswith("ocr: folder scans: no pictures in it")


def test_verbose_says_how_long_each_page_took(in_folder, ocr):
    in_folder.joinpath("a.tif").write_bytes(scan("HUT", "MAN"))
    code, out, err = ocr("read", "a.tif", "--verbose")
    assert (code, out) == (0, "HUT\n\fMAN\n")
    first, second, summary = err.splitlines()
    for number, line in ((1, first), (2, second)):
        assert line.startswith(f"ocr: a.tif page {number}: ")
        assert line.endswith("), 1 lines, 3 characters")
        for stage in ("opened", "read", "drawn"):
            assert f"{stage} " in line
    assert summary.startswith("ocr: read 1 of 1 pictures; 2 pages in ")


def test_verbose_counts_more_than_a_quiet_setting(in_folder, ocr, monkeypatch):
    in_folder.joinpath("a.png").write_bytes(word())
    monkeypatch.setenv("OCR_QUIET", "1")
    assert "opened" in ocr("read", "a.png", "-v")[2]


def test_the_first_error_gives_the_exit_code(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word())
    in_folder.joinpath("out").write_text("in the way")
    code, _, err = ocr("read", "a.png", "--overlay", "out/x.png")
    assert (code, ImageError.exit_code) == (1, 3)
    assert err.startswith("ocr: output out/x.png: cannot be written")


def test_a_bar_beside_files(in_folder, ocr, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    in_folder.joinpath("1.png").write_bytes(word())
    pictures = ["1.png"] * 4
    assert "[---" not in ocr("read", *pictures)[2], "the text shows how far it is"
    assert "[---" not in ocr("read", *pictures[1:], "-o", "out.txt")[2], "few are soon done"
    err = ocr("read", *pictures, "-o", "out.txt")[2]
    assert err.startswith("\r\x1b[K[------------------------] 0 of 4 pictures")
    assert "\r\x1b[Kocr: read 4 of 4 pictures" in err
    assert "[---" not in ocr("read", *pictures, "-o", "out.txt", "-q")[2]
