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
    assert "No such command 'reed'. Did you mean 'read'?" in err
    assert "No such command 'xyz'.\n" in ocr("xyz")[2]


@pytest.mark.parametrize("name", ["photo.jpg", "scans/", "*.png", "@list.txt", "my photo.jpg"])
def test_a_picture_in_the_place_of_a_command(ocr, name):
    code, out, err = ocr(name)
    assert (code, out) == (2, "")
    quoted = f"'{name}'" if " " in name or "*" in name else name
    assert f"No such command {name!r}. Did you mean: ocr read {quoted}" in err


def test_an_unknown_option_is_a_fault_of_usage(ocr):
    code, out, err = ocr("read", "--formt", "json")
    assert (code, out) == (2, "")
    # Versions of click differ in the marks between.
    assert re.search("No such option.*--formt.*Did you mean.*--format", err)
    assert re.search("No such option.*--colour", ocr("--colour")[2])


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
    assert done.stderr.startswith("Usage: ocr ")
