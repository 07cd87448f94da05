"""Three bands of probability, the same in every drawing, report and page: sure, fair and doubtful.

The thresholds were measured by ``tests/benchmarks/page_calibration.py`` on 3,615 characters of 15 sets of
real pages, without those held out. Of the characters with a probability of 0.98 and more, 97.1 % are right;
from 0.9 to 0.98, 90.6 %; and below 0.9, 58.1 %. A character at the lower threshold is right in about 80 % of
all cases. No threshold reaches 98 %: from 0.995 on, 97.9 % are right.
"""

from __future__ import annotations

SURE, DOUBTFUL = 0.98, 0.9
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
