"""The page that explains how a picture was read: every stage, nothing from elsewhere, nothing unescaped."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from ocr.document.mark_kind import MarkKind
from ocr.image.picture import Picture
from ocr.reader import Reader
from ocr.recognition import line_reading
from ocr.recognition.recognize import chosen_crops
from ocr.recognition.uncut_line import as_network_reads
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page
from ocr.view.explanation import Explained, explanation_page
from ocr.view.lessons import LESSONS

HOSTILE = '<script>alert("x")</script>&.png'
# Shared with other pages, or shown only where a page has such characters or marks.
UNUSED_HERE = {"cards", "fair", "rejected", "sure"}
EMPTY = {"meta", "img", "br", "link", "input", "hr"}


class Outline(HTMLParser):
    """Collects tags with their attributes, ids and text, and refuses tags that do not pair."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"style", "script"}:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(self.words)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def reader():
    return Reader()


def drawn(*lines):
    settings = PageSettings(letter_height_px=40)
    page = write_page(lines, writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(3))
    return np.rint(page.gray * 255).astype(np.uint8)


def explained(reader, gray, *, name="page.png", line=1):
    reading = reader.read_picture(Picture(gray, name=name))
    crops = chosen_crops(reading.layout, reading.recognized_lines)
    what = Explained(reading, crops, reader.model.classes, reader.model.name, line=line)
    return explanation_page(what), reading


@pytest.fixture(scope="module")
def page(reader):
    return explained(reader, drawn("BOX OF WOOD", "RED HAT"), name=HOSTILE, line=2)[0]


def test_every_stage_is_there_with_its_words_and_a_picture(page):
    sections = re.findall(r'<section id="([^"]+)"(.*?)</section>', page, re.DOTALL)
    assert [key for key, _ in sections] == [lesson.key for lesson in LESSONS]
    text = Outline(page).text
    for lesson, (_, content) in zip(LESSONS, sections, strict=True):
        assert lesson.title in text
        assert all(words in text for words in (lesson.done, lesson.why, lesson.wrong))
        assert "data:image/" in content or lesson.key == "text"


def test_the_stages_are_linked_and_each_link_leads_somewhere(page):
    outline = Outline(page)
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] for attributes in outline.all("a")]
    assert links[: len(LESSONS)] == [f"#{lesson.key}" for lesson in LESSONS]
    assert {link[1:] for link in links} <= set(ids)
    assert all(link.startswith("#") for link in links)


def test_nothing_is_loaded_and_nothing_runs(page):
    outline = Outline(page)
    policy = next(one["content"] for one in outline.all("meta") if one.get("http-equiv"))
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "script-src" not in policy
    assert "http://" not in page
    assert "https://" not in page
    assert {tag for tag, _ in outline.tags} & {"script", "link", "iframe", "object", "form"} == set()
    assert all(image["src"].startswith("data:image/") for image in outline.all("img"))
    assert not any(key.startswith("on") for _, attributes in outline.tags for key in attributes)
    assert set(re.findall(r"url\((.{5})", page)) == {"data:"}


def test_every_class_and_id_of_the_style_is_on_a_page(reader, page):
    style = "".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    selectors = re.sub(r"/\*.*?\*/|{[^{}]*}", " ", style, flags=re.DOTALL)
    blank, _ = explained(reader, np.full((300, 400), 250, np.uint8))
    ruled = drawn("BOX OF WOOD", "RED HAT", "MANY MEN")
    ruled[::60] = np.minimum(ruled[::60], 170)
    lined, _ = explained(reader, ruled)
    tags = [attributes for one in (page, blank, lined) for _, attributes in Outline(one).tags]
    classes = {name for one in tags for name in one.get("class", "").split()}
    assert set(re.findall(r"\.([a-z][\w-]*)", selectors)) - classes <= UNUSED_HERE
    assert set(re.findall(r"#([a-z][\w-]*)", selectors)) <= {one.get("id") for one in tags}


def test_names_are_escaped(page):
    assert "<script" not in page
    assert HOSTILE in Outline(page).text
    assert "<title>How &lt;script&gt;" in page


def test_every_picture_says_what_it_shows(page):
    outline = Outline(page)
    assert all(image["alt"] for image in outline.all("img"))
    sprites = [one for one in outline.all("i") if one.get("role") == "img"]
    assert sprites
    assert all(one["aria-label"] for one in sprites)


def test_the_line_asked_for_is_shown_from_near(reader, page):
    outline = Outline(page)
    assert outline.words.count("Line 2 of 2: RED HAT") == 3
    cards = page.split('<ul class="glyphs">')[1].split("</ul>")[0]
    assert re.findall(r'became <b class="character \w+">(.)</b>', cards) == list("REDHAT")
    # Five characters each, by shape alone.
    assert cards.count('<div class="bar') == 5 * 6


def test_the_text_stands_there_as_it_was_read(page):
    reading = page.split('<pre class="reading"')[1].split("</pre>")[0]
    assert re.sub("<[^>]+>", "", reading.split(">", 1)[1]) == "BOX OF WOOD\nRED HAT"


def test_a_blank_page_is_explained_too(reader):
    page, reading = explained(reader, np.full((300, 400), 250, np.uint8))
    assert reading.page.lines == ()
    text = Outline(page).text
    assert all(lesson.title in text for lesson in LESSONS)
    for words in ("none found", "No line was found.", "There is no line", "There is no text."):
        assert words in text
    assert all(note in text for note in reading.page.notes)


def test_what_was_rejected_is_counted_with_its_reason(reader):
    gray = drawn("BOX OF WOOD")
    gray[4:16, 4:-4] = 20
    page, reading = explained(reader, gray)
    reasons = {one.reason for one in reading.page.rejected}
    assert reasons
    for reason in reasons:
        assert Outline(page).text.count(f"{reason}: {reason.description} (") == 1
    assert "nothing was rejected" not in page
    assert "nothing was rejected" in explained(reader, drawn("BOX OF WOOD"))[0]


def test_rules_are_counted_once_and_not_where_they_are_kept(reader):
    gray = drawn("BOX OF WOOD", "RED HAT", "MANY MEN")
    gray[::60] = np.minimum(gray[::60], 170)
    gray[1::60] = np.minimum(gray[1::60], 170)
    page, reading = explained(reader, gray)
    assert f"rule: {MarkKind.RULE.description} ({len(reading.layout.rules)})" in Outline(page).text
    kept, _ = explained(Reader(keep_rules=True), gray)
    assert 'class="swatch rule"' in page
    assert 'class="swatch rule"' not in kept


def test_a_line_that_cannot_be_cut_says_so(reader):
    page, reading = explained(reader, drawn("ill"))
    assert [line.text for line in reading.page.lines] == ["ill"]
    assert "wide enough for two letters" in page
    assert 'class="cuts"' not in page


def test_a_photo_in_color_takes_the_place_of_the_gray_one(reader):
    reading = reader.read_picture(Picture(drawn("HAT")))
    crops = chosen_crops(reading.layout, reading.recognized_lines)
    what = Explained(reading, crops, reader.model.classes, "print", photo=b"photo")
    assert '<img src="data:image/jpeg;base64,cGhvdG8="' in explanation_page(what)
    # Without one there are two JPEG: the gray picture and the even light.
    assert explanation_page(what._replace(photo=None)).count("data:image/jpeg") == 2


def test_the_page_stays_small(reader):
    gray = drawn(*["THE QUICK BROWN FOX JUMPS OVER A DOG"] * 12)
    assert len(explained(reader, gray)[0]) < 2_000_000


def test_each_lesson_has_its_own_key_and_few_sentences():
    assert len({lesson.key for lesson in LESSONS}) == len(LESSONS)
    for lesson in LESSONS:
        for words in (lesson.done, lesson.why, lesson.wrong):
            assert words.endswith(".")
            assert len(re.findall(r"[.!?](?: |$)", words)) <= 3


def as_the_network_reads(layout, line, reading, labels, _words):
    return as_network_reads(layout, reading, line, labels)


def test_a_line_read_without_cuts_says_so(reader, monkeypatch):
    monkeypatch.setattr(line_reading, "_SURE_SCORE", float("inf"))
    monkeypatch.setattr(line_reading, "line_words", lambda _: ())
    monkeypatch.setattr(line_reading, "best_of_both", as_the_network_reads)
    page, reading = explained(reader, drawn("lunch at noon"))
    assert all(line.without_cuts for line in reading.recognized_lines)
    assert "read without cutting" in Outline(page).text
