"""``ocr models``: list, cards, checks."""

import shutil

import pytest

from ocr.classifier.model_file import load_model
from ocr.files import model_path, shipped_folder
from ocr.training.model_card import model_card


@pytest.fixture
def trained(in_folder, tiny_model):
    """A model in this folder, one where ``ocr train`` puts it, and a file that is no model."""
    in_folder.joinpath("models").mkdir()
    for suffix in (".npz", ".json"):
        shutil.copy(tiny_model.with_suffix(suffix), in_folder / f"here{suffix}")
        shutil.copy(tiny_model.with_suffix(suffix), in_folder / "models" / f"tiny{suffix}")
    in_folder.joinpath("characters.npz").write_bytes(b"no model")
    return in_folder


def test_shipped_models_are_listed(in_folder, ocr):
    code, out, err = ocr("models")
    assert (code, err) == (0, "")
    assert out.startswith("print  82 characters  1108-")
    assert out.endswith(f"  {shipped_folder('models')}\n")


def test_models_at_hand_are_listed_by_what_model_takes(trained, ocr):
    code, out, err = ocr("models")
    assert (code, err) == (0, "")
    names = [line.split()[0] for line in out.splitlines()]
    assert names == ["print", "./here", "models/tiny"]
    for name in names:
        assert load_model(model_path(name)).classes
    assert "./here       62 characters  1108-48-62 relu  " in out


def test_a_folder_that_is_reached_twice_is_listed_once(ocr, monkeypatch):
    monkeypatch.chdir(shipped_folder("models"))
    assert len(ocr("models")[1].splitlines()) == 1


def test_card_that_lies_there(ocr):
    card = model_path("print").with_suffix(".md").read_text(encoding="utf-8")
    assert ocr("models", "print") == (0, card, "")


def test_the_shipped_card_is_the_one_that_training_writes():
    stem = model_path("print")
    card = stem.with_suffix(".md").read_text(encoding="utf-8")
    assert card == model_card(load_model(stem))


def test_card_of_a_model_without_one(trained, ocr):
    code, out, err = ocr("models", "models/tiny")
    assert (code, err) == (0, "")
    assert out.startswith("# Model card: tiny\n")


def test_checksums(trained, ocr):
    checksum = load_model(model_path("here")).checksum
    assert ocr("models", "here", "--check") == (0, f"here  whole  SHA-256 {checksum}\n", "")
    code, out, err = ocr("models", "--check")
    assert (code, err) == (0, "")
    assert out.count("  whole  SHA-256 ") == 3


def test_damaged_model_is_named_and_the_others_are_listed(trained, ocr):
    weights = trained / "here.npz"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    for arguments in (("models",), ("models", "--check")):
        code, out, err = ocr(*arguments)
        assert code == 4
        assert [line.split()[0] for line in out.splitlines()] == ["print", "models/tiny"]
        assert err.startswith("ocr: model here.npz: found SHA-256 ")
        assert err.count("\n") == 1
    assert ocr("models", "here")[0] == 4


def test_missing_model(in_folder, ocr):
    for arguments in (("models", "none"), ("models", "none", "--check")):
        code, out, err = ocr(*arguments)
        assert (code, out) == (4, "")
        assert err.startswith("ocr: model none: not found; shipped models: print")
