"""What users may rely on: changing this list is changing the program."""

import pytest

import ocr


def test_names_are_pinned():
    assert ocr.__all__ == ["Document", "OcrError", "Reader", "__version__", "draw", "load_model", "read"]


@pytest.mark.parametrize(
    "name", ["Document", "OcrError", "Reader", "__version__", "draw", "load_model", "read"]
)
def test_every_name_is_there(name):
    assert getattr(ocr, name) is not None


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match="has no attribute 'reed'"):
        _ = ocr.reed


def test_version_is_the_one_of_the_package():
    from importlib.metadata import version

    assert ocr.__version__ == version("ocr")
