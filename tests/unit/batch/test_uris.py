"""What a URI names, and how messages show it."""

import sys
import zipfile
from unittest.mock import Mock

import fsspec
import pytest
from fsspec.implementations.ftp import FTPFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from ocr.errors import SettingError
from ocr.uris import absolute, is_remote, local_path, locate, printable_uri, reason_of, without_secrets


class Host(MemoryFileSystem):
    """A file system that has a host, which its own inverse leaves out."""

    protocol = "host"

    def __init__(self, host, **options):
        super().__init__(host=host, **options)

    @classmethod
    def _strip_protocol(cls, path):
        return "/" + path.partition("://")[2].partition("/")[2] if "://" in path else path

    @staticmethod
    def _get_kwargs_from_urls(path):
        return {"host": path.partition("://")[2].partition("/")[0]}


@pytest.fixture
def host():
    fsspec.register_implementation("host", Host, clobber=True)


def test_a_path_of_this_machine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert absolute("sub/a.txt") == str(tmp_path / "sub" / "a.txt")
    assert absolute("sub/../../x/./a.txt") == str(tmp_path.parent / "x" / "a.txt")
    assert absolute((tmp_path / "a.txt").as_uri()) == str(tmp_path / "a.txt")
    assert local_path("sub/a.txt") == "sub/a.txt"
    assert local_path((tmp_path / "a.txt").as_uri()) == str(tmp_path / "a.txt")
    assert not is_remote("a.txt")


def test_a_path_of_this_machine_needs_no_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    assert local_path("a.txt") == "a.txt"
    assert absolute("/a/../b.txt") == "/b.txt"


@pytest.mark.parametrize(
    ("uri", "other"),
    [
        ("memory://scans", "memory://scans/a.jpg"),
        ("memory:///scans/", "memory:///scans/a.jpg"),
        ("memory://", "memory:///scans/a.jpg"),
        ("simplecache::memory://scans", "simplecache::memory://scans/a.jpg"),
        ("host://name:9870/scans/", "host://name:9870/scans/a.jpg"),
        ("host://name:9870/", "host://name:9870/scans/a.jpg"),
        ("host://me:secret@name/scans/*.jpg", "host://me:secret@name/scans/a.jpg"),
    ],
)
def test_what_lies_beside_has_the_same_prefix_and_leads_back(uri, other, host):
    location = locate(uri)
    assert location.uri.rstrip("/") == uri.rstrip("/")
    assert location.uri_of("/scans/a.jpg") == other
    found = locate(other)
    assert (found.system, found.path, found.uri) == (location.system, "/scans/a.jpg", other)


def test_the_host_of_a_real_file_system_is_kept(monkeypatch):
    monkeypatch.setattr(FTPFileSystem, "_connect", lambda system: setattr(system, "ftp", Mock()))
    location = locate("ftp://name:9870/scans/")
    assert location.uri_of("/scans/a.jpg") == "ftp://name:9870/scans/a.jpg"
    assert locate("ftp://name:9870/scans/a.jpg").system == location.system


def test_what_a_file_system_says_otherwise_is_taken_if_it_leads_back(monkeypatch):
    strip = MemoryFileSystem._strip_protocol
    monkeypatch.setattr(
        MemoryFileSystem, "_strip_protocol", classmethod(lambda _, path: strip(path.replace("/./", "/")))
    )
    assert locate("memory://scans/./a.jpg").uri == "memory:///scans/a.jpg"


def test_files_without_uris_are_refused(memory, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.jpg", b"1")
    memory.put_file(str(tmp_path / "a.zip"), "/a.zip")
    for uri in ("zip://a.jpg::memory://a.zip", "zip://::memory://a.zip"):
        with pytest.raises(SettingError, match=f"^{uri}: found an address .*; unpack archives, and name"):
            locate(uri)


def test_unknown_protocols_and_missing_plug_ins(monkeypatch):
    with pytest.raises(SettingError, match=r"^nfs4://a.jpg: nfs4:// cannot be used .*not known: nfs4"):
        locate("nfs4://me:SECRET@a.jpg")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(SettingError, match=r"^s3://b/a.jpg: s3:// needs another library: .*nstall s3fs"):
        locate("s3://b/a.jpg")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(SettingError, match=r"pip install cryptography distributed fsspec$"):
        locate("s3://b/a.jpg")


@pytest.mark.parametrize(
    ("uri", "seen"),
    [
        ("ftp://user:SECRET@host/x.jpg", "ftp://host/x.jpg"),
        ("ftp://SECRET@host", "ftp://host"),
        ("ftp://user:SEC@RET@host/a@b.jpg", "ftp://host/a@b.jpg"),
        ("http://host/x.jpg?token=SECRET", "http://host/x.jpg"),
        ("https://host/x.jpg?SECRET", "https://host/x.jpg"),
        ("https://host/x.jpg#SECRET", "https://host/x.jpg"),
        ("s3://b/x.jpg?versionId=SECRET", "s3://b/x.jpg"),
        ("simplecache::ftp://user:SECRET@host/x.jpg", "simplecache::ftp://host/x.jpg"),
        ("zip://a.jpg::https://u:SECRET@host/x.zip?a=SECRET", "zip://a.jpg::https://host/x.zip"),
        ("s3://b/page?.jpg", "s3://b/page?.jpg"),
        ("me@home?a=1.jpg", "me@home?a=1.jpg"),
        ("s3://b/a\x1b.jpg", r"s3://b/a\x1b.jpg"),
    ],
)
def test_messages_show_uris_without_user_and_query(uri, seen):
    assert printable_uri(uri) == seen


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (FileNotFoundError("/a"), "no such file"),
        (FileNotFoundError(2, "No such file or directory"), "no such file or directory"),
        (OSError(28, "No space left on device"), "no space left on device"),
        (OSError(1, "Not for ftp://u:SECRET@host"), "not for ftp://host"),
        (OSError(), "OSError"),
        (ValueError("\n a\x1b[31m wrong\nthing"), "ValueError: a[31m wrong"),
        (ValueError("403, url='https://h/a?t=SECRET'"), "ValueError: 403, url='https://h/a"),
    ],
)
def test_reasons_are_one_line(error, reason):
    assert reason_of(error) == reason
    assert without_secrets(reason) == reason
