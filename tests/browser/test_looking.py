"""What the page offers while one corrects: drop, paste, zoom, hover, copy; pictures of the tutorial."""

import base64

import numpy as np
import pytest
from PIL import Image

from browser.serving import until, watched
from browser.tutorial import PICTURES, SIZE, take_pictures
from ocr.document.formats import FORMATS
from ocr.files import shipped_folder

IMAGES = shipped_folder("images")
WIDE = {"viewport": {"width": 1280, "height": 900}}
# A file as a page gets it from the desktop or the clipboard.
FILE = """([name, content]) => {
    const bytes = Uint8Array.from(atob(content), one => one.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, {type: 'image/jpeg'}));
    return data;
}"""

# Corrections arrive half a second late.
SLOW_CORRECTIONS = """() => {
    const fetched = window.fetch;
    window.fetch = async (path, ...options) => {
        if (path.endsWith('/lines')) await new Promise(done => setTimeout(done, 500));
        return fetched(path, ...options);
    };
}"""


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_a_picture_comes_from_the_desktop_or_the_clipboard(browser, serve, how):
    content = base64.b64encode((IMAGES / "todo_list.jpg").read_bytes()).decode()
    events = {
        "drop": "data => dispatchEvent(new DragEvent('drop', {cancelable: true, dataTransfer: data}))",
        "paste": "d => dispatchEvent(new ClipboardEvent('paste', {cancelable: true, clipboardData: d}))",
    }
    with watched(browser, serve().address, **WIDE) as page:
        data = page.evaluate_handle(FILE, ["list.jpg", content])
        # The page keeps the event from opening the picture in place of itself.
        assert page.evaluate(events[how], data) is False
        until(page, "document.querySelectorAll('#lines li').length === 6")
        assert page.locator("#name").text_content() == "list.jpg"


def test_a_folder_of_the_command_line_is_read(browser, serve, tmp_path):
    folder = tmp_path / "letters"
    folder.mkdir()
    for name in ("todo_list.jpg", "todo_list.gt.txt"):
        (folder / name).write_bytes((IMAGES / name).read_bytes())
    with watched(browser, serve(folder).address, **WIDE) as page:
        # The text beside the picture counts as corrections.
        until(page, "document.querySelectorAll('#lines li.right').length === 6")
        assert "6 lines corrected" in page.get_attribute("#learn", "title")


def test_picture_and_text_show_each_other(browser, serve):
    with watched(browser, serve(IMAGES / "todo_list.jpg").address, **WIDE) as page:
        until(page, "document.querySelectorAll('#lines li').length === 6")
        before = page.locator("#paper").bounding_box()["width"]
        page.click("#larger")
        assert page.locator("#paper").bounding_box()["width"] > 1.3 * before
        page.click("#fit")
        assert page.locator("#paper").bounding_box()["width"] == pytest.approx(before, abs=1)
        # A line of the picture opens the line of the text.
        page.locator("#marks .line").nth(2).click()
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Line 3"
        # A character of the picture is marked in the text, and the other way round.
        page.evaluate("document.activeElement.blur()")
        page.evaluate("document.getElementById('scroll').scrollTo(0, 0)")
        page.locator("#marks .line").nth(0).hover()
        until(page, "CSS.highlights.has('hovered')")
        page.locator("#lines .text").nth(0).hover(position={"x": 8, "y": 10})
        until(page, "document.querySelectorAll('#marks .char').length === 1")


def test_the_text_is_copied(browser, serve):
    permissions = ["clipboard-read", "clipboard-write"]
    with watched(browser, serve(IMAGES / "todo_list.jpg").address, permissions=permissions, **WIDE) as page:
        until(page, "document.querySelectorAll('#lines li').length === 6")
        page.click("#copy")
        until(page, "document.getElementById('copy').textContent === 'Copied'")
        text = page.evaluate("navigator.clipboard.readText()")
        assert text == (IMAGES / "todo_list.gt.txt").read_text(encoding="utf-8").rstrip()


def test_names_are_text_and_characters_have_alternatives(browser, serve, tmp_path):
    path = tmp_path / "<img src=x onerror=alert(1)>.jpg"
    path.write_bytes((IMAGES / "note_mixed.jpg").read_bytes())
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with watched(browser, serve(path).address, **phone) as page:
        page.wait_for_selector("#lines li")
        assert page.locator("#name").text_content() == path.name
        assert page.locator("#pages button").first.text_content().startswith(path.name)
        assert page.locator("#name img, #pages img").count() == 0
        # A phone takes a photo; the page exports all that 'ocr read' writes.
        assert page.is_visible("label.phone")
        assert page.get_attribute("#camera", "capture") == "environment"
        names = page.evaluate("[...document.querySelectorAll('#format option')].map(one => one.value)")
        assert names == list(FORMATS)
        page.locator("#lines .text").nth(0).tap()
        page.keyboard.press("Home")
        page.keyboard.press("Shift+ArrowRight")
        page.wait_for_selector("#lines .others button")
        shares = page.evaluate(
            "[...document.querySelectorAll('#lines .others small')].map(one => one.textContent)"
        )
        assert 1 < len(shares) <= 5
        percents = [float(share.strip(" %<")) for share in shares]
        assert percents == sorted(percents, reverse=True)


def test_words_are_joined_and_split_and_characters_deleted(browser, serve, tmp_path):
    # Without the text beside it, so that no line counts as corrected yet.
    path = tmp_path / "note.jpg"
    path.write_bytes((IMAGES / "todo_list.jpg").read_bytes())
    with watched(browser, serve(path).address, **WIDE) as page:
        until(page, "document.querySelectorAll('#lines li').length === 6")
        page.evaluate(SLOW_CORRECTIONS)
        page.locator("#lines .text").nth(0).click()
        page.keyboard.press("Home")
        for _ in range(len("SATURDAY")):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Delete")
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        page.keyboard.type(" ")
        page.keyboard.press("Enter")
        # At once, while the correction is still on its way.
        page.select_option("#format", "txt")
        with page.expect_download() as download:
            page.click("#save")
        assert download.value.path().read_text().splitlines()[0] == "SATURDAYJO BS"
        assert page.locator("#lines li").nth(0).get_attribute("class").split() == ["right"]
        assert page.locator("#lines .text").nth(0).text_content() == "SATURDAYJO BS"


def test_the_pictures_of_the_tutorial_are_taken(browser, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    take_pictures(browser, folder, tmp_path, is_quick=True)
    for name in PICTURES:
        with Image.open(folder / name) as picture:
            assert picture.size == (SIZE["width"], SIZE["height"])
            assert np.asarray(picture.convert("L")).std() > 10
