"""Tasks on the workers of a cluster: lost, given up and thrown away; and on a real cluster of threads."""

import operator
from concurrent.futures import CancelledError

import pytest
from distributed import Client, KilledWorker, LocalCluster

from ocr.batch import dask_tasks
from ocr.batch.dask_tasks import TaskFailed, chunk_size, chunks, map_tasks
from ocr.errors import ModelError, OcrError


class Outcome:
    """A future that has ended."""

    def __init__(self, work, chunk, status):
        self.work, self.chunk, self.status = work, chunk, status

    def add_done_callback(self, call):
        call(self)

    def result(self):
        return self.work(self.chunk)


class Scheduler:
    """Stands for a client whose tasks end at once, in the order given."""

    status = "running"

    def __init__(self, *, cores=1, cancels=0):
        self.cores, self.cancels = cores, cancels
        self.given, self.called_back = [], []

    def nthreads(self):
        return {"tcp://1": self.cores} if self.cores else {}

    def submit(self, work, chunk, *, pure):
        self.given.append(chunk)
        self.cancels -= 1
        return Outcome(work, chunk, "cancelled" if self.cancels >= 0 else "finished")

    def cancel(self, futures, *, force):
        self.called_back += futures


def squares(chunk):
    return [number**2 for number in chunk]


def ended(*arguments):
    return [one for batch in map_tasks(*arguments) for one in batch]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(dask_tasks, "_SECONDS_BETWEEN", 0.001)


@pytest.mark.parametrize("cores", [0, 1, 500])
def test_every_task_ends_once(cores):
    found = ended(Scheduler(cores=cores), range(1000), squares)
    assert sorted(found) == [(number, number**2) for number in range(1000)]


def test_no_tasks_ask_nobody():
    assert ended(None, [], squares) == []


def test_no_more_is_out_than_a_few_chunks_for_each_core(monkeypatch):
    monkeypatch.setattr(Outcome, "add_done_callback", lambda *_: None)
    scheduler = Scheduler(cores=20)
    batches = map_tasks(scheduler, range(10_000), squares)
    assert [next(batches) for _ in range(3)] == [[], [], []]
    assert len(scheduler.given) == 80
    batches.close()
    assert len(scheduler.called_back) == 80


DEAD = KilledWorker("task", None, 0)


class Fatal:
    """Work that kills its worker, and with it whatever else is in the chunk."""

    def __init__(self, *fatal, innocent_for=0):
        self.fatal, self.patience = fatal, innocent_for

    def __call__(self, chunk):
        if set(chunk) & set(self.fatal):
            raise DEAD
        if 7 in chunk and self.patience:
            self.patience -= 1
            raise DEAD
        return squares(chunk)


def test_what_kills_its_workers_is_named_and_the_rest_is_done():
    scheduler = Scheduler()
    found = dict(ended(scheduler, range(100), Fatal(5, 40)))
    assert found == {number: TaskFailed() if number in {5, 40} else number**2 for number in range(100)}
    # Once among others, once by itself, once with nothing else at work.
    assert [sum(5 in chunk for chunk in scheduler.given), scheduler.given[-2:]] == [3, [(5,), (40,)]]


def test_what_only_lay_beside_it_is_not_blamed():
    assert dict(ended(Scheduler(), range(10), Fatal(5, innocent_for=2)))[7] == 49


def test_chunks_that_were_thrown_away_go_out_again():
    found = ended(Scheduler(cancels=3), range(100), squares)
    assert sorted(found) == [(number, number**2) for number in range(100)]


def test_chunks_that_are_always_thrown_away_end_the_run():
    with pytest.raises(OcrError, match=r"^cluster: the scheduler is gone, or loses its tasks"):
        ended(Scheduler(cancels=10**6), range(100), squares)


def test_a_scheduler_that_is_gone_ends_the_run():
    scheduler = Scheduler(cancels=1)
    scheduler.status = "closed"
    with pytest.raises(OcrError, match="start it, then --resume"):
        ended(scheduler, range(100), squares)
    assert scheduler.called_back == []
    scheduler.nthreads = lambda: operator.truediv(1, "a") if scheduler.cores > 1 else refuse()
    with pytest.raises(OcrError, match=r"does not answer \(OSError\)"):
        ended(scheduler, range(100), squares)


def refuse(*_):
    raise OSError


def test_workers_without_the_program_end_the_run():
    def missing(_chunk):
        import ocr_that_is_not_there  # noqa: F401

    with pytest.raises(OcrError, match=r"a worker cannot load this program .*'ocr_that_is_not_there'"):
        ended(Scheduler(), range(3), missing)


def test_what_the_work_raises_ends_the_run():
    def wrong(_chunk):
        message = "a worker: found another model"
        raise ModelError(message)

    with pytest.raises(ModelError, match="found another model"):
        ended(Scheduler(), range(3), wrong)


@pytest.mark.cluster
def test_a_real_scheduler_whose_tasks_are_cancelled_by_somebody_else():
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        assert sorted(ended(client, range(50), squares)) == [(number, number**2) for number in range(50)]
        meddler = Meddler(client)
        assert sorted(ended(meddler, range(50), squares)) == [(number, number**2) for number in range(50)]
        assert meddler.cancelled


class Meddler:
    """A client of which the first chunk is cancelled as soon as it is given out."""

    def __init__(self, client):
        self.client, self.cancelled = client, []

    def __getattr__(self, name):
        return getattr(self.client, name)

    def submit(self, *arguments, **options):
        future = self.client.submit(*arguments, **options)
        if not self.cancelled:
            self.cancelled.append(future)
            self.client.cancel([future], force=True)
            with pytest.raises(CancelledError):
                future.result()
        return future


@pytest.mark.parametrize(
    ("count", "cores", "size"),
    [(0, 4, 1), (40, 2, 2), (1000, 2, 16), (1000, 100, 1), (10**6, 1000, 16), (9, 0, 1)],
)
def test_chunks_are_neither_too_many_nor_too_few(count, cores, size):
    assert chunk_size(count, cores=cores) == size


def test_chunks_hold_everything_once():
    assert list(chunks(range(7), 3)) == [(0, 1, 2), (3, 4, 5), (6,)]
    assert list(chunks([], 3)) == []
