import pytest

from ocr.cli import lesson_command
from ocr.experiments.lessons.lesson_list import LESSONS


def test_the_help_names_every_lesson(ocr):
    assert tuple(LESSONS) == lesson_command._NAMES
    words = ocr("lesson", "--help")[1].replace(",", " ").replace(".", " ").split()
    assert set(LESSONS) <= set(words)


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_printed_and_written(ocr, in_folder, name):
    code, out, err = ocr("lesson", name, "-o", "lesson.html")
    assert code == 0
    assert len(out.splitlines()) > 20
    assert max(map(len, out.splitlines())) < 130
    assert "wrote lesson.html" in err
    page = (in_folder / "lesson.html").read_text(encoding="utf-8")
    assert "<script>" in page or name != "softmax"
    assert "http" not in page.replace("http-equiv", "")


def test_worked_numbers_are_on_the_terminal(ocr):
    out = ocr("lesson", "logistic")[1]
    for number in ("0.50000", "0.26894", "0.73106", "0.36553"):
        assert number in out
    assert "0.751365070" in ocr("lesson", "backprop")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("rope",), 2, "lesson 'rope': expected one of softmax"),
        ((), 2, "NAME"),
        (("softmax", "--logits", "one,two"), 2, "no list of numbers"),
        (("softmax", "--rate", "1"), 2, "found option --rate, expected --logits"),
        (("softmax", "-o", "lesson.pdf"), 2, ".html"),
        (("logistic", "--rate", "1e308"), 1, "choose a smaller --rate"),
    ],
)
def test_bad_input_ends_in_one_line(ocr, in_folder, arguments, code, words):
    found, out, err = ocr("lesson", *arguments)
    assert (found, out) == (code, "")
    assert words in err
    assert err.startswith("ocr: ")
    assert err.count("\n") == 1
