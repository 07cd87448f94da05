"""Levenshtein's edit distance [1]_ of short texts, for what must run without the library of page scores.

References
----------
.. [1] Levenshtein, "Binary codes capable of correcting deletions, insertions and reversals", Soviet Physics
   Doklady 10 (1966).
"""

from __future__ import annotations


def edit_distance(first: str, second: str) -> int:
    """Return how many characters have to be changed, inserted or deleted to make one text the other.

    >>> edit_distance("kitten", "sitting")
    3
    """
    row = list(range(len(second) + 1))
    for number, one in enumerate(first, 1):
        diagonal, row[0] = row[0], number
        for place, other in enumerate(second, 1):
            diagonal, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, diagonal + (one != other)),
            )
    return row[-1]
