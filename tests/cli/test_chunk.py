"""A few pictures read as a worker does, from memory to memory."""

import pytest

from cli.pictures import scan, word
from ocr import __version__
from ocr.batch import run_dask
from ocr.batch.filesystem import Stamp, look
from ocr.batch.jobs import FileTask
from ocr.batch.read_input import ReadSettings
from ocr.batch.run_dask import Setup, read_chunk
from ocr.document.formats import FORMATS
from ocr.document.tree import Document
from ocr.errors import ImageError, ModelError, SettingError

pytest.importorskip("fsspec")


@pytest.fixture
def memory():
    from fsspec.implementations.memory import MemoryFileSystem

    MemoryFileSystem.store.clear()
    system = MemoryFileSystem()
    system.pipe_file("/scans/a.png", word("HUT"))
    system.pipe_file("/scans/b.png", b"nothing")
    system.pipe_file("/scans/c.tif", scan("MAN", "TEN"))
    yield system
    MemoryFileSystem.store.clear()


def setup(format_name="txt", **changes):
    settings = ReadSettings(
        model=None,
        language="english",
        words=None,
        charset=None,
        turn_deg=None,
        keep_rules=False,
        pages=None,
        min_confidence=0.0,
        reject_char="~",
        format=FORMATS[format_name],
    )
    agreed = {"version": __version__, "model": settings.reader().model.checksum, **changes}
    return Setup(settings, **agreed)


def tasks(*names, ending=".txt"):
    return [FileTask(f"memory://scans/{name}", f"memory://texts/{name}{ending}") for name in names]


def test_pictures_are_read_and_what_is_none_is_named(memory):
    first, second, third = read_chunk(setup(), tasks("a.png", "b.png", "c.tif"))
    assert (first.pages, first.errors, second.pages, third.pages) == (1, (), 0, 2)
    assert first.seconds > 0
    assert str(second.errors[0]).startswith("picture memory://scans/b.png: not a picture that can be read")
    assert {path: memory.cat_file(path) for path in memory.find("/texts")} == {
        "/texts/a.png.txt": b"HUT\n",
        "/texts/c.tif.txt": b"MAN\n\fTEN\n",
    }


def test_formats_know_where_a_page_came_from(memory):
    read_chunk(setup("json"), tasks("a.png", ending=".json"))
    document = Document.from_json(memory.cat("/texts/a.png.json"))
    assert document.pages[0].source == "memory://scans/a.png"
    read_chunk(setup("html"), tasks("a.png", ending=".html"))
    assert b"data:image/jpeg;base64," in memory.cat("/texts/a.png.html")


def test_outputs_and_messages_keep_secrets(memory):
    memory.pipe_file("/me:SECRET@scans/a.png", word("HUT"))
    task = FileTask("memory://me:SECRET@scans/a.png", "memory://texts/a.json")
    assert read_chunk(setup("json"), [task])[0].errors == ()
    assert Document.from_json(memory.cat("/texts/a.json")).pages[0].source == "memory://scans/a.png"
    (torn,) = read_chunk(setup(), [FileTask("memory://me:SECRET@scans/none.png", "memory://texts/n.txt")])
    assert "SECRET" not in str(torn.errors[0])


def test_what_a_lost_worker_did_is_left_alone(memory):
    memory.pipe_file("/texts/a.png.txt", b"done")
    (task,) = tasks("a.png")
    assert read_chunk(setup(), [task]) == [run_dask.Outcome()]
    assert memory.cat("/texts/a.png.txt") == b"done"


def test_what_lay_there_before_the_run_is_replaced(memory):
    memory.pipe_file("/texts/a.png.txt", b"old")
    (task,) = tasks("a.png")
    (found,) = read_chunk(setup(), [FileTask(task.source, task.output, look(task.output))])
    assert found.pages == 1
    assert memory.cat("/texts/a.png.txt") == b"HUT\n"


def test_a_list_without_times_does_not_make_an_old_output_one_of_this_run(memory):
    memory.pipe_file("/texts/a.png.txt", b"old")
    (task,) = tasks("a.png")
    listed = Stamp(None, look(task.output).size)
    assert read_chunk(setup(), [FileTask(task.source, task.output, listed)])[0].pages == 1
    assert memory.cat("/texts/a.png.txt") == b"HUT\n"


def test_a_fault_of_ours_costs_one_picture(memory, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(run_dask, "_exported", broken)
    first, second = read_chunk(setup(), tasks("a.png", "none.png"))
    (error,) = first.errors
    assert type(error) is ImageError
    assert str(error) == "picture memory://scans/a.png: could not be read (ZeroDivisionError)"
    assert "no such file" in str(second.errors[0])


def test_a_worker_of_another_kind_reads_nothing(memory):
    with pytest.raises(SettingError, match=r"found version .* expected 9; install the same everywhere"):
        read_chunk(setup(version="9"), tasks("a.png"))
    with pytest.raises(
        ModelError, match="found another model print, by its SHA-256; copy the same everywhere"
    ):
        read_chunk(setup(model="0" * 64), tasks("a.png"))
    assert not memory.exists("/texts/a.png.txt")


def test_a_worker_keeps_its_reader(memory, monkeypatch):
    made = []
    original = ReadSettings.reader
    monkeypatch.setattr(ReadSettings, "reader", lambda settings: made.append(1) or original(settings))
    agreed = setup(model=run_dask._reader(setup()).model.checksum)
    made.clear()
    for _ in range(3):
        read_chunk(agreed, tasks("b.png"))
    assert made == []
