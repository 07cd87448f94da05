"""What a page may cost, in the process that reads it."""

import sys

import numpy as np
import pytest

from ocr.batch.budget import Budget, memory_limit, plan_budget, time_limit
from ocr.errors import ImageError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the system has no alarm")


def endless():
    while True:
        try:
            sum(range(1000))
        except Exception:  # noqa: BLE001  as decoders do
            continue


def test_what_does_not_end_is_stopped():
    message = r"picture a\.png: takes more than 0\.05 s; see --timeout"
    with pytest.raises(ImageError, match=message), time_limit(0.05, "a.png"):
        endless()


def test_what_ends_is_not_stopped():
    with time_limit(1000, "a.png"):
        found = sum(range(10))
    with time_limit(None, "a.png"):
        assert found == 45


def test_memory_is_refused_and_given_back():
    with memory_limit(1000), pytest.raises(MemoryError):
        np.ones(2 * 10**9, np.uint8)
    with memory_limit(None):
        assert np.ones(10**6, np.uint8).all()


@pytest.mark.parametrize(
    ("asked", "inputs", "expected"),
    [
        ((None, None), 1, Budget()),
        ((None, None), 2, Budget(60.0, 2000)),
        ((0, 0), 2, Budget()),
        ((5, None), 1, Budget(5, None, is_asked=True)),
        ((5, 0), 9, Budget(5, None, is_asked=True)),
        ((None, 900), 9, Budget(60.0, 900, is_asked=True)),
    ],
)
def test_several_pictures_have_a_budget_and_one_has_that_which_is_asked_for(asked, inputs, expected):
    assert plan_budget(*asked, inputs=inputs) == expected
