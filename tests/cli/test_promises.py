"""What the documentation promises about failures, and the tests that keep it.

=====================================================  =====================================================
promise                                                kept by
=====================================================  =====================================================
a file is written completely or not at all             here; unit/test_files.py; test_batch.py (killed runs)
... also if the power fails                            unit/test_files.py (synced before it has its name)
it never overwrites what is read                       test_targets.py
permissions are kept, links followed, devices stay     unit/test_files.py
each error is one line on standard error               here; test_streams.py; test_app.py; test_unforeseen.py
standard output has the text and nothing else          test_read.py
a picture that cannot be read does not end a run       test_unforeseen.py; test_budget_of_pages.py
Ctrl-C ends the program at once, with 130              test_batch.py; test_read.py; unit/image/test_pdf.py
SIGTERM ends it with 143, without temporary files      test_batch.py; test_streams.py
a closed pipe is no error                              here; test_read.py
no home, a locale of ASCII                             test_surroundings.py
a page is given up after so many seconds or megabytes  test_budget_of_pages.py; unit/batch/test_budget.py
pictures are refused by size before they are decoded   unit/image/test_limits.py; unit/image/test_attacks.py
a PDF has a process with limits                        unit/image/test_pdf.py; unit/image/test_attacks.py
names are escaped, passwords are hidden                test_streams.py; unit/batch/test_filesystem.py
cells that begin with = are quoted in tables           unit/document/test_formats.py
nothing is taken from the current folder               unit/test_resources.py; unit/image/test_pdf.py
nothing is executed, no pickle                         unit/classifier/test_model_file.py
large pages are read in parts, with the same text      unit/recognition/test_large_page.py
a picture of nothing but marks is looked at in parts    unit/recognition/test_noise.py
=====================================================  =====================================================
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.pages_of_docs import ROOT
from cli.pictures import word

TESTS = ROOT / "tests"
needs_linux = pytest.mark.skipif(not Path("/proc/self").exists(), reason="files of Linux")
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "OPENBLAS_NUM_THREADS": "1"}


def shell(folder, script):
    """Run a line of a shell in which ``$OCR`` is the program."""
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=folder,
        env={**ENVIRONMENT, "OCR": f"{sys.executable} -m ocr"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.png").write_bytes(word())
    return tmp_path


def test_every_promise_has_a_test_that_exists():
    table = __doc__.split("kept by")[1]
    named = re.findall(r"(?:[\w/]+/)?test_\w+\.py", table)
    assert len(named) > 20
    for name in named:
        assert (TESTS / name).exists() or (TESTS / "cli" / name).exists(), name


@needs_linux
def test_a_full_disk_is_one_line_and_keeps_the_file_before(folder):
    (folder / "a.txt").write_text("before")
    # No file may grow: what a full disk is to a program.
    code, out, err = shell(folder, "ulimit -f 0; exec $OCR read a.png -o a.txt")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("ocr: output a.txt: cannot be written (")
    assert (folder / "a.txt").read_text() == "before"
    assert sorted(path.name for path in folder.iterdir()) == ["a.png", "a.txt"]


@needs_linux
def test_a_full_device_is_one_line(folder):
    code, out, err = shell(folder, "exec $OCR read a.png -f txt -o /dev/full")
    assert (code, out) == (1, "")
    assert err == (
        "ocr: output /dev/full: cannot be written (no space left on device); "
        "make room or choose another place\n"
    )


@needs_linux
def test_a_place_where_nothing_can_be_written_is_one_line(folder):
    code, out, err = shell(folder, "exec $OCR read a.png -o /proc/self/a.txt")
    # Before anything is read.
    assert (code, out) == (2, "")
    assert err == "ocr: --output /proc/self/a.txt: /proc/self may not be written to; choose another place\n"


@needs_linux
def test_a_reader_that_has_had_enough_is_no_error(folder):
    # The reader is gone before anything is printed.
    script = "{ $OCR read a.png a.png; echo $? > code; } | true; cat code"
    assert shell(folder, script) == (0, "0\n", "")
