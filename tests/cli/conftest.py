"""Run the command line in-process, in a folder of its own."""

import pytest

from ocr.cli.app import run


@pytest.fixture
def in_folder(tmp_path, monkeypatch):
    """Work in an empty folder, so that messages show short names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ocr(capsys):
    """Run the command line; gives exit code, stdout and stderr."""

    def call(*arguments):
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call
