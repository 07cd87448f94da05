"""``ocr score``: all scores of a model in one table, and into its card."""

import json
import shutil

import numpy as np
import pytest

from cli.laboratory import drawn
from ocr.classifier.model_file import load_model


@pytest.fixture
def model(tiny_model, in_folder):
    """Copy the small model, so that it can be written to."""
    for suffix in (".npz", ".json"):
        shutil.copy(tiny_model.with_name(f"tiny{suffix}"), in_folder / f"tiny{suffix}")
    return in_folder / "tiny"


@pytest.fixture
def characters(in_folder):
    """Two of the files that scores are asked for."""
    folder = in_folder / "characters"
    folder.mkdir()
    for name, text, more in (
        ("photo62", "ABC123", {}),
        ("unipen", "ABCD,", {"provider": np.array(["tos", "gmd", "ann", "tos", "tos"])}),
    ):
        images = drawn(text.replace(",", "A"), seed=3)
        np.savez(folder / f"{name}.npz", images=images, labels=np.array(list(text)), **more)
    return folder


def rows_of(table):
    """Cells of a Markdown table below its head."""
    lines = [line for line in table.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_all_that_is_at_hand_is_scored(ocr, model, emnist_folder, characters):
    code, out, err = ocr("score", "--model", model, "--data", emnist_folder, "--characters", characters)
    rows = rows_of(out)
    assert (code, err) == (0, "")
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("emnist-byclass-test", "62", "124"),
        ("emnist-byclass-test", "digits", "20"),
        ("emnist-byclass-test", "upper", "52"),
        ("emnist-byclass-test", "lower", "52"),
        ("photo62", "36", "6"),
        ("unipen, tos and gmd", "36", "3"),
    ]
    assert rows[0][7] == "`ocr confusion --model tiny --data DIR --split byclass-test --label-map 62`"
    assert rows[5][7] == "`ocr confusion --model tiny --data unipen.npz --providers tos,gmd --label-map 36`"


def test_the_command_of_a_row_gives_its_numbers(ocr, model, characters):
    _, out, _ = ocr("score", "--model", model, "--characters", characters, "--data", characters)
    row = next(row for row in rows_of(out) if row[0].startswith("unipen"))
    command = row[7].strip("`").replace("unipen.npz", str(characters / "unipen.npz")).split()[1:]
    code, out, _ = ocr(*command, "--json")
    found = json.loads(out)
    assert code == 0
    assert (str(found["n"]), f"{100 * found['accuracy']:.2f}") == (row[2], row[3])
    assert f"{100 * found['expected_calibration_error']:.2f}" == row[5]
    assert found["left_out"] == 1


def test_nothing_is_written_unless_it_is_asked_for(ocr, model, characters, in_folder):
    before = sorted((path, path.read_bytes()) for path in in_folder.glob("tiny*"))
    assert ocr("score", "--model", model, "--characters", characters, "--data", characters)[0] == 0
    assert sorted((path, path.read_bytes()) for path in in_folder.glob("tiny*")) == before


def test_scores_go_into_json_and_card_and_leave_the_weights_alone(ocr, model, emnist_folder, characters):
    weights, header = (
        model.with_suffix(".npz").read_bytes(),
        json.loads(model.with_suffix(".json").read_text()),
    )
    code, out, err = ocr("score", "--model", model, "--data", emnist_folder, "--write")
    assert code == 0
    assert err.splitlines() == [f"wrote {model}.json", f"wrote {model}.md"]
    ocr("score", "--model", model, "--characters", characters, "--data", characters, "--write")
    found = load_model(model)
    assert model.with_suffix(".npz").read_bytes() == weights
    assert json.loads(model.with_suffix(".json").read_text())["sha256"] == header["sha256"]
    # What was measured before and is not at hand now stays.
    assert [score["test"] for score in found.metadata["scores"]] == [
        *["emnist-byclass-test"] * 4,
        "photo62",
        "unipen",
    ]
    written = json.loads(model.with_suffix(".json").read_text())
    assert written["metadata"].pop("scores")
    assert written == header
    card = model.with_suffix(".md").read_text()
    assert rows_of(card)[:4] == rows_of(out)
    assert found.checksum in card


def test_writing_twice_gives_the_same_files(ocr, model, characters):
    call = ("score", "--model", model, "--characters", characters, "--data", characters, "--write")
    ocr(*call)
    first = [model.with_suffix(suffix).read_bytes() for suffix in (".json", ".md")]
    ocr(*call)
    assert [model.with_suffix(suffix).read_bytes() for suffix in (".json", ".md")] == first


def test_what_cannot_be_scored_ends_in_one_line(ocr, model, in_folder):
    (in_folder / "empty").mkdir()
    code, out, err = ocr("score", "--model", model, "--data", "empty", "--characters", "empty")
    message = "ocr: scores: found no test file at hand; name folders with --data and --characters\n"
    assert (code, out, err) == (5, "", message)
    assert ocr("score", "--model", "nobody")[0] == 4
    assert ocr("score", "--model", model, "--characters", "nowhere")[0] == 2
    (in_folder / "empty" / "photo62.npz").write_bytes(b"torn")
    code, out, err = ocr("score", "--model", model, "--data", "empty", "--characters", "empty")
    assert (code, out, err.count("\n")) == (5, "", 1)
