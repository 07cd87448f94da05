"""Which picture is read into which file, and how many go to a worker at a time."""

import pytest

from ocr.cluster.listing import Found
from ocr.cluster.plan import Task, chunk_size, chunks, make_plan
from ocr.cluster.stamps import Stamp
from ocr.errors import ImageError

OLD, NEW = Stamp(100.0, 5), Stamp(200.0, 5)


def plan(*found, there=None, resume=False):
    return make_plan(found, folder="s3://texts/", suffix=".txt", there=there or {}, resume=resume)


def test_every_picture_has_its_output():
    found = plan(Found("a/1.jpg", "a/1"), Found("2.jpg", "2"))
    assert found.tasks == (Task("a/1.jpg", "s3://texts/a/1.txt"), Task("2.jpg", "s3://texts/2.txt"))
    assert (found.done, found.errors, found.asked) == (0, (), 2)


def test_no_two_have_the_same_output_be_it_by_case_alone():
    keys = ["page", "Page", "page_2", "page", "PAGE", "other"]
    outputs = [task.output for task in plan(*(Found(f"{key}.jpg", key) for key in keys)).tasks]
    names = ["page", "Page_2", "page_2_2", "page_3", "PAGE_4", "other"]
    assert outputs == [f"s3://texts/{name}.txt" for name in names]


def test_what_cannot_be_tried_is_counted_and_has_no_output():
    error = ImageError("folder x: no pictures in it")
    found = plan(Found("x", "", error=error), Found("1.jpg", "1"))
    assert (found.errors, found.asked, len(found.tasks)) == ((error,), 2, 1)


def test_what_lies_there_is_known_to_the_task():
    assert plan(Found("1.jpg", "1"), there={"1.txt": OLD}).tasks == (Task("1.jpg", "s3://texts/1.txt", OLD),)


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
    found = plan(Found("1.jpg", "1", picture), there={"1.txt": output}, resume=True)
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
