"""The pages of the documentation and the blocks of commands and code on them."""

import re
from pathlib import Path

import ocr

ROOT = Path(ocr.__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(path, language):
    return [text for name, text in FENCE.findall(path.read_text(encoding="utf-8")) if name == language]


def name_of(path):
    return path.relative_to(ROOT).as_posix()
