"""What the shell completes."""

import shutil
import subprocess

import click
import pytest
from click.shell_completion import ShellComplete

from ocr.cli.app import COMMANDS, app


def completed(*words):
    """What may stand for the last word."""
    complete = ShellComplete(app, {}, "ocr", "_OCR_COMPLETE")
    return complete.get_completions(list(words[:-1]), words[-1])


def values(*words):
    return [item.value for item in completed(*words)]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script(shell, ocr):
    code, out, err = ocr("completion", shell)
    assert (code, err) == (0, "")
    assert f"_OCR_COMPLETE={shell}_complete" in out
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=out, text=True, check=True)


def test_another_shell_is_refused(ocr):
    code, _, err = ocr("completion", "tcsh")
    assert code == 2
    assert "'tcsh' is not one of" in err


def test_commands():
    assert values("") == list(COMMANDS)
    assert values("com") == ["compare", "completion"]


def test_options_formats_models_and_charsets():
    assert values("read", "--re") == ["--resume", "--reject-char", "--recursive"]
    assert values("read", "-f", "h") == ["hocr", "html"]
    assert "txt" in values("read", "--format", "")
    assert values("read", "--language", "n") == ["none"]
    assert values("read", "--model", "p") == values("models", "p") == ["print"]
    assert values("evaluate", "-m", "p") == ["print"]
    assert values("read", "--charset", "di") == ["digits"]
    assert values("completion", "z") == ["zsh"]


@pytest.mark.parametrize("words", [("read", "a"), ("read", "-o", "a"), ("read", "-m", "./a")])
def test_files_are_left_to_the_shell(words):
    assert [item.type for item in completed(*words)] == ["file"]


def test_wrong_settings_do_not_matter(monkeypatch):
    monkeypatch.setenv("OCR_CONFIG", "none.toml")
    assert values("read", "--reje") == ["--reject-char"]


def test_the_shell_is_answered(ocr, monkeypatch):
    monkeypatch.setenv("_OCR_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "ocr read -f js")
    monkeypatch.setenv("COMP_CWORD", "3")
    assert ocr() == (0, "plain,json\nplain,jsonl\n", "")
    assert isinstance(app, click.Group)
