"""``ocr read`` and ``ocr explain`` on URIs without a cluster; and what a file of this machine needs."""

import subprocess
import sys

import pytest

from cli.pictures import word
from ocr.document.tree import Document


@pytest.fixture
def memory():
    """Two pictures in memory, and a list of them."""
    pytest.importorskip("fsspec")
    from fsspec.implementations.memory import MemoryFileSystem

    MemoryFileSystem.store.clear()
    system = MemoryFileSystem()
    system.pipe(
        {"/scans/2.png": word("HUT"), "/scans/b/10.png": word("MAN"), "/scans/notes.txt": b"no picture"}
    )
    system.pipe_file("/list.txt", b"memory://scans/b/10.png\n")
    yield system
    MemoryFileSystem.store.clear()


def test_from_a_store_to_standard_output(memory, in_folder, ocr):
    assert ocr("read", "-r", "memory://scans") == (0, "HUT\n\fMAN\n", "")
    assert ocr("read", "memory://scans/*.png", "@memory://list.txt") == (0, "HUT\n\fMAN\n", "")
    code, out, err = ocr("read", "memory://scans/none.png", "memory://scans/2.png", "-q")
    assert (code, out) == (3, "HUT\n")
    assert err.startswith("ocr: picture memory://scans/none.png: cannot be read (no such file)")


def test_from_a_store_to_a_store(memory, in_folder, ocr):
    arguments = ("read", "-r", "memory://scans", "-o", "memory://texts/")
    assert ocr(*arguments) == (0, "", "ocr: read 2 of 2 pictures\n")
    assert {path: memory.cat_file(path) for path in memory.find("/texts")} == {
        "/texts/2.txt": b"HUT\n",
        "/texts/b/10.txt": b"MAN\n",
    }
    assert ocr(*arguments, "--resume")[2] == "ocr: read 0 of 2 pictures; 2 there already\n"
    assert ocr("read", "memory://scans/2.png", "-o", "memory://texts/all.json") == (0, "", "")
    document = Document.from_json(memory.cat_file("/texts/all.json"))
    assert (document.text, document.pages[0].source) == ("HUT", "memory://scans/2.png")


def test_no_text_lies_over_a_picture_of_a_store(memory, in_folder, ocr):
    memory.pipe_file("/scans/page.txt", word("TEN"))
    message = (
        "ocr: --output memory://scans/page.txt: would overwrite a picture to read; choose another place\n"
    )
    assert ocr("read", "memory://scans/page.txt", "-o", "memory://scans/") == (2, "", message)
    assert memory.cat_file("/scans/page.txt") == word("TEN")


def test_a_page_that_explains_a_picture_of_a_store(memory, in_folder, ocr):
    assert ocr("explain", "memory://scans/2.png") == (0, "", "wrote 2.explained.html\n")
    assert "HUT" in in_folder.joinpath("2.explained.html").read_text(encoding="utf-8")


def test_a_uri_without_its_library_says_what_to_install(in_folder, ocr, monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    code, out, err = ocr("read", "s3://scans/a.png")
    assert (code, out) == (2, "")
    assert err.startswith(
        "ocr: s3://scans/a.png: s3:// needs libraries that are not installed; install with: "
    )


def test_a_file_of_this_machine_needs_none_of_the_extra_libraries(in_folder):
    in_folder.joinpath("a.png").write_bytes(word("HUT"))
    program = (
        "import sys; from ocr.cli.app import run; code = run(['read', 'a.png', '-o', 'texts/', '-q']); "
        "names = 'fsspec', 'distributed', 'dask', 'multiprocessing.connection', 'matplotlib'; "
        "print(code, *[name for name in names if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0"]
    assert in_folder.joinpath("texts", "a.txt").read_text() == "HUT\n"
