import json

import pytest
from PIL import Image


@pytest.fixture
def compare(ocr, emnist_folder, in_folder):
    """Compare on the tiny data; give exit code, stdout and stderr."""
    small = ("--data", emnist_folder, "--hidden", "8", "--epochs", "2", "--seeds", "2", "--batch-size", "32")
    return lambda *arguments: ocr("compare", *small, *arguments)


def test_prints_a_table_and_draws_the_curves(compare, in_folder):
    code, out, err = compare("--vary", "learning-rate=0.001,0.01", "--vary", "activation=tanh,relu")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines() if line] == [
        *("learning-rate", "0.001", "0.01"),
        *("activation", "tanh", "relu"),
    ]
    assert err.count("seed 1") == err.count("seed 2") == 4
    with Image.open(in_folder / "compare.png") as picture:
        assert picture.format == "PNG"


def test_a_diverging_run_is_a_result(compare):
    diverging = ("--optimizer", "sgd", "--label-smoothing", "0.1", "--schedule", "constant")
    code, out, err = compare(*diverging, "--vary", "learning-rate=0.01,1e30")
    assert code == 0
    rows = out.splitlines()
    assert "diverged" not in rows[1]
    assert rows[2].endswith("diverged in 2 of 2")
    assert "seed 1: diverged" in err


def test_json_holds_every_log(compare):
    code, out, _ = compare("--vary", "hidden=4;8,4", "--json", "-o", "curves.svg")
    found = json.loads(out)
    assert code == 0
    assert (found["seeds"], found["n"]) == (2, 124)
    assert [outcome["value"] for outcome in found["outcomes"]] == ["4", "8,4"]
    for outcome in found["outcomes"]:
        assert [len(run["log"]) for run in outcome["runs"]] == [2, 2]
        best = [max(epoch["validation_accuracy"] for epoch in run["log"]) for run in outcome["runs"]]
        assert outcome["mean"] == pytest.approx(sum(best) / 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--vary", "mood=good"), "'mood'"),
        (("--vary", "seed=1,2"), "'seed'"),
        (("--vary", "epochs"), "different values"),
        (("--vary", "epochs=1,1"), "different values"),
        (("--vary", "epochs=1,soon"), "'soon'"),
        (("--vary", "augment=maybe"), "yes or no"),
        (("--vary", "hidden=64x"), "200,100"),
        (("--vary", "learning-rate=0.1,-1"), "-1"),
        (("--vary", "optimizer=adam,magic"), "'magic'"),
        (("--vary", "epochs=1", "--dropout", "2"), "dropout"),
        (("--vary", "epochs=1", "--hidden", "wide"), "'wide'"),
        (("--vary", "epochs=1", "-o", "curves.gif"), ".png, .svg"),
        ((), "--vary"),
    ],
)
def test_bad_values_end_before_any_run_starts(compare, arguments, words):
    code, out, err = compare(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "seed 1" not in err


def test_missing_data(ocr, in_folder):
    assert ocr("compare", "--data", "nowhere", "--vary", "epochs=1")[0] == 5


def test_drawn_characters_are_compared_over_seconds(ocr, in_folder):
    small = ("--data", "drawn", "--classes", "0Oo", "--input", "pixels", "--hidden", "", "--seeds", "1")
    code, out, _ = ocr(
        *("compare", *small, "--epochs", "3", "--decay-at", "1,2", "--x", "seconds", "--json"),
        *("--vary", "batch-size=32,full", "--vary", "optimizer=sgd,adam", "-o", "seconds.png"),
    )
    found = json.loads(out)
    assert code == 0
    assert found["n"] == 300
    # Beside --decay-at, the schedule is constant unless one is named.
    assert (found["recipe"]["schedule"], found["recipe"]["decay_at"]) == ("constant", [1, 2])
    rates = [run["log"][0]["learning_rate"] for outcome in found["outcomes"] for run in outcome["runs"]]
    assert rates == [0.001, 0.001, 0.1, 0.001]
    steps = [run["log"][-1]["steps"] for outcome in found["outcomes"] for run in outcome["runs"]]
    assert steps[:2] == [24, 3]
    with Image.open(in_folder / "seconds.png") as picture:
        assert picture.height > 600


def test_a_wrong_set_of_classes_ends_in_one_line(ocr, in_folder):
    code, _, err = ocr("compare", "--data", "drawn", "--classes", "", "--vary", "epochs=1")
    assert code == 2
    assert err.startswith("ocr: classes ''")
    assert err.count("\n") == 1
