"""What distinguishes one version of a file from another."""

from datetime import UTC, datetime

import pytest

from ocr.batch.filesystem import FileVersion, version_from


@pytest.mark.parametrize(
    ("about", "modified"),
    [
        ({"mtime": 7}, 7.0),
        ({"LastModified": datetime(1970, 1, 1, 0, 0, 7, tzinfo=UTC)}, 7.0),
        ({"last_modified": datetime(1970, 1, 1, 0, 0, 7)}, 7.0),  # noqa: DTZ001
        ({"updated": "1970-01-01T00:00:07.500Z"}, 7.5),
        ({"updated": "yesterday"}, None),
        ({"mtime": b"7"}, None),
        ({}, None),
    ],
)
def test_every_store_has_its_own_word_for_the_time(about, modified):
    assert version_from(about) == FileVersion(modified, None)


def test_lists_may_have_whole_seconds_and_the_store_more():
    assert FileVersion(7.9, 3).may_equal(FileVersion(7.0, 3))
    assert FileVersion(None, 3).may_equal(FileVersion(None, 3))
    for other in (
        None,
        FileVersion(8.0, 3),
        FileVersion(7.9, 4),
        FileVersion(None, 4),
        FileVersion(8.0, None),
    ):
        assert not FileVersion(7.9, 3).may_equal(other)


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        (FileVersion(None, 3), FileVersion(7.9, 3)),
        (FileVersion(7.0, None), FileVersion(7.9, 3)),
        (FileVersion(None, None), FileVersion(7.9, 3)),
    ],
)
def test_what_only_one_knows_does_not_distinguish_them(listed, asked):
    assert listed.may_equal(asked)
    assert asked.may_equal(listed)
