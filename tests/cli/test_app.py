"""The command as a whole: help, version, and the exit code of every way to end."""

import os
import re
import subprocess
import sys

import click
import pytest

import ocr as package
from ocr.classifier.model_file import load_model
from ocr.cli import app as module
from ocr.cli.app import COMMANDS
from ocr.errors import DataError, ImageError, ModelError
from ocr.files import model_path


def test_help_names_every_command(ocr):
    code, out, err = ocr("--help")
    assert (code, err) == (0, "")
    for name, summary in COMMANDS.items():
        assert f"{name}  " in out
        assert summary in out
    assert "Example: ocr read photo.jpg" in out
    titles = [line.rstrip(":") for line in out.splitlines() if line.endswith(":") and line[0] != " "]
    assert titles[:4] == ["Options", "Read", "Look into networks", "Set up"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_what_it_does(ocr, name):
    code, out, err = ocr(name, "-h")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: ocr {name} ")
    assert "Example" in out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_a_terminal(ocr, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "80")
    lines = ocr(name, "--help")[1].splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 60


HEAVY = (
    "numpy",
    "scipy",
    "PIL",
    "urllib.request",
    "matplotlib",
    "platformdirs",
    "difflib",
    "ocr.document.tree",
)


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (["--help"], {}),
        (["read", "--help"], {}),
        ([], {"_OCR_COMPLETE": "bash_complete", "COMP_WORDS": "ocr re", "COMP_CWORD": "1"}),
        ([], {"_OCR_COMPLETE": "bash_complete", "COMP_WORDS": "ocr read --ch", "COMP_CWORD": "2"}),
        ([], {"_OCR_COMPLETE": "bash_complete", "COMP_WORDS": "ocr read --model p", "COMP_CWORD": "3"}),
    ],
    ids=["help", "help of read", "a command", "an option", "a model"],
)
def test_help_and_completion_load_nothing_heavy(words, environment):
    program = (
        "import atexit, sys; from ocr.cli import main\n"
        f"atexit.register(lambda: print(*sorted({{*sys.modules}} & {{*{HEAVY!r}}}), file=sys.stderr))\n"
        f"main({words!r})"
    )
    # Without OCR_CONFIG, as for most users: settings are looked for in the folder of the platform.
    usual = {name: value for name, value in os.environ.items() if name != "OCR_CONFIG"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=usual | environment
    )
    assert done.stdout
    assert done.stderr.split() == []


def test_options_stand_in_sections(ocr):
    out = ocr("read", "--help")[1]
    headings = ["What comes out:", "What is read:", "How it runs:", "Drawings:", "Other:", "Examples:"]
    places = [out.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "Options:" not in out


def test_version_names_the_program_and_the_exact_model(ocr):
    model = load_model(model_path())
    code, out, err = ocr("--version")
    assert (code, err) == (0, "")
    assert out == f"ocr {package.__version__}, model {model.name}, SHA-256 {model.checksum}\n"
    assert len(model.checksum) == 64


def test_an_unknown_command_is_a_fault_of_usage(ocr):
    code, out, err = ocr("reed")
    assert (code, out) == (2, "")
    assert err == "ocr: No such command 'reed'. Did you mean 'read'?\n"
    assert ocr("xyz") == (2, "", "ocr: No such command 'xyz'; see 'ocr --help'\n")


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("photo.jpg", "ocr read photo.jpg"),
        ("scans/", "ocr read scans/"),
        ("*.png", "ocr read '*.png'"),
        ("@list", "ocr read @list"),
        ("my scans/a.png", "ocr read 'my scans/a.png'"),
        ("folder", "ocr read folder"),
        ("two\nlines.png", "ocr read IMAGE"),
    ],
)
def test_a_file_in_the_place_of_a_command_is_probably_to_be_read(name, suggested, in_folder, ocr):
    in_folder.joinpath("folder").mkdir()
    line = f"ocr: No such command {name!r}. Did you mean: {suggested}\n"
    assert ocr(name, "-o", "x.txt") == (2, "", line)


def test_an_unknown_option_is_a_fault_of_usage(ocr):
    code, out, err = ocr("read", "--formt", "json")
    assert (code, out) == (2, "")
    # Versions of click differ in the marks between.
    assert re.search("No such option.*--formt.*Did you mean.*--format", err)
    assert re.search("No such option.*--colour", ocr("--colour")[2])
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("read",), "ocr: Missing argument 'IMAGE...'; see 'ocr read --help'\n"),
        (
            ("read", "a.png", "-q", "-v"),
            "ocr: --quiet and --verbose: expected one of them; see 'ocr read --help'\n",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_wrong_usage_is_one_line(arguments, line, ocr):
    assert ocr(*arguments) == (2, "", line)


@pytest.mark.parametrize(
    "arguments", [("read", "a", "--jobs"), ("read", "a", "--jobs", "x"), ("completion", "tcsh"), ("--no",)]
)
def test_what_click_refuses_is_one_line(arguments, ocr):
    code, out, err = ocr(*arguments)
    assert (code, out) == (2, "")
    assert re.fullmatch(r"ocr: .*; see 'ocr( read| completion)? --help'\n", err)


def test_without_a_command_there_is_help(ocr):
    code, out, err = ocr()
    assert (code, "Usage: ocr " in out + err) == (2 if err else 0, True)


@pytest.mark.parametrize(
    ("failure", "code", "line"),
    [
        (ImageError("picture a.png: torn"), 3, "ocr: picture a.png: torn\n"),
        (ModelError("model b: torn"), 4, "ocr: model b: torn\n"),
        (DataError("data c: torn"), 5, "ocr: data c: torn\n"),
        (click.Abort(), 130, "interrupted\n"),
        (KeyboardInterrupt(), 130, "\ninterrupted\n"),
        (SystemExit(1), 0, ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_each_way_to_end_has_its_exit_code(ocr, monkeypatch, failure, code, line):
    @click.command()
    def fails():
        raise failure

    monkeypatch.setattr(module, "import_module", lambda name: type("Module", (), {"command": fails}))
    assert ocr("read") == (code, "", line)


def test_main_ends_the_program_with_the_exit_code():
    with pytest.raises(SystemExit) as ended:
        module.main(["reed"])
    assert ended.value.code == 2


def test_python_m_ocr_is_the_command():
    done = subprocess.run([sys.executable, "-m", "ocr", "reed"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "ocr: No such command 'reed'. Did you mean 'read'?\n"
