"""Which picture is read into which file, and which are done already."""

import os

import pytest

from ocr.batch import jobs
from ocr.batch.filesystem import FileVersion
from ocr.batch.inputs import Input
from ocr.batch.jobs import Job, plan_jobs
from ocr.batch.outputs import Target
from ocr.document.formats import FORMATS
from ocr.document.saving import export
from ocr.document.tree import Document, Page
from ocr.errors import ImageError, SettingError

OLD, NEW = FileVersion(100.0, 5), FileVersion(200.0, 5)
TEXTS = Target(FORMATS["txt"], "memory://texts/", is_folder=True)


@pytest.fixture
def plan(monkeypatch):
    """Plan to read pictures of a store into a folder in which some files lie."""

    def call(*inputs, there=None, resume=False):
        monkeypatch.setattr(jobs, "versions_in", lambda _: (there or {}).get)
        return plan_jobs(inputs, TEXTS, resume=resume)

    return call


def test_every_picture_has_its_output(plan):
    inputs = (Input("memory://a/1.jpg", below="a/1.jpg"), Input("memory://2.jpg", below="2.jpg"))
    found = plan(*inputs)
    assert found.jobs == (Job(inputs[0], "memory://texts/a/1.txt"), Job(inputs[1], "memory://texts/2.txt"))
    assert (found.done, found.asked) == (0, 2)


def pictures(*names, version=OLD):
    """Inputs of one folder."""
    return [Input(f"memory://scans/{name}", below=name, version=version) for name in names]


def written_by(found):
    """Names of the outputs of a plan, each with the name of its picture."""
    return {job.output.removeprefix("memory://texts/"): job.source.below for job in found.jobs}


SETS = [
    ("a.jpg",),
    ("a.jpg", "a.png"),
    ("a.bmp", "a.jpg", "a.png"),
    ("a.jpg.png",),
    ("a.jpg", "a.jpg.png", "a.png"),
    ("a", "a.jpg"),
    ("A.png", "a.jpg", "b.jpg"),
]


@pytest.mark.parametrize("more", SETS, ids=str)
@pytest.mark.parametrize("first", SETS, ids=str)
def test_no_resumed_run_keeps_the_text_of_another_picture(first, more, plan):
    if not set(first) <= set(more):
        more = tuple(sorted({*first, *more}))
    written = written_by(plan(*pictures(*first)))
    found = plan(*pictures(*more), there=dict.fromkeys(written, NEW), resume=True)
    again = {job.source.below for job in found.jobs}
    outputs = {source: output for output, source in written_by(plan(*pictures(*more))).items()}
    assert found.done == len(more) - len(again)
    for source in set(more) - again:
        assert written[outputs[source]] == source


def test_a_picture_that_comes_between_does_not_change_the_names_of_those_that_share_one(plan):
    written = {"a.jpg.txt": NEW, "a.png.txt": NEW, "b.txt": NEW}
    found = plan(*pictures("a.bmp", "a.jpg", "a.png", "b.jpg"), there=written, resume=True)
    assert list(written_by(found)) == ["a.bmp.txt"]
    assert found.done == 3


def test_pictures_of_one_name_are_always_read_again(plan):
    there = {f"{name}.txt": NEW for name in ("a.jpg", "a.jpg_2", "b")}
    found = plan(*pictures("a.jpg", "a.jpg", "b.jpg"), there=there, resume=True)
    assert [job.source.below for job in found.jobs] == ["a.jpg", "a.jpg"]


def test_what_cannot_be_tried_is_counted_and_has_no_output(plan):
    error = ImageError("folder x: no pictures in it")
    found = plan(Input("x", error), *pictures("1.jpg"))
    assert (found.asked, [job.output for job in found.jobs]) == (2, [None, "memory://texts/1.txt"])


def test_a_job_knows_what_lay_at_its_output(plan):
    (picture,) = pictures("1.jpg")
    assert plan(picture, there={"1.txt": OLD}).jobs == (Job(picture, "memory://texts/1.txt", OLD),)


@pytest.mark.parametrize(
    ("picture", "output", "done"),
    [
        (OLD, NEW, 1),
        (OLD, OLD, 1),
        (NEW, OLD, 0),
        (None, OLD, 1),
        (FileVersion(None, 5), OLD, 1),
        (NEW, FileVersion(None, 5), 1),
    ],
)
def test_resuming_leaves_out_what_is_not_older_than_its_picture(picture, output, done, plan):
    found = plan(*pictures("1.jpg", version=picture), there={"1.txt": output}, resume=True)
    assert (found.done, len(found.jobs), found.asked) == (done, 1 - done, 1)


def test_pictures_of_this_machine_are_as_old_as_they_are(tmp_path, plan):
    picture = tmp_path / "1.jpg"
    picture.write_bytes(b"1")
    for seconds, done in ((99, 1), (101, 0)):
        os.utime(picture, (seconds, seconds))
        assert plan(Input(str(picture)), there={"1.txt": OLD}, resume=True).done == done
    assert plan(Input(str(tmp_path / "none.jpg")), there={"none.txt": OLD}, resume=True).done == 0


def test_a_text_never_lies_over_a_picture_or_a_list_of_a_store(plan, memory):
    memory.pipe_file("/texts/page.txt", b"1")
    (picture,) = [Input("memory://texts/page.txt", below="page.txt")]
    with pytest.raises(SettingError, match=r"^--output memory://texts/page.txt: would overwrite a picture"):
        plan(picture, there={"page.txt": OLD})
    with pytest.raises(SettingError, match="would overwrite another file of this run"):
        plan_jobs(pictures("page.jpg"), TEXTS, kept=["memory:///texts/page.txt"])


@pytest.mark.parametrize("name", FORMATS)
def test_a_resumed_run_reads_again_what_a_power_cut_emptied(tmp_path, name):
    document = Document((Page(lines=(), width=9, height=9, source="a.png", letter_height_px=0.0),))
    content = export(document, name)
    whole = (content if isinstance(content, bytes) else content.encode()) or b"HUT\n"
    picture = tmp_path / "a.png"
    picture.touch()
    target = Target(FORMATS[name], str(tmp_path / "out"), is_folder=True)
    output = tmp_path / "out" / f"a{target.suffix}"
    output.parent.mkdir()
    damaged = [b"", bytes(len(whole)), whole[:-1] + b"\0"] + ([whole[:-2]] if FORMATS[name].end else [])
    for written in (*damaged, whole):
        output.write_bytes(written)
        plan = plan_jobs([Input(str(picture))], target, resume=True)
        assert plan.done == (written == whole), written


def test_an_empty_object_of_a_store_is_read_again(plan):
    empty = FileVersion(NEW.modified, 0)
    assert plan(*pictures("1.jpg"), there={"1.txt": empty}, resume=True).done == 0
