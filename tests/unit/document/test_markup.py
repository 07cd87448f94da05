import xml.etree.ElementTree as ET
from importlib.metadata import version

import pytest

from ocr.document.web_page import clean, element, software, xml_text


@pytest.mark.parametrize("number", [0, 0x0B, 0x1B, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF], ids=hex)
def test_what_xml_cannot_hold_is_replaced(number):
    assert clean(f"a{chr(number)}b") == "a\ufffdb"


def test_all_other_signs_are_kept():
    text = "<a> & \"b\" 'c'\t\n é Ж あ \U0001f600"
    assert clean(text) == text


def test_elements_are_written_and_read():
    root = ET.Element("root")
    element(root, "part", {"n": 1, "name": 'a"<\x00'}, text="x < y\x01")
    (part,) = ET.fromstring(xml_text(root).encode())
    assert part.attrib == {"n": "1", "name": 'a"<\ufffd'}
    assert part.text == "x < y\ufffd"
    assert xml_text(root).startswith('<?xml version="1.0" encoding="UTF-8"?>\n<root>\n  <part')


def test_the_program_knows_its_name():
    assert software() == ("ocr", version("ocr"))
