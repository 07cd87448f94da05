"""Streams that are closed or full, and names that hold what a terminal obeys: one line, no traceback."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.pages_of_docs import ROOT
from cli.pictures import word
from ocr.errors import OcrError

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="streams and names of POSIX")
NAME = "a\x1b[31m\nb"


def run(folder, redirections, *arguments):
    """Run the program in a shell with these redirections; gives its exit code and standard error."""
    command = f'exec "$0" -m ocr "$@" {redirections}'
    done = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.png").write_bytes(word())
    return tmp_path


@needs_posix
@pytest.mark.parametrize("arguments", [("read", "a.png"), ("--version",)], ids=str)
@pytest.mark.parametrize("redirection", [">&-", "> /dev/full"])
def test_a_standard_output_that_takes_nothing(folder, arguments, redirection):
    if redirection == "> /dev/full" and not Path("/dev/full").exists():
        pytest.skip("no such device")
    code, err = run(folder, redirection, *arguments)
    reason = "bad file descriptor" if "&" in redirection else "no space left on device"
    line = f"ocr: standard output: cannot be used ({reason}); is the disk full, or is it closed?\n"
    assert (code, err) == (1, line)


@needs_posix
def test_a_closed_standard_output_that_is_not_needed(folder):
    assert run(folder, ">&-", "read", "a.png", "-o", "a.txt") == (0, "")
    assert (folder / "a.txt").read_text() == "HUT\n"


@needs_posix
@pytest.mark.parametrize(("name", "message"), [("-", "is closed; name a file"), ("@-", "is empty, expected")])
def test_a_closed_standard_input(folder, name, message):
    code, err = run(folder, "<&-", "read", name)
    assert (code, err.count("\n")) == (3, 1)
    assert message in err


def test_what_nobody_foresaw_is_one_line(ocr, in_folder, monkeypatch):
    for error, message in (
        (TypeError("a\x1bb\nc"), "a fault of this program (TypeError: ab); report it with the command"),
        (MemoryError(), "needs more memory than there is"),
        (
            OSError(errno.EIO, "Input/output error", "x\x1b"),
            r"x\x1b: cannot be used (input/output error); is the",
        ),
    ):

        def fail(*_, error=error, **__):
            raise error

        monkeypatch.setattr("ocr.batch.inputs.find_inputs", fail)
        code, out, err = ocr("read", "a.png")
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert err.startswith(f"ocr: {message}")


def test_every_message_is_one_line_without_control_characters():
    assert str(OcrError(f"picture {NAME}: \x07")) == r"picture a\x1b[31m\nb: \x07"


@needs_posix
def test_names_that_a_terminal_would_obey_are_escaped(ocr, in_folder):
    Path(NAME).mkdir()
    (Path(NAME) / f"{NAME}.png").write_bytes(word())
    (Path(NAME) / f"{NAME}.gt.txt").write_text("HUT")
    picture = f"{NAME}/{NAME}.png"
    commands = (
        ("evaluate", NAME),
        ("evaluate", f"{NAME}x"),
        ("explain", picture, "-o", f"{NAME}.html"),
        ("read", picture, "-v", "-o", f"{NAME}.txt"),
        ("read", picture, "--stages", f"/dev/null/{NAME}"),
        ("read", picture, "-o", f"/dev/null/{NAME}.txt"),
        ("read", picture, "--overlay", f"{NAME}.x"),
        ("read", picture, "--fields", f"{NAME}x"),
        ("read", picture, "--words", NAME),
        ("models", NAME),
        ("score", "--data", f"{NAME}x"),
        ("train", "--data", f"{NAME}x"),
        (NAME,),
    )
    for arguments in commands:
        _, out, err = ocr(*arguments)
        assert out + err, arguments
        shown = (out + err).replace("\n", "")
        assert shown.isprintable(), (arguments, shown)
        assert "\nb" not in out + err, arguments


# A run that gets SIGTERM while it works in a temporary folder.
ENDED = """
import os, signal, sys, tempfile
from ocr.cli import app

def work(arguments):
    with tempfile.TemporaryDirectory(dir=".") as folder:
        os.kill(os.getpid(), signal.SIGTERM)

app.run = work
app.main([])
"""


@needs_posix
def test_temporary_folders_are_removed_when_the_program_is_ended(tmp_path):
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", ENDED], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (128 + signal.SIGTERM, b"")
    assert list(tmp_path.iterdir()) == []
