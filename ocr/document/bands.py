"""Three bands of probability, the same in every drawing, report and page: sure, fair and doubtful.

The thresholds were measured by ``tests/benchmarks/page_calibration.py`` on 5,465 characters of 19 sets of
real pages, and on 2,706 of pages held out. Of the characters with a probability of 0.95 and more, 98.9 and
97.1 % are right; from 0.8 to 0.95, 90 and 87 %; and below 0.8, 58 and 56 %.
"""

from __future__ import annotations

SURE, DOUBTFUL = 0.95, 0.8
"""A character is sure from the first on, and doubtful below the second."""
DOUBTFUL_COLOR = "#d55e00"
"""Vermilion, which can be seen on white and on black, marks doubt in every output; style sheets repeat it."""


def confidence_band(probability: float) -> str:
    """Return the name of a probability: "doubtful", "fair" or "sure".

    >>> confidence_band(0.5), confidence_band(0.9), confidence_band(0.98)
    ('doubtful', 'fair', 'sure')
    """
    if probability < DOUBTFUL:
        return "doubtful"
    return "fair" if probability < SURE else "sure"
