"""Shipped models are found by name, others by path."""

import pytest

from ocr.errors import ModelError
from ocr.files import DEFAULT_MODEL, model_path, shipped_folder


def test_default_model_is_shipped():
    assert model_path() == model_path(DEFAULT_MODEL)
    assert model_path().parent == shipped_folder("models")
    assert model_path().with_name(f"{DEFAULT_MODEL}.npz").is_file()


@pytest.mark.parametrize("given_name", ["mine", "mine.npz", "mine.json"])
def test_path_of_a_model_is_its_stem(given_name, tmp_path):
    (tmp_path / "mine.npz").touch()
    assert model_path(tmp_path / given_name) == tmp_path / "mine"


def test_file_here_goes_before_the_shipped_one(tmp_path, monkeypatch):
    (tmp_path / f"{DEFAULT_MODEL}.npz").touch()
    monkeypatch.chdir(tmp_path)
    assert model_path(DEFAULT_MODEL).resolve() == tmp_path.resolve() / DEFAULT_MODEL


@pytest.mark.parametrize("name", ["nosuch", "no/such", "printx.npz", ".."])
def test_unknown_model_is_refused_with_those_that_there_are(name):
    with pytest.raises(ModelError, match=f"not found; shipped models: .*{DEFAULT_MODEL}"):
        model_path(name)


def test_inside_an_installed_package_comes_first(tmp_path, monkeypatch):
    monkeypatch.setattr("ocr.files.__file__", str(tmp_path / "ocr" / "resources.py"))
    assert shipped_folder("models") == tmp_path / "models"
    (tmp_path / "ocr" / "models").mkdir(parents=True)
    assert shipped_folder("models") == tmp_path / "ocr" / "models"
