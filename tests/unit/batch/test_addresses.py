"""What an address names, and how messages show it."""

import sys
import zipfile

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from ocr.batch.filesystem import is_remote, place_of, reason_of, shown, without_secrets
from ocr.errors import SettingError


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
    place = place_of("sub/a.txt")
    assert place.is_local
    assert place.address == place.path == str(tmp_path / "sub" / "a.txt")
    assert place_of("sub/../../x/./a.txt").address == str(tmp_path.parent / "x" / "a.txt")
    assert place_of((tmp_path / "a.txt").as_uri()).address == str(tmp_path / "a.txt")
    assert not is_remote("a.txt")


@pytest.mark.parametrize(
    ("address", "other"),
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
def test_what_lies_beside_has_the_same_prefix_and_leads_back(address, other, host):
    place = place_of(address)
    assert place.address.rstrip("/") == address.rstrip("/")
    assert place.address_of("/scans/a.jpg") == other
    found = place_of(other)
    assert (found.system, found.path, found.address) == (place.system, "/scans/a.jpg", other)


def test_the_host_of_a_real_file_system_is_kept():
    place = place_of("webhdfs://name:9870/scans/")
    assert place.address_of("/scans/a.jpg") == "webhdfs://name:9870/scans/a.jpg"
    assert place_of("webhdfs://name:9870/scans/a.jpg").system == place.system


def test_what_a_file_system_says_otherwise_is_taken_if_it_leads_back(monkeypatch):
    strip = MemoryFileSystem._strip_protocol
    monkeypatch.setattr(
        MemoryFileSystem, "_strip_protocol", classmethod(lambda _, path: strip(path.replace("/./", "/")))
    )
    assert place_of("memory://scans/./a.jpg").address == "memory:///scans/a.jpg"


def test_files_without_addresses_are_refused(memory, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.jpg", b"1")
    memory.put_file(str(tmp_path / "a.zip"), "/a.zip")
    for address in ("zip://a.jpg::memory://a.zip", "zip://::memory://a.zip"):
        with pytest.raises(SettingError, match=f"^{address}: found an address .*; unpack archives, and name"):
            place_of(address)


def test_unknown_protocols_and_missing_plug_ins(monkeypatch):
    with pytest.raises(SettingError, match=r"^nfs4://a.jpg: nfs4:// cannot be used .*not known: nfs4"):
        place_of("nfs4://me:SECRET@a.jpg")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(SettingError, match=r"^s3://b/a.jpg: s3:// takes another library: .*nstall s3fs"):
        place_of("s3://b/a.jpg")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(SettingError, match=r"pip install cryptography distributed fsspec$"):
        place_of("a.jpg")


@pytest.mark.parametrize(
    ("address", "seen"),
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
def test_addresses_are_shown_without_who_asks(address, seen):
    assert shown(address) == seen


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (FileNotFoundError("/a"), "no such file"),
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
