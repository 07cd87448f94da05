"""How fast a long run goes."""

import re

import pytest

from ocr.batch import progress
from ocr.batch.progress import Pace, duration


def test_the_pace_is_that_of_the_last_minutes():
    pace = Pace(10_000)
    assert pace.line() == "0 of 10,000 pictures"
    pace.add(0, 0, now=1000.0)
    assert pace.line() == "0 of 10,000 pictures"
    for second in range(1, 101):
        pace.add(1, 2, now=1000.0 + second)
    assert pace.line() == "100 of 10,000 pictures, 2.0 pages/s, 2.8 h left"
    for second in range(101, 401):
        pace.add(10, 10, now=1000.0 + second)
    assert pace.line() == "3,100 of 10,000 pictures, 10.0 pages/s, 12 min left"


def test_a_clock_that_stands_still_gives_no_pace():
    pace = Pace(10)
    pace.add(0, 0, now=5.0)
    pace.add(3, 3, now=5.0)
    assert pace.line() == "3 of 10 pictures"


def test_durations():
    assert [duration(seconds) for seconds in (0, 89, 90, 5399, 5400, 129_599, 129_600)] == [
        "0 s",
        "89 s",
        "2 min",
        "90 min",
        "1.5 h",
        "36.0 h",
        "1.5 days",
    ]


@pytest.mark.parametrize(("quiet", "seconds", "lines"), [(False, -1, 2), (False, 1000, 0), (True, -1, 0)])
def test_in_a_log_a_line_comes_now_and_then(quiet, seconds, lines, monkeypatch, capsys):
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_LINES", seconds)
    with progress.paced_progress(10, quiet=quiet) as (say, advance):
        say("[b]as it is[/b]")
        advance(0, 0)
        advance(4, 8)
    out, err = capsys.readouterr()
    first, *rest = err.splitlines()
    assert (out, first) == ("", "[b]as it is[/b]")
    assert rest[:1] == ["ocr: 0 of 10 pictures"] * (lines > 0)
    assert [bool(re.fullmatch(r"ocr: 4 of 10 pictures, .* pages/s, .* left", one)) for one in rest[1:]] == (
        [True] * (lines // 2)
    )
