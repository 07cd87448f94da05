"""Examples in docstrings that users see hold; they read the sample pictures."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import ocr
from ocr.files import shipped_folder


@pytest.mark.parametrize(
    "name", ["ocr", "ocr.reader", "ocr.view.overlay", "ocr.batch.inputs", "ocr.cli.config_file"]
)
def test_examples(name, monkeypatch):
    monkeypatch.chdir(shipped_folder("images").parent)
    found = doctest.testmod(import_module(name))
    assert found.attempted > 0
    assert found.failed == 0


def test_types_are_marked_as_there():
    assert Path(ocr.__file__).with_name("py.typed").is_file()
