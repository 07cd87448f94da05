"""``ocr read --scheduler``: a real cluster of processes, of which some are killed; and one of threads."""

import gc
import os
import re
import signal
import sys
from contextlib import suppress

import pytest

from cli.pictures import word
from ocr.batch.outputs import output_folder
from ocr.errors import SettingError

pytest.importorskip("distributed")

from ocr.batch import dask_executor

# A worker that is killed leaves its connection half open, and Dask lets go of that without closing it.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals here")


def read_fragile_jobs(setup, jobs):
    """Read as usual, and die of one picture."""
    if any("fatal" in job.source.path for job in jobs):
        os.kill(os.getpid(), signal.SIGKILL)
    return dask_executor.read_jobs(setup, jobs)


@pytest.fixture(autouse=True)
def _nothing_depends_on_speed(monkeypatch):
    """A busy machine gets any time to answer, and no line says meanwhile how far it is."""
    monkeypatch.setattr("ocr.batch.dask_client._SECONDS_TO_ANSWER", 600)
    monkeypatch.setattr("ocr.batch.progress._SECONDS_BETWEEN_LINES", float("inf"))
    yield
    # Here, and not in another test, where the warning would count.
    gc.collect()


@pytest.fixture
def pages(in_folder):
    """A dozen small pages in two folders, one damaged, one deadly; and the texts on the others."""
    texts = {}
    for number in range(12):
        name = f"scans/book{number % 2}/page{number}"
        in_folder.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        text = ("HUT", "MAN", "TEN")[number % 3]
        in_folder.joinpath(f"{name}.png").write_bytes(b"torn" if number == 9 else word(text))
        if number != 9:
            texts[f"{name.removeprefix('scans/')}.txt"] = f"{text}\n"
    in_folder.joinpath("scans/book0/fatal.png").write_bytes(word("HUT"))
    return texts


def texts_in(folder):
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


def killing_after(batches, pids):
    """Batches of a run; a worker is killed once the first pictures were read."""
    original = dask_executor.map_tasks

    def map_tasks(client, tasks, work):
        for batch in original(client, tasks, work):
            yield batch
            batches.append(len(batch))
            if sum(batches) and not pids:
                # Another may be dying of its picture at this very moment.
                pids.extend([*client.run(os.getpid, on_error="ignore").values()][:1])
                for pid in pids:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)

    return map_tasks


@needs_signals
@pytest.mark.cluster
def test_workers_are_killed_and_nothing_is_lost(pages, in_folder, ocr, monkeypatch):
    batches, pids = [], []
    read_jobs = dask_executor.read_jobs
    monkeypatch.setattr(dask_executor, "map_tasks", killing_after(batches, pids))
    monkeypatch.setattr(dask_executor, "read_jobs", read_fragile_jobs)
    arguments = ("read", "scans", "-r", "-o", "texts", "--scheduler", "local:2")
    code, out, err = ocr(*arguments)
    assert (code, out) == (3, "")
    lines = sorted(err.splitlines())
    assert lines[0] == (
        f"ocr: picture {in_folder}/scans/book0/fatal.png: the workers that read it died; "
        "is memory short? give each worker more"
    )
    assert lines[1].startswith(f"ocr: picture {in_folder}/scans/book1/page9.png: not a picture")
    assert lines[2].startswith("ocr: read 11 of 13 pictures; 2 could not be read; ")
    assert len(lines) == 3
    assert (len(pids), sum(batches)) == (1, 13)
    assert texts_in(in_folder / "texts") == pages
    # Taken up again, the two that failed are tried, and what was lost is read.
    monkeypatch.setattr(dask_executor, "read_jobs", read_jobs)
    in_folder.joinpath("texts/book0/page4.txt").unlink()
    code, _, err = ocr(*arguments[:-1], "local:1", "--resume")
    assert code == 3
    assert "ocr: read 2 of 13 pictures; 10 there already; 1 could not be read; 2 pages in" in err
    assert texts_in(in_folder / "texts") == {**pages, "book0/fatal.txt": "HUT\n"}


@pytest.fixture
def threads():
    """The address of a cluster of threads, which share the memory of the test."""
    from distributed import LocalCluster
    from fsspec.implementations.memory import MemoryFileSystem

    MemoryFileSystem.store.clear()
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        # Only what runs in this process could reach the usual inproc://, and that is refused.
        protocol="tcp",
        host="127.0.0.1",
        dashboard_address=None,
    ) as one:
        yield one.scheduler_address
    MemoryFileSystem.store.clear()


@pytest.mark.cluster
def test_from_memory_to_memory(threads, in_folder, ocr):
    from fsspec.implementations.memory import MemoryFileSystem

    memory = MemoryFileSystem()
    memory.pipe(
        {f"/scans/{name}.png": word(text) for name, text in (("a", "HUT"), ("b", "MAN"), ("d/c", "TEN"))}
    )
    memory.pipe_file("/list.txt", b"memory://scans/d\nmemory://scans/none.png\n")
    code, out, err = ocr("read", "memory://scans", "-o", "memory://texts/", "-v", "--scheduler", threads)
    assert (code, out) == (0, "")
    first, second, summary = sorted(err.splitlines())
    assert re.fullmatch(r"ocr: memory://scans/a.png: \d+\.\d\d s \(opened .*\), 1 lines, 3 characters", first)
    assert second.startswith("ocr: memory://scans/b.png: ")
    assert summary.startswith("ocr: read 2 of 2 pictures; 2 pages in ")
    expected = {"/texts/a.txt": b"HUT\n", "/texts/b.txt": b"MAN\n"}
    assert {path: memory.cat_file(path) for path in memory.find("/texts")} == expected
    arguments = ("@memory://list.txt", "memory://empty", "-o", "memory://texts/", "--quiet")
    code, out, err = ocr("read", *arguments, "--scheduler", threads)
    assert (code, out) == (3, "")
    assert sorted(line.split(": ")[1] for line in err.splitlines()) == [
        "picture memory://empty",
        "picture memory://scans/none.png",
    ]
    expected["/texts/scans/d/c.txt"] = b"TEN\n"
    assert {path: memory.cat_file(path) for path in memory.find("/texts")} == expected
    again = ("memory://scans", "-o", "memory://texts/", "--resume", "--scheduler", threads)
    assert ocr("read", *again) == (0, "", "ocr: read 0 of 2 pictures; 2 there already\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "t/", "--jobs", "2"), "--jobs and --scheduler: expected one of them"),
        (("-o", "t/", "--overlay", "b/"), "--overlay and --scheduler: expected one of them"),
        (("-o", "t/", "--stages", "b/"), "--stages and --scheduler: expected one of them"),
        (("-o", "t/", "-"), "standard input and --scheduler: expected files, folders"),
        ((), "--scheduler: found no --output DIR/, expected a folder"),
        (("-o", "-"), "--scheduler: found no --output DIR/, expected a folder"),
        (("-o", "t.html"), "--output t.html: found a file, expected a folder with --scheduler"),
        (("-o", "a.png"), "--output a.png: found a file, expected a folder with --scheduler"),
        (("-o", "nfs4://t/"), "nfs4://t/: nfs4:// cannot be used"),
        (("-o", "a.png/t/"), "--output "),
        (("-o", "t/", "--model", "none"), "model none"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_read(arguments, message, in_folder, ocr):
    in_folder.joinpath("a.png").write_bytes(word("HUT"))
    code, out, err = ocr("read", "a.png", "--scheduler", "local", *arguments)
    assert (code, out) == (4 if "--model" in arguments else 2, "")
    assert message in err
    assert [path.name for path in in_folder.iterdir()] == ["a.png"]


def test_a_setting_of_jobs_gives_way(in_folder, ocr, monkeypatch):
    monkeypatch.setenv("OCR_JOBS", "2")
    code, _, err = ocr("read", "a.png", "-o", "t/", "--scheduler", "nowhere")
    assert (code, "--scheduler: found 'nowhere', expected local" in err) == (2, True)


def test_pictures_are_never_written_over(in_folder, ocr):
    in_folder.joinpath("page.txt").write_bytes(word("HUT"))
    code, _, err = ocr("read", "page.txt", "-o", ".", "--scheduler", "local")
    assert (code, "page.txt: would overwrite a picture to read" in err) == (2, True)
    assert in_folder.joinpath("page.txt").read_bytes() == word("HUT")


def test_folders_need_no_slash(in_folder):
    assert output_folder("texts") == output_folder("texts/") == str(in_folder / "texts")
    assert output_folder("memory://texts.txt/") == "memory://texts.txt"
    with pytest.raises(SettingError, match="found a file"):
        output_folder("memory://texts.txt")


@pytest.mark.cluster
def test_messages_keep_secrets(threads, in_folder, ocr):
    address = "memory://me:SECRET@scans/a.png"
    code, out, err = ocr("read", address, "-o", "t/", "--scheduler", threads)
    assert (code, out) == (3, "")
    assert "picture memory://scans/a.png" in err
    assert "SECRET" not in err
