"""Corrections are kept as they are made."""

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from ocr.errors import DataError
from ocr.geometry import Box
from ocr.learning.correction_store import CorrectionStore

BOX = Box(1, 2, 30, 40)


@pytest.fixture
def store(tmp_path):
    return CorrectionStore(tmp_path / "data")


def test_the_last_correction_of_a_line_counts(store, tmp_path):
    page = store.add_page("a.png", tmp_path / "a.png")
    store.correct(page, 0, BOX, "first")
    store.correct(page, 3, BOX, "")
    store.correct(page, 0, BOX, "second")
    found = CorrectionStore(store.folder).corrections(page)
    assert [(one.line, one.box, one.text) for one in found.values()] == [(0, BOX, "second"), (3, BOX, "")]
    assert store.corrected_lines() == 2


def test_a_correction_can_be_taken_back(store, tmp_path):
    page = store.add_page("a.png", tmp_path / "a.png")
    store.correct(page, 0, BOX, "wrong")
    store.correct(page, 0, BOX, None)
    assert store.corrections(page) == {}
    assert store.corrected_lines() == 0


def test_pages_keep_what_was_read_or_why_not(store, tmp_path):
    first, second = (store.add_page(name, tmp_path / name, number=2) for name in ("a.pdf", "b.pdf"))
    store.set_document(first, "{}")
    store.set_failure(second, "no picture")
    pages = store.pages()
    assert [(one.id, one.name, one.number) for one in pages] == [(first, "a.pdf", 2), (second, "b.pdf", 2)]
    assert (pages[0].document, pages[1].failure) == ("{}", "no picture")
    assert pages[0].path == tmp_path / "a.pdf"
    assert store.page(99) is None


def test_a_deleted_page_leaves_nothing_but_the_users_own_file(store, tmp_path):
    own = tmp_path / "own.png"
    own.write_bytes(b"own")
    kept = store.keep_picture("photo.PNG", b"dropped")
    assert kept.suffix == ".png"
    for path in (own, kept):
        page = store.add_page(path.name, path)
        store.correct(page, 0, BOX, "text")
        store.delete_page(page)
    assert own.exists()
    assert not kept.exists()
    assert store.pages() == []
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("SELECT COUNT(*) FROM corrections").fetchone() == (0,)
    connection.close()


def test_a_kept_picture_stays_while_another_page_shows_it(store):
    kept = store.keep_picture("photo.png", b"dropped")
    first, second = (store.add_page("photo.png", kept, number=number) for number in (1, 2))
    store.delete_page(first)
    assert kept.exists()
    store.delete_page(second)
    assert not kept.exists()


@pytest.mark.parametrize("name", ["../../x.png", "..", "a/b.p/g", "x.<b>", "x.averylongsuffix", "x\0.png"])
def test_names_decide_no_place(store, name):
    kept = store.keep_picture(name, b"content")
    assert kept.parent == store.folder / "pictures"
    assert kept.read_bytes() == b"content"


def test_many_write_at_once(store, tmp_path):
    page = store.add_page("a.png", tmp_path / "a.png")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda line: store.correct(page, line, BOX, str(line)), range(80)))
    assert [one.text for one in store.corrections(page).values()] == [str(line) for line in range(80)]


PROGRAM = """
import sys
from pathlib import Path
from ocr.geometry import Box
from ocr.learning.correction_store import CorrectionStore
store = CorrectionStore(Path(sys.argv[1]))
page = store.add_page("a.png", Path("a.png"))
for line in range(10**6):
    store.correct(page, line, Box(0, 0, 1, 1), "x")
    print(line, flush=True)
"""


def test_nothing_that_was_written_is_lost_when_the_program_is_killed(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as running:
        for _ in range(20):
            reported = int(running.stdout.readline())
        os.kill(running.pid, signal.SIGKILL)
        rest = running.stdout.read().split()
    reported = max([reported, *map(int, rest[:-1])])
    assert len(CorrectionStore(tmp_path).corrections(1)) >= reported + 1


def test_a_correction_of_no_page_is_refused(store):
    with pytest.raises(DataError, match="FOREIGN KEY"):
        store.correct(5, 0, BOX, "text")


def test_a_damaged_file_is_refused(tmp_path):
    (tmp_path / "corrections.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(DataError, match=r"cannot be used .*; move the file away"):
        CorrectionStore(tmp_path)


def test_a_later_version_is_refused(store):
    with sqlite3.connect(store.path) as connection:
        connection.execute("PRAGMA user_version = 7")
    connection.close()
    with pytest.raises(DataError, match="found version 7, expected 1; update"):
        CorrectionStore(store.folder)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot be made"):
        CorrectionStore(tmp_path / "file" / "data")


def test_the_data_is_private(store):
    assert store.folder.stat().st_mode & 0o077 == 0
    assert store.path.stat().st_mode & 0o077 == 0
