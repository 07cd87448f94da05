"""The benchmarks run; what they find is for their readers."""

import dataclasses
import importlib
import json
import math
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner

from cli.pictures import word
from ocr.synthesis.degradation_registry import DEGRADATIONS

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def run(name, *arguments):
    command = [sys.executable, "-W", "error", BENCHMARKS / name, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def benchmark(monkeypatch):
    """Import a benchmark into this process."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


def run_here(module, *arguments):
    """Run a benchmark in this process: most of what a process takes is its start."""
    result = CliRunner().invoke(module.main, [*map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def fail(module, *arguments):
    result = CliRunner().invoke(module.main, [*map(str, arguments)], catch_exceptions=False)
    assert result.exit_code != 0
    return " ".join(result.output.split())


def test_codes_and_touching_characters(emnist_folder, benchmark, monkeypatch):
    codes = benchmark("codes")
    monkeypatch.setattr(codes, "_LINES", 1)
    monkeypatch.setattr(codes, "_GROUPS_PER_LINE", 2)
    first = run_here(codes, "--data", emnist_folder, "--codes", "2", "--pages", "1")
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


def test_hard_photos_beside_a_peer_that_knows_the_answers(tmp_path, benchmark, monkeypatch):
    hard_photos = benchmark("hard_photos")
    for name, count in (("coloured_light", 1), ("jpeg", 2)):
        one = DEGRADATIONS[name]
        fewer = dataclasses.replace(one, strengths=one.strengths[:count])
        monkeypatch.setitem(DEGRADATIONS, name, fewer)
    peer = shlex.join([sys.executable, "-c", PEER, "{images}"])
    keep = tmp_path / "photos"
    out = run_here(
        hard_photos,
        "--pages",
        "1",
        "--degradations",
        "coloured_light,jpeg",
        "--keep",
        keep,
        "--peer",
        f"right={peer}",
    )
    rows = [line.split(" | ") for line in out.splitlines() if line.startswith("|")]
    assert rows[0][2:] == ["ocr", "right |"]
    assert [row[0] for row in rows[2:]] == ["| clean", "| coloured_light"] + 2 * ["| jpeg"]
    assert {row[3] for row in rows[3:]} == {"0.0 (+0.0) |"}
    assert len(list(keep.glob("*.png"))) == len(list(keep.glob("*.gt.txt"))) == 4


def test_hard_photos_say_that_a_peer_failed(benchmark):
    hard_photos = benchmark("hard_photos")
    process, out = hard_photos.start(f"{sys.executable} -c pass {{images}}", 5 * ["a.png"])
    with pytest.raises(ClickException, match="peer none: found exit code 0 and 1 texts, expected 0 and 5"):
        hard_photos.texts_of("none", process, out, 5)


def test_hard_photos_refuse_an_unknown_degradation(benchmark):
    assert "found rain, expected some of scale" in fail(
        benchmark("hard_photos"), "--degradations", "jpeg,rain"
    )


def rows_of(out, title):
    """Cells of the table under a title, its head and its rule left out."""
    table = [
        line for line in out.partition(f"### {title}")[2].partition("###")[0].splitlines() if line[:1] == "|"
    ]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_speed_beside_a_peer_that_holds_much_memory(tmp_path):
    peer = shlex.join([sys.executable, "-c", "page = b'x' * 300_000_000", "{image}"])
    path = tmp_path / "speed.json"
    few = ("--rounds", "1", "--megapixels", "0", "--threads", "1")
    out = run("speed.py", *few, "--peer", f"large={peer}", "--json", path)
    programs = rows_of(out, "Whole processes")
    assert [row[:2] for row in programs] == [["small page", name] for name in ("ocr", "floor", "large")]
    assert [row[4] for row in programs if row[1] == "ocr"] == ["1.00"]
    assert [row[0] for row in rows_of(out, "Warm reads")] == ["small page"]
    stages = [row[0] for row in rows_of(out, "By stage")]
    assert stages[:3] == ["decode", "polarity", "sheet"]
    assert stages[-2:] == ["everything else", "of these, further attempts"]
    assert len(rows_of(out, "Size")) == 1

    found = json.loads(path.read_text())
    small = found["cold"]["small page"]
    assert {name: len(runs) for name, runs in small.items()} == {"ocr": 1, "floor": 1, "large": 1}
    assert small["large"][0]["peak_mb"] > 300 > small["floor"][0]["peak_mb"]
    warm = found["warm"]["small page"]
    assert len(warm["reads"]) == len(warm["floors"]) == 1
    first, second, third = warm["needs"]["shapes"]
    # As many rows for each layer, whose outputs are the next one's inputs.
    assert first[0] == second[0] == third[0]
    assert (first[2], second[2]) == (second[1], third[1])
    # This page is neither straightened nor resized.
    assert all(
        warm["stages"][stage] > 0 for stage in ("decode", "text height", "ink", "classify", "language")
    )
    assert found["size_mb"]["wheel"] < found["size_mb"]["installed"]


def test_speed_refuses_a_peer_that_is_not_told_the_picture(benchmark):
    assert "found 'fast=true', expected NAME=COMMAND with {image}" in fail(
        benchmark("speed"), "--peer", "fast=true"
    )


def test_growth_writes_exponents_and_curves(tmp_path, benchmark, monkeypatch):
    growth = benchmark("growth")
    # As if the time of a page grew with its file; another test reads one.
    work = {
        "speed_pages.py": benchmark("speed_pages").write,
        "one_read.py": lambda path: (1.0, path.stat().st_size, 50.0),
    }
    monkeypatch.setattr(growth, "answer", lambda script, *arguments, env: work[script](*arguments))
    curves, path = tmp_path / "curves.png", tmp_path / "growth.json"
    few = ("--characters", "2,8", "--megapixels", "0.2", "--batches", "2", "--rounds", "1")
    out = run_here(growth, *few, "--threads", "1", "--curves", curves, "--json", path)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in out.splitlines()[2:]]
    assert [row[1] for row in rows] == ["2", "8", "0.2", "0.2", "2"]
    assert [row[3] == "" for row in rows] == [True, False, True, True, True]
    found = json.loads(path.read_text())
    assert list(found) == ["text", "photo", "scan", "batch"]
    first, second = found["text"]
    slope = math.log(second["cpu_seconds"] / first["cpu_seconds"]) / math.log(8 / 2)
    assert rows[1][3] == f"{slope:.2f}"
    assert curves.read_bytes().startswith(b"\x89PNG")


ONE = ("--characters", "1", "--megapixels", "", "--batches", "", "--rounds", "1")


def test_growth_leaves_out_what_has_no_sizes_and_puts_its_table_into_a_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Before\n\n<!-- growth.py -->\nold\n<!-- end of growth.py -->\n\nAfter\n")
    out = run("growth.py", *ONE, "--into", page)
    assert [line.split(" | ")[0] for line in out.splitlines()[2:]] == ["| characters"]
    marks = "<!-- growth.py -->", "<!-- end of growth.py -->"
    assert page.read_text() == f"Before\n\n{marks[0]}\n\n{out}\n{marks[1]}\n\nAfter\n"


@pytest.mark.parametrize("name", ["growth", "speed"])
def test_a_page_without_a_place_for_the_table_is_refused_before_anything_is_measured(
    name, tmp_path, benchmark, monkeypatch
):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("something was measured"))
    page = tmp_path / "page.md"
    page.write_text(f"<!-- {name}.py -->\n")
    assert f"found no <!-- {name}.py --> with its end, expected both" in fail(benchmark(name), "--into", page)
    assert page.read_text() == f"<!-- {name}.py -->\n"


def test_growth_refuses_sizes_that_are_none(benchmark):
    growth = benchmark("growth")
    assert "found '1,0', expected positive numbers" in fail(growth, "--batches", "1,0")
    assert "found 'many', expected positive numbers" in fail(growth, "--megapixels", "many")


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals here")
def test_a_batch_that_is_killed_loses_nothing():
    out = run("batch.py", "--pages", "12", "--bad", "0.25", "--jobs", "2")
    rows = [line.strip("| ").split(" | ") for line in out.splitlines() if line.startswith("|")]
    assert rows[2][:6] == ["whole", "12", "9", "0", "3", "3"]
    assert rows[4][1] == "12"
    assert int(rows[4][2]) + int(rows[4][3]) == 9
    assert "Lost: 0" in out


@pytest.mark.skipif(sys.platform == "win32", reason="memory and work are measured otherwise there")
def test_throughput_of_one_process_and_of_several(tmp_path, benchmark, monkeypatch, capfd):
    pytest.importorskip("psutil")
    throughput = benchmark("throughput")
    (tmp_path / "page.jpg").write_bytes(word("HUT"))
    monkeypatch.setattr(throughput, "shipped_folder", lambda name: tmp_path)
    few = "--pages 2 --processes 1 --rounds 1 --ways one,jobs"
    monkeypatch.setattr(sys, "argv", ["throughput.py", *few.split()])
    throughput.main()
    out = capfd.readouterr().out
    rows = [line.split(" | ") for line in out.splitlines() if line.startswith("|")]
    assert [row[0] for row in rows[2:]] == ["| one process", "| --jobs 1"]
    assert rows[2][2:4] == ["1.00", "1.00"]
    assert all(float(row[1]) > 0 for row in rows[2:])
