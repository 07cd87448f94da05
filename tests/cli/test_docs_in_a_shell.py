"""The commands of README and documentation in a real shell, as a user would type them, on small pictures."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from cli.laboratory import write_emnist
from cli.pages_of_docs import PAGES, ROOT, blocks, name_of
from cli.pictures import encoded, scan, written
from ocr.files import shipped_folder

SHOWN = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "images" / "README.md", *PAGES]
# How a command begins that is not run here, and why.
NOT_RUN = {
    "python3 -m venv": "installs packages from the net; .ci/run does the same with the wheel",
    ".ci/run": "runs these tests",
    ".venv/bin/python -m pytest": "runs tests like these",
    ".venv/bin/pre-commit install": "changes the repository of whoever runs the tests",
    ".venv/bin/mkdocs serve": "does not end; .ci/run builds the pages",
    "ocr train": "learns for minutes; the tutorial on training is run with less",
    "more=": "belongs to the two commands after it, which learn for an hour",
    "ocr compare": "learns for minutes; the command has tests of its own",
    "ocr confusion --data emnist --split byclass-test --model models/small": "asks for the model of the page",
    "ocr weights --model models/small": "asks for the model of the page",
    "ocr weights --gradients": "learns for minutes; the command has tests of its own",
    "ocr lesson": "the page of the laboratory is run by test_laboratory.py",
    "ocr confusion --data drawn": "asks for a model of that page",
    "ocr weights --model models/letters": "asks for a model of that page",
    "ocr classify --truth names": "asks for the pictures of that page",
    "ocr evaluate photos/": "asks for the pictures of that page",
    "npm install": "downloads fonts",
    ".venv/bin/pip install": "installs packages from the net",
    "ocr serve": "does not end; the page has tests of its own",
    "ocr learn": "learns for minutes; the command has tests of its own",
    "ocr corrections": "asks for corrections; the command has tests of its own",
    "ocr evaluate mine/": "asks for corrections",
    "ocr read letter.jpg --model mine": "asks for a model that has learnt",
    "ocr models mine": "asks for a model that has learnt",
    "dask scheduler": "does not end; belongs to other machines",
    "python tests/benchmarks/": "measures for minutes; the benchmarks are run small by tests of their own",
    "MALLOC_TRIM_THRESHOLD_": "does not end; belongs to other machines",
    ".venv/bin/uvicorn service:app": "does not end; the service has a test of its own",
    "curl -F": "asks the service",
    "docker": "downloads a base image",
    "python images/make.py": "asks for these fonts",
}


def statements(block):
    """Commands of a block, each with all of its lines."""
    text = ""
    for line in block.splitlines():
        text += line
        if line.endswith("\\"):
            text += "\n"
            continue
        try:
            shlex.split(text, comments=True)
        except ValueError:
            text += "\n"  # a quotation goes on
            continue
        yield text
        text = ""
    assert text == "", f"never ends: {text}"


def why_not(statement):
    if "--scheduler" in statement:
        return "asks for a cluster; the option has tests of its own"
    return next((reason for start, reason in NOT_RUN.items() if statement.startswith(start)), None)


def shell_blocks(path):
    """Blocks of commands: those marked so, and unmarked ones that begin with ours."""
    unmarked = [block for block in blocks(path, "") if block.startswith("ocr ")]
    return [list(statements(block)) for block in blocks(path, "sh") + unmarked]


def run_blocks():
    for path in SHOWN:
        for number, block in enumerate(shell_blocks(path), 1):
            chosen = [one for one in block if why_not(one) is None]
            if chosen:
                yield pytest.param(chosen, id=f"{name_of(path)} {number}")


@pytest.fixture
def desk(in_folder):
    """A folder with small files under the names that the pages use, and ``ocr`` on the path."""
    for folder in ("scans/older", "pages", "archive", "bin", ".config/fish/completions"):
        (in_folder / folder).mkdir(parents=True)
    for name, text in {
        "photo.jpg": "HUT", "list.jpg": "MAN", "notes.png": "TEN", "form.png": "17", "scans/page1.jpg": "HUT",
        "scans/older/page2.jpg": "MAN", "archive/a.png": "BOX", "pages/a.png": "TEN",
    }.items():  # fmt: skip
        kind = "JPEG" if name.endswith("jpg") else "PNG"
        (in_folder / name).write_bytes(encoded(Image.fromarray(written(text)), kind))
    (in_folder / "pages" / "a.gt.txt").write_text("TEN\n")
    (in_folder / "names.txt").write_text("MAN\n")
    (in_folder / "list.txt").write_text("photo.jpg\nscans\n")
    (in_folder / "minutes.pdf").write_bytes(scan("HUT", "MAN", "TEN", "BOX", "HAT", format_="PDF"))
    write_emnist(in_folder / "EMNIST")
    program = in_folder / "bin" / "ocr"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -W error -m ocr "$@"\n')
    program.chmod(0o755)
    return in_folder


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("block", list(run_blocks()))
def test_commands_run_as_they_stand(desk, block):
    environment = os.environ | {
        "HOME": str(desk),
        "PATH": f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    # The user's own file of settings, which is not there, instead of the empty one of the tests.
    del environment["OCR_CONFIG"]
    script = "\n".join(["set -euo pipefail", *block])
    if "images/" in script:
        shutil.copytree(shipped_folder("images"), desk / "images")
    done = subprocess.run(
        ["bash", "-c", script], env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"Warning" not in done.stderr


def test_every_command_that_is_not_run_is_shown_somewhere():
    shown = [one for path in SHOWN for block in shell_blocks(path) for one in block]
    assert len(shown) > 40
    unused = {start for start in NOT_RUN if not any(one.startswith(start) for one in shown)}
    assert unused == set()
    ran = [one for one in shown if why_not(one) is None]
    assert len(ran) >= 30


def python_blocks():
    for path in SHOWN:
        for number, block in enumerate(blocks(path, "python"), 1):
            yield pytest.param(block, id=f"{name_of(path)} {number}")


@pytest.mark.parametrize("block", list(python_blocks()))
def test_python_runs_as_it_stands(in_folder, block):
    Path("photo.jpg").write_bytes(encoded(Image.fromarray(written("HUT")), "JPEG"))
    for package in re.findall(r"^(?:from|import) (\w+)", block, re.MULTILINE):
        pytest.importorskip(package)
    exec(compile(block, "page", "exec"), {})
