"""Pages as a user asks for them."""

import pytest

from ocr.errors import ImageError, SettingError
from ocr.image.multipage import PageRanges


@pytest.mark.parametrize(
    ("asked", "pages"),
    [
        ("1", (1,)),
        ("1,3-5", (1, 3, 4, 5)),
        (" 2 , 4 - 5 ", (2, 4, 5)),
        ("-3", (1, 2, 3)),
        ("-9", (1, 2, 3, 4, 5, 6)),
        ("5-", (5, 6)),
        ("6-", (6,)),
        ("3,1", (3, 1)),
        ("2,1-3,2", (2, 1, 3)),
        ("4-4", (4,)),
        (2, (2,)),
        ((1, 6), (1, 6)),
        (range(2, 4), (2, 3)),
        (PageRanges.parse("2-"), (2, 3, 4, 5, 6)),
    ],
)
def test_pages_of_a_file_of_six(asked, pages):
    assert PageRanges.parse(asked).of(6, "a.pdf") == pages


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("", "found ''"),
        ("-", "found '-'"),
        ("1,,2", "found ''"),
        ("a", "found 'a'"),
        ("1-2-3", "found '1-2-3'"),
        ("1.5", "found '1.5'"),
        ("--5", "found '--5'"),
        ("1234567890", "found '1234567890'"),
        ("٣", "found '٣'"),
        ((), "found ''"),
        ("0", "found page 0, the first is page 1"),
        ("0-3", "found page 0"),
        ("-0", "found page 0"),
        ("5-3", "found 5-3, expected the lower page first: 3-5"),
        (-3.5, "found -3.5, expected numbers and ranges"),
    ],
)
def test_what_is_no_list_of_pages(asked, reason):
    with pytest.raises(SettingError, match=reason) as caught:
        PageRanges.parse(asked)
    assert "\n" not in str(caught.value)


def test_odd_text_is_shown_in_one_short_line():
    for text in ("1\n\x1b[31m", "x" * 1000):
        with pytest.raises(SettingError) as caught:
            PageRanges.parse(text)
        assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("asked", "total", "expected"),
    [
        ("7", 6, "found 6 pages, expected at least 7 for pages 7"),
        ("2-3", 2, "found 2 pages, expected at least 3 for pages 2-3"),
        ("2-", 1, "found 1 page, expected at least 2 for pages 2-"),
        ("1,999999999", 6, "found 6 pages, expected at least 999999999 for pages 1,999999999"),
        ("1-999999999", 6, "found 6 pages, expected at least 999999999 for pages 1-999999999"),
    ],
)
def test_pages_beyond_the_end(asked, total, expected):
    with pytest.raises(ImageError) as caught:
        PageRanges.parse(asked).of(total, "a.pdf")
    assert str(caught.value) == f"picture a.pdf: {expected}; ask for others"
