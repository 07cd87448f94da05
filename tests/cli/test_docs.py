"""The pages of the documentation: their commands run and print what stands there, their options exist."""

import doctest
import fnmatch
import re
import shlex
import shutil
from importlib import import_module
from pathlib import Path

import pytest

from cli.laboratory import write_emnist
from cli.pages_of_docs import PAGES, ROOT, blocks, name_of
from ocr.cli.app import COMMANDS
from ocr.files import shipped_folder

SHOWN = [ROOT / "README.md", *PAGES]
EXIT = re.compile(r"  # exit code (\d+)$")


def steps(block):
    """Commands of a block, each with what it is said to print."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


@pytest.fixture
def samples(in_folder):
    """Work in a folder with the sample pictures, and a tiny EMNIST."""
    shutil.copytree(shipped_folder("images"), in_folder / "images")
    return in_folder


@pytest.fixture
def shell(ocr):
    """Run one line: a command of ours, or one of the few others that the pages use."""

    def call(line):
        words = shlex.split(line, comments=True)
        target, mode = None, "w"
        if len(words) > 2 and words[-2] in {">", ">>"}:
            target, mode = words[-1], "a" if words[-2] == ">>" else "w"
            words = words[:-2]
        code, out, err = _run(ocr, *words)
        if target is not None:
            with Path(target).open(mode, encoding="utf-8") as file:
                file.write(out)
            out = ""
        return code, err + out

    return call


def _run(ocr, program, *arguments):
    if program == "ocr":
        return ocr(*arguments)
    if program == "echo":
        return 0, " ".join(arguments) + "\n", ""
    if program == "cp":
        *sources, target = arguments
        for source in sources:
            shutil.copy(source, target)
        return 0, "", ""
    if program == "mkdir":
        Path(*arguments).mkdir()
        return 0, "", ""
    assert program == "ls", f"teach this test what {program} does, or leave it out"
    names = sorted(path.name for path in Path(*arguments).iterdir())
    return 0, "".join(f"{name}\n" for name in names), ""


@pytest.mark.parametrize("path", [path for path in SHOWN if blocks(path, "console")], ids=name_of)
def test_commands_print_what_stands_there(samples, shell, path):
    if path.stem == "train":
        write_emnist(samples / "emnist")
    for block in blocks(path, "console"):
        for command, printed in steps(block):
            code, found = shell(command)
            expected = EXIT.search(command)
            assert code == (int(expected.group(1)) if expected else 0), found
            # A line of dots stands for any lines, or none.
            pattern = re.escape(printed).replace(re.escape("...\n"), "(?:.*\n)*")
            assert re.fullmatch(pattern, found), (
                f"{command}\nprints\n{found}\nbut {path.name} says\n{printed}"
            )


@pytest.mark.parametrize("path", [path for path in PAGES if blocks(path, "pycon")], ids=name_of)
def test_python_on_the_pages_holds(samples, path):
    text = "\n".join(blocks(path, "pycon"))
    test = doctest.DocTestParser().get_doctest(text, {}, path.name, str(path), 0)
    found = doctest.DocTestRunner().run(test)
    assert found.attempted > 0
    assert found.failed == 0


def commands_in(path):
    """Every call of ours in a block that shows commands, as words."""
    for language in ("sh", "", "console"):
        for block in blocks(path, language):
            for line in block.replace("\\\n", " ").splitlines():
                start = re.search(r"(?:^|[|&] )(?:\$ )?(?:\S*/)?ocr (.*)$", line)
                if start and start.group(1).split()[0] in COMMANDS:
                    words = shlex.split(start.group(1), comments=True)
                    ends = [place for place, word in enumerate(words) if word in {"|", ">", ">>", "&&"}]
                    yield words[: min(ends, default=len(words))]


@pytest.mark.parametrize("path", SHOWN, ids=name_of)
def test_options_that_are_shown_exist(path):
    for name, *words in commands_in(path):
        command = import_module(f"ocr.cli.{name}_command").command
        known = {one for option in command.params for one in (*option.opts, *option.secondary_opts)}
        used = {word.split("=")[0] for word in words if word.startswith("-") and len(word) > 1}
        assert used <= known | {"--help"}, f"ocr {name} {' '.join(words)}"


def test_the_commands_of_the_readme_are_found():
    assert len(list(commands_in(ROOT / "README.md"))) > 10


def test_every_page_is_in_the_contents():
    contents = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r": ([\w/-]+\.md)$", contents, re.MULTILINE))
    assert listed == {path.relative_to(ROOT / "docs").as_posix() for path in PAGES}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_between_pages_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
        assert not fnmatch.fnmatch(target, "http*"), "pages of the documentation stand alone"
        assert (path.parent / target).is_file(), target


def test_contributors_find_the_files_to_change():
    """Each row of "Where do I change ..." names one file or two to change, and all that it names is there."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## Where do I change ...")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 7
    for row in rows:
        named = re.findall(r"`(ocr/[\w/]+\.py)`", row)
        changed = {name for name in named if "such as `" + name not in row}
        assert 1 <= len(changed) <= 2, row
        for name in named:
            assert list(ROOT.glob(name.replace("NAME", "*"))), f"{name} is not there: {row}"
