import hashlib
import io
import socket
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from ocr.datasets import download
from ocr.datasets.download import (
    ARCHIVE_NAME,
    OFFICIAL_CHECKSUM,
    OFFICIAL_URL,
    expected_checksum,
    fetch_archive,
    mirrors,
)
from ocr.errors import DataError, SettingError

CONTENT = b"stands for the archive " * 10_000
MD5 = f"md5:{hashlib.md5(CONTENT).hexdigest()}"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Handler(BaseHTTPRequestHandler):
    """Answers by path: /ok, /other (a wrong file), /short (breaks off), /busy (503 at first), else 404.

    /endless does not say how much it sends.
    """

    def do_GET(self):
        self.server.asked.append(self.path)
        known = {"/other": b"<html>moved</html>"} | dict.fromkeys(
            ("/ok", "/short", "/busy", "/endless"), CONTENT
        )
        body = known.get(self.path)
        busy = self.path == "/busy" and self.server.asked.count("/busy") == 1
        self.send_response(404 if body is None else 503 if busy else 200)
        if self.path != "/endless":
            self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write((body or b"")[: 1000 if self.path == "/short" else None])

    def log_message(self, format, *args):  # noqa: A002
        """Say nothing on stderr."""


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.asked = []
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield SimpleNamespace(url=f"http://127.0.0.1:{http.server_port}", asked=http.asked)
        http.shutdown()
        thread.join()


@pytest.fixture
def closed_url():
    """Give an address of this machine at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"http://127.0.0.1:{port}/gzip.zip"


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    monkeypatch.delenv("OCR_EMNIST_URLS", raising=False)
    monkeypatch.setenv("OCR_EMNIST_CHECKSUM", MD5)


def use(monkeypatch, *urls):
    monkeypatch.setenv("OCR_EMNIST_URLS", " ".join(urls))


@pytest.mark.parametrize("checksum", [MD5, MD5.upper(), SHA256, f"sha256:{SHA256}"])
def test_puts_the_archive_into_a_folder_that_it_makes(tmp_path, monkeypatch, server, checksum, capfd):
    use(monkeypatch, f"{server.url}/ok")
    monkeypatch.setenv("OCR_EMNIST_CHECKSUM", checksum)
    folder = tmp_path / "new" / "emnist"
    assert fetch_archive(folder) == folder / ARCHIVE_NAME
    assert (folder / ARCHIVE_NAME).read_bytes() == CONTENT
    assert [entry.name for entry in folder.iterdir()] == [ARCHIVE_NAME]
    assert capfd.readouterr() == ("", "")  # no progress bar where stderr is no terminal


def test_a_wrong_file_is_refused_and_not_kept(tmp_path, monkeypatch, server):
    use(monkeypatch, f"{server.url}/other")
    with pytest.raises(DataError, match=r"a file with md5:[0-9a-f]{32}") as caught:
        fetch_archive(tmp_path, pause_s=0)
    message = str(caught.value)
    assert "\n" not in message
    for words in (f"{server.url}/other", MD5, "--data DIR", str(tmp_path / ARCHIVE_NAME)):
        assert words in message
    assert list(tmp_path.iterdir()) == []
    assert server.asked == ["/other"]  # asking again would bring the same file


@pytest.mark.parametrize("path", ["/ok", "/endless"])
def test_no_more_than_the_archive_can_have_is_fetched(tmp_path, monkeypatch, server, path):
    monkeypatch.setattr(download, "_MOST_BYTES", len(CONTENT) - 1)
    use(monkeypatch, server.url + path)
    with pytest.raises(DataError, match="a file with more than 229,999 bytes"):
        fetch_archive(tmp_path, pause_s=0)
    assert server.asked == [path]
    assert list(tmp_path.iterdir()) == []


def test_the_next_mirror_is_tried_after_one_that_fails(tmp_path, monkeypatch, server, closed_url):
    use(monkeypatch, f"{server.url}/gone", closed_url, f"{server.url}/other", f"{server.url}/ok")
    assert fetch_archive(tmp_path, pause_s=0).read_bytes() == CONTENT
    assert server.asked == ["/gone", "/other", "/ok"]


def test_a_server_that_is_busy_is_asked_again(tmp_path, monkeypatch, server):
    use(monkeypatch, f"{server.url}/busy")
    assert fetch_archive(tmp_path, pause_s=0).read_bytes() == CONTENT
    assert server.asked == ["/busy", "/busy"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/busy", "the server answers 503"), ("/short", "broke off after 1,000 of 230,000 bytes")],
)
def test_a_download_that_fails_each_time_is_given_up(tmp_path, monkeypatch, server, path, reason):
    use(monkeypatch, server.url + path)
    with pytest.raises(DataError, match=reason) as caught:
        fetch_archive(tmp_path, tries=1, pause_s=0)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_in_time_is_reported(tmp_path, monkeypatch):
    use(monkeypatch, "http://127.0.0.1/gzip.zip")

    def slow(*args, **kwargs):
        raise TimeoutError

    monkeypatch.setattr(urllib.request, "urlopen", slow)
    with pytest.raises(DataError, match="no answer in time"):
        fetch_archive(tmp_path, tries=1)


def test_being_offline_is_reported_with_every_address_and_reason(tmp_path, monkeypatch, server, closed_url):
    use(monkeypatch, closed_url, f"{server.url}/gone")
    with pytest.raises(DataError) as caught:
        fetch_archive(tmp_path, tries=2, pause_s=0)
    message = str(caught.value)
    for words in (
        f"{closed_url} (Connection refused)",
        f"{server.url}/gone (the server answers 404)",
        "--data DIR",
    ):
        assert words in message
    assert "\n" not in message


def test_a_folder_that_cannot_be_made_is_reported(tmp_path, monkeypatch, server):
    use(monkeypatch, f"{server.url}/ok")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match=r"cannot be stored, .*emnist: .*--data DIR"):
        fetch_archive(tmp_path / "file" / "emnist")


def test_progress_is_shown_on_a_terminal(tmp_path, monkeypatch, server):
    use(monkeypatch, f"{server.url}/ok")
    monkeypatch.setattr(sys, "stderr", Terminal())
    fetch_archive(tmp_path)
    assert sys.stderr.getvalue() == "\rEMNIST: 0.2 of 0.2 MB\n"


def test_progress_ends_its_line_when_the_download_fails(tmp_path, monkeypatch, server):
    use(monkeypatch, f"{server.url}/short")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(DataError):
        fetch_archive(tmp_path, tries=1)
    assert sys.stderr.getvalue() == "\rEMNIST: 0.0 of 0.2 MB\n"


def test_without_settings_the_official_archive_is_fetched(monkeypatch):
    monkeypatch.delenv("OCR_EMNIST_CHECKSUM")
    assert mirrors() == [OFFICIAL_URL] == ["https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"]
    assert expected_checksum() == OFFICIAL_CHECKSUM == "md5:58c8d27c78d21e728a6bc7b3cc06412e"


@pytest.mark.parametrize(
    "checksum", ["none", "md5:", "md5:0123", f"crc:{SHA256}", f"md5:{SHA256}", "md5:" + 32 * "g"]
)
def test_a_malformed_checksum_is_refused_before_anything_is_fetched(tmp_path, monkeypatch, server, checksum):
    use(monkeypatch, f"{server.url}/ok")
    monkeypatch.setenv("OCR_EMNIST_CHECKSUM", checksum)
    with pytest.raises(SettingError, match="OCR_EMNIST_CHECKSUM: found"):
        fetch_archive(tmp_path)
    assert server.asked == []


@pytest.mark.parametrize("url", ["ftp://example.org/gzip.zip", "gzip.zip", "https://", "file:///etc/passwd"])
def test_an_address_that_is_not_http_is_refused(tmp_path, monkeypatch, url):
    use(monkeypatch, url)
    with pytest.raises(SettingError, match="OCR_EMNIST_URLS: found"):
        fetch_archive(tmp_path)
