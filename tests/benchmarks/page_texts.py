"""Compare what two versions of the program read: the text of every picture in some folders, before and after.

    python tests/benchmarks/page_texts.py FOLDER ... --save before.json
    python tests/benchmarks/page_texts.py FOLDER ... --against before.json

The second command prints each picture whose text differs, and the character errors of each folder, case
ignored, before and after. It exits with 1 if any text differs and with 2 if a folder has more
errors than before.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import ocr

SUFFIXES = {".jpg", ".jpeg", ".png"}


def edit_distance(first: str, second: str) -> int:
    """Return the Levenshtein distance between two texts."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def normalized(text: str) -> str:
    """Return a text in lower case, with single spaces and without empty lines."""
    lines = (" ".join(line.split()) for line in text.lower().splitlines())
    return "\n".join(line for line in lines if line)


def read_all(folders: list[Path]) -> tuple[dict[str, str], float]:
    """Return the text of each picture below the folders, by path, and the seconds of CPU that took."""
    reader = ocr.Reader()
    texts = {}
    start = time.process_time()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in SUFFIXES:
                texts[str(path)] = reader.read(path).text
    return texts, time.process_time() - start


def errors_by_folder(texts: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Return the character errors and the number of characters of each folder that has transcripts."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, text in texts.items():
        truth_path = Path(name).with_suffix(".gt.txt")
        if truth_path.exists():
            truth = normalized(truth_path.read_text(encoding="utf-8"))
            entry = sums[str(truth_path.parent)]
            entry[0] += edit_distance(normalized(text), truth)
            entry[1] += len(truth)
    return {folder: (errors, count) for folder, (errors, count) in sums.items()}


def compare(before: dict[str, str], after: dict[str, str]) -> int:
    """Print what differs; return the exit code."""
    different = [name for name in after if after[name] != before.get(name)]
    for name in different:
        print(f"--- {name}\n{before.get(name)}\n+++\n{after[name]}\n")
    was, now = errors_by_folder(before), errors_by_folder(after)
    for folder, (errors, count) in now.items():
        print(f"{folder}: {was[folder][0]} -> {errors} of {count} ({100 * errors / max(count, 1):.1f} %)")
    print(f"{len(different)} of {len(after)} texts differ")
    if any(errors > was[folder][0] for folder, (errors, _) in now.items()):
        return 2
    return 1 if different else 0


def main() -> int:
    """Read the folders; save the texts or compare them with saved ones."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--against", type=Path)
    options = parser.parse_args()
    texts, seconds = read_all(options.folders)
    print(f"{len(texts)} pictures, {seconds:.1f} s of CPU", file=sys.stderr)
    if options.save:
        options.save.write_text(json.dumps(texts, indent=1), encoding="utf-8")
    return compare(json.loads(options.against.read_text(encoding="utf-8")), texts) if options.against else 0


if __name__ == "__main__":
    raise SystemExit(main())
