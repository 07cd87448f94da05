import pytest

from ocr.document.markdown import escaped, to_markdown
from ocr.document.tree import Document
from unit.document.documents import BLANK, page


def written(*texts, tops=None):
    return to_markdown(Document((page(*texts, tops=tops),)))


def test_lines_and_paragraphs_are_kept():
    assert written("A B", "C", "D", tops=[0, 30, 100]) == "A B\\\nC\n\nD\n"


def test_list_marks_are_kept():
    assert written("JOBS", "1. WASH", "2. BUY", "- REST", "* SLEEP", "END") == (
        "JOBS\n\n1. WASH\n2. BUY\n- REST\n* SLEEP\n\nEND\n"
    )


@pytest.mark.parametrize("text", ["2.5 KG", "-5", "1.", "-", "+ ", "1234567890. far"])
def test_what_is_no_list_mark_is_escaped(text):
    assert written(text) == escaped(text.strip()) + "\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain, text!", "plain, text!"),
        ("2 * 3 * 4", r"2 \* 3 \* 4"),
        ("snake_case", r"snake\_case"),
        ("<b> & [x](y)", r"\<b\> \& \[x\](y)"),
        ("# 7", r"\# 7"),
        ("A # 7", "A # 7"),
        ("---", r"\---"),
        ("===", r"\==="),
        ("7. ", r"7\. "),
        ("7) ", r"7\) "),
        ("| ~a~ `b` $c$ \\", r"\| \~a\~ \`b\` \$c\$ \\"),
    ],
)
def test_signs_of_markdown_are_escaped(text, expected):
    assert escaped(text) == expected


def test_a_rule_stands_between_pages():
    assert to_markdown(Document((page("A"), page("B")))) == "A\n\n---\n\nB\n"


def test_no_text_is_an_empty_file():
    assert to_markdown(Document((BLANK,))) == ""
    assert to_markdown(Document(())) == ""
