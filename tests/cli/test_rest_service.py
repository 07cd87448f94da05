"""The service of the documentation reads pictures and refuses others in one line."""

import json

import pytest

from cli.pages_of_docs import ROOT, blocks
from cli.pictures import word
from ocr.document.tree import Document

pytest.importorskip("fastapi", reason="the example of a service needs FastAPI")
pytest.importorskip("python_multipart", reason="the example of a service takes forms")
TestClient = pytest.importorskip("starlette.testclient").TestClient


@pytest.fixture(scope="module")
def client():
    (code,) = blocks(ROOT / "docs" / "how-to" / "serve.md", "python")
    names = {"__name__": "service"}
    exec(compile(code, "service.py", "exec"), names)
    with TestClient(names["app"]) as client:
        yield client


def test_a_picture_becomes_a_document(client):
    answer = client.post("/read", files={"picture": ("a.png", word("HUT"))})
    assert answer.status_code == 200
    document = Document.from_json(json.dumps(answer.json()))
    assert document.text == "HUT"
    assert document.pages[0].source == "a.png"


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [
        (b"no picture", 422, "picture a.png: not a picture that can be read"),
        (b"0" * 20_000_001, 413, "expected at most 20,000,000 bytes"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(client, content, status, reason):
    answer = client.post("/read", files={"picture": ("a.png", content)})
    assert answer.status_code == status
    assert answer.json()["detail"].startswith(reason)
    assert "\n" not in answer.json()["detail"]
