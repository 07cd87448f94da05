import base64
import io
import re
from html.parser import HTMLParser

import pytest
from PIL import Image

from ocr.document.html_report import to_html
from ocr.document.tree import Document, Page, Rejected
from ocr.errors import SettingError
from ocr.geometry import Box
from unit.document.documents import BLANK, DOCUMENT, MIXED, page

VOID = {"meta", "img", "br", "link", "input"}


class Tree(HTMLParser):
    """Start tags with their attributes; every end tag must close the one that is open."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts.append(data)

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def parsed(document, **settings):
    return Tree(to_html(document, **settings))


def test_words_of_text_and_picture_lead_to_each_other():
    links = parsed(DOCUMENT).named("a")
    assert len(links) == 8
    names = {one["id"] for one in links}
    assert len(names) == 8
    assert {one["href"].removeprefix("#") for one in links} == names
    assert all(one["id"][1:] == one["href"][2:] and one["id"][0] != one["href"][1] for one in links)


def test_words_stand_where_they_are_in_percent():
    box = next(one for one in parsed(DOCUMENT).named("a") if one["id"] == "w1-1-1")
    assert box["style"] == "left:5.000%;top:6.667%;width:4.500%;height:4.000%"
    assert box["aria-label"] == "R0, 70\u202f%"


def test_doubt_shows_in_text_and_picture():
    tree = parsed(DOCUMENT)
    kinds = {one["id"]: one["class"] for one in tree.named("a") if one["id"].startswith("w")}
    assert kinds == {
        "w1-1-1": "word doubtful",
        "w1-1-2": "word fair",
        "w1-2-1": "word fair",
        "w1-2-2": "word fair",
    }
    text = to_html(DOCUMENT)
    assert 'R<mark class="doubtful">0</mark></a>' in text
    assert text.count('class="spot"') == 1
    assert "11 characters, 1 of them doubtful" in text


def test_alternatives_are_in_the_box_that_the_keyboard_reaches():
    text = to_html(DOCUMENT)
    described = next(one for one in Tree(text).named("a") if one["id"] == "w1-1-1")["aria-describedby"]
    tip = re.search(rf'id="{described}">(.*?)</a>', text)[1]
    assert "<b>O</b> 45\u202f%" in tip
    assert "<b>o</b> 5\u202f%" in tip
    assert "<b>P</b> 1\u202f%" in tip


def test_what_is_shown_of_a_word_stays_on_the_sheet():
    corner = Document((page("A", tops=[280]),))
    (box,) = (one for one in parsed(corner).named("a") if one["id"].startswith("w"))
    assert box["class"].endswith(" south")


def test_the_picture_lies_inside_reduced():
    image = Image.new("L", (4000, 3000), 200)
    large = Document((Page(MIXED.lines, width=4000, height=3000),))
    (shown,) = parsed(large, pictures=[image]).named("img")
    kind, content = shown["src"].split(",")
    assert kind == "data:image/jpeg;base64"
    assert Image.open(io.BytesIO(base64.b64decode(content))).size == (2000, 1500)


def test_without_a_picture_the_words_stand_on_blank_paper():
    tree = parsed(DOCUMENT)
    assert tree.named("img") == []
    assert len(tree.named("svg")) == 4
    assert [one["class"] for one in tree.named("div") if "style" in one] == ["sheet blank", "sheet blank"]


def test_notes_and_what_was_not_read_are_shown():
    text = to_html(DOCUMENT)
    assert 'class="rejected" style="left:1.250%;top:33.333%;width:1.000%;height:1.333%" title="stray"' in text
    assert "only the first of 2 pages is read" in text


def test_nothing_can_run_or_be_fetched():
    attack = '"><script src="https://example.org/x.js">alert(1)</script><img src=x onerror=alert(1)>'
    evil = Page(
        page(attack.replace(" ", "_")).lines,
        width=400,
        height=300,
        source=attack,
        rejected=(Rejected(Box(0, 0, 1, 1), attack),),
        notes=(attack,),
    )
    tree = parsed(Document((evil, evil), model=attack))
    known = (
        "html head meta title style body header h1 p ul li i main section h2 div a svg text span b mark "
        "details summary pre"
    )
    assert {tag for tag, _ in tree.tags} == set(known.split())
    assert not [name for _, attributes in tree.tags for name in attributes if name.startswith("on")]
    (policy,) = (
        one["content"] for one in tree.named("meta") if one.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
    style = re.search(r"<style>(.*?)</style>", to_html(BLANK_ONLY), re.S)[1]
    assert "url(" not in style
    assert "@import" not in style


BLANK_ONLY = Document((BLANK,))


@pytest.mark.parametrize(
    ("document", "title"), [(DOCUMENT, "scans/a.png"), (BLANK_ONLY, "Document"), (Document(()), "Document")]
)
def test_the_title_is_the_name_of_the_picture(document, title):
    assert f"<title>{title}</title>" in to_html(document)


def test_a_page_without_size_divides_nothing():
    assert "aspect-ratio:1/1" in to_html(Document((Page((), width=0, height=0),)))


def test_pictures_must_be_as_many_as_pages():
    with pytest.raises(SettingError, match="found 1, expected one for each of 2 pages"):
        to_html(DOCUMENT, pictures=[None])
