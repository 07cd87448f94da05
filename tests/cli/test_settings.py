"""Settings: an option over the environment over a file over the default; and ``ocr config``."""

import errno
import re
import tomllib
from pathlib import Path

import click
import pytest

import ocr as ocr_package
from cli.pictures import word
from ocr.cli import config_file
from ocr.cli.config_file import config_path, variable_of
from ocr.cli.read_command import command

KEYS = (
    "format, min-confidence, reject-char, recursive, model, language, words, charset, jobs, timeout, "
    "max-memory, quiet"
)


@pytest.fixture
def config(in_folder, monkeypatch):
    """Write a file with settings that is in force."""
    in_folder.joinpath("a.png").write_bytes(word())
    monkeypatch.setenv("OCR_CONFIG", "my.toml")

    def write(text):
        in_folder.joinpath("my.toml").write_bytes(text if isinstance(text, bytes) else text.encode())

    write("")
    return write


def test_file_environment_and_option_each_count_more(config, ocr, monkeypatch):
    assert ocr("read", "a.png", "--min-confidence", "1")[1] == "~~~\n"
    config('reject-char = "1"\nmin-confidence = 1\n')
    assert ocr("read", "a.png") == (0, "111\n", "")
    monkeypatch.setenv("OCR_REJECT_CHAR", "2")
    assert ocr("read", "a.png") == (0, "222\n", "")
    assert ocr("read", "a.png", "--reject-char", "3") == (0, "333\n", "")
    monkeypatch.setenv("OCR_MIN_CONFIDENCE", "0")
    assert ocr("read", "a.png") == (0, "HUT\n", "")
    monkeypatch.setenv("OCR_MIN_CONFIDENCE", "")
    assert ocr("read", "a.png") == (0, "222\n", ""), "an empty variable sets nothing"


def test_every_setting_of_the_file_and_the_environment_reaches_its_option(config, ocr, monkeypatch):
    values = {
        "format": "json",
        "min-confidence": 0.5,
        "reject-char": "?",
        "recursive": True,
        "model": "print",
        "language": "none",
        "words": "names.txt",
        "charset": "digits",
        "jobs": 2,
        "timeout": 50.5,
        "max-memory": 1500,
        "quiet": True,
    }
    assert list(values) == list(command.settable) == KEYS.split(", ")
    lines = [
        f"{key} = {str(value).lower() if value is True else repr(value)}" for key, value in values.items()
    ]
    config("\n".join(lines))
    table = ocr("config")[1].splitlines()
    assert table[0] == "file: my.toml"
    assert [line.split()[0] for line in table[1:]] == list(values)
    assert all(line.endswith("  file") for line in table[1:])
    for key, value in values.items():
        monkeypatch.setenv(variable_of(key), str(value))
    table = ocr("config")[1].splitlines()
    for key, line in zip(values, table[1:], strict=True):
        assert line.endswith(f"  environment, {variable_of(key)}")


WRONG = {
    "key": ('langage = "none"', f"found key 'langage', expected one of {KEYS}; did you mean language?"),
    "far key": ("[read]\nx = 1", f"found key 'read', expected one of {KEYS}"),
    "option of one run": ('output = "x"', f"found key 'output', expected one of {KEYS}"),
    "text for a number": ('jobs = "2"', "jobs: found '2', expected a whole number"),
    "fraction": ("jobs = 1.5", "jobs: found 1.5, expected a whole number"),
    "truth for a number": ("jobs = true", "jobs: found true, expected a whole number"),
    "number for a truth": ("quiet = 1", "quiet: found 1, expected true or false"),
    "number for a text": ("model = 1", "model: found 1, expected text in quotes"),
    "text for a fraction": ('min-confidence = "0"', "min-confidence: found '0', expected a number"),
    "out of range": ("min-confidence = 2", "found 2, expected what --min-confidence takes: 2"),
    "too few": ("jobs = -1", "jobs: found -1, expected what --jobs takes"),
    "no choice": ('language = "klingon"', "found 'klingon', expected what --language takes"),
    "format": ('format = "jsn"', "did you mean json?"),
    "two characters": ('reject-char = "??"', "found '??', expected what --reject-char takes"),
    "no TOML": ("jobs 2", "is not TOML (Expected '='"),
    "not UTF-8": (b"\xff", "is not TOML ("),
    "giant": ("#" * (2**20 + 1), "larger than 1 MiB"),
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("arguments", [("read", "a.png"), ("config",)], ids=lambda found: found[0])
def test_wrong_file_is_refused_with_its_name_and_key(case, arguments, config, ocr):
    text, reason = WRONG[case]
    config(text)
    code, out, err = ocr(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("ocr: config my.toml: ")
    assert reason in err
    assert err.count("\n") == 1


def test_a_home_that_is_closed_to_us_has_no_settings_of_ours(config, ocr, monkeypatch):
    monkeypatch.delenv("OCR_CONFIG")

    def closed(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", closed)
    monkeypatch.setattr(config_file.os, "lstat", closed)
    assert "(not there)" in ocr("config")[1]
    # A file of ours that is closed is a mistake.
    monkeypatch.setattr(config_file, "is_there", lambda _: True)
    code, _, err = ocr("config")
    assert code == 2
    assert "cannot be read (permission denied)" in err


def test_wrong_environment_is_refused_with_the_variable(config, ocr, monkeypatch):
    monkeypatch.setenv("OCR_JOBS", "many")
    expected = "ocr: environment OCR_JOBS: found 'many', expected what --jobs takes: 'many' is not a valid"
    for arguments in (("read", "a.png"), ("config",), ("read", "a.png", "--jobs", "x")):
        code, out, err = ocr(*arguments)
        assert (code, out) == (2, "")
        assert err.startswith(expected)


def test_help_comes_before_all_that_is_wrong(config, ocr):
    config("jobs 2")
    code, out, err = ocr("read", "--help")
    assert (code, err) == (0, "")
    assert out.startswith("Usage: ocr read ")


def test_file_that_is_named_has_to_be_there(in_folder, ocr, monkeypatch):
    monkeypatch.setenv("OCR_CONFIG", "none.toml")
    expected = "ocr: config none.toml: cannot be read (no such file or directory); correct it or OCR_CONFIG\n"
    assert ocr("config") == (2, "", expected)


def test_the_users_own_file(in_folder, ocr, monkeypatch):
    monkeypatch.delenv("OCR_CONFIG")
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: in_folder / "etc")
    path = in_folder / "etc" / "config.toml"
    assert config_path() == path
    assert ocr("config", "--path") == (0, f"{path}\n", "")
    assert ocr("config")[1].startswith(f"file: {path} (not there)\nformat  ")
    path.parent.mkdir()
    path.write_text("jobs = 3")
    table = ocr("config")[1]
    assert table.startswith(f"file: {path}\n")
    assert "jobs            3          file\n" in table


def test_example_is_a_file_of_comments_that_holds_when_they_are_taken_away(config, ocr):
    code, out, err = ocr("config", "--example")
    assert (code, err) == (0, "")
    assert tomllib.loads(out) == {}
    lines = [line.removeprefix("# ") for line in out.splitlines() if " = " in line]
    assert list(tomllib.loads("\n".join(lines))) == list(command.settable)
    config("\n".join(line for line in lines if not line.startswith("words")))
    assert ocr("config")[0] == 0


def test_one_question_at_a_time(ocr):
    assert ocr("config", "--path", "--example")[0] == 2


def test_the_reference_lists_every_setting_and_command():
    reference = Path(ocr_package.__file__).parents[1] / "docs" / "command-line.md"
    if not reference.is_file():
        pytest.skip("installed without its documentation")
    text = reference.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| `(OCR_[A-Z_]+)` \|", text, flags=re.MULTILINE)
    assert rows == [(key, variable_of(key)) for key in command.settable]
    for name in ("read", "models", "config", "completion"):
        assert f"`ocr {name}" in text
    for option in command.params:
        if isinstance(option, click.Option):
            assert max(option.opts, key=len).removeprefix("--") in text
