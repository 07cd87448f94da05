"""Corrections as a folder: what is written can be learnt from, corrected further and trained on."""

import io

import numpy as np
import pytest
from PIL import Image

from ocr.classifier.model_file import load_model
from ocr.datasets.npz_set import load_characters
from ocr.errors import DataError
from ocr.files import model_path, shipped_folder
from ocr.geometry import Box
from ocr.image.picture import Picture
from ocr.language.ngram import load_language
from ocr.learning.correction_store import CorrectionStore
from ocr.learning.corrections_folder import export_corrections
from ocr.learning.line_crops import keep_crops
from ocr.learning.own_model import lines_of, pages_of_folder, sources_of_store
from ocr.reader import Reader

IMAGES = shipped_folder("images")
LINES = (IMAGES / "todo_list.gt.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def document():
    return Reader().read(IMAGES / "todo_list.jpg")


@pytest.fixture
def store(tmp_path):
    return CorrectionStore(tmp_path / "data")


@pytest.fixture
def corrected(store, document, tmp_path):
    """A store with a page, the first three lines of which are corrected; the picture."""
    picture = tmp_path / "todo.JPG"
    picture.write_bytes((IMAGES / "todo_list.jpg").read_bytes())
    page = store.add_page("../my <list>.JPG", picture)
    store.set_document(page, document.to_json())
    lines = document.pages[0].lines
    for number in range(3):
        store.correct(page, number, lines[number].box, LINES[number])
    store.correct(page, 4, lines[4].box, "")
    keep_crops(store, page, Picture(picture), [line.box for line in lines[:3]], turned_deg=0)
    return picture


def export(store, folder, missing=None):
    return export_corrections(
        store,
        folder,
        load_model(model_path()),
        load_language("english"),
        on_missing=[].append if missing is None else missing.append,
    )


def test_a_folder_has_pictures_texts_and_characters(store, corrected, tmp_path):
    folder = tmp_path / "out"
    done = export(store, folder)
    assert {one.name for one in folder.iterdir()} == {"my _list_.JPG", "my _list_.gt.txt", "characters.npz"}
    ((picture, text),) = pages_of_folder(folder)
    assert picture.read_bytes() == corrected.read_bytes()
    # What was not corrected may be wrong, and is left out.
    assert text.splitlines() == LINES[:3]
    characters = load_characters(folder / "characters.npz")
    assert "".join(characters.labels) == "".join("".join(LINES[:3]).split())
    assert (done.pictures, done.lines, done.characters) == (1, 3, len(characters.labels))
    assert characters.images.shape[1:] == (28, 28)
    assert np.median(characters.images.max(axis=(1, 2))) > 200


def test_two_pictures_of_one_name_have_two_files(store, corrected, tmp_path, document):
    page = store.add_page("my <LIST>.png", corrected)
    store.correct(page, 0, document.pages[0].lines[0].box, LINES[0])
    store.set_document(page, document.to_json())
    export(store, tmp_path / "out")
    names = [path.name for path, _ in pages_of_folder(tmp_path / "out")]
    assert names == [
        "my _LIST_-2.JPG",
        "my _list_.JPG",
    ]


def test_lines_of_a_picture_that_is_gone_are_still_there(store, corrected, tmp_path):
    corrected.unlink()
    missing = []
    done = export(store, tmp_path / "out", missing)
    assert len(missing) == 1
    assert "todo" in missing[0] or "list" in missing[0]
    assert (done.pictures, done.lines) == (3, 3)
    assert [text.strip() for _, text in pages_of_folder(tmp_path / "out")] == LINES[:3]
    sources = list(sources_of_store(store, missing.append))
    assert [lines for _, lines, _ in sources] == [lines_of(one) for one in LINES[:3]]
    assert done.characters == len("".join("".join(LINES[:3]).split()))


def test_a_crop_is_the_line_with_a_little_around_it(store, tmp_path):
    gray = np.arange(100 * 80, dtype=np.uint16).reshape(100, 80).astype(np.uint8)
    page = store.add_page("a", tmp_path / "a.png")
    box = Box(10, 20, 20, 60)
    # Upright, it is turned by a quarter.
    keep_crops(store, page, Picture(np.rot90(gray, -1).copy()), [box, Box(0, 0, 5, 80)], turned_deg=90)
    found = np.asarray(Image.open(io.BytesIO(store.crop(page, box))))
    assert (found == gray[8:22, 18:62]).all()
    assert store.crop(page, Box(0, 0, 1, 1)) is None
    store.delete_page(page)
    assert store.crop(page, box) is None


def test_a_folder_with_something_in_it_is_refused(store, corrected, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.txt").write_text("mine")
    with pytest.raises(DataError, match="found files in it, expected an empty one"):
        export(store, tmp_path / "out")
    with pytest.raises(DataError, match="cannot be used"):
        export(store, tmp_path / "out" / "a.txt")


def test_no_corrections_are_one_line(store, tmp_path):
    with pytest.raises(DataError, match="found none, expected some"):
        export(store, tmp_path / "out")
    assert not (tmp_path / "out").exists()
