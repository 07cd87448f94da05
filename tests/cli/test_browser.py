"""The web pages in a real browser: nothing is fetched or thrown, all can be read, the keyboard is enough."""

import io
from pathlib import Path

import numpy as np
import pytest
from chromium import chromium
from PIL import Image
from unit.document.documents import DOCUMENT

from cli.laboratory import write_character
from ocr.cli.app import run
from ocr.document.html_report import to_html
from ocr.experiments.lessons.lesson_list import LESSONS
from ocr.files import shipped_folder

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "narrow": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "narrow and dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
PAGES = (
    "report",
    "report without a picture",
    "explanation",
    "confusion",
    "characters",
    "softmax",
    "vanishing",
)
# WCAG 2.2, success criterion 1.4.3, of texts of any size.
LEAST_CONTRAST = 4.5
# More than the frame of any word that is not focused.
LEAST_OUTLINE_PX = 3
MOST_STOPS = 300

# Every text with the least contrast of its color to what lies behind it: color over color, down to the paper.
CONTRASTS = """() => {
  const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = color => {
    pen.clearRect(0, 0, 1, 1); pen.fillStyle = color; pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, below) => [0, 1, 2].map(at => top[3] * top[at] + (1 - top[3]) * below[at]).concat(1);
  const light = color => {
    const linear = color.slice(0, 3).map(value => value / 255)
      .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const behind = one => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), one = walker.currentNode.parentElement;
    if (!text || one.closest('script') || !one.checkVisibility()) continue;
    const style = getComputedStyle(one), below = behind(one);
    const ink = over(rgba(one instanceof SVGElement ? style.fill : style.color), below);
    const [dark, bright] = [light(ink), light(below)].sort((a, b) => a - b);
    found.push([(bright + 0.05) / (dark + 0.05), text.slice(0, 40), style.color, below.join()]);
  }
  return found;
}"""
# What Tab can reach, each with a number; hidden parts of <details> cannot be.
NUMBERED = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')];
  const reached = all.filter(one => one.checkVisibility());
  reached.forEach((one, at) => { one.dataset.stop = at; });
  return reached.length;
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const col = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
  const row = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const top = document.elementFromPoint(col, row);
  return {
    stop: one.dataset.stop ?? null, name: one.outerHTML.slice(0, 80),
    outline: style.outlineStyle, width: parseFloat(style.outlineWidth),
    seen: !!top && (one.contains(top) || top.contains(one)),
  };
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory, emnist_folder, tiny_model):
    """One page of each kind, as files."""
    folder = tmp_path_factory.mktemp("pages")
    images = shipped_folder("images")
    files = {name: folder / f"{name}.html" for name in PAGES}
    arguments = {
        "report": ["read", images / "squared_sums.jpg"],
        "explanation": ["explain", images / "note_mixed.jpg", "--line", "4"],
        "confusion": ["confusion", "--data", emnist_folder, "--model", tiny_model],
        "softmax": ["lesson", "softmax"],
        "vanishing": ["lesson", "vanishing"],
    }
    characters = [str(write_character(folder / f"{character}.png", character)) for character in "AB7"]
    assert run(["classify", *characters, "--html", str(files["characters"])]) == 0
    for name, words in arguments.items():
        assert run([*map(str, words), "-o", str(files[name])]) == 0
    files["report without a picture"].write_text(to_html(DOCUMENT), encoding="utf-8")
    return files


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture(params=PAGES)
def page_file(request, pages) -> Path:
    return pages[request.param]


@pytest.fixture
def sheet(request, browser, page_file):
    """A page that is open, with all that it said and asked for."""
    context = browser.new_context(reduced_motion="reduce", **LOOKS[request.param])
    # A busy machine may take its time.
    context.set_default_timeout(0)
    one = context.new_page()
    said, asked = [], []
    one.on("console", lambda message: said.append(message.text))
    one.on("pageerror", lambda error: said.append(str(error)))
    one.on("request", lambda request: asked.append(request.url))
    one.goto(page_file.as_uri())
    yield one
    context.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page_file.as_uri() in asked


@pytest.mark.parametrize("sheet", ["light", "narrow and dark"], indirect=True)
def test_a_page_is_drawn_in_its_width_and_all_text_stands_out(sheet):
    with Image.open(io.BytesIO(sheet.screenshot())) as picture:
        gray = np.asarray(picture.convert("L"), np.float64)
    dark = sheet.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert gray.std() > 5
    assert (gray[:, :3].mean() < 60) == dark
    assert sheet.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert sheet.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    sheet.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = sheet.evaluate(CONTRASTS)
    assert len(found) > 10
    assert [one for one in found if one[0] < LEAST_CONTRAST] == []


@pytest.mark.parametrize("sheet", ["light", "narrow"], indirect=True)
def test_the_keyboard_reaches_all_and_shows_where_it_is(sheet, page_file):
    count, reached = sheet.evaluate(NUMBERED), set()
    assert (count > 2) == (page_file.stem != "characters"), "on that page there is nothing to press"
    for _ in range(MOST_STOPS):
        sheet.keyboard.press("Tab")
        focused = sheet.evaluate(FOCUSED)
        if focused is None or focused["stop"] in reached:
            break
        assert focused["outline"] != "none", focused
        assert focused["width"] >= LEAST_OUTLINE_PX, focused
        assert focused["seen"], focused
        if focused["stop"] is not None:
            reached.add(focused["stop"])
    assert len(reached) == count


def errors_and_requests(page, path):
    """Open a page; what it reports and asks for beside itself."""
    found = []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", lambda request: found.append(request.url))
    page.goto(path.as_uri())
    return [one for one in found if one != path.as_uri() and not one.startswith("data:")]


@pytest.mark.parametrize("name", [name for name in LESSONS if name not in PAGES])
def test_every_lesson_fits_a_phone(browser, tmp_path, name):
    path = tmp_path / "lesson.html"
    assert run(["lesson", name, "-o", str(path)]) == 0
    context = browser.new_context(**LOOKS["narrow and dark"])
    context.set_default_timeout(0)
    page = context.new_page()
    assert errors_and_requests(page, path) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [one for one in page.evaluate(CONTRASTS) if one[0] < LEAST_CONTRAST] == []
    page.emulate_media(color_scheme="light")
    assert [one for one in page.evaluate(CONTRASTS) if one[0] < LEAST_CONTRAST] == []
    context.close()


def test_the_slider_follows_the_keyboard(browser, pages):
    context = browser.new_context(**LOOKS["light"])
    context.set_default_timeout(0)
    page = context.new_page()
    assert errors_and_requests(page, pages["softmax"]) == []
    shares = "[...document.querySelectorAll('.shares output')].map(one => Number(one.textContent))"
    assert page.evaluate(shares) == [0.0900, 0.2447, 0.6652]
    page.focus("#factor")
    page.keyboard.press("End")
    assert page.evaluate(shares) == [0, 0, 1]
    page.keyboard.press("Home")
    assert page.evaluate(shares) == [0.3006, 0.3322, 0.3672]
    context.close()
