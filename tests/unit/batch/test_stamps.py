"""By which one version of a file is told from another."""

from datetime import UTC, datetime

import pytest

from ocr.batch.filesystem import Stamp, stamp_of


@pytest.mark.parametrize(
    ("about", "moment"),
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
def test_every_store_has_its_own_word_for_the_time(about, moment):
    assert stamp_of(about) == Stamp(moment, None)


def test_some_stores_tell_a_list_whole_seconds_and_others_more():
    assert Stamp(7.9, 3).is_like(Stamp(7.0, 3))
    assert Stamp(None, 3).is_like(Stamp(None, 3))
    for other in (None, Stamp(8.0, 3), Stamp(7.9, 4), Stamp(None, 4), Stamp(8.0, None)):
        assert not Stamp(7.9, 3).is_like(other)


@pytest.mark.parametrize(
    ("listed", "asked"),
    [(Stamp(None, 3), Stamp(7.9, 3)), (Stamp(7.0, None), Stamp(7.9, 3)), (Stamp(None, None), Stamp(7.9, 3))],
)
def test_what_only_one_knows_does_not_tell_them_apart(listed, asked):
    assert listed.is_like(asked)
    assert asked.is_like(listed)
