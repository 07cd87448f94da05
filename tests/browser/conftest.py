"""A browser for each module of tests, and programs that are ended after each test."""

import pytest
from chromium import chromium

from browser.serving import Serving


@pytest.fixture(scope="module")
def browser():
    pytest.importorskip("starlette", reason="needs Starlette")
    pytest.importorskip("uvicorn", reason="needs uvicorn")
    with chromium() as running:
        yield running


@pytest.fixture
def serve(tmp_path):
    started = []

    def start(*arguments, is_quick=False):
        started.append(Serving(tmp_path / "share", *arguments, is_quick=is_quick))
        return started[-1]

    yield start
    for one in started:
        one.kill()
