"""What a user names as pictures, on this machine and in a store."""

import os
import sys

import pytest

from ocr.batch import inputs
from ocr.batch.inputs import find_inputs
from ocr.errors import SettingError

FILES = (
    "scans/10.jpg",
    "scans/2.PNG",
    "scans/.hidden.jpg",
    "scans/notes.txt",
    "scans/book/1.tif",
    "scans/.x/1.jpg",
)


@pytest.fixture
def scans(memory, tmp_path, monkeypatch):
    """The same files here and in memory."""
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        memory.pipe_file(f"/{name}", b"1")
        tmp_path.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        tmp_path.joinpath(name).write_bytes(b"1")
    return tmp_path


def keys(*names, **settings):
    found = find_inputs(names, **settings)
    assert [one.error for one in found if one.error] == []
    return [one.key for one in found]


def error(*names, **settings):
    (one,) = find_inputs(names, **settings)
    return str(one.error)


@pytest.mark.parametrize("top", ["", "memory://"])
def test_folders_and_patterns(scans, top):
    assert keys(f"{top}scans") == ["2", "10"]
    assert keys(f"{top}scans/", recursive=True) == ["2", "10", "book/1"]
    assert keys(f"{top}scans/*0.jpg") == ["10"]
    assert keys(f"{top}scans/**/1.*") == ["book/1"]
    assert keys(f"{top}sc*/book") == ["scans/book/1"]
    assert keys(f"{top}scans/1?.jpg", f"{top}scans/notes.txt") == ["10", "notes"]


def test_paths_and_versions(scans):
    here, there = (find_inputs([name], absolute_paths=True)[-1] for name in ("scans", "memory://scans"))
    assert here.path == str(scans / "scans" / "10.jpg")
    assert there.path == "memory://scans/10.jpg"
    assert (here.version, there.version.size) == (None, 1)
    (uri,) = find_inputs([(scans / "scans" / "10.jpg").as_uri()])
    assert (uri.path, uri.key) == (here.path, "10")
    for name in ("scans/none.jpg", "memory://scans/none.jpg"):
        (missing,) = find_inputs([name])
        assert (missing.key, missing.version, missing.error) == ("none", None, None)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\0"])
def test_what_lists_name_has_its_path_for_a_key(scans, memory, end):
    whole = (scans / "scans" / "10.jpg").as_posix()
    names = end.join(["memory://scans/10.jpg", "memory://scans/book", "scans/2.PNG", whole, ""])
    memory.pipe_file("/list.txt", b"\xef\xbb\xbf" + names.encode())
    here = whole.lstrip("/").removesuffix(".jpg")
    assert keys("@memory://list.txt") == ["scans/10", "scans/book/1", "scans/2", here]


def test_what_exists_by_its_plain_name_is_taken_by_that(scans):
    for name in ("@a.jpg", "b[1].jpg", "c*.jpg"):
        scans.joinpath(name).write_bytes(b"1")
    assert keys("@a.jpg", "b[1].jpg", "c*.jpg") == ["@a", "b[1]", "c*"]


def test_empty_places_are_named(scans, memory):
    scans.joinpath("empty").mkdir()
    memory.pipe_file("/e/notes.txt", b"1")
    memory.pipe_file("/list.txt", b"\n")
    assert error("empty") == (
        "folder empty: no pictures in it, expected names such as page1.jpg; "
        "--recursive looks into its folders"
    )
    assert error("memory://e", recursive=True) == (
        "folder memory://e: no pictures in it, expected names such as page1.jpg"
    )
    assert error("memory://e/*.gif") == "pattern memory://e/*.gif: nothing fits it; is the path right?"
    assert error("@memory://list.txt") == "list memory://list.txt: is empty, expected a file name a line"


def test_a_folder_in_a_folder_that_cannot_be_listed_is_named_and_the_others_are_listed(scans, monkeypatch):
    scandir = os.scandir

    def refuse(folder):
        if str(folder).endswith("book"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    scans.joinpath("scans", "more").mkdir()
    scans.joinpath("scans", "more", "3.jpg").write_bytes(b"1")
    monkeypatch.setattr("os.scandir", refuse)
    found = find_inputs(["scans"], recursive=True)
    assert [one.key for one in found if one.error is None] == ["2", "10", "more/3"]
    assert [str(one.error) for one in found if one.error] == [
        "folder scans/book: cannot be listed (permission denied)"
    ]


def test_a_pattern_fits_other_files_only_if_it_fits_no_picture(scans):
    assert keys("memory://scans/*.txt") == keys("scans/*.txt") == ["notes"]
    assert keys("memory://scans/*") == keys("scans/*") == ["2", "10", "book/1"]


def test_names_that_lead_out_of_the_folder_are_refused(scans, monkeypatch):
    rows = [
        {"name": f"/scans/{name}", "type": "file"} for name in ("../../etc/a.jpg", "b\\..\\c.jpg", "d.jpg")
    ]
    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.ls", lambda *_, **__: rows)
    found = {one.path: one for one in find_inputs(["memory://scans"])}
    assert found.pop("memory://scans/d.jpg").key == "d"
    assert len(found) == 2
    for one in found.values():
        assert "found a name that leads elsewhere, expected a plain path" in str(one.error)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_to_folders_are_not_followed(scans):
    scans.joinpath("scans", "book", "again").symlink_to(scans / "scans", target_is_directory=True)
    scans.joinpath("scans", "3.jpg").symlink_to(scans / "scans" / "10.jpg")
    assert keys("scans", recursive=True) == ["2", "3", "10", "book/1"]


def test_a_place_that_cannot_be_listed_is_named_and_the_others_are_listed(scans, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.isdir", refuse)
    first, second = find_inputs(["memory://scans", "scans/10.jpg"])
    assert str(first.error) == "folder memory://scans: cannot be listed (permission denied)"
    assert second.key == "10"


def test_lists_that_cannot_be_read_and_unknown_addresses():
    with pytest.raises(SettingError, match=r"^list none.txt: cannot be read \(no such file"):
        find_inputs(["@none.txt"])
    with pytest.raises(SettingError, match=r"^nfs4://x: nfs4:// cannot be used"):
        find_inputs(["nfs4://x"])


def test_only_the_endings_of_pictures_count_in_folders():
    assert inputs._is_picture("a/b.JPEG")
    assert not inputs._is_picture("a.jpg/b")


def test_lists_may_lead_up(scans, monkeypatch):
    scans.joinpath("list.txt").write_text("../scans/10.jpg\n./2.PNG\n../beside/3.jpg\n")
    monkeypatch.chdir(scans / "scans")
    outside = scans.as_posix().lstrip("/")
    assert keys("@../list.txt") == ["10", "2", f"{outside}/beside/3"]
    assert keys("../scans/book/../10.jpg") == ["10"]


def web():
    """A file system whose paths are whole addresses, as those of the web."""
    from fsspec.implementations.memory import MemoryFileSystem

    class Web(MemoryFileSystem):
        protocol = "http"

        @classmethod
        def _strip_protocol(cls, path):
            return path

        def exists(self, path, **_):
            return True

        def isdir(self, path):
            return path.endswith("/")

    return Web


def test_keys_have_no_secrets(scans, memory, monkeypatch):
    monkeypatch.setattr("fsspec.url_to_fs", lambda address: (web()(), address))
    monkeypatch.setattr("ocr.batch.filesystem.read_list", lambda _: b"http://me:SECRET@host/b/c.jpg?t=SECRET")
    address = "http://me:SECRET@host/b/a.jpg?t=SECRET/.x"
    (one,) = find_inputs([address])
    assert (one.path, one.key, one.error) == (address, "a", None)
    assert keys("@http://list") == ["host/b/c"]


def test_endings_are_kept_apart_from_keys(scans):
    scans.joinpath("scans", "x.y").write_bytes(b"1")
    scans.joinpath("scans", "z").write_bytes(b"1")
    found = [(one.key, one.ending) for one in find_inputs(["scans", "scans/x.y", "scans/z"])]
    assert found == [("2", ".PNG"), ("10", ".jpg"), ("x", ".y"), ("z", "")]
