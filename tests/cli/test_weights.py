import dataclasses

import pytest
from PIL import Image

from ocr.classifier.model_file import load_model, save_model


def test_draws_units_before_and_after_training(ocr, tiny_model, in_folder):
    code, out, err = ocr("weights", "--model", tiny_model, "--units", "3")
    assert code == 0
    assert [line.split()[2:5] for line in out.splitlines()] == [["excited", "most", "by"]] * 3
    assert "wrote weights.png" in err
    with Image.open(in_folder / "weights.png") as picture:
        assert picture.width > picture.height


def test_gradients_vanish_in_the_sigmoid_net_only(ocr, emnist_folder, in_folder):
    code, out, _ = ocr(
        *("weights", "--gradients", "--data", emnist_folder, "--hidden", "16,16,16,16,16", "--steps", "12")
    )
    assert code == 0
    ratios = [float(text) for text in out.splitlines()[-1].split()[1:]]
    assert max(ratios[:2]) < 0.01
    assert min(ratios[2:]) > 0.1
    assert len(out.splitlines()) == 1 + 6 + 1
    with Image.open(in_folder / "gradients.png") as picture:
        assert picture.format == "PNG"


def test_a_model_without_a_recipe_has_no_known_start(ocr, tiny_model, in_folder):
    save_model(dataclasses.replace(load_model(tiny_model), name="lost", metadata={}), in_folder)
    code, _, err = ocr("weights", "--model", "./lost")
    assert code == 4
    assert "recipe" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--units", "0"), 2, "--units"),
        (("-o", "weights.bmp"), 2, ".png, .svg"),
        (("--gradients", "--hidden", "a"), 2, "'a'"),
        (("--gradients", "--data", "drawn", "--activation", "swish"), 2, "swish"),
        (("--units", "13"), 2, "at most 12"),
        (("--gradients", "--steps", "0"), 2, "steps"),
        (("--gradients", "--learning-rate", "-1"), 2, "learning_rate"),
        (("--gradients", "--data", "nowhere"), 5, "nowhere"),
        (("--model", "nobody"), 4, "nobody"),
    ],
)
def test_bad_input_ends_in_one_line(ocr, in_folder, arguments, code, words):
    found, out, err = ocr("weights", *arguments)
    assert (found, out) == (code, "")
    assert words in err
    assert list(in_folder.iterdir()) == []
