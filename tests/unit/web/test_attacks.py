"""Other pages, wrong tokens, foreign names, large and strange content are refused or shown as text."""

import io
import json

import pytest
from PIL import Image

pytest.importorskip("starlette", reason="needs Starlette")
pytest.importorskip("httpx2", reason="needs httpx2")

from starlette.testclient import TestClient

from ocr.document.tree import Character, Document, Line, Page, Word
from ocr.geometry import Box
from ocr.learning.correction_store import CorrectionStore
from ocr.web import application
from ocr.web.access import Guard
from ocr.web.application import Application
from ocr.web.learning_job import LearningJob
from ocr.web.reading_queue import ReadingQueue

HOST, TOKEN = "127.0.0.1:8000", "secret"
ORIGIN = {"origin": f"http://{HOST}"}
LINE = Line((Word((Character("a", Box(0, 0, 5, 5), 0.9), Character("b", Box(0, 6, 5, 11), 0.5))),))


@pytest.fixture
def store(tmp_path):
    return CorrectionStore(tmp_path / "data")


@pytest.fixture
def stranger(store):
    """A client without the token; nothing is read in the background."""
    reading = ReadingQueue(store, model=None, language="english")
    app = Application(store, reading, LearningJob(store, reading)).routes()
    guarded = Guard(app, port=8000, token=TOKEN)
    return TestClient(guarded, base_url=f"http://{HOST}", follow_redirects=False)


@pytest.fixture
def client(stranger):
    stranger.cookies.set("ocr-8000", TOKEN)
    return stranger


@pytest.fixture
def page(store, tmp_path):
    """A page of one line that was read."""
    path = tmp_path / "a.png"
    Image.new("L", (40, 20), 255).save(path)
    number = store.add_page("<img src=x onerror=alert(1)>.png", path)
    document = Document((Page((LINE,), 40, 20),), model="print")
    store.set_document(number, document.to_json())
    return number


def test_the_printed_address_gives_a_cookie_and_hides_the_token(stranger):
    answer = stranger.get(f"/?token={TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]
    assert stranger.get("/").status_code == 200


@pytest.mark.parametrize(
    "address", ["/", "/?token=wrong", "/?token=", "/api/state", f"/api/state?token={TOKEN}"]
)
def test_nobody_else_gets_anything(stranger, address):
    answer = stranger.get(address)
    assert answer.status_code == 403
    assert "ocr serve" in answer.text


@pytest.mark.parametrize(
    "cookie", ["ocr-8000=wrong", "ocr-8001=secret", ";;=", "ocr-8000=sécret".encode("latin-1")]
)
def test_wrong_cookies_are_refused(stranger, cookie):
    assert stranger.get("/api/state", headers={"cookie": cookie}).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1", "127.0.0.1:9", "[::1]:8000", ""]
)
def test_foreign_names_of_the_host_are_refused(client, host):
    assert client.get("/api/state", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9", "https://127.0.0.1:8000"]
)
def test_other_pages_are_refused(client, page, origin):
    for method, path in (("GET", "/api/state"), ("POST", "/api/learn"), ("DELETE", f"/api/pages/{page}")):
        assert client.request(method, path, headers={"origin": origin}).status_code == 403


def test_what_changes_something_must_say_where_it_comes_from(client, store, page):
    assert client.delete(f"/api/pages/{page}").status_code == 403
    assert len(store.pages()) == 1
    assert client.delete(f"/api/pages/{page}", headers=ORIGIN).status_code == 200
    assert store.pages() == []


def test_every_answer_forbids_to_load_anything_from_elsewhere(client, stranger):
    for answer in (client.get("/"), client.get("/nothing"), stranger.get("/", headers={"host": "x"})):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_itself_names_no_other_place(client):
    for name in ("index.html", *application._FILES):
        text = client.get(f"/page/{name}").text
        assert "https:" not in text
        assert text.count("http:") == text.count("http://www.w3.org/2000/svg")
        assert "innerHTML" not in text
        assert "eval(" not in text


@pytest.mark.parametrize(
    "name", ["..%2f..%2faccess.py", "%2e%2e/access.py", "app.py", "/etc/passwd", "app.js%00", ""]
)
def test_no_other_files_are_sent(client, name):
    assert client.get(f"/page/{name}").status_code == 404


@pytest.mark.parametrize("name", ["../../evil.png", "/etc/evil.png", "..", "a\0b.png", "<b>.png", "x" * 5000])
def test_names_of_pictures_decide_no_place(client, store, tmp_path, name):
    answer = client.post("/api/pages", params={"name": name}, content=b"anything", headers=ORIGIN)
    assert answer.status_code == 201
    (stored,) = store.pages()
    assert stored.path.parent == store.folder / "pictures"
    assert len(stored.name) <= 200
    assert {one.name for one in tmp_path.iterdir()} == {"data"}


def test_too_much_is_refused_before_it_is_read(client, store):
    headers = {**ORIGIN, "content-length": str(10**9)}
    answer = client.post("/api/pages?name=a.png", content=b"x", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (413, "larger than 100 MB")
    assert store.pages() == []


def test_too_much_without_a_length_is_cut_off(client, store, monkeypatch):
    monkeypatch.setattr(application, "MOST_UPLOAD_BYTES", 1000)
    sent = []

    def parts():
        for number in range(5):
            sent.append(number)
            yield b"x" * 400

    answer = client.post("/api/pages?name=a.png", content=parts(), headers=ORIGIN)
    assert answer.status_code == 413
    assert store.pages() == []


def test_an_empty_file_is_refused(client):
    answer = client.post("/api/pages?name=a.png", content=b"", headers=ORIGIN)
    assert (answer.status_code, answer.json()["error"]) == (400, "a.png: the file is empty")


@pytest.mark.parametrize("content", [
    b"", b"{", b"[1]", b"{}", b'[{"line": 0}]', b'[{"line": 1, "text": "x"}]', b'[{"line": -1, "text": "x"}]',
    b'[{"line": true, "text": "x"}]', b'[{"line": 0, "text": 5}]', b"[" * 90_000,
    json.dumps([{"line": 0, "text": "x" * 1001}]).encode(), b'{"line": "' + b"x" * 100_001,
])  # fmt: skip
def test_strange_corrections_are_refused(client, store, page, content):
    answer = client.post(f"/api/pages/{page}/lines", content=content, headers=ORIGIN)
    assert answer.status_code in {200, 400, 413}
    assert answer.status_code != 200 or content == b"{}"
    assert store.corrections(page) == {}


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\nb\tc\0\x1b[31m", "a b c[31m"),
        ("\ud800x", "x"),
    ],
)
def test_corrected_text_is_one_line_of_text(client, store, page, text, stored):
    body = json.dumps([{"line": 0, "text": text}])
    assert client.post(f"/api/pages/{page}/lines", content=body, headers=ORIGIN).status_code == 200
    assert store.corrections(page)[0].text == stored
    assert client.get(f"/api/pages/{page}").json()["lines"][0]["text"] == stored


def test_exports_are_saved_and_never_shown(client, store, page):
    store.correct(page, 0, Box(0, 0, 5, 11), "<script>")
    answer = client.get(f"/api/pages/{page}/export/html")
    assert answer.headers["content-disposition"] == f'attachment; filename="page-{page}.html"'
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "<script>alert" not in answer.text
    assert client.get(f"/api/pages/{page}/export/exe").status_code == 404


def test_the_picture_of_a_page(client, page):
    answer = client.get(f"/api/pages/{page}/picture")
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (40, 20))


def test_pages_that_are_not_there_or_not_read(client, store, tmp_path):
    waiting = store.add_page("b.png", tmp_path / "b.png")
    assert client.get("/api/pages/99").status_code == 404
    assert client.get(f"/api/pages/{waiting}").status_code == 409
    assert client.get(f"/api/pages/{waiting}/picture").status_code == 409


def test_a_picture_that_is_gone_is_one_line(client, store, page):
    store.page(page).path.unlink()
    answer = client.get(f"/api/pages/{page}/picture")
    assert answer.status_code == 500
    assert "\n" not in answer.json()["error"]


def test_it_listens_on_this_machine_only():
    from ocr.web.serving import _listener

    listener = _listener(0)
    assert listener.getsockname()[0] == "127.0.0.1"
    listener.close()
