"""Each error has its exit code, and the tree in the docstring is the true one."""

import re

import pytest

from ocr import errors
from ocr.errors import DataError, DivergedError, ImageError, ModelError, OcrError, SettingError

CODES = {OcrError: 1, SettingError: 2, ImageError: 3, ModelError: 4, DataError: 5, DivergedError: 1}


@pytest.mark.parametrize(("error", "code"), CODES.items())
def test_exit_codes(error, code):
    assert error.exit_code == code
    assert issubclass(error, OcrError)


def test_docstring_shows_every_error_and_its_code():
    shown = {name: int(code) for name, code in re.findall(r"(\w+Error) +(\d)", errors.__doc__)}
    assert shown == {error.__name__: code for error, code in CODES.items()}


def test_no_error_is_missing_here():
    found = {item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, OcrError)}
    assert found == set(CODES)
