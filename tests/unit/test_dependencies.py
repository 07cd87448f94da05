"""What is declared is imported, and what is imported is declared."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

import ocr

ROOT = Path(ocr.__file__).parents[1]
PROJECT = ROOT / "pyproject.toml"
pytestmark = pytest.mark.skipif(not PROJECT.is_file(), reason="not a checkout")
# Names of packages that differ from the name that is imported.
PACKAGES = {"PIL": "pillow", "skimage": "scikit-image", "pillow_heif": "pillow-heif"}


def names_of(requirements):
    return {re.split(r"[\[<>=]", one)[0] for one in requirements}


def declared():
    """What a plain install brings, and what extras for users add."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    names = ("evaluate", "heic", "cluster", "pandas", "web")
    added = set().union(*(names_of(extras[name]) for name in names))
    return names_of(project["dependencies"]), added, extras


def imported():
    """Packages that some module of the program imports, at its top or late."""
    found = set()
    for path in Path(ocr.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module.split(".")[0])
    return {PACKAGES.get(name, name) for name in found - sys.stdlib_module_names - {"ocr"}}


def test_what_is_imported_is_declared_and_the_other_way_round():
    plain, added, _ = declared()
    # Dask comes with its scheduler; its own name is imported for settings.
    assert imported() - {"dask"} == plain | added


def test_developers_have_every_extra():
    _, _, extras = declared()
    reached, waiting = set(), {"dev"}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        for one in extras[name]:
            inner = re.fullmatch(r"ocr\[(.*)\]", one)
            waiting |= set(inner.group(1).split(",")) - reached if inner else set()
    assert reached == set(extras)
