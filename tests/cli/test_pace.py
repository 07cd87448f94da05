"""How fast a long run goes."""

import re
import sys

import pytest

from ocr.batch import progress
from ocr.batch.progress import Pace, bar, duration, status_line


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
    with progress.picture_progress(10, quiet=quiet, logs_pace=True) as (report, advance):
        report("[b]as it is[/b]")
        advance(pictures=0, pages=0)
        advance(pictures=4, pages=8)
    out, err = capsys.readouterr()
    first, *rest = err.splitlines()
    assert (out, first) == ("", "[b]as it is[/b]")
    assert rest[:1] == ["ocr: 0 of 10 pictures"] * (lines > 0)
    assert [bool(re.fullmatch(r"ocr: 4 of 10 pictures, .* pages/s, .* left", one)) for one in rest[1:]] == (
        [True] * (lines // 2)
    )


def use_terminal(monkeypatch):
    """Take the captured stderr for a terminal; in the test itself, since each phase of pytest has another."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_DRAWINGS", 0)
    monkeypatch.setenv("COLUMNS", "20")


def test_the_status_stays_below_what_is_printed_and_goes_at_the_end(monkeypatch, capsys):
    use_terminal(monkeypatch)
    with status_line() as status:
        status.show("1 of 2")
        status.print("picture a.png: broken")
        status.show("2 of 2")
    shown = (
        "\r\x1b[K1 of 2",
        "\r\x1b[Kpicture a.png: broken\n",
        "\r\x1b[K1 of 2",
        "\r\x1b[K2 of 2",
        "\r\x1b[K",
    )
    assert capsys.readouterr() == ("", "".join(shown))


def test_the_status_goes_after_an_error_too(monkeypatch, capsys):
    use_terminal(monkeypatch)

    def interrupted():
        with status_line() as status:
            status.show("1 of 2")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert capsys.readouterr().err == "\r\x1b[K1 of 2\r\x1b[K"


def test_the_status_is_never_wider_than_the_terminal(monkeypatch, capsys):
    use_terminal(monkeypatch)
    with status_line() as status:
        status.show("x" * 50)
    assert capsys.readouterr().err == f"\r\x1b[K{'x' * 19}\r\x1b[K"


def test_the_status_is_not_drawn_more_often_than_anyone_can_see(monkeypatch, capsys):
    use_terminal(monkeypatch)
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_DRAWINGS", 1000)
    with status_line() as status:
        for number in range(100):
            status.show(str(number))
    assert capsys.readouterr().err == "\r\x1b[K0\r\x1b[K"


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_log_has_no_status(is_shown, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: not is_shown)
    with status_line(is_shown=is_shown) as status:
        status.show("1 of 2")
        status.print("picture a.png: broken")
    assert capsys.readouterr() == ("", "picture a.png: broken\n")


def test_a_bar_is_full_at_the_end():
    assert [bar(done, 3).count("#") for done in range(4)] == [0, 8, 16, 24]
    assert bar(0, 0).count("#") == 0


def test_training_prints_a_line_per_epoch_and_shows_the_blocks(monkeypatch, capsys):
    use_terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(progress, "epoch_line", str)
    with progress.training_progress() as (on_epoch, on_block, _):
        on_block(500, 2000)
        on_epoch("epoch 1")
    err = capsys.readouterr().err
    assert err.startswith("\r\x1b[Kthis epoch [######------------------] 500 of 2,000 characters\r")
    assert "\r\x1b[Kepoch 1\n" in err
