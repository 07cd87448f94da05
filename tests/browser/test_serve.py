"""The page of 'ocr serve' in a real browser: read, correct, learn, and lose nothing."""

import io
import json
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from cli.test_browser import CONTRASTS, LEAST_CONTRAST
from PIL import Image

from browser.serving import until, watched
from ocr.evaluation.edit_distance import edit_distance
from ocr.files import shipped_folder
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.touching_lines import write_closely

IMAGES = shipped_folder("images")
WIDE = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def note(tmp_path):
    """A picture without its text beside it."""
    path = tmp_path / "note.jpg"
    path.write_bytes((IMAGES / "todo_list.jpg").read_bytes())
    return path


def corrections(serving):
    """All corrections that are on the disk, as (line, text)."""
    with closing(sqlite3.connect(serving.data / "ocr" / "corrections.sqlite")) as connection:
        return connection.execute("SELECT line, text FROM corrections ORDER BY id").fetchall()


def wait_for_lines(page, count=6):
    until(page, f"document.querySelectorAll('#lines li').length === {count}")


def type_line(page, number, text):
    """Type over a line and leave it with Enter."""
    page.locator("#lines .text").nth(number).click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    until(page, f"document.querySelectorAll('#lines li')[{number}].classList.contains('right')")


def test_a_dropped_picture_is_read_corrected_and_exported(browser, serve, note):
    serving = serve()
    with watched(browser, serving.address, **WIDE) as page:
        page.wait_for_selector("#empty:not([hidden])")
        page.set_input_files("#files", str(note))
        wait_for_lines(page)
        assert "token" not in page.url
        type_line(page, 1, "1. WASH THE <b>BIKE</b> & 'x'")
        page.locator("#lines button", has_text="Not writing").nth(5).click()
        page.wait_for_selector("#lines li.none")
        page.select_option("#format", "txt")
        with page.expect_download() as download:
            page.click("#save")
        text = download.value.path().read_text()
        assert download.value.suggested_filename == "note.txt"
        assert text.splitlines()[:2] == ["SATURDAY JOBS", "1. WASH THE <b>BIKE</b> & 'x'"]
        assert "REST" not in text
        assert page.evaluate("document.querySelectorAll('#lines b').length") == 0
        for name in page.evaluate("[...document.querySelectorAll('#format option')].map(one => one.value)"):
            status = page.evaluate(f"fetch('/api/pages/1/export/{name}').then(one => one.status)")
            assert status == 200, name
    assert corrections(serving) == [(1, "1. WASH THE <b>BIKE</b> & 'x'"), (5, "")]


def test_undo_and_redo_and_a_second_tab(browser, serve, note):
    serving = serve(note)
    with (
        watched(browser, serving.address, **WIDE) as first,
        watched(browser, serving.address, **WIDE) as second,
    ):
        wait_for_lines(first)
        wait_for_lines(second)
        type_line(first, 0, "SUNDAY JOBS")
        type_line(second, 1, "2. PAINT")
        first.click("#undo")
        until(first, "document.querySelector('#lines .text').textContent === 'SATURDAY JOBS'")
        first.click("#redo")
        until(first, "document.querySelector('#lines .text').textContent === 'SUNDAY JOBS'")
        second.reload()
        wait_for_lines(second)
        assert second.locator("#lines .text").nth(0).text_content() == "SUNDAY JOBS"
        assert second.locator("#lines .text").nth(1).text_content() == "2. PAINT"
    assert corrections(serving) == [(0, "SUNDAY JOBS"), (1, "2. PAINT"), (0, None), (0, "SUNDAY JOBS")]


def test_no_correction_is_lost_when_the_program_is_killed(browser, serve, note):
    first = serve(note)
    with watched(browser, first.address, is_killed=True, **WIDE) as page:
        wait_for_lines(page)
        type_line(page, 2, "2. BUY INK")
        first.kill()
        # The page says that nobody answers, and shows what was typed.
        page.wait_for_selector("#message:not([hidden])")
        assert page.locator("#lines .text").nth(2).text_content() == "2. BUY INK"
    with watched(browser, serve(note).address, **WIDE) as page:
        wait_for_lines(page)
        assert page.locator("#lines .text").nth(2).text_content() == "2. BUY INK"
        assert page.locator("#pages li").count() == 1


def test_the_keyboard_is_enough(browser, serve, tmp_path):
    path = tmp_path / "mixed.jpg"
    path.write_bytes((IMAGES / "note_mixed.jpg").read_bytes())
    serving = serve(path)
    with watched(browser, serving.address, **WIDE) as page:
        page.wait_for_selector("#lines li")
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.classList.contains('text')"):
                break
        page.keyboard.press("Enter")
        page.wait_for_selector("#lines li.right")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Line 2"
        page.keyboard.press("Home")
        page.keyboard.press("Shift+ArrowRight")
        page.wait_for_selector("#lines li:nth-child(2) .others button:nth-child(2)")
        other = page.evaluate(
            "document.querySelector('#lines li:nth-child(2) .others button:nth-child(2)').firstChild.data"
        )
        page.keyboard.press("Alt+2")
        assert page.locator("#lines .text").nth(1).text_content().startswith(other)
        page.keyboard.press("Enter")
        page.wait_for_selector("#lines li:nth-child(2).right")
        page.keyboard.press("Control+z")
        page.wait_for_selector("#lines li:nth-child(2):not(.right)")
        # Nobody is caught in the lines.
        for _ in range(200):
            page.keyboard.press("Tab")
            if not page.evaluate("!!document.activeElement.closest('#lines')"):
                break
        assert not page.evaluate("!!document.activeElement.closest('#lines')")


def test_glyphs_are_corrected_together(browser, serve, note):
    serving = serve(note)
    with watched(browser, serving.address, **WIDE) as page:
        wait_for_lines(page)
        page.click("[data-view=glyphs]")
        page.wait_for_selector("#grid button")
        wrong = page.locator("#grid button", has_text="W")
        count = wrong.count()
        assert count == 2
        for place in range(count):
            wrong.nth(place).press("Enter")
        page.fill("#right", "V")
        page.keyboard.press("Enter")
        until(page, "![...document.querySelectorAll('#grid button')].some(one => one.textContent === 'W')")
        page.select_option("#scope", "all")
        page.select_option("#order", "doubt")
        until(page, "!document.querySelector('#grid h3')")
    assert {text for _, text in corrections(serving)} == {"1. VASH THE BIKE", "2. BUY PAINT AND TVO BRUSHES"}


@pytest.mark.parametrize(
    "looks",
    [
        {**WIDE, "color_scheme": "light"},
        {**WIDE, "color_scheme": "dark"},
        {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    ],
    ids=["light", "dark", "phone"],
)
def test_all_looks_can_be_read(browser, serve, note, looks):
    with watched(browser, serve(note).address, **looks) as page:
        wait_for_lines(page)
        page.locator("#lines .text").nth(0).click()
        found = page.evaluate(CONTRASTS)
        assert [one for one in found if one[0] < LEAST_CONTRAST] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        with Image.open(io.BytesIO(page.screenshot())) as picture:
            dark = np.asarray(picture.convert("L"), np.float64)[:, :3].mean() < 60
        assert dark == (looks["color_scheme"] == "dark")
        page.click("[data-view=glyphs]")
        page.wait_for_selector("#grid button")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def blank(path, size=(60, 40)):
    Image.new("L", size, 255).save(path)
    return path


def test_fifty_pictures_with_a_broken_one_among_them(browser, serve, tmp_path):
    pictures = [blank(tmp_path / f"p{number:02}.png", (60 + number, 40)) for number in range(50)]
    pictures[20].write_bytes(b"no picture")
    with watched(browser, serve().address, **WIDE) as page:
        page.set_input_files("#files", [str(one) for one in pictures])
        until(
            page,
            "document.querySelectorAll('nav li.read').length === 49 && !!document.querySelector('.failed')",
        )
        failure = page.locator("#pages li.failed small").text_content()
        assert failure.startswith("picture p20.png: ")
        assert "\n" not in failure


def test_a_photo_of_twelve_megapixels(browser, serve, tmp_path):
    path = tmp_path / "photo.jpg"
    with Image.open(IMAGES / "todo_list.jpg") as small:
        small.resize((4000, 3000)).save(path, quality=80)
    with watched(browser, serve(path).address, **WIDE) as page:
        wait_for_lines(page)
        assert max(page.evaluate("[picture.naturalWidth, picture.naturalHeight]")) <= 4000
        assert page.locator("#lines .text").nth(0).text_content() == "SATURDAY JOBS"


# Words that no dictionary knows.
STRANGE = ["blorque vandimy okelt", "tremmish quolan feddle", "okelt blorque nambish"]
STRANGE += ["vandimy feddle tremmish", "quolan nambish okelt", "feddle blorque vandimy"]


def handwritten(path, *, seed):
    """Write them by a shaky hand."""
    writer, rng = StrokeWriter(jitter_letters=0.06, slant_deg=8), np.random.default_rng(seed)
    lines = [write_closely(line, writer=writer, rng=rng).coverage for line in STRANGE]
    width = max(line.shape[1] for line in lines) + 80
    rows = [np.pad(line, ((30, 30), (40, width - 40 - line.shape[1]))) for line in lines]
    Image.fromarray((255 - np.vstack(rows)).astype(np.uint8)).save(path)
    return path


def read_lines(page, number):
    """What was read on a page, without corrections."""
    found = page.evaluate(f"fetch('/api/pages/{number}').then(one => one.json())")
    return [line["read"] for line in found["lines"]]


def test_corrected_words_are_learnt(browser, serve, tmp_path):
    first, second = (handwritten(tmp_path / f"{seed}.png", seed=seed) for seed in (4, 5))
    serving = serve(first, second, is_quick=True)
    with watched(browser, serving.address, **WIDE) as page:
        until(page, "document.querySelectorAll('#pages li.read').length === 2")
        wait_for_lines(page)
        assert page.is_disabled("#learn")
        before = [read_lines(page, number) for number in (1, 2)]
        for number, line in enumerate(STRANGE):
            type_line(page, number, line)
        page.wait_for_selector("#learn:enabled")
        page.click("#learn")
        page.wait_for_selector("#stop:not([hidden])")
        page.wait_for_selector("#stop", state="hidden")
        assert page.locator("#learning-text").text_content().startswith("Learnt ")
        page.click("#again")
        for number in (1, 2):
            read_by = f"fetch('/api/pages/{number}').then(one => one.json()).then(one => one.model)"
            until(page, f"{read_by}.then(one => one === 'mine')")
        after = [read_lines(page, number) for number in (1, 2)]
        # What was typed is still there, and was not typed in vain: the second page was never corrected.
        assert page.locator("#lines .text").nth(1).text_content() == STRANGE[1]
    right = "\n".join(STRANGE)
    wrong, still = (sum(edit_distance(right, "\n".join(one)) for one in both) for both in (before, after))
    assert still < wrong
    for old, new in zip(before, after, strict=True):
        assert set(right.split()) & (set(" ".join(new).split()) - set(" ".join(old).split()))
    words = json.loads((serving.data / "ocr" / "models" / "mine.json").read_text())["writer"]["words"]
    assert {"blorque", "vandimy"} < set(words)


FOUND = {"model": "mine", "characters": 64, "lines": 5, "pages": 1, "held_out": 20, "seconds": 31}
ENDS = {
    "done": "Learnt 64 characters of 1 page in 31 s. Of 20 characters held out, 10.0 % were wrong before "
    "and 0.0 % are wrong now (a change of −16.9 to −3.1 points).",
    "equal": "Learnt 64 characters of 1 page in 31 s. Of 20 characters held out, 10.0 % were wrong before "
    "and 10.0 % are wrong now. No fewer, but your words are known now.",
    "worse": "Not used: of 20 characters held out, 10.0 % were wrong before and 20.0 % would be after.",
}


@pytest.mark.parametrize("status", ENDS)
def test_the_page_says_whether_the_new_model_is_used(browser, serve, note, status):
    change = [-16.9, -3.1] if status == "done" else None
    after = {"done": 0.0, "equal": 0.1, "worse": 0.2}[status]
    is_used = status != "worse"
    learning = {"status": "done" if is_used else "worse", "before": 0.1, "after": after, "change": change}

    def answered(route):
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "learning": {**FOUND, **learning}})

    with watched(browser, serve(note).address, **WIDE) as page:
        page.route("**/api/state", answered)
        page.wait_for_selector("#learning-text:not(:empty)")
        assert page.locator("#learning-text").text_content().startswith(ENDS[status])
        # Pages are read again with a model that is used.
        assert page.is_visible("#again") == is_used
        # The page may be asking just now.
        page.unroute_all(behavior="ignoreErrors")


def test_learning_can_be_stopped(browser, serve, note):
    with watched(browser, serve(note).address, **WIDE) as page:
        wait_for_lines(page)
        page.click("#accept")
        page.wait_for_selector("#learn:enabled")
        page.click("#learn")
        page.click("#stop")
        until(page, "document.getElementById('learning-text').textContent.startsWith('Stopped')")


def test_ctrl_c_stops_it(serve, note):
    pytest.importorskip("uvicorn")
    code, errors = serve(note).interrupt()
    assert (code, errors.strip()) == (130, "interrupted")
