"""What nobody foresaw costs one picture and one line, not the run."""

from pathlib import Path

import pytest

from cli.pictures import word
from ocr.image.picture import Picture
from ocr.reader import Reader

ERRORS = {
    "memory": (
        MemoryError(),
        "needs more memory than there is, or than --max-memory allows; reduce it, or use fewer --jobs",
    ),
    "mistake": (
        TypeError("a\x1b[31m\nb"),
        "could not be read (TypeError: a[31m); a fault of this program: report it",
    ),
    "deep": (RecursionError(), "could not be read (RecursionError); a fault of this program: report it"),
}


@pytest.fixture
def pictures(in_folder):
    for name in ("a.png", "b.png", "c.png"):
        Path(name).write_bytes(word())
    Path("b.gt.txt").write_text("HUT")
    Path("c.gt.txt").write_text("HUT")
    return in_folder


def fail_at_b(monkeypatch, owner, method, error):
    """Let a method fail for the second picture."""
    real = getattr(owner, method)

    def failing(self, *arguments, **options):
        source = getattr(self, "source", None) or getattr(arguments[0], "source", "")
        if str(source).endswith("b.png"):
            raise error
        return real(self, *arguments, **options)

    monkeypatch.setattr(owner, method, failing)


@pytest.mark.usefixtures("pictures")
@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize(("owner", "method"), [(Reader, "read_picture"), (Picture, "gray")])
def test_one_picture_that_fails_does_not_end_the_run(ocr, monkeypatch, name, owner, method):
    error, line = ERRORS[name]
    fail_at_b(monkeypatch, owner, method, error)
    code, out, err = ocr("read", "a.png", "b.png", "c.png", "-q")
    assert (code, out, err) == (3, "HUT\n\fHUT\n", f"ocr: picture b.png: {line}\n")
    assert ocr("read", "a.png", "b.png", "c.png", "-q", "-o", "texts/") == (3, "", err)
    assert sorted(path.name for path in Path("texts").iterdir()) == ["a.txt", "c.txt"]


def test_one_text_that_cannot_be_written_does_not_end_the_run(pictures, ocr, monkeypatch):
    monkeypatch.setattr("ocr.batch.read_input.save_pages", lambda *_, **__: 1 // 0)
    code, out, err = ocr("read", "a.png", "b.png", "-q", "-o", "texts/")
    assert (code, out) == (3, "")
    assert [line.partition(":")[0] for line in err.splitlines()] == ["ocr", "ocr"]
    assert err.count("ZeroDivisionError") == 2


def test_one_page_that_fails_does_not_end_a_measurement(pictures, ocr, monkeypatch):
    fail_at_b(monkeypatch, Reader, "read_picture", TypeError())
    code, out, err = ocr("evaluate", ".", "-q")
    assert code == 3
    assert err == "ocr: picture ./b.png: could not be read (TypeError); a fault of this program: report it\n"
    assert "all 2" in out
