"""--timeout and --max-memory: a page that costs too much is one line, and the others are read."""

import signal
import sys

import pytest

from cli.pictures import word

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the system has no alarm")


@pytest.fixture
def pages(in_folder):
    for name in ("a", "b", "c"):
        in_folder.joinpath(f"{name}.png").write_bytes(word("HUT"))
    return in_folder


def halt_on_b(monkeypatch, how):
    from ocr.reader import Reader

    read = Reader.read_picture

    def halting(self, picture):
        return how() if picture.source.endswith("b.png") else read(self, picture)

    monkeypatch.setattr(Reader, "read_picture", halting)


def endless():
    while True:
        signal.pause()


def out_of_memory():
    raise MemoryError


def test_one_after_the_other_a_page_over_time_is_named(pages, ocr, monkeypatch):
    halt_on_b(monkeypatch, endless)
    monkeypatch.setattr("ocr.batch.budget._SECONDS", 2.0)
    code, out, err = ocr("read", "a.png", "b.png", "c.png")
    assert (code, out) == (3, "HUT\n\fHUT\n")
    assert err.startswith("ocr: picture b.png: takes more than 2 s; see --timeout\n")


def test_a_page_without_memory_is_named(pages, ocr, monkeypatch):
    halt_on_b(monkeypatch, out_of_memory)
    code, out, err = ocr("read", "a.png", "b.png", "c.png")
    assert (code, out) == (3, "HUT\n\fHUT\n")
    assert "b.png: needs more memory than there is, or than --max-memory allows" in err


def test_a_budget_that_is_asked_for_has_a_process_of_its_own(pages, ocr):
    assert ocr("read", "a.png", "--timeout", "100", "--max-memory", "1500") == (0, "HUT\n", "")
    code, out, err = ocr("read", "a.png", "--max-memory", "1")
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert "a.png" in err


@pytest.mark.parametrize("option", ["--timeout", "--max-memory"])
def test_less_than_nothing_is_refused(pages, ocr, option):
    code, _, err = ocr("read", "a.png", option, "-1")
    assert code == 2
    assert err.count("\n") == 1
