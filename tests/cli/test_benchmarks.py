"""The benchmarks run; what they find is for their readers."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def run(name, *arguments):
    command = [sys.executable, "-W", "error", BENCHMARKS / name, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def fail(name, *arguments):
    command = [sys.executable, "-W", "error", BENCHMARKS / name, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    return " ".join(done.stderr.split())


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


# A program that finds the texts beside the pictures.
PEER = """
import pathlib, sys
texts = [pathlib.Path(name).with_suffix(".gt.txt").read_text() for name in sys.argv[1:]]
print(chr(12).join(texts))
"""


def test_hard_photos_beside_a_peer_that_knows_the_answers(tmp_path):
    peer = shlex.join([sys.executable, "-c", PEER, "{images}"])
    keep = tmp_path / "photos"
    out = run(
        "hard_photos.py",
        "--pages",
        "1",
        "--kinds",
        "quarter_turn,jpeg",
        "--keep",
        keep,
        "--peer",
        f"right={peer}",
    )
    rows = [line.split(" | ") for line in out.splitlines() if line.startswith("|")]
    assert rows[0][2:] == ["ocr", "right |"]
    assert [row[0] for row in rows[2:]] == ["| clean"] + 3 * ["| quarter_turn"] + 4 * ["| jpeg"]
    assert {row[3] for row in rows[3:]} == {"0.0 (+0.0) |"}
    assert len(list(keep.glob("*.png"))) == len(list(keep.glob("*.gt.txt"))) == 8


def test_hard_photos_say_that_a_peer_failed():
    command = [
        "hard_photos.py",
        "--pages",
        "1",
        "--kinds",
        "jpeg",
        "--peer",
        f"none={sys.executable} -c pass",
    ]
    assert "peer none: found exit code 0 and 1 texts, expected 0 and 5" in fail(*command)


def test_hard_photos_refuse_an_unknown_kind():
    assert "found rain, expected some of scale" in fail("hard_photos.py", "--kinds", "jpeg,rain")


@pytest.mark.skipif(sys.platform == "win32", reason="memory and work are measured otherwise there")
def test_throughput_of_one_process_and_of_several():
    pytest.importorskip("psutil")
    out = run("throughput.py", "--pages", "2", "--processes", "1", "--rounds", "1", "--ways", "one,jobs")
    rows = [line.split(" | ") for line in out.splitlines() if line.startswith("|")]
    assert [row[0] for row in rows[2:]] == ["| one process", "| --jobs 1"]
    assert rows[2][2:4] == ["1.00", "1.00"]
    assert all(float(row[1]) > 0 for row in rows[2:])
