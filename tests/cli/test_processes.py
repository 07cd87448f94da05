"""Processes that share work: the order, the bounds, and what dies."""

import multiprocessing
import os
import signal
import sys

import pytest

from ocr.workers import WorkerDied, available_cores, beat, map_in_order

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals here")


@pytest.fixture(autouse=True)
def _processes_get_any_time_to_end(monkeypatch):
    monkeypatch.setattr("ocr.workers._SECONDS_TO_END", 3600)


class Work:
    """What a process does with a number: most are squared."""

    def __init__(self, fatal):
        self.fatal = fatal

    def __call__(self, number):
        if number == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return number * number


class Threads:
    def __init__(self, _setup):
        pass

    def __call__(self, name):
        return os.environ.get(name), os.getpid()


class Stubborn(Work):
    """Does not end when it is told to."""

    def __init__(self, setup):
        super().__init__(setup)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def leave_at_once(_setup):
    raise SystemExit(7)


def test_results_come_in_the_order_of_the_tasks():
    found = list(map_in_order(range(20), make=Work, setup=None, workers=2))
    assert found == [(number, number**2) for number in range(20)]
    assert multiprocessing.active_children() == []


def test_no_tasks_no_processes():
    assert list(map_in_order([], make=leave_at_once, setup=None, workers=2)) == []


def test_tasks_are_taken_no_further_ahead_than_the_bound():
    taken = []

    def tasks():
        for number in range(40):
            taken.append(number)
            yield number

    found = map_in_order(tasks(), make=Work, setup=None, workers=1)
    for number in range(3):
        assert next(found) == (number, number**2)
        assert len(taken) <= number + 5
    found.close()
    assert multiprocessing.active_children() == []


def test_processes_that_do_not_end_are_ended(monkeypatch):
    monkeypatch.setattr("ocr.workers._SECONDS_TO_END", 0.01)
    found = map_in_order(range(9), make=Stubborn, setup=None, workers=1)
    assert next(found) == (0, 0)
    found.close()
    assert multiprocessing.active_children() == []


def test_a_process_that_dies_takes_one_task_with_it():
    found = dict(map_in_order(range(12), make=Work, setup=5, workers=2))
    assert found.pop(5) == WorkerDied("was ended by SIGKILL")
    assert found == {number: number**2 for number in range(12) if number != 5}


def test_processes_that_never_start_end_all_the_same():
    found = list(map_in_order("ab", make=leave_at_once, setup=None, workers=1))
    assert found == [(task, WorkerDied("ended with code 7")) for task in "ab"]


def test_a_process_that_dies_without_a_task_is_replaced():
    found = map_in_order(["HOME", "PATH"], make=Threads, setup=None, workers=1)
    _, (_, first) = next(found)
    (child,) = multiprocessing.active_children()
    assert child.pid == first
    child.kill()
    child.join()
    _, (path, second) = next(found)
    assert (path, second != first) == (os.environ["PATH"], True)
    assert list(found) == []


def test_each_process_multiplies_in_one_thread_and_ours_is_not_changed(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "5")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    names = ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"]
    found = map_in_order(names, make=Threads, setup=None, workers=1)
    assert [value for _, (value, _) in found] == ["1", "1"]
    assert os.environ["OPENBLAS_NUM_THREADS"] == "5"
    assert "OMP_NUM_THREADS" not in os.environ


def test_there_is_a_core():
    assert 1 <= available_cores() <= (os.cpu_count() or 1)


class Halting(Work):
    """Never ends with one number, whatever it is asked."""

    def __call__(self, number):
        if number == self.fatal:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                signal.pause()
        for _ in range(number):
            beat()
        return number * number


def test_a_process_that_takes_too_long_is_ended_and_takes_one_task_with_it():
    found = dict(map_in_order(range(5), make=Halting, setup=2, workers=2, seconds=3))
    assert found.pop(2) == WorkerDied("took more than 3 s", is_late=True)
    assert found == {number: number**2 for number in range(5) if number != 2}
    assert multiprocessing.active_children() == []
