"""Imports run one way: packages import from packages below, and no two modules import each other."""

import ast
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import ocr

ROOT = Path(ocr.__file__).parent
BASE = {"errors", "geometry", "files", "array_types", "numeric", "ndimage", "uris"}

# Package, or module at the top -> the other packages and top modules that it may import.
ALLOWED = {
    "errors": set(),
    "array_types": set(),
    "geometry": set(),
    "ndimage": {"array_types"},
    "numeric": {"array_types", "errors"},
    "files": {"errors"},
    "uris": {"errors"},
    "workers": set(),
    "__version__": set(),
    "image": BASE,
    "language": BASE,
    "document": BASE,
    "classifier": BASE,
    "synthesis": BASE | {"image"},
    "datasets": BASE | {"classifier"},
    "page": BASE | {"classifier", "document", "image"},
    "line_network": BASE | {"classifier", "language"},
    "recognition": BASE | {"classifier", "document", "image", "language", "line_network", "page"},
    "forms": BASE | {"classifier", "document", "image", "language", "page", "recognition"},
    # From corrected pages to a model that reads them better.
    "learning": BASE
    | {
        "classifier",
        "datasets",
        "document",
        "evaluation",
        "image",
        "language",
        "line_network",
        "page",
        "recognition",
        "synthesis",
        "training",
    },
    "reader": BASE
    | {
        "__version__",
        "classifier",
        "document",
        "forms",
        "image",
        "language",
        "learning",
        "page",
        "recognition",
        "workers",
    },
    "training": BASE
    | {
        "classifier",
        "datasets",
        "evaluation",
        "image",
        "language",
        "line_network",
        "page",
        "recognition",
        "synthesis",
    },
    "evaluation": BASE | {"classifier", "datasets", "recognition"},
    "experiments": BASE | {"classifier", "datasets", "synthesis", "training"},
    "view": BASE
    | {
        "classifier",
        "document",
        "evaluation",
        "experiments",
        "image",
        "line_network",
        "page",
        "reader",
        "recognition",
        "training",
    },
    # Training draws its curves.
    "train": BASE | {"classifier", "evaluation", "training", "view"},
    "batch": BASE
    | {"__version__", "document", "image", "reader", "recognition", "training", "view", "workers"},
    "web": BASE | {"classifier", "document", "image", "language", "learning", "reader", "recognition"},
    "cli": BASE
    | {
        "__version__",
        "language",
        "learning",
        "web",
        "batch",
        "classifier",
        "datasets",
        "document",
        "evaluation",
        "experiments",
        "forms",
        "image",
        "reader",
        "recognition",
        "train",
        "training",
        "view",
    },
    "__init__": BASE | {"__version__", "classifier", "document", "reader", "view"},
    "__main__": {"cli"},
}

# The parts of ``page``, each with those that it may import; its modules at the top put all of them together.
PARTS_OF_PAGE = {
    "ink": set(),
    "sheet": {"ink"},
    "printed": {"ink"},
    "writing": {"ink", "printed"},
}

# Late imports that run back: the methods of Document find what writes it when they are called, and
# Document.show what draws it.
WRITERS = ("document.saving", "document.json_format", "document.notebook", "document.word_table")
LATE = {("ocr.document.tree", f"ocr.{name}") for name in (*WRITERS, "view.overlay")}


def package_of(path):
    parts = path.relative_to(ROOT).parts
    return parts[0] if len(parts) > 1 else path.stem


def imported_modules(path):
    """Names of all modules that a file imports, at its top or late, for running or for types."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module != "ocr":
                yield node.module
            # As in: from ocr.page import ink
            if node.module == "ocr" or (ROOT / Path(*node.module.split(".")[1:])).is_dir():
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_packages(path):
    for name in imported_modules(path):
        parts = name.split(".")
        if parts[0] == "ocr":
            known = len(parts) > 1 and parts[1] in ALLOWED
            yield parts[1] if known else "__init__"


# What only the page of corrections and learning need.
LEARNING = ("ocr.learning", "ocr.web", "ocr.training", "sqlite3", "starlette", "uvicorn", "asyncio")

FILES = sorted(ROOT.rglob("*.py"))


def module_name(path):
    parts = ("ocr", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES}


def test_a_handful_of_modules_lie_at_the_top():
    assert len([path for path in FILES if path.parent == ROOT and not path.stem.startswith("__")]) <= 9


def test_no_two_modules_share_a_name():
    names = [path.stem for path in FILES if not path.stem.startswith("__")]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_of_packages_run_one_way(path):
    package = package_of(path)
    assert package in ALLOWED, f"a new package: say in ALLOWED what {package} may import"
    late = {other.split(".")[1] for name, other in LATE if name == module_name(path)}
    back = {other for other in imported_packages(path) if other != package} - ALLOWED[package] - late
    assert not back, f"{path.relative_to(ROOT)} imports {', '.join(sorted(back))}"


@pytest.mark.parametrize("part", PARTS_OF_PAGE)
def test_imports_within_page_run_one_way(part):
    folder = ROOT / "page" / part
    used = {
        name.split(".")[2]
        for path in folder.rglob("*.py")
        for name in imported_modules(path)
        if name.startswith("ocr.page.")
    }
    assert used - {part} <= PARTS_OF_PAGE[part]
    assert {path.name for path in (ROOT / "page").iterdir() if (path / "__init__.py").exists()} == {
        *PARTS_OF_PAGE
    }


def circle_in(imports):
    """A circle of names that import each other, or nothing."""
    left = dict(imports)
    while True:
        free = [name for name, others in left.items() if not others & left.keys()]
        if not free:
            return sorted(left)
        for name in free:
            del left[name]


def test_packages_import_in_no_circle():
    assert circle_in(ALLOWED) == []


def test_modules_import_in_no_circle():
    imports = {
        name: {
            other
            for other in imported_modules(path)
            if other in MODULES and other not in {name, "ocr"} and (name, other) not in LATE
        }
        for name, path in MODULES.items()
    }
    assert circle_in(imports) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_matplotlib_is_imported_by_view_only_and_late(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    using = [name for name in imported_modules(path) if name.split(".")[0] == "matplotlib"]
    if package_of(path) != "view":
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
        ("import ocr.reader", ("matplotlib", "skimage", "click", "urllib.request", *LEARNING)),
        ("import ocr.cli.app", ("numpy", "scipy", "PIL", "matplotlib", "difflib")),
        (
            "import ocr.cli.read_command",
            ("numpy", "PIL", "difflib", "platformdirs", "ocr.document.tree", *LEARNING),
        ),
    ],
)
def test_imports_stay_light(statement, unwanted):
    program = f"{statement}, sys; print(*[name for name in {unwanted!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# Each takes longer to import than a stage of reading takes.
NOT_FOR_READING = (
    *("scipy", "skimage", "matplotlib", "numpy.random", "numpy.ma", "numpy.testing", "unittest"),
    *("fsspec", "dask", "email", "xml", "http", "ssl", "importlib.metadata", "concurrent.futures"),
    *("multiprocessing", "ocr.image.pdf", "ocr.document.json_format", "ocr.document.web_page"),
    *("ocr.forms", "ocr.learning", "ocr.synthesis", "ocr.training", "ocr.view", "ocr.web"),
)


def test_reading_a_page_loads_what_it_needs():
    page = ROOT.parent / "images" / "todo_list.jpg"
    program = f"""
import sys
from ocr.cli.app import run
code = run(["read", "--quiet", {str(page)!r}])
print(code, *[name for name in {NOT_FOR_READING!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split() == ["0"]


@pytest.mark.skipif(find_spec("uvicorn") is None, reason="needs uvicorn")
def test_the_first_page_of_serve_needs_no_arrays():
    needed = "import ocr.cli.serve_command, ocr.web.serving, ocr.web.access, ocr.web.application, uvicorn"
    test_imports_stay_light(needed, ("numpy", "scipy", "PIL", "difflib", "ocr.document.tree"))
