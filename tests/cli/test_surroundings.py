"""Wherever it runs: another folder, a locale of ASCII alone, no home or one that nobody may write to."""

import os
import subprocess
import sys

import pytest

from cli.pages_of_docs import ROOT
from cli.pictures import word
from ocr.files import model_path

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="locales and homes of POSIX")


def run(folder, environment, *arguments):
    """Run the program in a process with nothing but this environment."""
    needed = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "error", "-m", "ocr", *arguments]
    done = subprocess.run(command, cwd=folder, env=needed | environment, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def named(tmp_path):
    (tmp_path / "schön.png").write_bytes(word())
    return tmp_path


@needs_posix
def test_text_is_utf8_in_a_locale_of_ascii(named):
    assert run(named, ASCII, "read", "schön.png") == (0, "HUT\n", "")
    code, out, _ = run(named, ASCII, "models", "print")
    assert code == 0
    # The whole card, with characters that ASCII lacks.
    assert not out.isascii()
    stem = model_path("print")
    card = stem.with_name(f"{stem.name}.md").read_text(encoding="utf-8")
    assert out.rstrip("\n") == card.rstrip("\n")


@needs_posix
def test_files_are_named_as_they_are_in_a_locale_of_ascii(named):
    assert run(named, ASCII, "read", "schön.png", "-o", "grün.html") == (0, "", "")
    assert "HUT" in (named / "grün.html").read_text(encoding="utf-8")
    assert run(named, ASCII, "explain", "schön.png")[0] == 0
    assert (named / "schön.explained.html").exists()
    code, _, err = run(named, ASCII, "read", "größe.png")
    assert code == 3
    assert "no such file" in err
    assert err.isascii()


@needs_posix
@pytest.mark.parametrize("environment", [{}, {"HOME": "/nowhere"}, {"HOME": "/dev/null"}], ids=str)
def test_no_home_is_needed(named, environment):
    assert run(named, environment, "read", "schön.png") == (0, "HUT\n", "")
    code, out, err = run(named, environment, "config")
    assert (code, err) == (0, "")
    assert "(not there)" in out.splitlines()[0]
