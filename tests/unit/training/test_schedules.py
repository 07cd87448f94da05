import math
from itertools import pairwise

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.training.schedules import SCHEDULES, constant, cosine, schedule_named, step_halving


def test_constant():
    assert [constant(progress) for progress in (0, 0.5, 0.999)] == [1, 1, 1]


def test_step_halves_at_each_fifth():
    assert [step_halving(progress) for progress in (0, 0.19, 0.2, 0.41, 0.61, 0.81, 0.999)] == [
        1, 1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 16,
    ]  # fmt: skip


def test_cosine_warms_up_and_falls():
    # The first step of a run counts: the warm-up climbs from a tenth, in a straight line.
    assert cosine(0) == pytest.approx(0.1)
    assert cosine(0.005) == pytest.approx(0.55 * 0.5 * (1 + math.cos(math.pi * 0.005)))
    assert cosine(0.01) == pytest.approx(0.5 * (1 + math.cos(math.pi * 0.01)))
    assert cosine(0.5) == pytest.approx(0.5)
    assert cosine(0.75) == pytest.approx(0.5 * (1 - math.sqrt(0.5)))
    assert cosine(1) == pytest.approx(0)


@pytest.mark.parametrize("name", SCHEDULES)
def test_factors_stay_in_0_to_1_and_never_rise_after_the_warm_up(name):
    factors = [schedule_named(name)(progress) for progress in np.linspace(0.01, 0.999, 200)]
    assert all(0 < factor <= 1 for factor in factors)
    assert all(later <= earlier for earlier, later in pairwise(factors))


@pytest.mark.parametrize("name", SCHEDULES)
def test_no_step_is_lost(name):
    assert all(schedule_named(name)(progress) > 0 for progress in np.linspace(0, 0.999, 500))


def test_an_unknown_name_is_refused_with_all_names():
    with pytest.raises(SettingError, match=r"'linear'.*constant, step, cosine"):
        schedule_named("linear")
