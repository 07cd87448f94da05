"""Take the pictures of docs/how-to/learn.md on the page of 'ocr serve'.

    PYTHONPATH=tests python -m browser.tutorial docs/pictures

The test of the tutorial takes them as well, and looks whether they are drawn.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from chromium import chromium

from browser.serving import Serving, until, watched
from ocr.files import shipped_folder

PICTURES = ("learn-correct.png", "learn-glyphs.png", "learn-done.png")
# Small enough for a page of text.
SIZE = {"width": 1080, "height": 700}


def take_pictures(browser, folder, data, *, is_quick=False):
    """Correct a page, look at its glyphs, learn, and take a picture of each step."""
    note = Path(data) / "note.jpg"
    shutil.copy(shipped_folder("images") / "note_mixed.jpg", note)
    right = (shipped_folder("images") / "note_mixed.gt.txt").read_text(encoding="utf-8").splitlines()
    serving = Serving(Path(data) / "share", note, is_quick=is_quick)
    try:
        with watched(browser, serving.address, viewport=SIZE) as page:
            lines = page.locator("#lines .text")
            until(page, f"document.querySelectorAll('#lines .text').length >= {len(right)}")
            for number in range(2):
                lines.nth(number).click()
                page.keyboard.press("Control+a")
                page.keyboard.type(right[number])
                page.keyboard.press("Enter")
                page.wait_for_selector(f"#lines li:nth-child({number + 1}).right")
            page.keyboard.press("Home")
            page.keyboard.press("Shift+ArrowRight")
            page.wait_for_selector("#lines li:nth-child(3) .others button")
            page.screenshot(path=folder / PICTURES[0])
            page.click("[data-view=glyphs]")
            page.wait_for_selector("#grid button")
            for number in range(2):
                page.locator("#grid button").nth(number).click()
            page.screenshot(path=folder / PICTURES[1])
            page.click("[data-view=lines]")
            page.click("#accept")
            page.wait_for_selector("#learn:enabled")
            page.click("#learn")
            page.wait_for_selector("#stop:not([hidden])")
            page.wait_for_selector("#stop", state="hidden")
            page.screenshot(path=folder / PICTURES[2])
    finally:
        serving.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as data, chromium() as browser:
        take_pictures(browser, folder, data)


if __name__ == "__main__":
    main()
