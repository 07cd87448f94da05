"""Pictures with known text, the regression on them, and the fit of confidences."""

import numpy as np
import pytest

from ocr.files import shipped_folder
from ocr.training.fit_confidence import JudgedCharacter, fit, is_right, judged_characters
from ocr.training.known_pages import logistic_regression, pictures_with_text


def test_pictures_have_their_text_beside_them_and_some_are_left_out(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in ("a.jpg", "a.gt.txt", "b.png", "b.gt.txt", "c.png", "d.gt.txt"):
        (folder / name).touch()
    assert pictures_with_text([folder], None) == [folder / "a.jpg", folder / "b.png"]
    (tmp_path / "skip.txt").write_text("pages/a.jpg\n")
    assert pictures_with_text([folder], tmp_path / "skip.txt") == [folder / "b.png"]
    assert len(pictures_with_text([folder, folder], None, most=1)) == 2


def test_a_regression_finds_the_coefficients_that_made_its_data():
    rng = np.random.default_rng(1)
    inputs = np.column_stack([np.ones(20_000), rng.normal(0, 2, 20_000)])
    chances = 1 / (1 + np.exp(-(inputs @ [0.5, -1.5])))
    found = logistic_regression(inputs, rng.random(20_000) < chances, np.ones(20_000), penalty=0.01)
    assert found == pytest.approx([0.5, -1.5], abs=0.1)


def test_characters_are_right_where_they_are_aligned_with_themselves():
    assert is_right(list("Mi1k"), "milk\n").tolist() == [True, True, False, True]
    assert is_right(list("ab"), "").tolist() == [False, False]


def test_confidences_are_fitted_to_what_is_right():
    rng = np.random.default_rng(2)
    odds = rng.normal(2, 2, 4000)
    right = rng.random(4000) < 1 / (1 + np.exp(-0.5 * odds))
    characters = [
        JudgedCharacter((1.0, float(own), 0.0, 0.0), "pages", bool(is_true))
        for own, is_true in zip(odds, right, strict=True)
    ]
    found = fit(characters)
    assert found.odds == pytest.approx(0.5, abs=0.08)
    assert found.constant == pytest.approx(0, abs=0.2)
    assert (found.score, found.network) == (0, 0)


def test_characters_of_a_sample_page_are_judged(tmp_path):
    picture = shipped_folder("images") / "todo_list.jpg"
    characters = list(judged_characters([picture]))
    assert len(characters) > 80
    assert np.mean([one.is_right for one in characters]) > 0.97
    assert {one.folder for one in characters} == {"images"}
