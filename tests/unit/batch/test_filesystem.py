"""Files anywhere, whole or not at all."""

import io
import os
import sys
from pathlib import Path
from typing import ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from ocr.batch import filesystem, inputs
from ocr.batch.filesystem import FileVersion
from ocr.batch.inputs import Input
from ocr.errors import ImageError, OcrError, SettingError
from ocr.image import sources


class Shelf(MemoryFileSystem):
    """A file system in which a file grows as it is written, so that it is moved when it is whole."""

    protocol = "shelf"
    store: ClassVar[dict[str, object]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    moved: ClassVar[list[tuple[str, str]]] = []
    breaks = False

    @classmethod
    def _strip_protocol(cls, path):
        return super()._strip_protocol(path.removeprefix("shelf://"))

    def mv(self, path1, path2, **options):
        if self.breaks:
            message = "the line is cut\nand more"
            raise RuntimeError(message)
        self.moved.append((path1, path2))
        super().mv(path1, path2, **options)


def refuse(*_, **__):
    raise PermissionError(13, "Permission denied")


@pytest.fixture
def shelf(monkeypatch):
    fsspec.register_implementation("shelf", Shelf, clobber=True)
    Shelf.store.clear()
    Shelf.moved.clear()
    return monkeypatch


def test_a_path_of_this_machine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    filesystem.write("sub/a.txt", b"HUT")
    assert Path("sub/a.txt").read_bytes() == b"HUT"
    assert [path.name for path in Path("sub").iterdir()] == ["a.txt"]
    assert filesystem.read("sub/a.txt") == "sub/a.txt"
    assert filesystem.read_list("sub/a.txt") == b"HUT"
    assert filesystem.read((tmp_path / "sub" / "a.txt").as_uri()) == str(tmp_path / "sub" / "a.txt")


def test_an_object_in_a_store(memory):
    filesystem.write("memory://texts/a.txt", b"HUT")
    filesystem.write("memory://texts/a.txt", b"MAN")
    assert filesystem.read("memory://texts/a.txt") == b"MAN"
    assert filesystem.read_list("memory://texts/a.txt") == b"MAN"
    assert memory.find("/") == ["/texts/a.txt"]


def test_elsewhere_a_draft_is_moved(shelf):
    filesystem.write("shelf://texts/a.txt", b"HUT")
    ((draft, target),) = Shelf.moved
    assert (Path(draft).parent, target) == (Path("/texts"), "/texts/a.txt")
    assert Path(draft).name.startswith(".a.txt.")
    assert list(Shelf.store) == ["/texts/a.txt"]


def test_a_draft_that_cannot_be_moved_is_removed(shelf):
    shelf.setattr(Shelf, "breaks", True)
    expected = r"^output shelf://texts/a.txt: cannot be written \(RuntimeError: the line is cut\); choose"
    with pytest.raises(OcrError, match=expected):
        filesystem.write("shelf://texts/a.txt", b"HUT")
    assert Shelf.store == {}


def test_what_cannot_be_written_here(tmp_path):
    tmp_path.joinpath("file").write_bytes(b"")
    with pytest.raises(OcrError, match="cannot be written"):
        filesystem.write(str(tmp_path / "file" / "a.txt"), b"HUT")


@pytest.mark.parametrize("address", ["memory://texts", "here/texts/"])
def test_a_folder_is_tried_and_left_empty(address, memory, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    filesystem.check_folder(address)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []
    assert filesystem._listed_versions("memory://texts") == {}


def test_a_folder_that_cannot_be_written_to(tmp_path, shelf):
    tmp_path.joinpath("file").write_bytes(b"")
    with pytest.raises(SettingError, match=r"^--output .*file/a: output"):
        filesystem.check_folder(str(tmp_path / "file" / "a"))
    shelf.setattr(Shelf, "rm_file", refuse)
    # Memory moves by copying, then removing.
    shelf.setattr(Shelf, "mv", Shelf.copy)
    with pytest.raises(SettingError, match=r"cannot be removed \(permission denied\)"):
        filesystem.check_folder("shelf://texts")


def test_what_cannot_be_read(memory, monkeypatch):
    with pytest.raises(ImageError, match=r"^picture memory://a.jpg: cannot be read \(no such file\)"):
        filesystem.read("memory://a.jpg")
    with pytest.raises(SettingError, match=r"^list memory://a.txt: cannot be read \(no such file\)"):
        filesystem.read_list("memory://a.txt")
    memory.pipe_file("/scans/a.jpg", b"12345678")
    with pytest.raises(ImageError, match="found a folder"):
        filesystem.read("memory://scans")
    monkeypatch.setattr(sources, "MOST_BYTES", 4)
    with pytest.raises(ImageError, match="larger than"):
        filesystem.read("memory://scans/a.jpg")


def test_versions_of_files(memory, tmp_path):
    assert filesystem.file_version("memory://a.txt") is None
    memory.pipe_file("/t/a.txt", b"HUT")
    first = filesystem.file_version("memory://t/a.txt")
    assert first.size == 3
    assert first.may_equal(first)
    assert not first.may_equal(None)
    assert not first.may_equal(FileVersion(first.modified + 2, 3))
    assert not first.may_equal(FileVersion(first.modified, 4))
    # As of a store whose lists tell whole seconds.
    assert first.may_equal(FileVersion(float(int(first.modified)), 3))
    memory.pipe_file("/t/sub/b.txt", b"HUTS")
    version_of = filesystem.versions_in("memory://t/")
    names = ("a.txt", "sub/b.txt", "none.txt")
    assert [version_of(name) for name in names] == [
        first,
        filesystem.file_version("memory://t/sub/b.txt"),
        None,
    ]
    assert filesystem.versions_in("memory://none")("a.txt") is None
    tmp_path.joinpath("c.txt").write_bytes(b"1")
    os.utime(tmp_path / "c.txt", (7, 7))
    version_of = filesystem.versions_in(f"{tmp_path}/")
    assert [version_of(name) for name in ("c.txt", "d.txt", ".", "a\0b")] == [
        FileVersion(7.0, 1),
        None,
        None,
        None,
    ]


def test_a_folder_that_cannot_be_listed(shelf):
    shelf.setattr(Shelf, "ls", refuse)
    with pytest.raises(SettingError, match=r"^--output shelf://t: cannot be listed \(permission denied\)"):
        filesystem.versions_in("shelf://t")


SECRET = "shelf://me:SECRET@host/a?token=SECRET"


@pytest.mark.parametrize("step", ["read", "read_list", "write", "check_folder", "versions_in"])
def test_messages_keep_secrets(step, shelf):
    def refuse_by_name(*_, **__):
        message = "403 for https://me:SECRET@host/a?token=SECRET"
        raise RuntimeError(message)

    for name in ("info", "cat_file", "pipe_file", "ls"):
        shelf.setattr(Shelf, name, refuse_by_name)
    more = (b"HUT",) if step == "write" else ()
    with pytest.raises(OcrError) as caught:
        getattr(filesystem, step)(SECRET, *more)
    assert "shelf://host/a" in str(caught.value)
    assert "403 for https://host/a" in str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_lists_and_pictures_that_do_not_end_are_refused(memory, tmp_path, monkeypatch):
    monkeypatch.setattr(filesystem, "_MOST_LIST_BYTES", 7)
    monkeypatch.setattr(inputs, "MOST_BYTES", 7)
    memory.pipe_file("/list.txt", b"12345678")
    (tmp_path / "list.txt").write_bytes(b"12345678")
    for name in ("memory://list.txt", str(tmp_path / "list.txt"), "-"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"12345678" * 9)))
        with pytest.raises(SettingError, match=r"cannot be read \(larger than 0 MB\); expected"):
            filesystem.read_list(name)
    with pytest.raises(ImageError, match=r"^picture standard input: larger than"):
        Input("-").content()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"1234567")))
    assert Input("-").content() == b"1234567"
