import json
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from cli.laboratory import drawn, write_emnist
from ocr.cli.app import run


@pytest.fixture
def confusion(emnist_folder, tiny_model, in_folder, capsys):
    """Run the command on the tiny data; give exit code, stdout and stderr."""

    def call(*arguments):
        code = run(["confusion", "--data", str(emnist_folder), "--model", str(tiny_model), *arguments])
        return code, *capsys.readouterr()

    return call


def test_prints_accuracy_and_confusions_and_draws_the_matrix(confusion, tmp_path):
    code, out, err = confusion("--top", "3")
    assert code == 0
    assert out.startswith("model tiny, EMNIST byclass-test, label map 62\naccuracy ")
    assert "95 % interval" in out
    assert len(out.splitlines()) <= 8
    assert "wrote confusion.png" in err
    with Image.open(tmp_path / "confusion.png") as picture:
        assert picture.format == "PNG"


def test_json_holds_every_number_and_draws_nothing(confusion, tmp_path):
    code, out, _ = confusion("--json", "--label-map", "47")
    found = json.loads(out)
    matrix = np.array(found["matrix"])
    assert code == 0
    assert (found["n"], found["label_map"], found["split"], found["model"]) == (
        124,
        "47",
        "byclass-test",
        "tiny",
    )
    assert matrix.shape == (47, 47)
    assert found["accuracy"] == pytest.approx(np.trace(matrix) / matrix.sum())
    assert found["interval"][0] < found["accuracy"] <= found["interval"][1]
    assert sum(mistake["count"] for mistake in found["confusions"]) == matrix.sum() - np.trace(matrix)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def characters(in_folder):
    """A file of characters by two providers, with sizes and one character that no label map has."""
    text = "AB7ab~"
    np.savez(
        in_folder / "mine.npz",
        images=drawn(text.replace("~", "-")),
        labels=np.array(list(text)),
        provider=np.array(["ann", "ann", "bob", "bob", "ann", "ann"]),
        rel_size_wh=np.array([[0.9, 1.0]] * 3 + [[0.6, 0.7]] * 3, np.float32),
    )
    return "mine.npz"


def test_a_file_of_characters_is_scored(ocr, tiny_model, characters):
    call = ("confusion", "--data", characters, "--model", tiny_model)
    code, out, err = ocr(*call, "--label-map", "36", "-o", "m.svg")
    assert (code, err) == (0, "wrote m.svg\n")
    assert out.startswith("model tiny, mine.npz, label map 36\naccuracy ")
    assert "of 5 characters; 1 outside the label map left out" in out
    found = json.loads(ocr(*call, "--json")[1])
    assert (found["data"], found["label_map"], found["n"], found["left_out"]) == ("mine.npz", "62", 5, 1)
    assert (found["providers"], found["with_size"]) == ([], False)


def test_providers_are_chosen(ocr, tiny_model, characters):
    call = ("confusion", "--data", characters, "--model", tiny_model, "--providers")
    found = json.loads(ocr(*call, "bob", "--json", "--label-map", "36")[1])
    assert (found["n"], found["providers"]) == (2, ["bob"])
    assert json.loads(ocr(*call, "ann, bob", "--json", "--label-map", "36")[1])["n"] == 5
    code, out, err = ocr(*call, "cid", "--json")
    assert (code, out) == (2, "")
    assert err == "ocr: provider 'cid': not in this file, expected one of ann, bob\n"


def test_sizes_count_where_they_are_asked_for(ocr, tiny_model, characters):
    call = ("confusion", "--data", characters, "--model", tiny_model, "--json")
    plain, sized = (json.loads(ocr(*call, *more)[1]) for more in ((), ("--with-size",)))
    assert (plain["n"], plain["with_size"], sized["with_size"]) == (sized["n"], False, True)
    assert plain["expected_calibration_error"] != sized["expected_calibration_error"]


def test_options_that_do_not_fit_the_data_end_in_one_line(ocr, tiny_model, confusion, characters, in_folder):
    np.savez(in_folder / "bare.npz", images=drawn("AB"), labels=np.array(["A", "B"]))
    call = ("confusion", "--model", tiny_model, "--json", "--data", "bare.npz")
    for arguments, message in {
        ("--with-size",): "option --with-size: found no rel_size_wh in bare.npz; leave it out",
        ("--providers", "ann"): "provider 'ann': this file names none; leave providers out",
        ("--split", "byclass-test"): "option --split byclass-test: found a file of characters, which has no "
        "splits; leave it out",
        ("--label-map", "digits"): None,
    }.items():
        code, out, err = ocr(*call, *arguments)
        assert (code, out) == (2 if message else 5, "")
        assert err.startswith(f"ocr: {message}\n" if message else "ocr: no character of this set")
    for option in (("--providers", "ann"), ("--with-size",)):
        code, out, err = confusion(*option)
        assert (code, out) == (2, "")
        assert err.startswith(f"ocr: option {option[0]}: found EMNIST, expected --data FILE.npz")
    (in_folder / "bare.npz").write_bytes(b"torn")
    assert ocr(*call)[0] == 5


def test_classes_restrict_the_alphabet(confusion):
    _, out, _ = confusion("--json", "--classes", "0O1Il")
    assert json.loads(out)["classes"] == ["0", "1", "I", "O", "l"]
    _, out, _ = confusion("--json", "--classes", "01", "--label-map", "33")
    found = json.loads(out)
    assert (found["classes"], found["n"]) == (["0", "1"], 2 * len("0Oo1IiLl"))


@pytest.mark.parametrize(
    ("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".html", b"<!doctype")]
)
def test_the_suffix_decides_what_is_written(confusion, tmp_path, suffix, start):
    code, _, err = confusion("-o", f"matrix{suffix}", "--label-map", "digits")
    assert code == 0
    assert f"wrote matrix{suffix}" in err
    assert (tmp_path / f"matrix{suffix}").read_bytes().startswith(start)


def test_the_report_asks_nobody_for_anything(confusion, tmp_path):
    confusion("-o", "report.html")
    page = (tmp_path / "report.html").read_text()
    addresses = []

    class Reading(HTMLParser):
        def handle_starttag(self, tag, attrs):
            addresses.extend(value for name, value in attrs if name in {"src", "href"})

    parser = Reading()
    parser.feed(page)
    parser.close()
    assert addresses
    assert all(address.startswith("data:image/png;base64,") for address in addresses)
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in page
    assert "prefers-color-scheme: dark" in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--label-map", "63"), "'63'"),
        (("--split", "byclass"), "byclass-test"),
        (("--classes", "0é"), "'é'"),
        (("--classes", "0"), "two or more"),
        (("--top", "-1"), "-1"),
        (("--output", "matrix.pdf"), ".png, .svg, .html"),
        (("--output", "nowhere/matrix.png"), "does not exist"),
    ],
)
def test_bad_usage_ends_in_one_line_with_code_2(confusion, arguments, words):
    code, out, err = confusion(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


def test_a_label_map_that_the_split_cannot_answer(tiny_model, tmp_path, capsys):
    folder = write_emnist(tmp_path / "data", "bymerge", copies=1, parts=("test",))
    call = [
        "confusion",
        "--data",
        str(folder),
        "--split",
        "bymerge-test",
        "--model",
        str(tiny_model),
        "--json",
    ]
    assert run(call) == 0
    assert json.loads(capsys.readouterr().out)["label_map"] == "47"
    assert run([*call, "--label-map", "62"]) == 2
    assert "also holds c" in capsys.readouterr().err


def test_missing_model_and_missing_or_damaged_data(emnist_folder, tiny_model, tmp_path, capsys):
    assert run(["confusion", "--data", str(emnist_folder), "--model", "nobody"]) == 4
    assert "nobody" in capsys.readouterr().err
    assert run(["confusion", "--data", str(tmp_path / "none"), "--model", str(tiny_model)]) == 5
    capsys.readouterr()
    folder = write_emnist(tmp_path / "bad", copies=1, parts=("test",), labels=np.arange(62) + 1)
    assert run(["confusion", "--data", str(folder), "--model", str(tiny_model)]) == 5
    assert "found 1 to 62, expected 0 to 61" in capsys.readouterr().err


def test_the_former_name_of_the_option_still_works_and_is_not_shown(confusion, capsys):
    assert confusion("--json", "--fold", "47") == confusion("--json", "--label-map", "47")
    assert run(["confusion", "--help"]) == 0
    out = capsys.readouterr().out
    assert "--label-map" in out
    assert "--fold" not in out


def test_help_fits_a_screen(capsys):
    assert run(["confusion", "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40
    assert any("Example" in line for line in lines)
