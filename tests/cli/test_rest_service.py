"""The service of the documentation reads pictures and refuses others in one line; its container starts it."""

import json
import re

import pytest

from cli.pages_of_docs import ROOT, blocks
from cli.pictures import word
from ocr.document.tree import Document

pytest.importorskip("fastapi", reason="the example of a service needs FastAPI")
pytest.importorskip("python_multipart", reason="the example of a service takes forms")
TestClient = pytest.importorskip("starlette.testclient").TestClient


SERVE = ROOT / "docs" / "how-to" / "serve.md"


@pytest.fixture(scope="module")
def client():
    (code,) = blocks(SERVE, "python")
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


def test_the_container_installs_and_starts_what_the_page_does():
    # There is no Docker where this is tested: the lines are compared with those that are.
    (recipe,) = blocks(SERVE, "dockerfile")
    steps = [line.split(maxsplit=1) for line in recipe.splitlines() if line]
    assert [step for step, _ in steps] == ["FROM", "COPY", "RUN", "RUN", "USER", "WORKDIR", "COPY", "CMD"]
    command = json.loads(dict(steps)["CMD"])
    asked = re.search(r"pip install (.+?)`", SERVE.read_text(encoding="utf-8")).group(1).split()
    assert "pip install --no-cache-dir /src " + " ".join(asked) in recipe
    assert f".venv/bin/{' '.join(command[:2])}" in SERVE.read_text(encoding="utf-8")
    options = dict(zip(command[2::2], command[3::2], strict=True))
    assert options == {"--host": "0.0.0.0", "--port": "8000"}
    assert "8000:8000" in SERVE.read_text(encoding="utf-8")
    # It may run as nobody in particular, from a version of Python that the program knows.
    version = re.search(r"python:(3\.\d+)-slim", recipe).group(1)
    assert f"Programming Language :: Python :: {version}" in (ROOT / "pyproject.toml").read_text()
    assert recipe.index("useradd --create-home reader") < recipe.index("USER reader") < recipe.index("CMD")
