"""A few pictures read as a worker does, from memory to memory."""

import pytest

from cli.pictures import scan, word
from ocr import __version__
from ocr.batch.filesystem import FileVersion, file_version
from ocr.batch.inputs import Input
from ocr.batch.jobs import Job
from ocr.batch.read_input import ReaderSettings, ReadSettings
from ocr.document.formats import FORMATS
from ocr.document.tree import Document
from ocr.errors import ImageError, ModelError, SettingError

pytest.importorskip("distributed")

from ocr.batch import dask_executor
from ocr.batch.dask_executor import Setup, read_jobs


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
    settings = ReadSettings(ReaderSettings(), FORMATS[format_name], None, 0.0, "~")
    agreed = {"version": __version__, "model": settings.reader.load().model.checksum, **changes}
    return Setup(settings, **agreed)


def jobs(*names, ending=".txt", before=None):
    return [Job(Input(f"memory://scans/{name}"), f"memory://texts/{name}{ending}", before) for name in names]


def test_pictures_are_read_and_what_is_none_is_named(memory):
    (first,), (error,), pages = read_jobs(setup(), jobs("a.png", "b.png", "c.tif"))
    assert (first.name, first.lines, first.characters) == ("memory://scans/a.png", 1, 3)
    assert [page.name for page in pages] == [f"memory://scans/c.tif page {number}" for number in (1, 2)]
    assert sum(seconds for _, seconds in first.seconds) > 0
    # What is in a file does not travel.
    assert (first.page, first.picture) == (None, None)
    assert str(error).startswith("picture memory://scans/b.png: not a picture that can be read")
    assert {path: memory.cat_file(path) for path in memory.find("/texts")} == {
        "/texts/a.png.txt": b"HUT\n",
        "/texts/c.tif.txt": b"MAN\n\fTEN\n",
    }


def test_formats_know_where_a_page_came_from(memory):
    read_jobs(setup("json"), jobs("a.png", ending=".json"))
    document = Document.from_json(memory.cat("/texts/a.png.json"))
    assert document.pages[0].source == "memory://scans/a.png"
    read_jobs(setup("html"), jobs("a.png", ending=".html"))
    assert b"data:image/jpeg;base64," in memory.cat("/texts/a.png.html")


def test_outputs_and_messages_keep_secrets(memory):
    memory.pipe_file("/me:SECRET@scans/a.png", word("HUT"))
    job = Job(Input("memory://me:SECRET@scans/a.png"), "memory://texts/a.json")
    assert read_jobs(setup("json"), [job])[0][0].name == "memory://scans/a.png"
    assert Document.from_json(memory.cat("/texts/a.json")).pages[0].source == "memory://scans/a.png"
    ((error,),) = read_jobs(
        setup(), [Job(Input("memory://me:SECRET@scans/none.png"), "memory://texts/n.txt")]
    )
    assert "picture memory://scans/none.png: cannot be read" in str(error)


def test_what_a_lost_worker_did_is_left_alone(memory):
    memory.pipe_file("/texts/a.png.txt", b"done")
    assert read_jobs(setup(), jobs("a.png")) == [[]]
    assert memory.cat("/texts/a.png.txt") == b"done"


def test_what_lay_there_before_the_run_is_replaced(memory):
    memory.pipe_file("/texts/a.png.txt", b"old")
    before = file_version("memory://texts/a.png.txt")
    (pages,) = read_jobs(setup(), jobs("a.png", before=before))
    assert len(pages) == 1
    assert memory.cat("/texts/a.png.txt") == b"HUT\n"


def test_a_list_without_times_does_not_make_an_old_output_one_of_this_run(memory):
    memory.pipe_file("/texts/a.png.txt", b"old")
    listed = FileVersion(None, file_version("memory://texts/a.png.txt").size)
    (pages,) = read_jobs(setup(), jobs("a.png", before=listed))
    assert len(pages) == 1
    assert memory.cat("/texts/a.png.txt") == b"HUT\n"


def test_a_fault_of_ours_costs_one_picture(memory, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("ocr.batch.read_input.content_of", broken)
    (_, error), (second,) = read_jobs(setup(), jobs("a.png", "none.png"))
    assert type(error) is ImageError
    assert "a.png: could not be read (ZeroDivisionError); a fault of this program" in str(error)
    assert "no such file" in str(second)


def test_a_worker_of_another_kind_reads_nothing(memory):
    with pytest.raises(SettingError, match=r"found version .* expected 9; install the same everywhere"):
        read_jobs(setup(version="9"), jobs("a.png"))
    with pytest.raises(
        ModelError, match="found another model print, by its SHA-256; copy the same everywhere"
    ):
        read_jobs(setup(model="0" * 64), jobs("a.png"))
    assert not memory.exists("/texts/a.png.txt")


def test_a_worker_keeps_its_reader(memory, monkeypatch):
    made = []
    original = ReaderSettings.load
    monkeypatch.setattr(ReaderSettings, "load", lambda settings: made.append(1) or original(settings))
    agreed = setup(model=dask_executor._reader(setup()).model.checksum)
    made.clear()
    for _ in range(3):
        read_jobs(agreed, jobs("b.png"))
    assert made == []
