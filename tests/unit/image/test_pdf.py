"""Pages of a PDF: sizes that make sense, and one line for what cannot be read."""

import sys
import threading

import numpy as np
import pytest

from ocr.errors import ImageError
from ocr.image import pdf
from ocr.image.pdf import pdf_page_count, render_pdf_page
from unit.page import files


@pytest.fixture
def pdfium():
    return pytest.importorskip("pypdfium2")


def size(width, height):
    return render_pdf_page(files.pdf_page(width, height), "a.pdf", page=1).size


def test_a_page_is_rendered_at_300_dpi(pdfium):
    content = files.pdf((620, 1240), (1240, 620), resolution=150)
    assert pdf_page_count(content, "a.pdf") == 2
    for page, expected in ((1, (1240, 2480)), (2, (2480, 1240))):
        image = render_pdf_page(content, "a.pdf", page=page)
        assert image.mode == "L"
        assert np.abs(np.subtract(image.size, expected)).max() <= 1


def test_ink_is_dark_on_white_paper(pdfium):
    content = files.pdf_page(100, 200, contents=b"0 0 1 rg 0 0 50 100 re f")
    gray = np.asarray(render_pdf_page(content, "a.pdf", page=1))
    height, width = gray.shape
    assert gray[height // 4, width // 4] == 255
    assert gray[3 * height // 4, width // 4] < 60
    assert gray[3 * height // 4, 3 * width // 4] == 255


def test_small_pages_are_rendered_finer_and_large_ones_coarser(pdfium):
    assert size(72, 36) == (1000, 500)
    for width, height in ((8000, 4000), (14400, 14400), (1e7, 2e7), (1e9, 1)):
        found = size(width, height)
        assert np.prod(found) <= 36_100_000
        assert found[0] / found[1] == pytest.approx(width / height, rel=0.01) or min(found) == 1
    assert np.prod(size(8000, 4000)) >= 35_000_000


def test_page_beyond_the_end(pdfium):
    with pytest.raises(ImageError, match=r"^picture a.pdf: found 1 pages, expected at least 2$"):
        render_pdf_page(files.pdf_page(9, 9), "a.pdf", page=2)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (files.encrypted_pdf(), "an encrypted PDF; save a copy without a password"),
        (files.empty_pdf(), "has no pages; expected at least one"),
        (b"%PDF-1.4\nnonsense", "a damaged PDF; try to save it anew"),
    ],
)
def test_pdf_that_cannot_be_opened(content, reason, pdfium):
    for look in (pdf_page_count, lambda *found: render_pdf_page(*found, page=1)):
        with pytest.raises(ImageError) as caught:
            look(content, "a\n.pdf")
        assert str(caught.value) == rf"picture a\n.pdf: {reason}"


def test_page_as_thin_as_a_thread_is_no_longer_than_a_strip(pdfium):
    content = files.raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 0.1 56000] >>",
    )
    assert render_pdf_page(content, "a.pdf", page=1).size == (1, 100_000)


def test_page_that_is_none(pdfium):
    content = files.raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [9 0 R] /Count 1 >>"
    )
    with pytest.raises(ImageError, match=r"damaged"):
        render_pdf_page(content, "a.pdf", page=1)


def test_large_pictures_on_a_page_are_refused_before_they_are_decoded(pdfium):
    assert render_pdf_page(files.pdf_of_large_picture(100), "a.pdf", page=1).size == (1000, 1000)
    with pytest.raises(
        ImageError, match="holds a picture of 20000 x 20000 pixels, expected at most 256 mega"
    ):
        render_pdf_page(files.pdf_of_large_picture(20_000), "a.pdf", page=1)


def test_many_threads_render_at_once(pdfium):
    content, failed = files.pdf((90, 90), (180, 90)), []

    def look():
        for turn in range(6):
            width, height = render_pdf_page(content, "a.pdf", page=1 + turn % 2).size
            failed.extend([turn] * (width != height * (1 + turn % 2)))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


@pytest.mark.parametrize("sides", [(0.0, 5.0), (float("nan"), 5.0), (float("inf"), 5.0)])
def test_page_without_a_size(sides):
    with pytest.raises(ImageError, match="expected a size to look at"):
        pdf._px_per_point(*sides, name="a.pdf")


# A pattern whose cell is a millionth of the page.
ENDLESS = files.raw_pdf(
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 5000 5000] /Contents 4 0 R "
    b"/Resources << /Pattern << /P 5 0 R >> >> >>",
    b"<< /Length 43 >>\nstream\n/Pattern cs /P scn 0 0 5000 5000 re f      \nendstream",
    b"<< /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 0.01 0.01] /XStep 0.001 /YStep 0.001 "
    b"/Resources << >> /Length 22 >>\nstream\n0 0 0.005 0.005 re f   \nendstream",
)
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")


@pytest.fixture
def renderer(pdfium):
    """The process that renders: a fresh one, before and after."""
    pdf._renderer.end()
    yield pdf._renderer
    pdf._renderer.end()


@needs_posix
def test_a_page_that_never_ends_is_ended_and_the_next_one_is_rendered(renderer, monkeypatch):
    monkeypatch.setattr(pdf, "_SECONDS_OF_WORK", 1)
    with pytest.raises(ImageError, match=r"^picture a.pdf: a page that takes more than 1 s to draw; save"):
        render_pdf_page(ENDLESS, "a.pdf", page=1)
    assert size(72, 36) == (1000, 500)


@needs_posix
def test_a_page_that_needs_too_much_memory_is_one_line(renderer, monkeypatch):
    monkeypatch.setattr(pdf, "_MOST_MEMORY_BYTES", 20_000_000)
    with pytest.raises(ImageError, match=r"^picture a.pdf: a page that cannot be drawn, or not in 1 GB"):
        render_pdf_page(files.pdf_page(72, 36), "a.pdf", page=1)
    monkeypatch.undo()
    assert size(72, 36) == (1000, 500)


def test_a_process_that_died_between_two_pages_is_replaced(renderer):
    assert size(72, 36) == (1000, 500)
    renderer._process.kill()
    renderer._process.wait()
    assert size(36, 72) == (500, 1000)


def test_an_interruption_ends_the_process(renderer, monkeypatch):
    assert size(72, 36) == (1000, 500)
    process = renderer._process

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(renderer, "ask", interrupted)
    with pytest.raises(KeyboardInterrupt):
        size(36, 72)
    assert process.returncode is not None
    monkeypatch.undo()
    assert size(36, 72) == (500, 1000)


def test_a_process_that_cannot_be_started_is_one_line(renderer, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ImageError, match=r"^picture a.pdf: the process that renders PDF cannot be started"):
        size(72, 36)


def test_a_file_is_sent_once_for_all_its_pages(renderer, monkeypatch):
    asked = []
    ask = renderer.ask

    def recorded(name, request, content=b""):
        asked.append(request["do"])
        return ask(name, request, content)

    monkeypatch.setattr(renderer, "ask", recorded)
    content = files.pdf((90, 90), (180, 90))
    assert pdf_page_count(content, "a.pdf") == 2
    for page in (1, 2):
        render_pdf_page(content, "a.pdf", page=page)
    assert asked == ["open", *["measure", "render"] * 2]


def test_nothing_is_imported_from_the_current_folder(renderer, tmp_path, monkeypatch):
    for name in ("json", "signal", "pypdfium2", "ocr"):
        (tmp_path / f"{name}.py").write_text("open('taken', 'w').close()")
    monkeypatch.chdir(tmp_path)
    assert size(72, 36) == (1000, 500)
    assert not (tmp_path / "taken").exists()
