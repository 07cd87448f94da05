"""The sample pages are complete, small, and what their recipe says."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

IMAGES = Path(__file__).parents[3] / "images"


@pytest.fixture(scope="module")
def make():
    spec = importlib.util.spec_from_file_location("images_make", IMAGES / "make.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up by name
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[spec.name]


def test_every_picture_is_a_sample_and_a_text(make):
    stems = {sample.stem for sample in make.SAMPLE_PAGES}
    assert {path.stem for path in IMAGES.glob("*.jpg")} == stems
    assert {path.name.removesuffix(".gt.txt") for path in IMAGES.glob("*.gt.txt")} == stems
    assert len(stems) >= 8


def test_texts_and_seeds_are_those_of_the_recipe(make):
    table = (IMAGES / "README.md").read_text(encoding="utf-8")
    for sample in make.SAMPLE_PAGES:
        text = (IMAGES / f"{sample.stem}.gt.txt").read_text(encoding="utf-8")
        assert text == "\n".join(sample.lines)
        (row,) = (line for line in table.splitlines() if line.startswith(f"| `{sample.stem}.jpg`"))
        assert row.endswith(f"| {sample.seed} |")


@pytest.mark.parametrize("path", sorted(IMAGES.glob("*.jpg")), ids=lambda path: path.stem)
def test_pictures_decode_and_are_small(path):
    assert path.stat().st_size < 250_000
    with Image.open(path) as picture:
        picture.load()
        assert 1200 <= picture.width <= 2400


def test_a_page_can_be_made_again(make, tmp_path):
    """The bytes depend on the version of Pillow, so the pictures are compared, and loosely."""
    (sample,) = (sample for sample in make.SAMPLE_PAGES if sample.stem == "drawn")
    page, photo = make.photograph(sample, tmp_path)
    assert page.lines == sample.lines
    with Image.open(IMAGES / "drawn.jpg") as stored:
        difference = np.asarray(stored, float) - np.asarray(photo, float)
    assert np.abs(difference).mean() < 4
