"""What does not change the words must not change what is read: size, place, light, colour, file.

Sample pages at half their size are photographed again, each time with one thing changed. Most changes
leave the text as it is, letter by letter. Where pixels are drawn anew over all the page, a doubtful letter
may fall the other way: these pages may have 2 points of character errors, case ignored, above the unchanged
page.
"""

import functools
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.evaluation.page_scores import score_page
from ocr.reader import Reader
from ocr.synthesis import camera, degradations, lighting, ruling

IMAGES = Path(__file__).parents[2] / "images"
PAGES = (
    "drawn",
    "alphabet",
    "shopping_shadow",
    "label_codes",
    "note_mixed",
    "whiteboard",
    "chalkboard",
    "ruled_note",
    "card_on_desk",
)
# Half as large again their letters are 9 pixels high; from 12 on they are promised to be read well.
SMALL = ("note_mixed", "ruled_note")
# A grain of brown card, or the rest of a faint rule, may be a mark on one photo and nothing on the next.
SPECKLED = ("label_codes", "ruled_note")
CLOSE = 0.02


@functools.cache
def reader():
    return Reader()


@functools.cache
def page(stem):
    """The sample page (H, W) float32 at half its size, 0 black .. 1 white."""
    with Image.open(IMAGES / f"{stem}.jpg") as picture:
        half = picture.convert("L").reduce(2)
    return np.asarray(half, np.float32) / 255


@functools.cache
def read_unchanged(stem):
    return read(page(stem))


def read(gray):
    return reader().read(np.rint(np.clip(gray, 0, 1) * 255).astype(np.uint8)).text


def errors(stem, text):
    """Character error rate, case ignored."""
    right = (IMAGES / f"{stem}.gt.txt").read_text(encoding="utf-8")
    return score_page(right, text).cer_caseless


def rng():
    return np.random.default_rng(5)


def stored(gray, quality):
    memory = BytesIO()
    Image.fromarray(np.rint(gray * 255).astype(np.uint8)).save(memory, "JPEG", quality=quality)
    return np.asarray(Image.open(memory), np.float32) / 255


EQUAL = {
    "margin of white": lambda gray: np.pad(gray, 90, constant_values=1),
    "margin of black": lambda gray: np.pad(gray, 90, constant_values=0),
    "margin of paper": lambda gray: np.pad(gray, 90, mode="edge"),
    "inverted": degradations.invert,
    "darker": lambda gray: camera.exposure(gray, factor=0.4),
    "less contrast": lambda gray: degradations.low_contrast(gray, black=0.35, white=0.65),
    "JPEG of quality 40": lambda gray: stored(gray, 40),
}
ALMOST = {
    "three times the size": lambda gray: degradations.scale(gray, factor=3),
    "half the size": lambda gray: degradations.scale(gray, factor=0.5),
    **{
        f"turned by {degrees}": functools.partial(degradations.rotate, degrees=degrees)
        for degrees in (-10, 5)
    },
    "in shadow": lambda gray: lighting.shadow_edge(gray, strength=0.5, rng=rng()),
}


def every_third(pairs):
    """A third of all pairs, in which each page and each change is there: all of them take many minutes."""
    places = {name: place for names in (PAGES, EQUAL, ALMOST) for place, name in enumerate(names)}
    return [(stem, change) for stem, change in pairs if (places[stem] + places[change]) % 3 == 0]


@pytest.mark.parametrize(
    ("stem", "change"),
    every_third([(stem, change) for stem in PAGES for change in EQUAL if stem not in SPECKLED]),
)
def test_text_stays_as_it_is(stem, change):
    assert read(EQUAL[change](page(stem))) == read_unchanged(stem)


@pytest.mark.parametrize(
    ("stem", "change"),
    every_third(
        [
            (stem, change)
            for stem in PAGES
            for change in ALMOST
            if change != "half the size" or stem not in SMALL
        ]
        + [(stem, change) for stem in SPECKLED for change in EQUAL]
    ),
)
def test_hardly_a_letter_changes(stem, change):
    assert (
        errors(stem, read({**EQUAL, **ALMOST}[change](page(stem))))
        <= errors(stem, read_unchanged(stem)) + CLOSE
    )


@pytest.mark.parametrize(("stem", "strength"), [("drawn", 0.6), ("shopping_shadow", 0.3)])
def test_rules_drawn_over_the_words_change_hardly_a_letter(stem, strength):
    ruled = ruling.ruled_lines(page(stem), spacing_px=50, first_row=20, strength=strength)
    assert errors(stem, read(ruled)) <= errors(stem, read_unchanged(stem)) + CLOSE


@pytest.mark.parametrize("stem", PAGES)
def test_unchanged_page_is_read(stem):
    assert errors(stem, read_unchanged(stem)) <= CLOSE
