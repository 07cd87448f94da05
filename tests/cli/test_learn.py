"""``ocr learn`` and ``ocr corrections``: from corrections to a model, and to a folder."""

import pytest

from ocr.files import own_models_folder, shipped_folder
from ocr.learning import fine_tuning, line_tuning
from ocr.learning.correction_store import CorrectionStore
from ocr.learning.line_errors import LineErrors
from ocr.reader import Reader

IMAGES = shipped_folder("images")
LINES = (IMAGES / "todo_list.gt.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """Data of its own, and little to learn."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setattr(fine_tuning, "_EPOCHS", 1)
    monkeypatch.setattr(line_tuning, "_MOST_STEPS", 1)
    monkeypatch.setattr("ocr.learning.rehearsal._PENS", 1)


@pytest.fixture
def store(quick):
    """A page that was read and corrected."""
    store = CorrectionStore()
    picture = IMAGES / "todo_list.jpg"
    document = Reader().read(picture)
    page = store.add_page(picture.name, picture)
    store.set_document(page, document.to_json())
    for number, (line, text) in enumerate(zip(document.pages[0].lines, LINES, strict=True)):
        store.correct(page, number, line.box, text)
    return store


def test_a_folder_is_learnt_and_the_model_is_listed(ocr, quick, tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "A.JPG").write_bytes((IMAGES / "todo_list.jpg").read_bytes())
    (folder / "A.gt.txt").write_text("\n".join(LINES), encoding="utf-8")
    code, out, err = ocr("learn", str(folder), "--name", "hers")
    assert code == 0, err
    assert out.startswith("hers: ")
    assert "were wrong before and" in out
    assert f"wrote {own_models_folder() / 'hers'}.npz; read with --model hers" in err
    assert "hers " in ocr("models")[1]
    assert "Model card: hers" in ocr("models", "hers")[1]
    assert ocr("read", str(folder / "A.JPG"), "--model", "hers")[0] == 0


def test_corrections_are_learnt_and_exported(ocr, store, tmp_path):
    code, out, err = ocr("learn", "--quiet")
    assert code == 0, err
    assert out.startswith("mine: ")
    folder = tmp_path / "out"
    code, out, err = ocr("corrections", str(folder))
    assert (code, out) == (0, ""), err
    assert f"wrote {folder}: 1 pictures, 6 lines, " in err
    assert (folder / "todo_list.gt.txt").read_text(encoding="utf-8").splitlines() == LINES
    code, _, err = ocr("corrections", str(folder))
    assert (code, err.count("\n")) == (5, 1)
    assert "found files in it" in err


def test_without_corrections_there_is_one_line(ocr, quick, tmp_path):
    for arguments in (("learn",), ("corrections", str(tmp_path / "out"))):
        code, out, err = ocr(*arguments)
        assert (code, out, err.count("\n")) == (5, "", 1)
        assert "correct" in err


def test_a_worse_model_is_not_installed(ocr, store, monkeypatch):
    from ocr.learning import learn_hand

    def worse(_pages, lines, *_):
        return LineErrors(edits=2, characters=10, by_line=(2, *[0] * (len(lines) - 1)))

    monkeypatch.setattr(learn_hand, "errors_on", worse)
    code, out, err = ocr("learn")
    assert (code, out) == (1, "")
    assert "model mine: not installed" in err
    assert not own_models_folder().exists()


@pytest.mark.parametrize("name", ["print", "../x"])
def test_bad_names_are_refused(ocr, quick, name):
    code, _, err = ocr("learn", "--name", name)
    assert code == 4
    assert "choose another" in err
