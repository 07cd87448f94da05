"""The commands of docs/laboratory.md run on drawn characters, and reach the figures of its table."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from PIL import Image

from cli.laboratory import write_character
from cli.pages_of_docs import ROOT
from ocr.files import shipped_folder

TEXT = (ROOT / "docs" / "laboratory.md").read_text(encoding="utf-8")
SECTIONS = {
    section.partition("\n")[0]: re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    for section in TEXT.split("\n## ")[1:]
    if "```sh" in section
}
# The confusion of 36 classes needs the model of the section before it: they are run one after the other.
FIRST, SECOND = "Initial weights and first-layer weights", "What is confused in 36 classes"
TITLES = [(title, SECOND) if title == FIRST else (title,) for title in SECTIONS if title != SECOND]
# What each section has to reach: least percentage, in the order in which its commands print them.
LEAST = {
    "A net of 784-200-100-10": [97],
    "Optimizers, rates and activations, five runs each": [96, 96, 97, 97, 80, 96, 97, 96, 96],
    "Batches, by the second": [96, 94],
    "Initial weights and first-layer weights": [0, 70, 70, 78, 45, 40, 78, 80],
    "What is confused in 36 classes": [90, 90],
    "How deep a net has to be": [75, 75, 77, 75, 75],
    "Losses": [94, 94, 70],
    "Fine-tune the last layer": [94, 93],
}


def commands(title):
    """Commands of a section, with two seeds for five; test_lesson.py runs lessons without options."""
    for block in SECTIONS[title]:
        for line in block.replace("\\\n", " ").splitlines():
            if line.strip() and not re.fullmatch(r"ocr lesson \S+ -o \S+", line):
                yield line.replace("--seeds 5", "--seeds 2")


def words_of(line):
    """Words of a command, patterns expanded as a shell does."""
    for word in shlex.split(line)[1:]:
        yield from map(str, sorted(Path().glob(word))) if "*" in word else [word]


def percentages(out, err):
    """Accuracies that a command prints: of a comparison, of a confusion matrix, or of a new model."""
    found = re.findall(r"^\S+ +(\d+\.\d+) %", out, re.MULTILINE)
    found += re.findall(r"^accuracy (\S+) %", out, re.MULTILINE)
    return [*map(float, found), *map(float, re.findall(r"^(\d+\.\d+) % right on drawn", err, re.MULTILINE))]


@pytest.fixture
def own_pictures(in_folder):
    """Pictures of characters, called after them, and pages with their text."""
    for folder in ("scans", "photos"):
        (in_folder / folder).mkdir()
    for number, character in enumerate("AK3"):
        write_character(in_folder / "scans" / f"{character}_{number}.png", character)
    for name in ("squared_sums.jpg", "squared_sums.gt.txt"):
        shutil.copy(shipped_folder("images") / name, in_folder / "photos")
    return in_folder


@pytest.mark.parametrize("titles", TITLES, ids=lambda titles: titles[0])
def test_every_experiment_reaches_its_figure(ocr, own_pictures, titles):
    for title in titles:
        reach_figures(ocr, title)


def reach_figures(ocr, title):
    reached = []
    for line in commands(title):
        code, out, err = ocr(*words_of(line))
        assert code == 0, err
        reached += percentages(out, err)
        for name in re.findall(r"-o (\S+\.png)", line):
            with Image.open(name) as picture:
                assert picture.width > 400
        for name in re.findall(r"\S+\.html", line):
            assert "</html>" in Path(name).read_text(encoding="utf-8")
    least = LEAST.get(title, [])
    assert len(reached) >= len(least)
    assert all(found >= needed for found, needed in zip(reached, least, strict=False)), reached


def test_every_experiment_is_in_the_table():
    table = TEXT.partition("\n## Figures")[2]
    rows = [line for line in table.splitlines() if line.startswith("| ") and "](#" in line]
    anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in SECTIONS}
    linked = set(re.findall(r"\]\(#([^)]+)\)", table))
    assert linked == anchors
    assert len(rows) >= 16
