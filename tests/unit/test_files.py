"""Files are written whole or not at all: to the disk, through links, with the permissions that they had."""

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from ocr.errors import OcrError
from ocr.files import write_by_rename

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions, pipes and devices of POSIX")


@needs_posix
def test_content_is_on_the_disk_before_the_name_and_then_the_name(tmp_path, monkeypatch):
    done = []
    sync, replace = os.fsync, Path.replace

    def record_sync(number):
        is_folder = stat.S_ISDIR(os.fstat(number).st_mode)
        done.append("folder" if is_folder else f"{os.fstat(number).st_size} bytes")
        sync(number)

    def record_replace(self, target):
        done.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", record_sync)
    monkeypatch.setattr(Path, "replace", record_replace)
    write_by_rename(tmp_path / "a.txt", b"HUT")
    assert done == ["3 bytes", "rename", "folder"]


def test_a_disk_that_cannot_keep_the_content_leaves_the_file_before(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_bytes(b"before")

    def refuse(number):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OcrError, match=r"cannot be written \(input/output error\)"):
        write_by_rename(tmp_path / "a.txt", b"HUT")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"before"


@needs_posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_file_keeps_its_permissions(tmp_path, mode):
    path = tmp_path / "a.txt"
    path.write_bytes(b"before")
    path.chmod(mode)
    write_by_rename(path, b"HUT")
    assert path.read_bytes() == b"HUT"
    assert stat.S_IMODE(path.stat().st_mode) == mode


@needs_posix
def test_a_new_file_has_the_permissions_that_the_user_gives_to_new_files(tmp_path):
    (tmp_path / "other.txt").touch()
    write_by_rename(tmp_path / "a.txt", b"HUT")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "other.txt").stat().st_mode


@needs_posix
def test_links_are_followed_and_stay(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "a.txt").write_bytes(b"before")
    (tmp_path / "link.txt").symlink_to(Path("far") / "a.txt")
    (tmp_path / "new.txt").symlink_to(Path("far") / "b.txt")
    for name in ("link.txt", "new.txt"):
        write_by_rename(tmp_path / name, b"HUT")
        assert (tmp_path / name).is_symlink()
    assert [(tmp_path / "far" / name).read_bytes() for name in ("a.txt", "b.txt")] == [b"HUT", b"HUT"]
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    with pytest.raises(OcrError, match=r"loop.txt: cannot be written"):
        write_by_rename(tmp_path / "loop.txt", b"HUT")


@needs_posix
def test_a_pipe_gets_the_content_and_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_by_rename(pipe, b"HUT")
    reader.join()
    assert got == [b"HUT"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


@needs_posix
def test_a_device_stays_a_device(tmp_path):
    (tmp_path / "null").symlink_to(os.devnull)
    write_by_rename(tmp_path / "null", b"HUT")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    assert stat.S_ISCHR((tmp_path / "null").stat().st_mode)


def test_the_longest_name_that_a_disk_takes(tmp_path):
    path = tmp_path / ("n" * 251 + ".txt")
    write_by_rename(path, b"HUT")
    assert path.read_bytes() == b"HUT"


@pytest.mark.parametrize("name", ["a\0b.txt", "n" * 300, "a\x1b[31m\n/b/" + "n" * 300])
def test_a_name_that_no_disk_takes_is_one_line_without_control_characters(tmp_path, name):
    with pytest.raises(OcrError, match="cannot be written") as caught:
        write_by_rename(tmp_path / name, b"HUT")
    assert str(caught.value).isprintable()
