"""Arrows run one way: a room imports only from rooms below it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ocr

ROOT = Path(ocr.__file__).parent
FLOOR = {"errors", "geometry", "projection", "tool"}
GROUND = FLOOR | {"files", "resources"}
STAGES = {"page", "classifier", "language", "document", "synthesis"}
READING = STAGES - {"synthesis"}
JOINS = {
    "candidates",
    "joining",
    "layout",
    "pieces",
    "placing",
    "recognition",
    "reader",
    "scene",
    "single",
    "sources",
    "transcription",
}

# Room (a folder, or a module that lies beside the folders) -> other rooms that it may import.
ALLOWED = {
    "errors": set(),
    "geometry": set(),
    "naming": set(),
    "tool": {"errors"},
    "projection": {"geometry"},
    "files": {"errors"},
    "resources": {"errors"},
    "page": FLOOR,
    "language": FLOOR,
    "document": FLOOR | {"files"},
    "classifier": GROUND,
    "synthesis": GROUND,
    "cluster": GROUND | {"naming", "page"},
    "layout": FLOOR | {"page", "document"},
    "transcription": FLOOR | {"layout", "page", "language", "document"},
    "candidates": FLOOR | {"layout", "page", "classifier"},
    "recognition": FLOOR
    | {"candidates", "layout", "page", "classifier", "language", "document", "transcription"},
    "looks": FLOOR | {"layout", "page", "recognition"},
    "reader": GROUND | READING | {"layout", "looks", "recognition", "transcription"},
    "single": GROUND | READING,
    "sources": GROUND | {"classifier", "pieces", "synthesis"},
    "placing": GROUND | {"classifier", "synthesis"},
    "scene": FLOOR | {"page", "synthesis"},
    "pieces": GROUND | {"page", "classifier", "placing", "scene", "synthesis"},
    "joining": GROUND | {"page", "classifier", "language", "pieces", "scene", "synthesis"},
    "evaluate": GROUND | STAGES | JOINS,
    "laboratory": GROUND | STAGES | JOINS | {"evaluate"},
    "view": GROUND | STAGES | JOINS | {"evaluate", "laboratory"},
    # Training draws its curves.
    "train": GROUND | STAGES | JOINS | {"evaluate", "view"},
    "cli": GROUND
    | STAGES
    | JOINS
    | {"cluster", "evaluate", "laboratory", "naming", "view", "train", "__init__"},
    "drawing": FLOOR | {"page", "document", "view"},
    "__init__": GROUND | STAGES | {"reader", "drawing"},
    "__main__": {"cli"},
}


def room_of(path):
    parts = path.relative_to(ROOT).parts
    return parts[0] if len(parts) > 1 else path.stem


def imported_modules(path):
    """Names of all modules that a file imports, at its top or late, for running or for types."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            # As in: from ocr.page import ink
            if node.module == "ocr" or (ROOT / Path(*node.module.split(".")[1:])).is_dir():
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_rooms(path):
    for name in imported_modules(path):
        parts = name.split(".")
        if parts[0] == "ocr":
            known = len(parts) > 1 and parts[1] in ALLOWED
            yield parts[1] if known else "__init__"


FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_arrow_runs_back_up(path):
    room = room_of(path)
    assert room in ALLOWED, f"a new room: say in ALLOWED what {room} may import"
    back = {other for other in imported_rooms(path) if other != room} - ALLOWED[room]
    assert not back, f"{path.relative_to(ROOT)} imports {', '.join(sorted(back))}"


def test_the_rooms_have_no_circle():
    order = list(ALLOWED)
    for room, below in ALLOWED.items():
        seen, todo = set(), set(below)
        while todo:
            seen |= todo
            todo = set().union(*(ALLOWED[other] for other in todo)) - seen
        assert room not in seen, f"{room} leads back to itself in {order}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_matplotlib_is_imported_by_view_only_and_late(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    using = [name for name in imported_modules(path) if name.split(".")[0] == "matplotlib"]
    if room_of(path) != "view":
        assert using == []
        return
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in top if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in top if isinstance(node, ast.ImportFrom)}
    assert not any(name.split(".")[0] == "matplotlib" for name in names)


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import ocr", ("numpy", "scipy", "PIL", "matplotlib", "click")),
        ("import ocr.reader", ("matplotlib", "skimage", "click", "rich", "requests", "pooch")),
        ("import ocr.cli.app", ("numpy", "scipy", "PIL", "matplotlib", "rich", "difflib")),
        ("import ocr.cli.read", ("numpy", "PIL", "rich", "difflib", "platformdirs", "ocr.document.tree")),
    ],
)
def test_imports_stay_light(statement, unwanted):
    program = f"{statement}, sys; print(*[name for name in {unwanted!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
