"""What training data is gathered from, on a tiny EMNIST, a font of Pillow's and small files of characters."""

import json

import numpy as np
import platformdirs
import pytest
from cli.laboratory import drawn, write_emnist
from PIL import ImageFont

from ocr.classifier.alphabet import BYCLASS, BYMERGE, NOT_A_CHARACTER, PRINT
from ocr.classifier.crop import make_crops
from ocr.datasets import emnist_files
from ocr.datasets.emnist import load
from ocr.errors import DataError, SettingError
from ocr.training import dataset
from ocr.training.augmentation import FEW_WRITERS, AugmentSettings
from ocr.training.dataset import classes_of, crops_of, emnist_crops, gather

NONE = PRINT.index(NOT_A_CHARACTER)
# The built-in writer draws 74 of the 82 characters; a font has all of them.
FONTS_ONLY = [PRINT.index(mark) for mark in '";&@#$%*']


@pytest.fixture(autouse=True)
def _small_and_at_home(monkeypatch, tmp_path):
    """Draw each character a few times only, and keep away from the data of whoever runs this."""
    monkeypatch.setattr(dataset, "_PER_FONT", 2)
    monkeypatch.setattr(dataset, "_BY_STROKES", 4)
    monkeypatch.setattr(dataset, "_TOUCHING_SHARE", 0)
    monkeypatch.delenv("OCR_DATA", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr(emnist_files, "fetch_archive", lambda folder: pytest.fail("would download"))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("emnist")
    write_emnist(folder, copies=4, parts=("train",))
    return write_emnist(folder, "bymerge", copies=1, parts=("train",))


@pytest.fixture(scope="module")
def fonts(tmp_path_factory):
    """A folder with one font package."""
    folder = tmp_path_factory.mktemp("fonts")
    package = folder / "node_modules" / "@fontsource" / "plain-hand"
    (package / "files").mkdir(parents=True)
    (package / "package.json").write_text(
        json.dumps({"name": "@fontsource/plain-hand", "license": "OFL-1.1"})
    )
    (package / "files" / "face.ttf").write_bytes(ImageFont.load_default(20).font_bytes)
    return folder


def characters(path, text, providers=None):
    more = {} if providers is None else {"provider": np.array(providers)}
    np.savez(path, images=drawn(text.replace("€", "E")), labels=np.array(list(text)), **more)
    return path


def counts(found, origin):
    return np.bincount(found.labels[found.origins == origin], minlength=len(found.classes))


def test_classes_emnist_is_the_split_by_itself(data):
    found = gather("bymerge", alphabet="emnist", data=data)
    assert (found.classes, found.origin_names) == (BYMERGE, ("emnist",))
    assert (found.crops.shape, found.crops.dtype) == ((47, 28, 28), np.uint8)
    assert found.labels.tolist() == list(range(47))
    assert not found.origins.any()
    assert found.distortions == (AugmentSettings(),)
    assert found.notes == ("EMNIST bymerge-train: 47 characters",)


def test_classes_emnist_keeps_the_first_characters(data):
    found = gather("byclass", alphabet="emnist", data=data, limit=5)
    assert found.labels.tolist() == [0, 1, 2, 3, 4]
    assert found.notes == ("EMNIST byclass-train: 5 characters",)
    images = load("byclass", "train", data=data)
    np.testing.assert_array_equal(found.crops, emnist_crops(images)[:5])


def test_classes_print_has_all_classes_and_two_origins(data, fonts):
    found = gather("byclass", alphabet="print", data=data, fonts=fonts)
    assert (found.classes, found.origin_names) == (PRINT, ("emnist", "others"))
    assert found.distortions == (AugmentSettings(), FEW_WRITERS)
    assert len(found.crops) == len(found.labels) == len(found.origins)
    assert found.crops.any(axis=(1, 2)).all()
    first, others = counts(found, 0), counts(found, 1)
    assert first[:62].tolist() == [4] * 62
    assert not first[62:NONE].any()  # EMNIST has no marks
    by_strokes = np.full(NONE, 4)
    by_strokes[FONTS_ONLY] = 0
    assert (others[:NONE] == by_strokes + 2).all()


def test_one_in_seven_of_each_origin_is_no_character(data):
    found = gather("byclass", alphabet="print", data=data)
    for origin in (0, 1):
        there = counts(found, origin)
        assert there[NONE] / there.sum() == pytest.approx(0.14, abs=0.002)


def test_samples_of_touching_characters_join_the_others(data, monkeypatch):
    plain = gather("byclass", alphabet="print", data=data)
    monkeypatch.setattr(dataset, "_TOUCHING_SHARE", 0.5)
    found = gather("byclass", alphabet="print", data=data)
    assert found.notes[-2].startswith("cut: 124 samples cut from drawn lines in which characters")
    more = counts(found, 1) - counts(plain, 1)
    # One in seven of what is added to 124 samples is no character either.
    assert more.sum() == pytest.approx(124 / (1 - 0.14), abs=1)
    assert more[:62].sum() > 60
    assert more[62:NONE].sum() == 0


def test_the_labels_are_those_of_the_crops(data, tmp_path):
    # A crop that looks like no other of its neighbours: what the file calls ? must come back as ?.
    images = np.zeros((3, 28, 28), np.uint8)
    images[:, 13:15, 2:26] = 255
    np.savez(tmp_path / "bars.npz", images=images, labels=np.array(["?", "?", "?"]))
    found = gather("byclass", alphabet="print", data=data, files=[tmp_path / "bars.npz"])
    bar = crops_of([images[0].astype(np.float32) / 255], 1)[0]
    same = (found.crops == bar).all(axis=(1, 2))
    assert same.sum() == 3
    assert {found.classes[label] for label in found.labels[same]} == {"?"}
    assert set(found.origins[same]) == {1}


def test_characters_of_files_join_the_others_and_unknown_characters_are_left_out(data, tmp_path):
    file = characters(tmp_path / "mine.npz", "AA€?")
    found = gather("byclass", alphabet="print", data=data, files=[file])
    others = counts(found, 1)
    assert others[[PRINT.index(character) for character in "AB?"]].tolist() == [6, 4, 5]
    assert "mine: 3 characters" in found.notes


def test_two_files_of_one_name_are_two_files(data, tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    files = [characters(tmp_path / name / "mine.npz", "AB") for name in "ab"]
    found = gather("byclass", alphabet="print", data=data, files=files)
    assert counts(found, 1)[PRINT.index("A")] == 6
    assert found.notes.count("mine: 2 characters") == 2


def test_providers_are_held_out(data, tmp_path):
    file = characters(tmp_path / "mine.npz", "ABC", ["ann", "bob", "ann"])
    other = characters(tmp_path / "plain.npz", "A")
    found = gather("byclass", alphabet="print", data=data, files=[file, other], hold_out=["ann"])
    assert counts(found, 1)[[PRINT.index(character) for character in "ABC"]].tolist() == [5, 5, 4]
    assert "mine: 1 characters, without providers ann" in found.notes
    assert "plain: 1 characters" in found.notes


@pytest.mark.parametrize("providers", [None, ["ann", "bob"]])
def test_a_provider_that_no_file_has_is_refused(data, tmp_path, providers):
    file = characters(tmp_path / "mine.npz", "AB", providers)
    expected = "which name none" if providers is None else "ann, bob"
    with pytest.raises(
        SettingError, match=f"^hold-out: found 'anne', expected .*{expected}; correct"
    ) as caught:
        gather("byclass", alphabet="print", data=data, files=[file], hold_out=["anne"])
    assert "\n" not in str(caught.value)


def test_the_notes_name_every_part(data, fonts, tmp_path):
    files = [characters(tmp_path / f"{name}.npz", "AB") for name in ("unipen", "ascii95")]
    found = gather("byclass", alphabet="print", data=data, files=files, fonts=fonts)
    drawn_count = 74 * 4 + 82 * 2
    assert found.notes == (
        "EMNIST byclass-train: 248 characters",
        "unipen: 2 characters",
        "ascii95: 2 characters",
        f"drawn: {drawn_count} characters by the built-in stroke font and plain-hand (OFL-1.1)",
        "cut: 0 samples cut from drawn lines in which characters of all these sources touch",
        "non-characters: touching pairs, parts and blots, made from all of these (14 % of all)",
    )


def test_a_limit_takes_about_as_large_a_share_of_the_rest(data, fonts, tmp_path):
    # A's first: characters are taken from the whole file, whose first half may be that of one writer.
    file = characters(tmp_path / "mine.npz", "A" * 10 + "B" * 10)
    found = gather("byclass", alphabet="print", data=data, files=[file], fonts=fonts, limit=124)
    assert counts(found, 0)[:NONE].sum() == 124
    assert found.notes[:3] == (
        "EMNIST byclass-train: 124 characters",
        "mine: 10 characters",
        "drawn: 230 characters by the built-in stroke font and plain-hand (OFL-1.1)",
    )
    others = counts(found, 1)
    assert others[:NONE].sum() == 240
    assert others[PRINT.index("A")] == others[PRINT.index("B")] == 5 + 3


def test_the_smallest_limit_still_shows_each_character_once_and_names_no_font_that_drew_nothing(data, fonts):
    found = gather("byclass", alphabet="print", data=data, fonts=fonts, limit=2)
    assert counts(found, 0)[:NONE].tolist() == [1, 1] + [0] * 80
    others = counts(found, 1)[:NONE]
    assert np.flatnonzero(others == 0).tolist() == sorted(FONTS_ONLY)
    assert set(others) == {0, 1}
    assert "drawn: 74 characters by the built-in stroke font" in found.notes


def test_the_seed_decides(data):
    first, again, other = (gather("byclass", alphabet="print", data=data, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.crops, again.crops)
    np.testing.assert_array_equal(first.labels, again.labels)
    assert (first.crops != other.crops).any()


@pytest.mark.parametrize("split", ["bymerge", "letters", "digits"])
def test_a_split_that_does_not_separate_the_cases_is_refused_for_print(data, split):
    with pytest.raises(
        SettingError, match=f"found EMNIST split '{split}', expected byclass; or choose --classes"
    ):
        gather(split, alphabet="print", data=data)


@pytest.mark.parametrize("alphabet", ["print", "emnist"])
def test_an_unknown_split_is_refused(data, alphabet):
    with pytest.raises(SettingError, match="found 'bywriter', expected one of byclass"):
        gather("bywriter", alphabet=alphabet, data=data)


def test_classes_are_known_before_anything_is_loaded():
    assert classes_of("byclass", alphabet="print") == PRINT
    assert classes_of("byclass", alphabet="emnist") == BYCLASS
    assert classes_of("bymerge", alphabet="emnist") == BYMERGE


def test_damaged_files_and_folders_without_fonts_are_refused(data, tmp_path):
    (tmp_path / "bad.npz").write_bytes(b"")
    with pytest.raises(DataError, match=r"bad\.npz"):
        gather("byclass", alphabet="print", data=data, files=[tmp_path / "bad.npz"])
    with pytest.raises(SettingError, match="npm install"):
        gather("byclass", alphabet="print", data=data, fonts=tmp_path / "nothing")
    with pytest.raises(SettingError, match="npm install"):
        gather("byclass", alphabet="print", data=data, fonts=tmp_path / "nothing", limit=2)
    with pytest.raises(DataError):
        gather("byclass", alphabet="print", data=tmp_path / "nowhere")


def test_crops_of_many_pictures_are_those_of_each(data):
    images = load("byclass", "train", data=data)
    crops = emnist_crops(images)
    assert (crops.shape, crops.dtype) == (images.images.shape, np.uint8)
    alone = make_crops([images.images[7].astype(np.float32) / 255])[0]
    np.testing.assert_array_equal(crops[7], np.rint(alone * 255))
    assert len(emnist_crops(images, limit=3)) == 3


def test_chunks_of_crops_change_nothing():
    # More than one chunk of 4,096.
    dot = np.pad(np.ones((1, 1), np.float32), 1)
    crops = crops_of((dot for _ in range(4100)), 4100)
    assert (crops == crops[0]).all()
    assert crops_of([], 0).shape == (0, 28, 28)
