"""Commands that make what is shipped end as those of ``ocr`` do."""

import errno
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from ocr.errors import DataError
from ocr.training import build_cut_classifier, build_glyph_metrics, build_language
from ocr.training.command import ToolCommand, npz_output


def failing(error):
    @click.command(cls=ToolCommand)
    def command():
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (DataError("words a.txt: found none"), 5, "ocr: words a.txt: found none\n"),
        (
            PermissionError(errno.EACCES, "Permission denied", "a.npz"),
            1,
            "ocr: a.npz: cannot be used (permission denied)\n",
        ),
        (OSError("odd"), 1, "ocr: a file: cannot be used (oserror)\n"),
    ],
)
def test_an_error_is_one_line_and_its_exit_code(error, code, message):
    done = CliRunner().invoke(failing(error), [])
    assert (done.exit_code, done.stdout, done.stderr) == (code, "", message)


def test_a_wrong_option_is_one_line():
    done = CliRunner().invoke(failing(OSError("odd")), ["--odd"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "ocr: No such option '--odd'; see 'command --help'\n"


def test_a_mistake_of_the_program_is_not_hidden():
    done = CliRunner().invoke(failing(ZeroDivisionError()), [])
    assert isinstance(done.exception, ZeroDivisionError)


def test_a_reader_of_the_output_that_left_is_no_error():
    done = CliRunner().invoke(failing(BrokenPipeError(errno.EPIPE, "Broken pipe")), [])
    assert done.stderr == ""


@click.command(cls=ToolCommand)
@npz_output
def written(output):
    click.echo(f"{output.name} can be written")


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("a.npz", 0, "a.npz can be written"),
        ("a.txt", 2, "ends in .txt, expected .npz"),
        ("nowhere/a.npz", 2, "nowhere does not exist: make it first"),
        ("folder.npz", 2, "is a directory"),
    ],
)
def test_an_output_is_refused_before_the_work(tmp_path, name, code, message):
    (tmp_path / "folder.npz").mkdir()
    done = CliRunner().invoke(written, ["-o", str(tmp_path / name)])
    assert done.exit_code == code
    assert message in done.output


WRONG = {
    "joining without data": (
        build_cut_classifier,
        ["--data", "none", "--words", "words.txt", "-o", "a.npz"],
        5,
    ),
    "joining without words": (
        build_cut_classifier,
        ["--data", "none", "--words", "none.txt", "-o", "a.npz"],
        2,
    ),
    "joining of no words": (
        build_cut_classifier,
        ["--data", "none", "--words", "noise.bin", "-o", "a.npz"],
        5,
    ),
    "placing without fonts": (build_glyph_metrics, ["none", "-o", "a.npz"], 2),
    "placing of no fonts": (build_glyph_metrics, ["empty", "-o", "a.npz"], 2),
    "placing of a damaged font": (build_glyph_metrics, ["fonts", "-o", "a.npz"], 2),
    "language without packages": (build_language, ["none", "-o", "a.npz"], 2),
    "language of a file": (build_language, ["noise.bin", "-o", "a.npz"], 2),
    "language of an empty folder": (build_language, ["empty", "-o", "a.npz"], 5),
}


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in {"words.txt": b"the 2\n", "noise.bin": b"\xff\xfe\x00", "nothing.txt": b""}.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "empty").mkdir()
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "a.ttf").write_bytes(b"no font")
    return tmp_path


@pytest.mark.parametrize(("module", "arguments", "code"), WRONG.values(), ids=WRONG.keys())
def test_missing_and_damaged_files_are_named(files, module, arguments, code):
    done = CliRunner().invoke(module.main, arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    # Before the error, click says how the command is used.
    assert (
        "Error: " in done.stderr if code == 2 and "Usage" in done.stderr else done.stderr.startswith("ocr: ")
    )
    assert done.stderr.endswith("\n")
    assert "Traceback" not in done.stderr
    assert not (files / "a.npz").exists()


def test_the_module_itself_ends_so(files):
    command = [sys.executable, "-m", "ocr.training.build_language", "empty", "-o", "a.npz"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 5
    assert done.stderr.count("\n") == 1
