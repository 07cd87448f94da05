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


def test_a_shipped_model_goes_before_a_file_that_happens_to_lie_here(tmp_path, monkeypatch):
    for name in (DEFAULT_MODEL, "mine"):
        (tmp_path / f"{name}.npz").touch()
    monkeypatch.chdir(tmp_path)
    assert model_path() == model_path(DEFAULT_MODEL) == shipped_folder("models") / DEFAULT_MODEL
    # These ask for the file.
    for name in (f"./{DEFAULT_MODEL}", f"{DEFAULT_MODEL}.npz", f"{DEFAULT_MODEL}.json"):
        assert model_path(name).resolve() == tmp_path.resolve() / DEFAULT_MODEL
    assert model_path("mine").resolve() == tmp_path.resolve() / "mine"


@pytest.mark.parametrize(
    "name", ["nosuch", "no/such", "printx.npz", "..", ".", "", "/", "print\0", "x" * 300]
)
def test_unknown_model_is_refused_with_those_that_there_are(name):
    with pytest.raises(ModelError, match=f"not found; shipped models: .*{DEFAULT_MODEL}"):
        model_path(name)


def test_inside_an_installed_package_comes_first(tmp_path, monkeypatch):
    monkeypatch.setattr("ocr.files.__file__", str(tmp_path / "ocr" / "resources.py"))
    assert shipped_folder("models") == tmp_path / "models"
    (tmp_path / "ocr" / "models").mkdir(parents=True)
    assert shipped_folder("models") == tmp_path / "ocr" / "models"
