"""Which picture is read into which file, and how many go to a worker at a time."""

from pathlib import Path

import pytest

from ocr.batch.filesystem import Stamp
from ocr.batch.inputs import Found
from ocr.batch.jobs import FileTask, chunk_size, chunks, make_plan
from ocr.errors import ImageError

OLD, NEW = Stamp(100.0, 5), Stamp(200.0, 5)


def plan(*found, there=None, resume=False):
    return make_plan(found, folder="s3://texts/", suffix=".txt", there=there or {}, resume=resume)


def test_every_picture_has_its_output():
    found = plan(Found("a/1.jpg", "a/1"), Found("2.jpg", "2"))
    assert found.tasks == (FileTask("a/1.jpg", "s3://texts/a/1.txt"), FileTask("2.jpg", "s3://texts/2.txt"))
    assert (found.done, found.errors, found.asked) == (0, (), 2)


def pictures(*names, stamp=OLD):
    """Found in one folder."""
    return [Found(name, Path(name).with_suffix("").as_posix(), Path(name).suffix, stamp) for name in names]


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
def test_no_resumed_run_keeps_the_text_of_another_picture(first, more):
    if not set(first) <= set(more):
        more = tuple(sorted({*first, *more}))
    written = {task.output.removeprefix("s3://texts/"): task.source for task in plan(*pictures(*first)).tasks}
    found = plan(*pictures(*more), there=dict.fromkeys(written, NEW), resume=True)
    again = {task.source for task in found.tasks}
    outputs = {task.source: task.output.removeprefix("s3://texts/") for task in plan(*pictures(*more)).tasks}
    assert found.done == len(more) - len(again)
    for source in set(more) - again:
        assert written[outputs[source]] == source


def test_a_picture_that_comes_between_does_not_change_the_names_of_those_that_share_one():
    written = {"a.jpg.txt": NEW, "a.png.txt": NEW, "b.txt": NEW}
    found = plan(*pictures("a.bmp", "a.jpg", "a.png", "b.jpg"), there=written, resume=True)
    assert [task.output for task in found.tasks] == ["s3://texts/a.bmp.txt"]
    assert found.done == 3


def test_pictures_of_one_name_are_always_read_again():
    there = {f"{name}.txt": NEW for name in ("a.jpg", "a.jpg_2", "b")}
    found = plan(*pictures("a.jpg", "a.jpg", "b.jpg"), there=there, resume=True)
    assert [task.source for task in found.tasks] == ["a.jpg", "a.jpg"]


def test_what_cannot_be_tried_is_counted_and_has_no_output():
    error = ImageError("folder x: no pictures in it")
    found = plan(Found("x", "", error=error), Found("1.jpg", "1"))
    assert (found.errors, found.asked, len(found.tasks)) == ((error,), 2, 1)


def test_what_lies_there_is_known_to_the_task():
    assert plan(Found("1.jpg", "1"), there={"1.txt": OLD}).tasks == (
        FileTask("1.jpg", "s3://texts/1.txt", OLD),
    )


@pytest.mark.parametrize(
    ("picture", "output", "done"),
    [
        (OLD, NEW, 1),
        (OLD, OLD, 1),
        (NEW, OLD, 0),
        (None, OLD, 1),
        (Stamp(None, 5), OLD, 1),
        (NEW, Stamp(None, 5), 1),
    ],
)
def test_resuming_leaves_out_what_is_not_older_than_its_picture(picture, output, done):
    found = plan(Found("1.jpg", "1", stamp=picture), there={"1.txt": output}, resume=True)
    assert (found.done, len(found.tasks), found.asked) == (done, 1 - done, 1)


@pytest.mark.parametrize(
    ("count", "cores", "size"),
    [(0, 4, 1), (40, 2, 2), (1000, 2, 16), (1000, 100, 1), (10**6, 1000, 16), (9, 0, 1)],
)
def test_chunks_are_neither_too_many_nor_too_few(count, cores, size):
    assert chunk_size(count, cores=cores) == size


def test_chunks_hold_everything_once():
    assert list(chunks(range(7), 3)) == [(0, 1, 2), (3, 4, 5), (6,)]
    assert list(chunks([], 3)) == []
