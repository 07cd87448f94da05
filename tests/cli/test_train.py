import json
import struct
import subprocess
import sys

import numpy as np
import platformdirs
import pytest
from PIL import ImageFont

from cli.laboratory import drawn
from ocr.classifier.alphabet import BYCLASS, PRINT, SPLITS
from ocr.classifier.features import FEATURE_COUNT
from ocr.classifier.model import Model
from ocr.classifier.model_file import load_model
from ocr.classifier.network import view_as_network
from ocr.cli.app import run
from ocr.datasets import emnist_files
from ocr.errors import DataError
from ocr.evaluation.model_scores import emnist_scores
from ocr.files import shipped_folder
from ocr.train import load_teacher, train_model
from ocr.training import dataset
from ocr.training.dataset import gather
from ocr.training.model_card import model_card
from ocr.training.settings import TrainingSettings

FILES = ["tiny.npz", "tiny.json", "tiny.md", "tiny.log.jsonl", "tiny.curves.png"]


def idx(array):
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def write_part(folder, split, part, labels):
    """Write images of bars, the lower the larger the label, as NIST stores them."""
    folder.mkdir(exist_ok=True)
    labels = np.array(labels, dtype=np.uint8)
    images = np.zeros((len(labels), 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4:24, 6:9] = image[4 + label % 18 : 7 + label % 18, 6:20] = 255
    (folder / f"emnist-{split}-{part}-images-idx3-ubyte").write_bytes(idx(images.swapaxes(1, 2).copy()))
    (folder / f"emnist-{split}-{part}-labels-idx1-ubyte").write_bytes(idx(labels))


@pytest.fixture(autouse=True)
def _no_other_data(monkeypatch, tmp_path):
    monkeypatch.delenv("OCR_DATA", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr(emnist_files, "fetch_archive", lambda folder: pytest.fail("would download"))


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "emnist"
    write_part(folder, "byclass", "train", list(range(62)) * 4)
    write_part(folder, "byclass", "test", range(62))
    write_part(folder, "bymerge", "test", range(47))
    write_part(folder, "mnist", "test", list(range(10)) * 2)
    return folder


def train(data, output, *more):
    small = ["--hidden", "16", "--epochs", "2", "--batch-size", "32", "--name", "tiny", "--test", "all"]
    return run(["train", "--data", str(data), "--classes", "emnist", "-o", str(output), *small, *more])


def test_five_files_are_written_and_stdout_stays_empty(data, tmp_path, capsys):
    assert train(data, tmp_path / "models") == 0
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("epoch ") == 2
    assert "wrote tiny.npz" in output.err
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == sorted(FILES)
    model = load_model(tmp_path / "models" / "tiny")
    assert (model.classes, model.sizes) == (BYCLASS, (FEATURE_COUNT, 16, 62))
    assert (tmp_path / "models" / "tiny.curves.png").read_bytes().startswith(b"\x89PNG")
    log = [json.loads(line) for line in (tmp_path / "models" / "tiny.log.jsonl").read_text().splitlines()]
    assert [entry["number"] for entry in log] == [1, 2]


def test_a_pupil_learns_from_a_model_of_the_same_classes_and_says_so(data, tmp_path):
    assert train(data, tmp_path / "first") == 0
    assert train(data, tmp_path / "second", "--teacher", str(tmp_path / "first" / "tiny")) == 0
    teacher, pupil = (load_model(tmp_path / name / "tiny") for name in ("first", "second"))
    assert pupil.metadata["teacher"] == {"name": "tiny", "checksum": teacher.checksum}
    assert teacher.metadata["teacher"] is None
    assert pupil.checksum != teacher.checksum


def test_a_teacher_of_other_classes_is_refused_before_anything_is_learnt(data, tmp_path, capsys):
    assert train(data, tmp_path, "--teacher", "print") == 2
    assert (
        "teacher print: found a model of 83 characters, expected the 62 that are to be learnt"
        in capsys.readouterr().err
    )
    assert load_teacher(None, classes=BYCLASS) is None


def test_the_former_names_of_options_still_work_and_are_not_shown(data, tmp_path, capsys):
    old = ["train", "--data", str(data), "--signs", "emnist", "--advice", "0.25", "-o", str(tmp_path)]
    assert run([*old, "--hidden", "4", "--epochs", "1", "--limit", "40", "--name", "old"]) == 0
    model = load_model(tmp_path / "old")
    assert (model.classes, model.metadata["recipe"]["distillation_weight"]) == (BYCLASS, 0.25)
    capsys.readouterr()
    assert run(["train", "--help"]) == 0
    out = capsys.readouterr().out
    assert "--classes" in out
    assert "--distillation-weight" in out
    assert "--signs" not in out
    assert "--advice" not in out


def test_the_card_and_the_metadata_have_scores_of_each_test_file(data, tmp_path):
    assert train(data, tmp_path) == 0
    model = load_model(tmp_path / "tiny")
    found = [(score["test"], score["label_map"], score["count"]) for score in model.metadata["scores"]]
    assert found == [
        ("emnist-byclass-test", "62", 62),
        ("emnist-byclass-test", "digits", 10),
        ("emnist-byclass-test", "upper", 26),
        ("emnist-byclass-test", "lower", 26),
        ("emnist-bymerge-test", "47", 47),
        ("emnist-mnist-test", "digits", 20),
    ]
    card = (tmp_path / "tiny.md").read_text()
    assert model.checksum in card
    assert "| emnist-mnist-test | digits | 20 |" in card
    assert "`ocr confusion --model tiny --data DIR --split mnist-test --label-map digits`" in card
    assert "`ocr train --data DIR --split byclass --classes emnist --name tiny`" in card
    assert "* EMNIST byclass-train: 248 characters\n" in card
    assert model.metadata["recipe"]["hidden"] == [16]


def test_the_scores_are_those_of_the_weights_in_the_file(data, tmp_path):
    assert train(data, tmp_path) == 0
    model = load_model(tmp_path / "tiny")
    assert model.metadata["scores"] == emnist_scores(model, data)


@pytest.fixture
def print_options(tmp_path, monkeypatch):
    """Return options of all sources of classes print: two files, one with providers, and a font."""
    monkeypatch.setattr(dataset, "_PER_FONT", 1)
    monkeypatch.setattr(dataset, "_BY_STROKES", 1)
    providers = {"unipen": ["ann", "bob", "ann", "bob"], "ascii95": None}
    for name, there in providers.items():
        more = {} if there is None else {"provider": np.array(there)}
        np.savez(tmp_path / f"{name}.npz", images=drawn("AB7?"), labels=np.array(list("AB7?")), **more)
    package = tmp_path / "fonts" / "node_modules" / "@fontsource" / "plain-hand"
    (package / "files").mkdir(parents=True)
    (package / "package.json").write_text(
        json.dumps({"name": "@fontsource/plain-hand", "license": "OFL-1.1"})
    )
    (package / "files" / "face.ttf").write_bytes(ImageFont.load_default(20).font_bytes)
    files = [part for name in providers for part in ("--characters", str(tmp_path / f"{name}.npz"))]
    return ["--classes", "print", *files, "--hold-out", "bob", "--fonts", str(tmp_path / "fonts")]


def test_classes_print_writes_five_files_too_and_the_card_names_every_source(
    data, tmp_path, print_options, capsys
):
    assert train(data, tmp_path / "models", *print_options) == 0
    assert capsys.readouterr().out == ""
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == sorted(FILES)
    model = load_model(tmp_path / "models" / "tiny")
    assert (model.classes, model.sizes) == (PRINT, (FEATURE_COUNT, 16, 83))
    card = (tmp_path / "models" / "tiny.md").read_text()
    for source in (
        "* EMNIST byclass-train: 248 characters",
        "* unipen: 2 characters, without providers bob",
        "* ascii95: 4 characters",
        "* drawn: 156 characters by the built-in stroke font and plain-hand (OFL-1.1)",
        "* non-characters: touching pairs, parts and blots, made from all of these (14 % of all)",
        "UNIPEN train_r01_v07",
        "NIST Special Database 19",
    ):
        assert source in card
    assert "82 characters,\n`0123" in card
    assert "the probability that it is no character" in card
    assert "`ocr train --data DIR --characters FILE --fonts DIR --name tiny`" in card
    assert f"SHA-256 of weights, classes and calibration: `{model.checksum}`" in card


def test_classes_print_keeps_the_class_shares_of_both_origins(data, tmp_path, print_options, monkeypatch):
    # Samples of lines are letters and digits only.
    monkeypatch.setattr(dataset, "_TOUCHING_SHARE", 0)
    assert train(data, tmp_path / "models", *print_options) == 0
    priors = load_model(tmp_path / "models" / "tiny").priors
    assert list(priors) == ["emnist", "others"]
    for prior in priors.values():
        assert np.exp(prior).sum() == pytest.approx(1, abs=1e-3)
    # EMNIST has no marks; the drawings have as many of each as of each letter.
    comma, letter = PRINT.index(","), PRINT.index("Q")
    assert priors["emnist"][comma] < priors["emnist"][letter] - 2
    assert priors["others"][comma] == pytest.approx(priors["others"][letter])


def test_classes_emnist_has_no_priors(data, tmp_path):
    assert train(data, tmp_path) == 0
    assert load_model(tmp_path / "tiny").priors == {}


def test_print_is_usual(data, tmp_path, print_options):
    small = ["--hidden", "", "--epochs", "1", "--no-augment", "--name", "tiny", "--limit", "62"]
    assert run(["train", "--data", str(data), "-o", str(tmp_path / "models"), *small]) == 0
    assert load_model(tmp_path / "models" / "tiny").classes == PRINT


@pytest.mark.parametrize(
    ("options", "code", "word"),
    [
        (["--classes", "all"], 2, "classes 'all': found no set of that name"),
        (["--classes", "A"], 2, "classes 'A': found too few characters"),
        (["--classes", ""], 2, "classes '': found too few characters"),
        (["--classes", "A-Z?"], 2, "classes 'A-Z?': found '?'"),
        (["--classes", "a-z", "--split", "mnist"], 2, "found no 'a' in EMNIST split 'mnist'"),
        (["--classes", "C", "--split", "bymerge"], 2, "classes 'C'"),
        (["--classes", "upper", "--split", "bymerge"], 2, "whose class C also holds c"),
        (["--classes", "print", "--split", "bymerge"], 2, "expected byclass"),
        (["--classes", "print", "--hold-out", "bob"], 2, "hold-out: found 'bob'"),
        (["--classes", "print", "--fonts", "nowhere"], 2, "npm install"),
        (["--classes", "print", "--characters", "nowhere.npz"], 5, "characters nowhere.npz"),
    ],
)
def test_bad_sources_are_reported(data, tmp_path, capsys, *, options, code, word):
    assert train(data, tmp_path / "models", *options) == code
    output = capsys.readouterr()
    assert word in output.err
    assert "Traceback" not in output.err
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    "options", [["--name", "../tiny"], ["--hidden", "9000,9000"], ["--split", "bywriter"]]
)
def test_what_cannot_be_saved_is_refused_before_anything_is_loaded(data, tmp_path, monkeypatch, options):
    monkeypatch.setattr(
        "ocr.training.dataset.gather", lambda *given, **more: pytest.fail("would load for minutes")
    )
    assert train(data, tmp_path / "models", *options) == 2


def test_the_same_seed_gives_the_same_file(data, tmp_path):
    for seed, folder in (("1", "a"), ("1", "b"), ("2", "c")):
        assert train(data, tmp_path / folder, "--seed", seed) == 0
    first, again, other = ((tmp_path / folder / "tiny.npz").read_bytes() for folder in "abc")
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--hidden", "wide"], "--hidden"),
        (["--hidden", "0"], "hidden"),
        (["--hidden", "9000,9000"], "hidden"),
        (["--activation", "swish"], "activation"),
        (["--initialisation", "xavier"], "initialisation"),
        (["--optimizer", "lion"], "optimizer"),
        (["--schedule", "linear"], "schedule"),
        (["--learning-rate", "0"], "learning_rate"),
        (["--learning-rate", "fast"], "--learning-rate"),
        (["--batch-size", "0"], "batch-size"),
        (["--epochs", "0"], "epochs"),
        (["--weight-decay", "-1"], "weight_decay"),
        (["--dropout", "1"], "dropout"),
        (["--label-smoothing", "1"], "label_smoothing"),
        (["--validation", "0"], "validation"),
        (["--seed", "-1"], "seed"),
        (["--limit", "1"], "--limit"),
        (["--split", "bywriter"], "bywriter"),
        (["--name", "../tiny"], "../tiny"),
        (["--name", ""], "name"),
        (["--swish"], "--swish"),
    ],
)
def test_bad_options_end_with_2(data, tmp_path, capsys, options, word):
    assert train(data, tmp_path / "models", *options) == 2
    output = capsys.readouterr()
    assert word in output.err
    assert "Traceback" not in output.err
    assert output.out == ""
    assert not (tmp_path / "models").exists()


def test_missing_or_damaged_data_end_with_5(data, tmp_path, capsys):
    assert train(tmp_path / "nowhere", tmp_path / "models") == 5
    (data / "emnist-byclass-train-labels-idx1-ubyte").write_bytes(b"\0\0")
    assert train(data, tmp_path / "models") == 5
    assert "--data DIR" in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


def test_a_damaged_test_file_says_so_and_costs_no_weights(data, tmp_path, capsys):
    (data / "emnist-mnist-test-labels-idx1-ubyte").write_bytes(b"\0\0")
    assert train(data, tmp_path / "models") == 5
    assert "emnist-mnist-test-labels" in capsys.readouterr().err
    assert load_model(tmp_path / "models" / "tiny").name == "tiny"


def test_a_place_that_cannot_be_written_ends_with_4(data, tmp_path, capsys):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "tiny.npz").mkdir()
    assert train(data, tmp_path / "models") == 4
    assert "cannot be written" in capsys.readouterr().err


def interrupted_at(number, monkeypatch):
    def line(epoch):
        if epoch.number == number:
            raise KeyboardInterrupt
        return "an epoch"

    monkeypatch.setattr("ocr.batch.progress.epoch_line", line)


def test_ctrl_c_keeps_the_best_epoch(data, tmp_path, capsys, monkeypatch):
    interrupted_at(1, monkeypatch)
    assert train(data, tmp_path) == 0
    assert "interrupted: keeping epoch 1 of 2" in capsys.readouterr().err
    assert load_model(tmp_path / "tiny").metadata["epoch"] == 1


def test_ctrl_c_before_the_first_epoch_ends_with_130(data, tmp_path, capsys, monkeypatch):
    def interrupt(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("ocr.training.batches.distort", interrupt)
    assert train(data, tmp_path / "models") == 130
    assert "interrupted" in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


def test_a_run_away_ends_with_1(data, tmp_path, capsys):
    assert train(data, tmp_path / "models", "--optimizer", "sgd", "--learning-rate", "1e38") == 1
    assert "diverged" in capsys.readouterr().err


def test_limit_takes_the_first_characters(data, tmp_path):
    assert train(data, tmp_path, "--limit", "100") == 0
    assert load_model(tmp_path / "tiny").metadata["data"] == ["EMNIST byclass-train: 100 characters"]


def test_help_tells_of_the_download_and_of_each_setting(capsys):
    assert run(["train", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "about 560 MB are downloaded to your cache" in text
    for name in TrainingSettings.__dataclass_fields__:
        assert f"--{name.replace('initialisation', 'init').replace('_', '-')}" in text


def model_of(classes):
    return Model(
        "tiny",
        view_as_network(
            np.zeros((FEATURE_COUNT + 1) * len(classes), np.float32), (FEATURE_COUNT, len(classes))
        ),
        classes,
        "relu",
        1.0,
    )


@pytest.mark.parametrize(
    ("split", "expected"),
    [
        ("bymerge", [("byclass", "digits"), ("byclass", "upper"), ("bymerge", "47"), ("mnist", "digits")]),
        ("letters", [("byclass", "upper")]),
        ("mnist", [("byclass", "digits"), ("mnist", "digits")]),
    ],
)
def test_only_label_maps_that_the_model_can_answer_are_measured(data, split, expected):
    scores = emnist_scores(model_of(SPLITS[split]), data)
    assert [(score["test"].split("-")[1], score["label_map"]) for score in scores] == expected


def test_a_label_map_of_which_the_test_file_has_nothing_is_left_out(tmp_path):
    write_part(tmp_path, "byclass", "test", range(10, 20))
    assert [score["label_map"] for score in emnist_scores(model_of(BYCLASS), tmp_path)] == ["62", "upper"]
    (tmp_path / "emnist-byclass-test-images-idx3-ubyte").write_bytes(b"")
    with pytest.raises(DataError):
        emnist_scores(model_of(BYCLASS), tmp_path)


def test_without_test_files_the_card_says_so(data, tmp_path):
    model, _ = train_model(
        gather("byclass", alphabet="emnist", data=data),
        split="byclass",
        name="tiny",
        settings=TrainingSettings(hidden=(), epochs=1),
    )
    assert emnist_scores(model, None) == []
    assert "(no test file was at hand)" in model_card(model)


def test_a_run_that_was_cut_off_is_taken_up_again(data, tmp_path, capsys, monkeypatch):
    assert train(data, tmp_path / "whole") == 0
    models = tmp_path / "models"
    interrupted_at(1, monkeypatch)
    assert train(data, models) == 0
    assert "keeping epoch 1 of 2; --resume goes on" in capsys.readouterr().err
    assert sorted(path.name for path in models.iterdir()) == sorted([*FILES, "tiny.checkpoint"])
    monkeypatch.undo()
    assert train(data, models, "--resume") == 0
    assert capsys.readouterr().err.count("epoch ") == 1
    assert sorted(path.name for path in models.iterdir()) == sorted(FILES)
    assert (models / "tiny.npz").read_bytes() == (tmp_path / "whole" / "tiny.npz").read_bytes()


# A run that waits for ever after some epochs: it cannot end before it is killed.
HALTING_RUN = """
import threading
from ocr.batch import progress
from ocr.cli.app import main

def halting_line(epoch, line=progress.epoch_line):
    if epoch.number == 5:
        threading.Event().wait()
    return line(epoch)

progress.epoch_line = halting_line
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals here")
def test_a_run_that_was_killed_is_taken_up_again(data, tmp_path):
    more = ["--epochs", "7", "--no-augment"]
    assert train(data, tmp_path / "whole", *more) == 0
    models = tmp_path / "models"
    command = [sys.executable, "-c", HALTING_RUN, "train", "--data", data, "--classes", "emnist"]
    command += ["-o", models, "--hidden", "16", "--batch-size", "32", "--name", "tiny", *more]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline() == "gathering the characters\n"
        assert "epoch " in process.stderr.readline()
        process.kill()
    assert [path.name for path in models.iterdir() if not path.name.startswith(".")] == ["tiny.checkpoint"]
    assert train(data, models, *more, "--resume") == 0
    assert (models / "tiny.npz").read_bytes() == (tmp_path / "whole" / "tiny.npz").read_bytes()


def test_what_one_might_not_expect_of_a_checkpoint_is_said(data, tmp_path, capsys):
    models = tmp_path / "models"
    assert train(data, models, "--resume") == 0
    assert "no tiny.checkpoint in" in capsys.readouterr().err
    (models / "tiny.checkpoint").write_bytes(b"torn")
    assert train(data, models) == 0
    assert "is of a run that was cut off: begins anew" in capsys.readouterr().err
    (models / "tiny.checkpoint").write_bytes(b"torn")
    assert train(data, models, "--resume") == 5
    assert "start anew without --resume" in capsys.readouterr().err


@pytest.mark.parametrize(("tests", "count"), [("split", 3), ("none", 0)])
def test_only_what_is_asked_for_is_scored(data, tmp_path, capsys, tests, count):
    assert train(data, tmp_path, "--split", "byclass", "--test", tests) == 0
    found = load_model(tmp_path / "tiny").metadata["scores"]
    assert [score["test"] for score in found] == ["emnist-byclass-test"] * (count + 1 if count else 0)
    assert ("scoring on emnist-byclass-test: 62 characters" in capsys.readouterr().err) == bool(count)


def test_drawn_digits_are_learnt_scored_and_fine_tuned(tmp_path, capsys):
    small = [
        "train",
        "--data",
        "drawn",
        "--limit",
        "300",
        "--epochs",
        "6",
        "--batch-size",
        "32",
        "--no-augment",
    ]
    small += ["--dropout", "0", "-o", str(tmp_path)]
    assert run([*small, "--classes", "digits", "--input", "pixels", "--hidden", "16", "--name", "first"]) == 0
    assert "% right on drawn-byclass-test, as digits" in capsys.readouterr().err
    first = load_model(tmp_path / "first")
    assert (first.input, first.sizes, first.classes) == ("pixels", (784, 16, 10), tuple("0123456789"))
    assert first.metadata["scores"][0]["accuracy"] > 0.4
    card = (tmp_path / "first.md").read_text()
    assert "`ocr train --data drawn --split byclass --classes digits --name first`" in card
    assert "one stroke font" in card
    assert "EMNIST" not in card
    start = ["--start", str(tmp_path / "first"), "--frozen", "1", "--classes", "A-C", "--name", "second"]
    assert run([*small, *start, "--split", "byclass", "--test", "none"]) == 0
    second = load_model(tmp_path / "second")
    assert (second.input, second.sizes) == ("pixels", (784, 16, 3))
    assert second.metadata["start"] == {"name": "first", "checksum": first.checksum}
    assert second.metadata["recipe"]["hidden"] == [16]


def test_the_confusion_of_a_model_of_some_classes_needs_no_label_map(tmp_path, capsys):
    few = [
        "--classes",
        "0Oo",
        "--hidden",
        "",
        "--epochs",
        "1",
        "--no-augment",
        "--test",
        "none",
        "--name",
        "rings",
    ]
    assert run(["train", "--data", "drawn", *few, "-o", str(tmp_path)]) == 0
    capsys.readouterr()
    model = str(tmp_path / "rings")
    assert run(["confusion", "--data", "drawn", "--model", model, "-o", str(tmp_path / "rings.png")]) == 0
    assert "label map 0Oo" in capsys.readouterr().out
    assert run(["score", "--data", "drawn", "--model", model]) == 0
    assert "| drawn-byclass-test | 0Oo | 75 |" in capsys.readouterr().out


@pytest.fixture
def line_folder(tmp_path):
    """A page and its text."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in ("todo_list.jpg", "todo_list.gt.txt"):
        (folder / name).write_bytes((shipped_folder("images") / name).read_bytes())
    return folder


def test_a_line_network_is_trained_on_a_folder(ocr, line_folder, tmp_path):
    output = tmp_path / "models"
    arguments = (
        "--lines",
        line_folder,
        "--start",
        "print",
        "--epochs",
        1,
        "--output",
        output,
        "--name",
        "hand",
    )
    code, out, err = ocr("train", *map(str, arguments))
    assert (code, out) == (0, ""), err
    assert "6 lines with their texts" in err
    assert "1 lines held out: " in err
    assert "before " in err
    assert sorted(path.name for path in output.iterdir()) == sorted(
        f"hand{suffix}" for suffix in (".npz", ".json", ".md", ".log.jsonl", ".curves.png")
    )
    model = load_model(output / "hand")
    assert model.line_network is not None
    assert model.metadata["lines"]["learnt"] == 5
    card = ocr("models", str(output / "hand"))[1]
    assert "ocr train --lines DIR --start print --name hand" in card
    assert "% before, " in card
    assert ocr("read", str(line_folder / "todo_list.jpg"), "--model", str(output / "hand"))[0] == 0


def test_options_of_glyphs_are_refused_with_lines(ocr, line_folder, tmp_path):
    code, out, err = ocr("train", "--lines", str(line_folder), "--hidden", "20")
    assert (code, out) == (2, "")
    assert err.startswith("ocr: --hidden and --lines: expected one of them")
    code, _, err = ocr("train", "--lines", str(line_folder), "--name", "../x")
    assert code == 2
    assert "model name: found '../x'" in err
    (line_folder / "todo_list.gt.txt").unlink()
    code, _, err = ocr("train", "--lines", str(line_folder))
    assert (code, err.count("\n")) == (5, 1)
    assert "found no NAME.gt.txt" in err
