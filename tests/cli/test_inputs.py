"""What names on the command line stand for."""

import io
import os
import sys

import pytest

from cli.pictures import word
from ocr.batch import inputs
from ocr.batch.inputs import find_inputs, lists_among
from ocr.errors import SettingError


@pytest.fixture
def scans(in_folder):
    folder = in_folder / "scans"
    (folder / "inner").mkdir(parents=True)
    for name in ("p10.png", "p9.png", "p9.txt", "q.jpg", "inner/p1.png"):
        (folder / name).write_bytes(b"")
    return in_folder


def paths(*names):
    return [found.path for found in find_inputs(names)]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("scans/p*.png", ["scans/p9.png", "scans/p10.png"]),
        ("scans/p?.*", ["scans/p9.png"]),
        ("scans/[pq]*g", ["scans/p9.png", "scans/p10.png", "scans/q.jpg"]),
        ("scans/**/p1.png", ["scans/inner/p1.png"]),
        ("s*", ["scans/p9.png", "scans/p10.png", "scans/q.jpg"]),
        ("scans/*.txt", ["scans/p9.txt"]),
    ],
)
def test_patterns(pattern, found, scans):
    assert paths(pattern) == found


def test_a_file_with_the_name_of_a_pattern_is_taken_by_its_name(scans):
    scans.joinpath("p[9].png").write_bytes(b"")
    assert paths("p[9].png") == ["p[9].png"]


def test_a_pattern_that_nothing_fits_is_an_error(scans, ocr):
    expected = "ocr: pattern scans/*.tif: nothing fits it; is the path right?\n"
    assert ocr("read", "scans/*.tif") == (3, "", expected)


@pytest.mark.parametrize(
    "content",
    [
        b"scans/q.jpg\n\n-\n@b\nscans/inner\n",
        b"\xef\xbb\xbfscans/q.jpg\r\n-\r\n@b\r\nscans/inner",
        b"scans/q.jpg\0-\0@b\0scans/inner\0",
    ],
    ids=["lines", "Windows", "zero bytes"],
)
def test_a_list_names_files_and_folders(content, scans, monkeypatch):
    scans.joinpath("list.txt").write_bytes(content)
    # In a list, names are names: neither standard input nor lists.
    expected = ["scans/q.jpg", "./-", "@b", "scans/inner/p1.png"]
    assert paths("@list.txt") == expected
    stdin = type("Stdin", (), {"buffer": io.BytesIO(content)})
    monkeypatch.setattr(sys, "stdin", stdin)
    assert paths("@-", "a.png") == [*expected, "a.png"]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n", b"\0"])
def test_a_list_of_too_many_names_is_refused(end, in_folder, monkeypatch):
    monkeypatch.setattr(inputs, "_MOST_NAMES", 2)
    in_folder.joinpath("list").write_bytes(b"a.png" + end + b"b.png" + end)
    assert paths("@list") == ["a.png", "b.png"]
    in_folder.joinpath("list").write_bytes((b"a.png" + end) * 3)
    with pytest.raises(SettingError, match=r"^list list: has more than 2 names; split it$"):
        paths("@list")


def test_names_in_lists_are_the_bytes_of_the_file_system(in_folder):
    in_folder.joinpath("list").write_bytes(b"a\xff.png\n")
    assert paths("@list") == ["a\udcff.png"]


def test_an_empty_list_is_an_error(in_folder, ocr):
    in_folder.joinpath("list").write_bytes(b"\n")
    assert ocr("read", "@list") == (3, "", "ocr: list list: is empty, expected a file name a line\n")


def test_a_list_that_is_missing_is_refused_before_anything_is_read(in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word())
    expected = "ocr: list none.txt: cannot be read (no such file or directory); expected a file name a line\n"
    assert ocr("read", "a.png", "@none.txt") == (2, "", expected)
    with pytest.raises(SettingError, match="cannot be read"):
        find_inputs(["@a\0b"])


def test_a_picture_whose_name_starts_like_a_list(in_folder, ocr):
    in_folder.joinpath("@home.png").write_bytes(word())
    assert ocr("read", "@home.png") == (0, "HUT\n", "")
    assert lists_among(["@home.png", "@list", "@-", "@", "a"]) == ["list"]


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("scans", ["p9", "p10", "q", "inner/p1"]),
        ("./scans/../scans/", ["p9", "p10", "q", "inner/p1"]),
        (".", ["scans/p9", "scans/p10", "scans/q", "scans/inner/p1"]),
        ("s*", ["scans/p9", "scans/p10", "scans/q", "scans/inner/p1"]),
        ("scans/*/p?.png", ["inner/p1"]),
        ("scans/in*/p1.png", ["inner/p1"]),
        ("*/../scans/q.jpg", ["scans/q"]),
        ("scans/inner/p1.png", ["p1"]),
        ("-", ["stdin"]),
    ],
)
def test_files_of_their_own_are_called_by_the_path_below_what_was_named(name, keys, scans):
    assert [found.key for found in find_inputs([name], recursive=True)] == keys


def test_what_a_list_names_is_called_by_its_path(scans):
    whole = scans / "scans/p9.png"
    scans.joinpath("list").write_text(f"scans/q.jpg\n../none/x.y.png\n{whole}\nscans/inner\n")
    found = find_inputs(["@list"])
    outside, inside = (
        path.relative_to(path.anchor).with_suffix("").as_posix()
        for path in (scans.parent / "none/x.y.png", whole)
    )
    assert [one.key for one in found] == ["scans/q", outside, inside, "scans/inner/p1"]
    assert [one.ending for one in found] == [".jpg", ".png", ".png", ".png"]


@pytest.mark.parametrize("name", ["scans", "./scans/", ".", "s*", "scans/*/p?.png", "scans/q.jpg", "@list"])
def test_a_cluster_gives_files_the_same_names(name, scans):
    beside = f"../{scans.name}-too/y.png"
    scans.joinpath("list").write_text(f"scans/q.jpg\n../x/y.png\n{beside}\n{scans / 'scans/q.jpg'}\nscans\n")
    here = find_inputs([name], recursive=True)
    there = find_inputs([name], recursive=True, absolute_paths=True)
    assert [(one.key, one.ending) for one in here] == [(one.key, one.ending) for one in there]
    assert [one.path for one in there] == [os.path.abspath(one.path) for one in here]  # noqa: PTH100
