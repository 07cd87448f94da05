"""What the wheel installs: the program, its data and pictures, and nothing else that lies in a checkout."""

import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest

import ocr

ROOT = Path(ocr.__file__).parents[1]
pytestmark = pytest.mark.skipif(not (ROOT / "pyproject.toml").is_file(), reason="not a checkout")

# What is not Python, with how many there are of each; a new file is written here on purpose.
DATA = {
    "ocr/document/*.css": 2,
    "ocr/document/*.json": 1,
    "ocr/images/*.jpg": 11,
    "ocr/images/*.json": 1,
    "ocr/images/*.md": 1,
    "ocr/images/*.png": 1,
    "ocr/images/*.txt": 11,
    "ocr/language/data/*.md": 1,
    "ocr/language/data/*.npz": 1,
    "ocr/line_network/data/*.md": 1,
    "ocr/line_network/data/*.npz": 1,
    "ocr/models/*.json": 1,
    "ocr/models/*.jsonl": 1,
    "ocr/models/*.md": 1,
    "ocr/models/*.npz": 1,
    "ocr/models/*.png": 1,
    "ocr/page/ink/data/*.npz": 2,
    "ocr/page/sheet/data/*.npz": 1,
    "ocr/page/ink/data/*.md": 1,
    "ocr/recognition/data/*.npz": 3,
    "ocr/view/*.css": 5,
    "ocr/view/*.js": 2,
    "ocr/web/page/*.css": 1,
    "ocr/web/page/*.html": 1,
    "ocr/web/page/*.js": 6,
    "ocr/web/page/*.svg": 1,
    "ocr/py.typed": 1,
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """What is in a wheel of this checkout."""
    builders = pytest.importorskip("hatchling.builders.wheel", reason="hatchling builds the wheel")
    folder = tmp_path_factory.mktemp("wheel")
    (path,) = builders.WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(path) as archive:
        return [info for info in archive.infolist() if not info.is_dir()]


def pattern(name):
    """The folder and the ending of a file."""
    path = PurePosixPath(name)
    return name if path.suffix == ".typed" else f"{path.parent}/*{path.suffix}"


def test_the_data_in_the_wheel_is_what_is_listed(wheel):
    names = [info.filename for info in wheel if ".dist-info/" not in info.filename]
    assert Counter(map(pattern, (one for one in names if not one.endswith(".py")))) == DATA


def test_every_module_is_in_the_wheel_and_nothing_beside_the_package(wheel):
    names = {info.filename for info in wheel}
    tops = {name.split("/")[0] for name in names}
    assert tops == {"ocr", f"ocr-{ocr.__version__}.dist-info"}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "ocr").rglob("*.py")}
    # What drew the sample pictures.
    modules |= {"ocr/images/make.py", "ocr/images/make_form.py"}
    assert {name for name in names if name.endswith(".py")} == modules


def test_licences_and_the_command_come_with_the_wheel(wheel):
    own = {info.filename.partition(".dist-info/")[2] for info in wheel if ".dist-info/" in info.filename}
    assert own == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "licenses/LICENSE",
        "licenses/ocr/language/data/LICENSES.md",
        "licenses/ocr/page/ink/data/LICENSES.md",
    }


def test_the_wheel_stays_small(wheel):
    assert max(info.file_size for info in wheel) < 8_000_000
    assert sum(info.compress_size for info in wheel) < 15_000_000
