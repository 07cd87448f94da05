"""The benchmarks run; what they find is for their readers."""

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def run(name, *arguments):
    command = [sys.executable, "-W", "error", BENCHMARKS / name, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_codes_and_touching_characters(emnist_folder):
    arguments = ("--data", emnist_folder, "--codes", "2", "--pages", "1")
    first = run("codes.py", *arguments)
    rows = [line for line in first.splitlines() if line.startswith("|")]
    assert sum(row.startswith(("| english", "| none")) for row in rows) == 3
    assert sum(row.startswith(("| pairs", "| triples")) for row in rows) == 8


def test_speed_of_training_without_peers():
    out = run("train_speed.py", "--rounds", "1", "--seconds", "0.1", "--threads", "1")
    assert "| this project |" in out
    assert "| 1.00 |" in out
    assert len([line for line in out.splitlines() if line.startswith("|")]) == 7
