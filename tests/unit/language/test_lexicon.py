"""Lists of the user's own words, good and hostile."""

import pytest

from ocr.errors import SettingError
from ocr.language.lexicon import load_words


def listed(folder, content):
    path = folder / "words.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_words(path)


def test_one_word_a_line_without_comments_and_empty_lines(tmp_path):
    assert listed(tmp_path, "# names\nKvor\n\n  Zyx  \n#no\nC#\n") == ("Kvor", "Zyx", "C#")


def test_line_ends_marks_and_full_names(tmp_path):
    assert listed(tmp_path, b"\xef\xbb\xbf# names\r\nAda Lovelace\r\nM\xc3\xbcller") == (
        "Ada",
        "Lovelace",
        "Müller",
    )


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing"])
def test_no_word_at_all(tmp_path, content):
    assert listed(tmp_path, content) == ()


BAD = {
    "binary": (b"abc\0def\n", "found a binary file, expected UTF-8 text with one word a line"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0", "line 1 is not UTF-8, expected a text file with one word a line"),
    "Latin-1": (b"Ada\nM\xfcller\n", "line 2 is not UTF-8, expected a text file with one word a line"),
    "too large": (b"word\n" * 2_000_001, "larger than 10 MB; leave out the words that the language knows"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_word_list_is_refused_in_one_line(tmp_path, kind):
    content, reason = BAD[kind]
    with pytest.raises(SettingError) as caught:
        listed(tmp_path, content)
    assert str(caught.value) == f"words {tmp_path / 'words.txt'}: {reason}"


def test_missing_files_folders_and_odd_names(tmp_path):
    with pytest.raises(SettingError, match="no such file; is the path right"):
        load_words(tmp_path / "nobody.txt")
    with pytest.raises(SettingError, match="cannot be read"):
        load_words(tmp_path)
    with pytest.raises(SettingError, match="cannot be read"):
        load_words("a\0b")
    with pytest.raises(SettingError) as caught:
        load_words("two\nlines")
    assert str(caught.value) == r"words two\nlines: no such file; is the path right?"


def test_ten_megabytes_are_not_too_large(tmp_path):
    assert len(listed(tmp_path, b"#" * 9_999_995 + b"\nword")) == 1
