import re
import xml.etree.ElementTree as ET
from itertools import pairwise

from ocr.document.tree import Document, Page
from unit.document.documents import BLANK, DOCUMENT, page

XHTML = "{http://www.w3.org/1999/xhtml}"


def parsed(document):
    return ET.fromstring(document.to_hocr().encode())


def of_class(root, name):
    return [one for one in root.iter() if one.get("class") == name]


def properties(one):
    """Title of an hOCR element as a dictionary: "bbox 1 2 3 4; x_wconf 9"."""
    return dict(part.strip().split(" ", 1) for part in one.get("title").split(";"))


def test_the_head_says_what_is_inside():
    root = parsed(DOCUMENT)
    assert root.tag == XHTML + "html"
    metas = {one.get("name"): one.get("content") for one in root.iter(XHTML + "meta")}
    assert metas["ocr-system"].startswith("ocr ")
    assert metas["ocr-number-of-pages"] == "2"
    classes = {one.get("class") for one in root.iter() if one.get("class")}
    assert classes <= set(metas["ocr-capabilities"].split())


def test_every_level_holds_the_next():
    root = parsed(DOCUMENT)
    levels = ["ocr_page", "ocr_carea", "ocr_par", "ocr_line", "ocrx_word", "ocrx_cinfo"]
    assert [len(of_class(root, level)) for level in levels] == [2, 1, 1, 2, 4, 11]
    for outer, inner in pairwise(levels):
        held = [one for holder in of_class(root, outer) for one in list(holder)]
        assert held == of_class(root, inner)
    names = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(names) == len(set(names))


def test_words_have_text_box_and_confidence():
    words = of_class(parsed(DOCUMENT), "ocrx_word")
    assert ["".join(one.itertext()) for one in words] == ["R0", "<b>", "A&B", '"C"']
    assert properties(words[0]) == {"bbox": "20 20 38 32", "x_wconf": "70"}


def test_characters_have_boxes_and_confidences():
    first, second = of_class(parsed(DOCUMENT), "ocrx_cinfo")[:2]
    assert properties(first) == {"x_bboxes": "20 20 28 32", "x_confs": "99.00"}
    assert properties(second) == {"x_bboxes": "30 21 38 32", "x_confs": "50.00"}


def test_pages_have_sizes_names_and_numbers():
    first, second = of_class(parsed(DOCUMENT), "ocr_page")
    assert properties(first) == {"image": '"scans/a.png"', "bbox": "0 0 400 300", "ppageno": "0"}
    assert properties(second) == {"image": '""', "bbox": "0 0 50 40", "ppageno": "1"}


def test_words_stand_on_lines_of_the_file_of_their_own():
    text = Document((page("A B"),)).to_hocr()
    assert len(re.findall(r"^<span class=\"ocrx_word\"", text, re.M)) == 2


def test_a_name_with_signs_of_markup_stays_a_name():
    name = '"><script>alert(1)</script>\x00.png'
    root = parsed(Document((Page((), 1, 1, source=name), BLANK)))
    assert [one.tag for one in root.iter() if one.tag.endswith("script")] == []
    assert root.find(f".//{XHTML}title").text == name.replace("\x00", "\ufffd")


def test_nothing_is_a_page_without_pages():
    assert of_class(parsed(Document(())), "ocr_page") == []
